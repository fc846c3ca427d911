"""Record that notice of a contract was given."""

from odoo import api, fields, models


class ClientContractNoticeWizard(models.TransientModel):
    """Ask who gave notice, when, and for which date."""

    _name = "client.contract.notice.wizard"
    _inherit = ["client.guard.mixin"]
    _description = "Notice of a Contract"

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    client_id = fields.Many2one(related="contract_id.client_id")
    notice_by = fields.Selection(
        selection=[("client", "The client"), ("agency", "Us")],
        string="Given by",
        required=True,
        default="client",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="cascade",
        domain="[('commercial_partner_id', '=', client_id)]",
    )
    date_given = fields.Date(
        string="Given on", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date(
        string="Ends on",
        required=True,
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
        help="Last day of the contract.",
    )
    agreed = fields.Boolean(
        string="Both sides agree on this date",
        help="Whatever notice period the contract has.",
    )
    note = fields.Char(string="How and why")
    problem = fields.Text(compute="_compute_problem")

    @api.depends("contract_id", "notice_by")
    def _compute_contact_id(self):
        for wizard in self:
            by_client = wizard.notice_by == "client"
            wizard.contact_id = by_client and wizard.contract_id.contact_id

    @api.depends("contract_id", "date_given")
    def _compute_date_end(self):
        for wizard in self:
            contract = wizard.contract_id
            wizard.date_end = (
                contract
                and wizard.date_given
                and contract._get_earliest_end(wizard.date_given)
            )

    @api.depends("contract_id", "date_given", "date_end", "agreed")
    def _compute_problem(self):
        for wizard in self:
            complete = wizard.contract_id and wizard.date_given and wizard.date_end
            wizard.problem = complete and wizard.contract_id._get_notice_problem(
                wizard.date_given, wizard.date_end, wizard.agreed
            )

    def action_next_end(self):
        """Take the first date that this notice reaches; the dialog stays open."""
        self.ensure_one()
        self.date_end = self.contract_id._get_earliest_end(self.date_given)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notice given"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_confirm(self):
        """Record the notice.

        :raise ValidationError: when it comes too late for that date
        """
        self.ensure_one()
        self.contract_id._record_notice(
            self.notice_by,
            self.date_given,
            self.date_end,
            contact=self.contact_id,
            note=self.note,
            agreed=self.agreed,
        )
        return {"type": "ir.actions.act_window_close"}
