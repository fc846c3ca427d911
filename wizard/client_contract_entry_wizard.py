"""Change entries before they are billed, with a reason."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientContractEntryWizard(models.TransientModel):
    """Adjust, postpone, skip, write off or restore entries."""

    _name = "client.contract.entry.wizard"
    _inherit = ["client.guard.mixin"]
    _description = "Change Contract Entries"

    entry_ids = fields.Many2many(
        comodel_name="client.contract.entry",
        relation="client_contract_entry_wizard_rel",
        required=True,
    )
    entry_count = fields.Integer(compute="_compute_entries")
    currency_id = fields.Many2one("res.currency", compute="_compute_entries")
    action = fields.Selection(
        selection=[
            ("adjust", "Adjust the amount"),
            ("postpone", "Change the due date"),
            ("skip", "Skip"),
            ("write_off", "Write off"),
            ("restore", "Back to the schedule"),
        ],
        default="adjust",
        required=True,
    )
    amount = fields.Monetary(string="New amount", help="Untaxed.")
    date_due = fields.Date(string="New due date")
    reason = fields.Char()

    @api.depends("entry_ids")
    def _compute_entries(self):
        for wizard in self:
            wizard.entry_count = len(wizard.entry_ids)
            wizard.currency_id = wizard.entry_ids.currency_id[:1]

    @api.onchange("entry_ids")
    def _onchange_entry_ids(self):
        if len(self.entry_ids) == 1:
            self.amount = self.entry_ids.amount
            self.date_due = self.entry_ids.date_due

    def action_confirm(self):
        """Apply the decision to every entry, or to none.

        :raise UserError: without a reason, or for an entry that is invoiced
        """
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason and self.action != "restore":
            raise UserError(self.env._("Give the reason."))
        self.entry_ids.check_access("write")
        self._check_changeable()
        values = {
            "decision_reason": reason,
            "decision_user_id": self.env.user.id,
            "decision_date": fields.Datetime.now(),
        }
        getattr(self, f"_apply_{self.action}")(values)
        return {"type": "ir.actions.act_window_close"}

    def _check_changeable(self):
        for entry in self.entry_ids:
            if entry.state not in ("open", "ready", "skipped", "written_off"):
                raise UserError(
                    self.env._(
                        "%s is on an invoice: cancel or credit that invoice first.",
                        entry.display_name,
                    )
                )
            if entry.billing_run_id.state in ("running", "stopped"):
                raise UserError(
                    self.env._(
                        "%(entry)s is being billed by %(run)s.",
                        entry=entry.display_name,
                        run=entry.billing_run_id.name,
                    )
                )

    def _write_entries(self, values):
        self.entry_ids._as_system().write(values)

    def _apply_adjust(self, values):
        if len(self.entry_ids.currency_id) > 1:
            raise UserError(self.env._("Adjust entries of one currency at a time."))
        self._write_entries(
            {**values, "is_adjusted": True, "amount_adjusted": self.amount}
        )

    def _apply_postpone(self, values):
        if not self.date_due:
            raise UserError(self.env._("Give the new due date."))
        for entry in self.entry_ids:
            entry._as_system().write(
                {
                    **values,
                    "date_due": self.date_due,
                    "postponed_from": entry.postponed_from or entry.date_due,
                }
            )

    def _apply_skip(self, values):
        self.entry_ids._as_system().write(
            {**values, "skipped": True, "written_off": False}
        )

    def _apply_write_off(self, values):
        self.entry_ids._as_system().write(
            {**values, "skipped": False, "written_off": True}
        )

    def _apply_restore(self, values):
        """Undo what was decided; the amount and date are the schedule's again."""
        for entry in self.entry_ids:
            entry._as_system().write(
                {
                    **values,
                    "skipped": False,
                    "written_off": False,
                    "is_adjusted": False,
                    "amount_adjusted": 0.0,
                    "date_due": entry.postponed_from or entry.date_due,
                    "postponed_from": False,
                }
            )
