"""The reasons why someone sees a restricted client, with their dates."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, clean_context

from ..tools import nightly

REASONS = [
    ("manager", "Account manager"),
    ("assistant", "Assistant"),
    ("follower", "Follower"),
    ("job", "Assigned to a job"),
    ("piece", "Assigned to a piece"),
    ("task", "Assigned to a task"),
    ("activity", "Has an activity"),
    ("manual", "Granted by hand"),
]
# What a person who lets somebody in says; the rest follows.
GRANT_FIELDS = frozenset({"wall_id", "user_id", "reason", "note", "until"})
CHANGE_FIELDS = frozenset({"note", "until"})


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
        comodel_name="res.users",
        required=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="A user with rows is archived, not deleted: they tell what he could see.",
    )
    reason = fields.Selection(selection=REASONS, required=True, default="manual")
    note = fields.Char(string="Why", help="Why, when it was granted by hand.")
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", readonly=True, string="Source"
    )
    since = fields.Datetime(
        required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    until = fields.Datetime(
        help="When granted by hand: sight ends by itself at this time. Otherwise the "
        "time when the reason ended."
    )
    is_current = fields.Boolean(
        compute="_compute_is_current", search="_search_is_current"
    )

    _period = models.Constraint(
        "CHECK (until IS NULL OR until >= since)",
        "A reason can't end before it begins.",
    )
    _source_current = models.UniqueIndex(
        "(wall_id, user_id, reason, res_model, res_id) "
        "WHERE until IS NULL AND reason <> 'manual'",
        "The same reason counts once.",
    )
    _user_until = models.Index("(user_id, until)")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("until")
    def _compute_is_current(self):
        now = fields.Datetime.now()
        for row in self:
            row.is_current = not row.until or row.until > now

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        domains = {
            True: ["|", ("until", "=", False), ("until", ">", now)],
            False: [("until", "<=", now)],
        }
        return fields.Domain.OR(domains[bool(flag)] for flag in value)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Let people in by hand; the other rows are written by the wall itself."""
        rows = self
        if not self.env.su:
            vals_list = [self._prepare_grant(vals) for vals in vals_list]
            # defaults of a context would be written unchecked
            rows = self.with_context(clean_context(self.env.context))
        rows = super(ClientWallMember, rows).create(vals_list).with_env(self.env)
        rows._check_by_hand()
        rows._after_grant()
        return rows

    def write(self, vals):
        """Change the reason or the end of what was granted by hand, while it lasts."""
        if not self.env.su:
            self._check_change(vals)
        result = super().write(vals)
        wall = self.env["client.wall"]
        wall._forget_open_ids()
        if "until" in vals and not self.env.su:
            self._check_by_hand()
            self._after_change()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        """Keep the rows: they answer who could see the client on a given day."""
        raise UserError(
            self.env._("Rows of who sees a client are ended, never deleted.")
        )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_end(self):
        """End rows granted by hand; the others end with their source."""
        if any(row.reason != "manual" for row in self):
            raise UserError(
                self.env._(
                    "Only access granted by hand is ended here. The rest follows the "
                    "team, the followers and the assignments."
                )
            )
        self.filtered("is_current").write({"until": fields.Datetime.now()})

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _prepare_grant(self, vals):
        """Return the values of a row granted by hand, by somebody who may.

        Checked before the row is there: it might let in whoever writes it.

        :param dict vals: values of the row; those of a dialog may be in the context
        :rtype: dict
        :raise AccessError: if they are not for the user to write
        """
        for name in GRANT_FIELDS:
            if default := self.env.context.get(f"default_{name}"):
                vals = {name: default, **vals}
        if vals.get("reason", "manual") != "manual" or vals.keys() - GRANT_FIELDS:
            raise AccessError(
                self.env._("Only access by hand is granted here, from now on.")
            )
        self.env["client.wall"].browse(vals.get("wall_id"))._check_may_grant()
        return vals

    def _check_change(self, vals):
        """Refuse to change what follows from others, or what is over.

        :param dict vals: values to write
        """
        if vals.keys() - CHANGE_FIELDS or any(
            row.reason != "manual" or not row.is_current for row in self
        ):
            raise AccessError(
                self.env._(
                    "Only the end and the reason of access granted by hand can be "
                    "changed, and only while it lasts."
                )
            )
        self.wall_id._check_may_grant()

    def _check_by_hand(self):
        """Refuse grants without a reason, in the past or to people outside.

        :raise ValidationError: says what is missing
        """
        for row in self.filtered(lambda row: row.reason == "manual"):
            if not (row.note or "").strip():
                raise ValidationError(
                    self.env._("Say why %s may see the client.", row.user_id.name)
                )
            if row.user_id.share or not row.user_id.active:
                raise ValidationError(
                    self.env._("“%s” is not an active employee.", row.user_id.name)
                )
            # sudo: only the switch
            if not row.wall_id.sudo().active:
                raise ValidationError(
                    self.env._("The client is not restricted: everybody sees it.")
                )

    def _after_grant(self):
        """Let the wall follow rows that were created, and have them end in time."""
        wall = self.env["client.wall"]
        wall._forget_open_ids()
        changes = [(True, row.wall_id.id, row.user_id.id, row.reason) for row in self]
        # sudo: the right to grant was checked by create; the wall follows its rows
        walls = self.wall_id.sudo()
        walls._log_changes(changes, walls._sync_users(), self._notes())
        self._trigger_end()

    def _after_change(self):
        """Let the wall follow rows whose end was changed."""
        ended = self.filtered(lambda row: not row.is_current)
        changes = [(False, row.wall_id.id, row.user_id.id, row.reason) for row in ended]
        # sudo: the right to end the rows was checked by their write
        walls = self.wall_id.sudo()
        walls._log_changes(changes, walls._sync_users(), self._notes())
        self._trigger_end()

    def _notes(self):
        return {(row.wall_id.id, row.user_id.id): row.note for row in self if row.note}

    def _trigger_end(self):
        """Have the wall looked at when these rows end by themselves."""
        ends = {row.until for row in self if row.until and row.is_current}
        if ends:
            # sudo: a schedule of the system
            self.env.ref("client_hub.ir_cron_client_wall_end").sudo()._trigger(ends)

    @api.model
    def _cron_end(self):
        """Take from those whose time is over what they had of the client.

        They don't see it any more since the very end of their time, as the rules look
        at the clock; this removes followers, notifications and the like, and says so
        in the history.
        """
        self.flush_model()
        # SQL: the rows that are over and whose users are still on the wall's list
        rows = self.env.execute_query(
            SQL(
                """
                SELECT member.wall_id, member.user_id, max(member.note)
                  FROM client_wall_member AS member
                  JOIN client_wall_res_users_rel AS rel
                    ON rel.client_wall_id = member.wall_id
                   AND rel.res_users_id = member.user_id
                 WHERE member.reason = 'manual' AND member.until <= %(now)s
                   AND NOT EXISTS (
                       SELECT 1 FROM client_wall_member AS other
                        WHERE other.wall_id = member.wall_id
                          AND other.user_id = member.user_id
                          AND (other.until IS NULL OR other.until > %(now)s))
              GROUP BY member.wall_id, member.user_id
                """,
                now=fields.Datetime.now(),
            )
        )
        walls = self.env["client.wall"].browse({row[0] for row in rows})
        nightly.attempt_each(walls, "_settle_ended", rows)
