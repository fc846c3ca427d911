"""The clock of a job, and of all its pieces when the job moves."""

from odoo import api, fields, models

HOLDERS_BY_STATE = {
    "requested": "agency",
    "authorized": "agency",
    "at_risk": "agency",
    "in_production": "agency",
    "awaiting_approval": "client",
}


class ClientJob(models.Model):
    """Knows in whose hands the job is."""

    _name = "client.job"
    _inherit = ["client.job", "client.clock.mixin"]
    # Follow from the state, and from entries of their own.
    _history_exclude = frozenset({"clock_holder"})

    clock_ids = fields.One2many(
        comodel_name="client.clock.entry",
        inverse_name="job_id",
        string="Clock entries",
        domain=[("piece_id", "=", False)],
        groups="base.group_user",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working hours",
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
        help="By which the time of this job is counted. Empty: those of the company.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Start the clock."""
        jobs = super().create(vals_list)
        jobs._sync_clock()
        jobs.piece_ids._sync_clock()
        return jobs

    # === BUSINESS METHODS === #

    def _on_transition(self, target, sources):
        """Let the clock follow the state, the pieces' too."""
        result = super()._on_transition(target, sources)
        self._sync_clock()
        # sudo: the clock of pieces of colleagues
        self.sudo().piece_ids._sync_clock()
        return result

    def _get_clock_calendar(self):
        """Return the working hours by which the job's time is counted."""
        return self.calendar_id or self.company_id.resource_calendar_id

    def _get_state_holder(self):
        self.ensure_one()
        if self.state == "draft":
            return "client" if self.origin == "portal" else "agency"
        if self.state == "on_hold":
            return self.hold_holder or "agency"
        return HOLDERS_BY_STATE.get(self.state, False)

    def _get_clock_domain(self):
        return [("job_id", "=", self.id), ("piece_id", "=", False)]

    def _prepare_clock_values(self):
        return {"job_id": self.id}
