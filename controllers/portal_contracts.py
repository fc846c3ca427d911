"""Contracts on the client portal, read-only."""

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

# entries shown on a contract's page
SCHEDULE_LIMIT = 12


class ClientContractPortal(CustomerPortal):
    """``/my/contracts`` and ``/my/contracts/<id>``."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "client_contract_count" in counters:
            contracts = request.env["client.contract"]
            values["client_contract_count"] = (
                contracts.search_count(self._prepare_client_contract_domain())
                if contracts.has_access("read") and self._has_contracts()
                else 0
            )
        return values

    def _has_contracts(self):
        """Tell whether contracts are switched on at all."""
        return request.env.user._has_client_feature("contracts")

    def _prepare_client_contract_domain(self):
        """Return which contracts the list shows; whose they are is the rules' work."""
        return [("state", "not in", ("draft", "cancelled"))]

    def _get_client_contract_sortings(self):
        return {
            "date": {"label": request.env._("Start"), "order": "date_start desc, id"},
            "name": {"label": request.env._("Title"), "order": "name, id"},
            "state": {"label": request.env._("Status"), "order": "state, id"},
        }

    @http.route(
        ["/my/contracts", "/my/contracts/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_contracts(self, page=1, sortby=None, **kw):
        """List the contracts that this contact may see."""
        if not self._has_contracts():
            return request.redirect("/my")
        contracts = request.env["client.contract"]
        sortings = self._get_client_contract_sortings()
        if sortby not in sortings:
            sortby = "date"
        domain = self._prepare_client_contract_domain()
        readable = contracts.has_access("read")
        pager = portal_pager(
            url="/my/contracts",
            total=contracts.search_count(domain) if readable else 0,
            page=page,
            step=self._items_per_page,
            url_args={"sortby": sortby},
        )
        if readable:
            contracts = contracts.search(
                domain,
                order=sortings[sortby]["order"],
                limit=self._items_per_page,
                offset=pager["offset"],
            )
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "contracts": contracts,
                "page_name": "client_contract",
                "default_url": "/my/contracts",
                "pager": pager,
                "searchbar_sortings": sortings,
                "sortby": sortby,
            }
        )
        return request.render("client_hub.portal_my_contracts", values)

    @http.route(
        "/my/contracts/<int:contract_id>", type="http", auth="public", website=True
    )
    def portal_contract(
        self, contract_id, access_token=None, report_type=None, download=False, **kw
    ):
        """Show one contract, or give its PDF."""
        try:
            contract_sudo = self._document_check_access(
                "client.contract", contract_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        # a link sent earlier doesn't open what was taken back since
        if contract_sudo.state in ("draft", "cancelled"):
            return request.redirect("/my")
        if report_type in ("html", "pdf", "text"):
            return self._show_report(
                model=contract_sudo,
                report_type=report_type,
                report_ref="client_hub.action_report_client_contract",
                download=download,
            )
        values = self._prepare_contract_page_values(contract_sudo, access_token, **kw)
        return request.render("client_hub.portal_contract_page", values)

    def _prepare_contract_page_values(self, contract_sudo, access_token, **kw):
        """Return what the contract's page shows (hook).

        :param contract_sudo: client.contract that ``_document_check_access`` let by
        """
        entries = contract_sudo.entry_ids.filtered(
            lambda entry: entry.state in ("open", "ready", "drafted", "billed")
        ).sorted("date_due")
        upcoming = entries.filtered(lambda entry: entry.state != "billed")
        values = {
            "contract": contract_sudo,
            "page_name": "client_contract",
            "upcoming_entries": upcoming[:SCHEDULE_LIMIT],
            "agreements": contract_sudo._get_overlays()._get_portal_overlays(),
            "report_type": "html",
        }
        return self._get_page_view_values(
            contract_sudo, access_token, values, "my_contracts_history", False, **kw
        )
