"""Who would gain and who would lose sight, before a change is saved."""

from contextlib import contextmanager, suppress

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import Callbacks

# The fields of each form that may change who sees a client.
PREVIEWED = {
    "res.partner": {
        "account_manager_id",
        "assistant_ids",
        "client_restricted",
        "is_company",
        "parent_id",
        "user_id",
    },
    "client.job": {
        "account_manager_id",
        "assistant_ids",
        "client_id",
        "requester_id",
        "template_id",
        "traffic_user_id",
    },
    "client.piece": {"assigned_user_id"},
    "project.task": {
        "client_assignee_id",
        "client_job_id",
        "client_piece_id",
        "parent_id",
        "partner_id",
        "project_id",
        "user_ids",
    },
}
MAX_NAMES = 10


class DryRunEnd(Exception):
    """Ends a dry run, so that its savepoint is rolled back."""


class ClientWall(models.Model):
    """Tries a change and compares the members: one truth for dialog and deed."""

    _inherit = "client.wall"

    @api.model
    def wall_preview(self, model, record_id, vals):
        """Tell what saving a form would change in who sees restricted clients.

        The change is made with the rights of the user, by the very code that will make
        it, and rolled back.

        :param str model: name of the form's model
        :param record_id: id of the record, or False for a new one
        :param dict vals: what the form would write
        :return: dicts with ``client``, ``kind`` (``change``, ``restrict`` or ``lift``),
            ``gain``, ``lose`` and ``keep``: lists of dicts with ``name`` and
            ``reasons``; ``others``: how many more lose sight. Empty if nothing changes.
        :rtype: list
        """
        names = PREVIEWED.get(model, set()) & vals.keys()
        if not names or not (self._has_walls() or vals.get("client_restricted")):
            return []
        vals = {name: vals[name] for name in names}
        record = self.env[model].browse(record_id or [])
        if not record:
            return self._preview_create(record, vals)
        record.check_access("write")
        if vals.get("client_restricted") is False:
            # tried for real, the wall would be open to others for a moment
            return self._preview_lift(record)
        return self._preview_write(record, vals)

    # ------------------------------------------------------------------
    # THREE KINDS OF CHANGE
    # ------------------------------------------------------------------

    @api.model
    def _preview_write(self, record, vals):
        """Return the groups of :meth:`wall_preview` for a change of a record."""
        entered = self._entered()
        # sudo: the members as the wall counts them; told only to who sees the client
        walls = self._walls_of(record)
        try:
            with suppress(DryRunEnd), self._dry_run():
                record.with_context(
                    mail_auto_subscribe_no_notify=True,
                    mail_activity_quick_update=True,
                    tracking_disable=True,
                ).write(vals)
                self.env.cr.flush()
                after_walls = self._walls_of(record) | walls
                clients = {wall.id: wall.client_id.id for wall in after_walls}
                after = after_walls._members_now()
                raise DryRunEnd
        except (UserError, psycopg2.Error):
            # saving will say what is wrong
            return []
        # sudo: as above
        known = self.sudo().browse(clients).exists().filtered("active")
        before = known._members_now()
        groups = []
        for wall_id, client_id in clients.items():
            client = self.env["res.partner"].browse(client_id)
            if wall_id not in known.ids:
                groups.append(self._group_restrict(client, after.get(wall_id, {})))
            elif entered is None or wall_id in entered:
                groups.append(
                    self._group_change(
                        client, before.get(wall_id, {}), after.get(wall_id, {})
                    )
                )
        return [group for group in groups if group]

    @api.model
    def _preview_create(self, record, vals):
        """Return the groups of :meth:`wall_preview` for a new record.

        Nothing is tried, as numbers would be drawn: the people are those of the form.
        """
        if not hasattr(record, "_wall_people"):
            return []
        record.check_access("create")
        record = record.new(vals)
        # sudo: which wall and who is assigned
        record_sudo = record.sudo()
        wall = record_sudo.client_wall_id or (
            "client_id" in record._fields and record_sudo.client_id.client_wall_id
        )
        entered = self._entered()
        if not wall or (entered is not None and wall.id not in entered):
            return []
        users = self.env["res.users"].union(
            *(record_sudo[name] for name in record._wall_people)
        )
        before = wall._members_now().get(wall.id, {})
        after = {
            **before,
            **{
                id_: {record._wall_reason}
                for id_ in users._origin.ids
                if id_ not in before
            },
        }
        client = wall.client_id.sudo(False)
        group = self._group_change(client, before, after)
        return [group] if group else []

    @api.model
    def _preview_lift(self, record):
        """Return the group of :meth:`wall_preview` for the end of a restriction."""
        # sudo: only the switch
        if not record.sudo().client_restricted:
            return []
        return [self._prepare_group(record, "lift")]

    # ------------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------------

    @contextmanager
    def _dry_run(self):
        """Roll back what is done inside, with everything it put off until later."""
        cr = self.env.cr
        postcommit, cr.postcommit = cr.postcommit, Callbacks()
        try:
            with cr.savepoint():
                yield
        finally:
            cr.postcommit = postcommit
            self._forget_open_ids()
            self._check_has_walls()

    @api.model
    def _walls_of(self, record):
        """Return the active walls that a record is behind, as superuser."""
        # sudo: the ids of the walls; whether to tell is decided later
        return record.sudo().client_wall_id.filtered("active")

    def _members_now(self):
        """Return ``{wall id: {user id: set of reasons}}`` of the current rows."""
        members = {}
        rows = self.env["client.wall.member"].sudo()  # sudo: see wall_preview
        for wall, user, reason in rows._read_group(
            [("wall_id", "in", self.ids), ("is_current", "=", True)],
            ["wall_id", "user_id", "reason"],
        ):
            users = members.setdefault(wall.id, {})
            users.setdefault(user.id, set()).add(reason)
        return members

    @api.model
    def _group_change(self, client, before, after):
        """Return who gains and who loses sight of a client, or None."""
        seers = set(self.env["res.users"]._client_wall_seers().ids)
        gain = {id_: after[id_] for id_ in after.keys() - before.keys() - seers}
        lose = {id_: before[id_] for id_ in before.keys() - after.keys() - seers}
        if not gain and not lose:
            return None
        return self._prepare_group(client, "change", gain=gain, lose=lose)

    @api.model
    def _group_restrict(self, client, after):
        """Return who will be the only ones to see a client."""
        seers = set(self.env["res.users"]._client_wall_seers().ids)
        rows = self.env.execute_query(
            SQL("SELECT id FROM res_users WHERE active AND share IS NOT TRUE")
        )
        lose = {row[0] for row in rows} - seers - after.keys()
        return self._prepare_group(
            client, "restrict", keep=after, lose=dict.fromkeys(lose, set())
        )

    @api.model
    def _prepare_group(self, client, kind, **people):
        """Return one group of :meth:`wall_preview`, in words."""
        labels = self._reason_labels()
        group = {"client": client.display_name, "kind": kind, "others": 0}
        for side in ("gain", "lose", "keep"):
            reasons = people.get(side, {})
            # sudo: who the colleagues are is no secret
            users = self.env["res.users"].sudo().browse(reasons).sorted("name")
            group[side] = [
                {
                    "name": user.name,
                    "reasons": ", ".join(
                        labels[reason]
                        for reason in labels
                        if reason in reasons[user.id]
                    ),
                }
                for user in users
            ]
        if kind == "restrict":
            group["others"] = max(len(group["lose"]) - MAX_NAMES, 0)
            group["lose"] = group["lose"][:MAX_NAMES]
        return group
