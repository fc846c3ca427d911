"""The Addresses tab: all of a client's addresses, and what invoices need of them."""

from odoo import models

from ..tools import addresses


class ResPartner(models.Model):
    """Address book of a client."""

    _inherit = "res.partner"

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def get_client_addresses(self):
        """Return what the Addresses tab shows: main first, inactive ones last.

        :return: dict with ``cards``, and whether the user ``may_edit``
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        others = self.with_context(active_test=False).search(
            [
                ("parent_id", "=", self.id),
                ("type", "!=", "contact"),
                ("is_company", "=", False),
            ],
        )
        kinds = dict(self._fields["type"]._description_selection(self.env))
        order = {kind: place for place, kind in enumerate(kinds)}
        others = others.sorted(
            lambda a: (not a.active, order.get(a.type, 0), a.name or "", a.id)
        )
        return {
            "may_edit": self.has_access("write") and others.has_access("write"),
            "cards": [
                address._address_card(
                    self.env._("Main") if address == self else kinds[address.type]
                )
                for address in self + others
            ],
        }

    def action_open_client_address(self):
        """Open the address to complete it, as a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complete the address"),
            "res_model": "res.partner",
            "res_id": self.id,
            "views": [
                (
                    self.env.ref("client_hub.res_partner_view_form_address_only").id,
                    "form",
                )
            ],
            "target": "new",
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _address_card(self, kind):
        """Return one card of the Addresses tab.

        :param str kind: what the address is for, as a person reads it
        """
        lines = self._address_lines()
        is_billed = self.active and (not self.parent_id or self.type == "invoice")
        # sudo: a setting, of which the invoices tell as well
        is_checked = is_billed and self.env.company.sudo().client_invoice_address
        name = self.name if self.parent_id else ""
        return {
            "id": self.id,
            "kind": kind,
            "name": name or "",
            "active": self.active,
            "lines": lines,
            "text": "\n".join(filter(None, [name or self.name, *lines])),
            "email": self.email or "",
            "phone": self.phone or "",
            "fax": self.fax or "",
            "map_url": addresses.map_url(
                lines, self.partner_latitude, self.partner_longitude
            ),
            "missing": self._address_missing_labels() if is_checked else [],
        }

    def _address_lines(self):
        """Return the lines of the postal address, without the company's name."""
        text = self._display_address(without_company=True)
        return [" ".join(line.split()) for line in text.split("\n") if line.strip()]

    def _address_missing_labels(self):
        """Return what this address lacks for an invoice, as a person reads it."""
        labels = {
            "street": self.env._("street"),
            "street_number": self.env._("number"),
            "neighbourhood": self.env._("neighbourhood"),
            "city": self.env._("city"),
            "state_id": self.env._("state"),
            "zip": self.env._("postal code"),
            "country_id": self.env._("country"),
        }
        country = self.country_id
        missing = addresses.missing_parts(
            {name: self[name] for name in addresses.ORDER},
            country.code or "",
            zip_required=country.zip_required,
            state_required=country.state_required,
        )
        return [labels[name] for name in missing]
