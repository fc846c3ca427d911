"""Term, renewal and notice that a template presets."""

from odoo import fields, models

from ..tools import term

PRESETS = ("renewal", "renewal_months", "notice_days", "notice_target")


class ClientContractTemplate(models.Model):
    """Presets the life of a contract."""

    _inherit = "client.contract.template"

    term_months = fields.Integer(
        string="First term", help="Months until the end date; 0: no end date."
    )
    renewal = fields.Selection(
        selection=lambda self: (
            self.env["client.contract"]
            ._fields["renewal"]
            ._description_selection(self.env)
        ),
        default="tacit",
        required=True,
    )
    renewal_months = fields.Integer(
        string="Renewal term", default=12, required=True, help="Months."
    )
    notice_days = fields.Integer(
        string="Notice period", default=30, help="Days before the end date."
    )
    notice_target = fields.Selection(
        selection=lambda self: (
            self.env["client.contract"]
            ._fields["notice_target"]
            ._description_selection(self.env)
        ),
        string="Notice to",
        default="period",
        required=True,
    )

    _term_positive = models.Constraint(
        "CHECK (term_months >= 0 AND renewal_months > 0 AND notice_days >= 0)",
        "Terms and notice periods can't be negative, and a renewal lasts at least one "
        "month.",
    )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _prepare_contract_values(self, contract):
        """Preset the term, the renewal and the notice, too."""
        values = super()._prepare_contract_values(contract)
        values.update({name: self[name] for name in PRESETS})
        if self.term_months and contract.date_start and not contract.date_end:
            values["date_end"] = term.term_end(contract.date_start, self.term_months)
        return values
