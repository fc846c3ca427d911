"""Contracts on the client portal.

``/my/contracts`` list, ``/my/contracts/<id>`` one of them, ``…/entries`` the approval
of amounts before they are billed.
"""

from odoo import http
from odoo.exceptions import AccessError, LockError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request

from .portal_client import ClientHubPortal, is_record_id

# entries shown on a contract's page, of those due and of those that come
SCHEDULE_LIMIT = 12
HISTORY = "my_contracts_history"
NO_PAGE_STATES = ("draft", "cancelled")
CLOSED_STATES = ("ended",)


class ClientContractPortal(ClientHubPortal):
    """Pages that show contracts."""

    _contracts_per_page = 20

    # ------------------------------------------------------------
    # Home
    # ------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "client_contract_count" in counters:
            contracts = request.env["client.contract"]
            values["client_contract_count"] = (
                contracts.search_count(self._prepare_client_contract_domain())
                if contracts.has_access("read") and self._has_contracts()
                else 0
            )
        if "client_signature_count" in counters:
            values["client_signature_count"] = len(self._find_waiting_signatures())
        return values

    def _has_contracts(self):
        """Tell whether contracts are switched on at all."""
        return request.env.user._has_client_feature("contracts")

    def _find_waiting_signatures(self):
        """Return what the visitor himself is asked to sign, as superuser."""
        rows = request.env["client.contract.signature"]
        if not rows.has_access("read") or not self._has_contracts():
            return rows
        rows = rows.search(
            [
                ("state", "=", "requested"),
                ("signer_id", "=", request.env.user.partner_id.id),
            ]
        )
        # sudo: found by the visitor's own rules; names of their contracts
        return rows.sudo().filtered(lambda row: row._get_status() == "requested")

    # ------------------------------------------------------------
    # List
    # ------------------------------------------------------------

    def _prepare_client_contract_domain(self):
        """Return which contracts the list shows; whose they are is the rules' work."""
        return Domain("state", "not in", NO_PAGE_STATES)

    def _get_client_contract_sortings(self):
        return {
            "date": {
                "label": request.env._("Newest"),
                "order": "date_start desc, id desc",
            },
            "name": {"label": request.env._("Title"), "order": "name, id"},
            "state": {"label": request.env._("Status"), "order": "state, id"},
            "amount": {
                "label": request.env._("Amount"),
                "order": "amount_total desc, id",
            },
        }

    def _get_client_contract_filters(self):
        return {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "waiting": {
                "label": request.env._("Waiting for your approval"),
                "domain": Domain("state", "=", "sent"),
            },
            "current": {
                "label": request.env._("Current"),
                "domain": Domain("state", "in", ("approved", "running", "suspended")),
            },
            "closed": {
                "label": request.env._("Ended"),
                "domain": Domain("state", "in", CLOSED_STATES),
            },
        }

    def _get_client_contract_inputs(self):
        return {
            "contract": {
                "input": "contract",
                "label": request.env._("Search in title and number"),
            },
            "service": {
                "input": "service",
                "label": request.env._("Search in services"),
            },
        }

    def _get_client_contract_search_domain(self, search_in, search):
        """Return the domain of what was typed into the search box."""
        if search_in == "service":
            return Domain("line_ids.name", "ilike", search)
        return Domain("name", "ilike", search) | Domain("number", "ilike", search)

    @http.route(
        ["/my/contracts", "/my/contracts/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_contracts(self, page=1, **kw):
        """List the contracts that this contact may see."""
        contracts = request.env["client.contract"]
        if not self._has_contracts() or not contracts.has_access("read"):
            return request.redirect("/my")
        contracts, shown = self._find_client_list(
            contracts,
            "/my/contracts",
            page,
            self._contracts_per_page,
            kw,
            sortings=self._get_client_contract_sortings(),
            filters=self._get_client_contract_filters(),
            inputs=self._get_client_contract_inputs(),
            domain=self._prepare_client_contract_domain(),
            get_search_domain=self._get_client_contract_search_domain,
        )
        self._remember_list(HISTORY, contracts.ids)
        values = self._prepare_portal_layout_values()
        # sudo: the visitor has just been given these; names of clients
        contracts_sudo = contracts.sudo()
        values.update(
            shown,
            contracts=contracts_sudo,
            page_name="client_contract",
            show_client=len(contracts_sudo.client_id) > 1,
            waiting_signatures=self._find_waiting_signatures(),
        )
        return request.render("client_hub.portal_my_contracts", values)

    # ------------------------------------------------------------
    # One contract
    # ------------------------------------------------------------

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
        if contract_sudo.state in NO_PAGE_STATES:
            return request.redirect("/my")
        if report_type in ("html", "pdf", "text"):
            return self._show_report(
                model=contract_sudo,
                report_type=report_type,
                report_ref="client_hub.action_report_client_contract",
                download=download,
            )
        values = self._prepare_contract_page_values(
            contract_sudo,
            access_token,
            notice=self._get_contract_notice(kw.get("notice")),
        )
        return request.render("client_hub.portal_contract_page", values)

    def _prepare_contract_page_values(self, contract_sudo, access_token, **shown):
        """Return what the contract's page shows (hook).

        :param contract_sudo: client.contract that ``_document_check_access`` let by
        :param str access_token: as in the address
        :param shown: ``notice`` or ``warning``, sentences; ``typed``, the form as sent
        """
        past, upcoming = contract_sudo._portal_upcoming_entries()
        past, upcoming = past[:SCHEDULE_LIMIT], upcoming[:SCHEDULE_LIMIT]
        to_approve = (past | upcoming).filtered("is_waiting_for_client")
        signature = contract_sudo.signature_id
        values = {
            "contract": contract_sudo,
            "page_name": "client_contract",
            "past_entries": past,
            "upcoming_entries": upcoming,
            "agreements": contract_sudo._get_overlays()._get_portal_overlays(),
            "may_approve": bool(to_approve)
            and self._may_approve_entries(contract_sudo),
            "signature": signature,
            "may_sign": signature._get_status() == "requested"
            and signature.signer_id == request.env.user.partner_id
            if signature
            else False,
            "report_type": "html",
            "notice": "",
            "warning": "",
            "typed": {},
            **shown,
        }
        return self._get_page_view_values(
            contract_sudo, access_token, values, HISTORY, False
        )

    def _get_contract_notice(self, name):
        """Return the sentence that follows an action."""
        return {
            "approved": request.env._("Thank you: what you approved can be billed."),
            "asked": request.env._("Thank you: your message was sent. We answer soon."),
        }.get(name, "")

    # ------------------------------------------------------------
    # Amounts to approve
    # ------------------------------------------------------------

    def _may_approve_entries(self, contract_sudo):
        """Tell whether the visitor is one of this client's people, signed in."""
        if not self._is_visitor_client():
            return False
        contract = contract_sudo.with_env(request.env)
        return contract.has_access("read")

    @http.route(
        "/my/contracts/<int:contract_id>/entries",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_contract_entries(self, contract_id, **post):
        """Approve the chosen amounts, or ask about them."""
        contract_sudo = self._client_document("client.contract", contract_id)
        if not contract_sudo or contract_sudo.state in NO_PAGE_STATES:
            return request.redirect("/my")
        if not self._may_approve_entries(contract_sudo):
            return request.redirect(contract_sudo.access_url)
        chosen = request.httprequest.form.getlist("entry_id")
        amounts = {
            int(entry_id): post.get(f"amount_{entry_id}")
            for entry_id in chosen
            if is_record_id(entry_id)
        }
        decision = "approved" if post.get("decision") == "approve" else "asked"
        try:
            with request.env.cr.savepoint():
                if decision == "approved":
                    contract_sudo._portal_approve_entries(amounts)
                else:
                    contract_sudo._portal_ask_about_entries(
                        list(amounts), post.get("comment")
                    )
            return request.redirect(
                f"{contract_sudo.access_url}?notice={decision}#entries", code=303
            )
        except LockError:
            warning = request.env._(
                "Somebody else is deciding on these amounts at this moment. Look again "
                "in a few seconds."
            )
        except UserError as error:
            warning = str(error)
        contract_sudo.invalidate_recordset()
        values = self._prepare_contract_page_values(
            contract_sudo,
            None,
            warning=warning,
            typed={**post, "entry_ids": list(amounts)},
        )
        return request.render("client_hub.portal_contract_page", values)
