"""Invoices need the client's whole address, where the settings say so."""

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends(
        "partner_id.street",
        "partner_id.street_number",
        "partner_id.neighbourhood",
        "partner_id.city",
        "partner_id.state_id",
        "partner_id.zip",
        "partner_id.country_id",
    )
    def _compute_alerts(self):
        return super()._compute_alerts()

    def _get_alerts(self):
        """Return the alerts; what is not sent yet says what its address lacks."""
        alerts = super()._get_alerts()
        is_to_send = self.state == "posted" and not self.is_move_sent
        if self.state == "draft" or is_to_send:
            if sentence := self._client_address_problem():
                alerts["client_hub_address"] = {
                    "level": "warning",
                    "message": sentence,
                    "action_text": self.env._("Complete the address"),
                    "action": self.partner_id.action_open_client_address(),
                }
        return alerts

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_post(self):
        """Confirm; an incomplete address is opened from the message."""
        self._redirect_to_client_address()
        return super().action_post()

    def action_send_and_print(self):
        """Send; an incomplete address is opened from the message."""
        self._redirect_to_client_address()
        return super().action_send_and_print()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _post(self, soft=True):
        """Refuse to confirm with an incomplete address, whatever confirms."""
        to_post = self.filtered(lambda move: not soft or not move._is_for_later())
        if problems := to_post._client_address_problems():
            raise UserError("\n".join(problems.values()))
        return super()._post(soft)

    def _is_for_later(self):
        """Return whether a soft posting leaves this one for its date."""
        self.ensure_one()
        return bool(self.date and self.date > fields.Date.context_today(self))

    def _redirect_to_client_address(self):
        """Raise what is missing, with a button that opens the address.

        :raise RedirectWarning: naming the missing parts
        """
        problems = self._client_address_problems()
        if not problems:
            return
        partners = self.browse(problems).partner_id
        if len(partners) == 1:
            action = partners.action_open_client_address()
            button = self.env._("Complete the address")
        else:
            action = partners._get_records_action(name=self.env._("Clients"))
            button = self.env._("Open the clients")
        raise RedirectWarning("\n".join(problems.values()), action, button)

    def _client_address_problems(self):
        """Return ``{invoice id: sentence}`` of invoices without whole address."""
        return {
            move.id: sentence
            for move in self
            if (sentence := move._client_address_problem())
        }

    def _client_address_problem(self):
        """Return what the address of this invoice lacks, as a sentence; or ''."""
        # sudo: a setting, and whether the customer is a client, which everybody who
        # may confirm the invoice feels
        move_sudo = self.sudo()
        if (
            not move_sudo.company_id.client_invoice_address
            or not move_sudo.is_sale_document(include_receipts=True)
            or not move_sudo.commercial_partner_id.is_client
        ):
            return ""
        missing = move_sudo.partner_id._address_missing_labels()
        if not missing:
            return ""
        return self.env._(
            "The address of “%(client)s” is not complete. Missing: %(missing)s.",
            client=self.partner_id.display_name,
            missing=", ".join(missing),
        )
