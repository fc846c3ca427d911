"""Contract templates: text with placeholders, default lines and recurrence."""

from odoo import fields, models
from odoo.fields import Command


class ClientContractTemplate(models.Model):
    """A model contract that new contracts start from."""

    _name = "client.contract.template"
    _description = "Contract Template"
    _inherit = ["mail.render.mixin"]
    _order = "sequence, name"
    _check_company_auto = True
    # as for mail templates: only template editors may write expressions, so what
    # is stored can be rendered for everybody
    _unrestricted_rendering = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: for all companies.",
    )
    kind = fields.Selection(
        selection=lambda self: (
            self.env["client.contract"]._fields["kind"]._description_selection(self.env)
        ),
        default="fee",
        required=True,
    )
    recurring_interval = fields.Integer(string="Every", default=1, required=True)
    recurring_unit = fields.Selection(
        selection=lambda self: (
            self.env["client.contract"]
            ._fields["recurring_unit"]
            ._description_selection(self.env)
        ),
        default="month",
        required=True,
    )
    billing_timing = fields.Selection(
        selection=lambda self: (
            self.env["client.contract"]
            ._fields["billing_timing"]
            ._description_selection(self.env)
        ),
        string="Billed",
        default="advance",
        required=True,
    )
    due_day = fields.Integer(
        string="Due day", help="Day of the month, 0 for the start of the period."
    )
    entry_approval_required = fields.Boolean(string="Approve each entry")
    body_html = fields.Html(
        string="Contract text",
        render_engine="qweb",
        render_options={"post_process": True},
        translate=True,
        sanitize="email_outgoing",
    )
    line_ids = fields.One2many(
        comodel_name="client.contract.template.line",
        inverse_name="template_id",
        string="Lines",
        copy=True,
    )

    _interval_positive = models.Constraint(
        "CHECK (recurring_interval > 0)",
        "A contract recurs at least every 1 day, week, month or year.",
    )
    _due_day_in_month = models.Constraint(
        "CHECK (due_day BETWEEN 0 AND 31)", "The due day is between 0 and 31."
    )

    def _compute_render_model(self):
        self.render_model = "client.contract"

    def _prepare_contract_values(self, contract):
        """Return what the template presets on a contract (hook).

        :param contract: client.contract, may be a new record
        """
        self.ensure_one()
        values = {
            name: self[name]
            for name in (
                "kind",
                "recurring_interval",
                "recurring_unit",
                "billing_timing",
                "entry_approval_required",
            )
        }
        # what the client agreed on counts more than what is usual
        values["due_day"] = contract._get_agreed_due_day() or self.due_day
        values["name"] = contract.name or self.name
        if not contract.line_ids:
            values["line_ids"] = [
                Command.create(line._prepare_contract_line_values())
                for line in self.line_ids
            ]
        return values
