"""What a contract's text may say without being allowed to write programs."""

from odoo import api, models

ADDRESS = (
    "city",
    "company_registry",
    "country_id.name",
    "email",
    "name",
    "phone",
    "state_id.name",
    "street",
    "street2",
    "vat",
    "zip",
)
FACTS = {
    "": (
        "amount_tax",
        "amount_total",
        "amount_untaxed",
        "date_end",
        "date_start",
        "due_day",
        "name",
        "notice_date",
        "notice_days",
        "number",
        "recurring_interval",
    ),
    "client_id": (*ADDRESS, "client_number", "legal_name"),
    "company_id": ADDRESS,
    "contact_id": (*ADDRESS, "function"),
    "currency_id": ("name", "symbol"),
    "partner_invoice_id": ADDRESS,
    "payment_term_id": ("name",),
    "responsible_id": ("email", "name", "phone"),
}


class ClientContract(models.Model):
    _inherit = "client.contract"

    @api.model
    def mail_allowed_qweb_expressions(self):
        """Add, for contract templates, the plain facts of a contract and its parties.

        A mail template that has such expressions only is filled by Odoo without its
        engine, hence not there.
        """
        expressions = super().mail_allowed_qweb_expressions()
        if not self.env.context.get("client_contract_text"):
            return expressions
        paths = [
            ".".join(filter(None, ("object", head, name)))
            for head, names in FACTS.items()
            for name in names
        ]
        dates = [
            f"format_date({path})"
            for path in paths
            if path.rpartition(".")[2].startswith("date_")
        ]
        return (*expressions, *paths, *dates)
