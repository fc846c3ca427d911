from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientBudgetAnswer(models.TransientModel):
    """Records what the client answered by phone, by mail or in a meeting."""

    _name = "client.budget.answer"
    _inherit = ["client.guard.mixin"]
    _description = "Record the Client's Answer"

    revision_id = fields.Many2one(
        comodel_name="client.budget.revision", readonly=True, ondelete="cascade"
    )
    approval_id = fields.Many2one(
        comodel_name="client.budget.approval", readonly=True, ondelete="cascade"
    )
    client_id = fields.Many2one(comodel_name="res.partner", compute="_compute_question")
    question = fields.Char(compute="_compute_question")
    answer = fields.Selection(
        selection=[("approved", "Agreed"), ("refused", "Refused")], required=True
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Who answered",
        required=True,
        domain="[('commercial_partner_id', '=', client_id),"
        " ('is_company', '=', False)]",
        ondelete="cascade",
    )
    date = fields.Datetime(string="When", default=fields.Datetime.now, required=True)
    note = fields.Text(
        required=True, help="How the answer came, and what was said. It is kept."
    )

    # === COMPUTE METHODS === #

    @api.depends("revision_id", "approval_id")
    def _compute_question(self):
        for wizard in self:
            record = wizard._get_record()
            wizard.client_id = record.budget_id.client_id
            wizard.question = record._get_question() if record else False

    # === ACTION METHODS === #

    def action_apply(self):
        """Keep the answer as the client's, with who recorded it.

        :raise UserError: it can't be this person's, or of this time
        """
        self.ensure_one()
        record = self._get_record()
        record.budget_id.check_access("write")
        if self.client_id not in self.contact_id._portal_client_ids():
            raise UserError(
                self.env._(
                    "“%(contact)s” is not one of the people of “%(client)s”.",
                    contact=self.contact_id.display_name,
                    client=self.client_id.display_name,
                )
            )
        if not record.create_date <= self.date <= fields.Datetime.now():
            raise UserError(
                self.env._("The answer came after the question, and not in future.")
            )
        # sudo: nobody writes these records; the right to the budget was checked
        record.sudo()._answer(
            self.answer,
            self.contact_id,
            self.note,
            recorded_by=self.env.user,
            date=self.date,
        )

    # === BUSINESS METHODS === #

    def _get_record(self):
        """Return what is answered: a revision or an approval."""
        return self.revision_id or self.approval_id
