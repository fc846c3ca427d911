"""The reasons why someone sees a restricted client, with their dates."""

from odoo import api, fields, models
from odoo.exceptions import UserError

REASONS = [
    ("manager", "Account manager"),
    ("assistant", "Assistant"),
    ("follower", "Follower"),
    ("job", "Assigned to a job"),
    ("piece", "Assigned to a piece"),
    ("task", "Assigned to a task"),
    ("manual", "Granted by hand"),
]


class ClientWallMember(models.Model):
    """One reason for one user, from when until when; rows are never deleted."""

    _name = "client.wall.member"
    _description = "Reason to see a restricted client"
    _order = "since desc, id desc"
    _rec_name = "user_id"

    wall_id = fields.Many2one(
        comodel_name="client.wall", required=True, index=True, ondelete="cascade"
    )
    client_id = fields.Many2one(related="wall_id.client_id", store=True, index=True)
    user_id = fields.Many2one(
        comodel_name="res.users", required=True, index=True, ondelete="cascade"
    )
    reason = fields.Selection(selection=REASONS, required=True, default="manual")
    note = fields.Char(help="Why, when it was granted by hand.")
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", readonly=True, string="Source"
    )
    since = fields.Datetime(
        required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    until = fields.Datetime(readonly=True)
    is_current = fields.Boolean(compute="_compute_is_current")

    _period = models.Constraint(
        "CHECK (until IS NULL OR until >= since)",
        "A reason can't end before it begins.",
    )
    _source_current = models.UniqueIndex(
        "(wall_id, user_id, reason, res_model, res_id) "
        "WHERE until IS NULL AND reason <> 'manual'",
        "The same reason counts once.",
    )

    @api.depends("until")
    def _compute_is_current(self):
        now = fields.Datetime.now()
        for row in self:
            row.is_current = not row.until or row.until > now

    @api.model_create_multi
    def create(self, vals_list):
        """Open rows; each grant goes to the client's history with its reason."""
        rows = super().create(vals_list)
        self.env["client.wall"]._forget_open_ids()
        for row in rows:
            row._log_change(self.env._("sees the client"))
        by_hand = rows.filtered(lambda row: row.reason == "manual")
        # sudo: the right to grant was checked by create; the wall follows its rows
        for wall in by_hand.wall_id.sudo():
            wall._sync_users()
        return rows

    def write(self, vals):
        """Write; what the user may see follows at once."""
        result = super().write(vals)
        self.env["client.wall"]._forget_open_ids()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        """Keep the rows: they answer who could see the client on a given day."""
        raise UserError(
            self.env._("Rows of who sees a client are ended, never deleted.")
        )

    def action_end(self):
        """End rows granted by hand; the others end with their source."""
        if any(row.reason != "manual" for row in self):
            raise UserError(
                self.env._(
                    "Only access granted by hand is ended here. The rest follows the "
                    "team, the followers and the assignments."
                )
            )
        self._close(fields.Datetime.now())
        # sudo: the right to end the rows was checked by their write
        for wall in self.wall_id.sudo():
            wall._sync_users()

    def _close(self, when):
        """End the rows at ``when`` (datetime, UTC) and log it."""
        if not self:
            return
        self.write({"until": when})
        for row in self:
            row._log_change(self.env._("no longer sees the client"))

    def _key(self):
        self.ensure_one()
        return (self.user_id.id, self.reason, self.res_model, self.res_id)

    def _log_change(self, what):
        reason = dict(self._fields["reason"]._description_selection(self.env))
        self.env["client.history"]._log(
            self.wall_id.client_id,
            "access",
            self.user_id.name,
            record=self.wall_id.client_id,
            note=f"{self.user_id.name} {what}: {self.note or reason[self.reason]}",
        )
