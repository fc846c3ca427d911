"""The client on paper: what somebody takes along to a meeting."""

from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import format_amount, is_html_empty

from .account_move_contract import CONTRACT_READERS

FACTS = (
    "client_number",
    "legal_name",
    "vat",
    "client_status",
    "client_substatus_id",
    "client_profile_type_id",
    "industry_id",
    "category_id",
    "email",
    "phone",
    "website",
    "lang",
    "preferred_appointment_day",
    "publishes_digital_media",
)
TEAM = ("account_manager_id", "assistant_ids", "user_id")
TERMS = (
    "property_payment_term_id",
    "property_inbound_payment_method_line_id",
    "client_payment_day",
    "client_billing_type_id",
    "client_discount",
    "client_withholding_tax_id",
)
MAX_LINES = 20


class ResPartner(models.Model):
    """Client card."""

    _inherit = "res.partner"

    def _get_client_card(self):
        """Return what the client card of this client shows to the user.

        Everything is read as the user: what he may not see is not on his paper.

        :rtype: dict
        :raise AccessError: for people from outside, and for clients he may not see
        """
        self.ensure_one()
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Client cards are for employees."))
        self.check_access("read")
        people = self.search(
            [("id", "child_of", self.ids), ("id", "!=", self.id)], order="type, name"
        )
        sections = {}
        for answer in self._client_answers():
            sections.setdefault(answer["section"], []).append(answer)
        return {
            "facts": self._card_rows(FACTS),
            "team": self._card_rows(TEAM),
            "terms": self._card_terms(),
            "contacts": people.filtered(lambda partner: partner.type == "contact"),
            "addresses": self
            | people.filtered(lambda partner: partner.type != "contact"),
            "sections": list(sections.items()),
            "profile": not is_html_empty(self.client_profile_html)
            and self.client_profile_html,
            "dates": self.client_date_ids.sorted("occurrence_date"),
            **self._card_documents(),
        }

    def _card_rows(self, names):
        """Return ``(label, text)`` of those of the fields that have a value."""
        labels = {
            # Odoo's own names of these fields are for other places
            "industry_id": self.env._("Sector"),
            "property_inbound_payment_method_line_id": self.env._("Payment method"),
            "property_payment_term_id": self.env._("Payment terms"),
            "website": self.env._("Website"),
        }
        percent = {"client_discount"}
        return [
            (
                labels.get(name) or self._fields[name]._description_string(self.env),
                self._history_readable(name) + (" %" if name in percent else ""),
            )
            for name in names
            if self[name]
        ]

    def _card_terms(self):
        """Return the rows of the terms, for those who see them on the form."""
        user = self.env.user
        if not user.has_groups(CONTRACT_READERS):
            return []
        rows = self._card_rows(TERMS)
        limit = self._fields["credit_limit"]
        if self._has_field_access(limit, "read") and self.use_partner_credit_limit:
            rows.append(
                (
                    limit._description_string(self.env),
                    format_amount(self.env, self.credit_limit, self.currency_id),
                )
            )
        return rows

    def _card_documents(self):
        """Return contracts and budgets in brief, for those who see their tabs."""
        Contract, Budget = self.env["client.contract"], self.env["client.budget"]
        if not self.env.user.has_groups(CONTRACT_READERS):
            return {"contracts": Contract, "budgets": Budget}
        own = [("client_id", "=", self.id)]
        return {
            "contracts": Contract.search(
                [*own, ("state", "in", ("approved", "running", "suspended"))],
                limit=MAX_LINES,
            ),
            "budgets": Budget.search(
                [*own, ("state", "not in", ("closed", "cancelled"))], limit=MAX_LINES
            ),
        }
