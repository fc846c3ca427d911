"""The clock of a piece: it runs while there is work on its job."""

from odoo import api, fields, models

HOLDERS_BY_STATE = {
    "planned": "agency",
    "in_progress": "agency",
    "internal_review": "agency",
    "changes_requested": "agency",
    "awaiting_approval": "client",
}


class ClientPiece(models.Model):
    """Knows in whose hands the piece is."""

    _name = "client.piece"
    _inherit = ["client.piece", "client.clock.mixin"]
    # Follow from the state, and from entries of their own.
    _history_exclude = frozenset({"clock_holder"})

    clock_ids = fields.One2many(
        comodel_name="client.clock.entry",
        inverse_name="piece_id",
        string="Clock entries",
        groups="base.group_user",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Start the clock if there is work already."""
        pieces = super().create(vals_list)
        pieces._sync_clock()
        return pieces

    # === BUSINESS METHODS === #

    def _on_transition(self, target, sources):
        """Let the clock follow the state."""
        result = super()._on_transition(target, sources)
        self._sync_clock()
        return result

    def _get_clock_calendar(self):
        """Return the working hours by which the piece's time is counted."""
        return self.job_id._get_clock_calendar()

    def _get_state_holder(self):
        self.ensure_one()
        job = self.job_id
        if job.state == "on_hold" and self.state in HOLDERS_BY_STATE:
            return job._get_state_holder()
        if not job._is_workable() or job.state == "done":
            return False
        return HOLDERS_BY_STATE.get(self.state, False)

    def _get_clock_domain(self):
        return [("piece_id", "=", self.id)]

    def _prepare_clock_values(self):
        return {"job_id": self.job_id.id, "piece_id": self.id}
