"""Who may see a restricted client, and why."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

# What decides, beside the assignment itself, whether somebody is a member.
FLUSHED = {
    "client.wall": ["active", "client_id"],
    "client.wall.member": None,
    "mail.activity": ["active", "res_id", "res_model", "user_id"],
    "res.users": ["active", "partner_id", "share"],
}


class ClientWall(models.Model):
    """The set of people who see one restricted client.

    Each guarded record stores the id of its client's wall, empty when the client is
    not restricted; so a rule needs no path to the partner, and a change of membership
    touches no record but this one.

    Where members come from is in :mod:`client_wall_origin`, what is taken from those
    who leave in :mod:`client_wall_forget`, who saw what when in
    :mod:`client_wall_answer`.
    """

    _name = "client.wall"
    _description = "Restricted client: who sees it"
    _rec_name = "client_id"
    _order = "id"

    client_id = fields.Many2one(
        comodel_name="res.partner", required=True, readonly=True, ondelete="cascade"
    )
    active = fields.Boolean(default=True, readonly=True)
    member_ids = fields.One2many(
        comodel_name="client.wall.member", inverse_name="wall_id"
    )
    period_ids = fields.One2many(
        comodel_name="client.wall.period", inverse_name="wall_id"
    )
    user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="client_wall_res_users_rel",
        string="People who see the client",
        readonly=True,
        help="Kept from the member rows; finance and administrators see it as well.",
    )

    _client_unique = models.UniqueIndex(
        "(client_id)", "A client has one wall at the most."
    )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _sync(self, clients):
        """Bring the walls of these clients in line with their sources, now.

        :param clients: ``res.partner`` records; contacts count as their client
        """
        # sudo: membership follows from what the user was allowed to change; the rows
        # themselves are closed to everybody
        clients = clients.sudo().commercial_partner_id
        restricted = clients.filtered("client_restricted")
        walls = self.sudo().with_context(active_test=False)
        known = walls.search([("client_id", "in", clients.ids)])
        missing = restricted - known.client_id
        created = walls.create([{"client_id": client.id} for client in missing])
        known |= created
        if not known:
            return
        opened = known.filtered(lambda wall: not wall.active) & known.filtered(
            "client_id.client_restricted"
        )
        closed = known.filtered(
            lambda wall: wall.active and not wall.client_id.client_restricted
        )
        (opened | created)._begin()
        closed._end()
        self._sync_stored_wall(clients)
        (known - closed).filtered("active")._sync_members()
        for wall in opened | created:
            wall._forget()

    def _begin(self):
        """Open walls: from now on their clients are restricted."""
        if not self:
            return
        self.filtered(lambda wall: not wall.active).active = True
        self.env["client.wall.period"].create([{"wall_id": wall.id} for wall in self])

    def _end(self):
        """Close walls: everybody sees the clients again; all rows end."""
        if not self:
            return
        now = fields.Datetime.now()
        self.active = False
        self.period_ids.filtered(lambda period: not period.until).until = now
        # the change of the switch itself is in the history: nobody loses sight
        rows = self.member_ids.filtered("is_current")
        rows.write({"until": now})
        self.user_ids = False

    @api.model
    @api.private
    def _merge(self, sources, target):
        """Leave one wall to clients that become one; its rows are all kept.

        :param sources: ``res.partner`` records that will be gone
        :param target: the ``res.partner`` that stays
        """
        # sudo: called by the merge, which has checked the rights
        walls = (
            self.sudo()
            .with_context(active_test=False)
            .search([("client_id", "in", (sources | target).ids)])
        )
        kept = walls.filtered(lambda wall: wall.client_id == target)[:1] or walls[:1]
        gone = walls - kept
        if not gone:
            return
        gone.member_ids.write({"wall_id": kept.id})
        gone.period_ids.write({"wall_id": kept.id})
        self.env.flush_all()
        for name in self._guarded_models():
            # SQL: the wall of a record follows its client, nobody writes it
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET client_wall_id = %s WHERE client_wall_id = ANY(%s)",
                    SQL.identifier(self.env[name]._table),
                    kept.id,
                    gone.ids,
                )
            )
        gone.unlink()
        self.env.invalidate_all()

    @api.model
    def _sync_stored_wall(self, clients):
        """Recompute the stored wall of the clients' partners where it is not right."""
        # sudo: the stored wall is right for everybody, whoever made the change
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        partners = Partner.search([("commercial_partner_id", "in", clients.ids)])
        self.env.add_to_compute(Partner._fields["client_wall_id"], partners)
        partners.mapped("client_wall_id")

    def _sync_members(self, scope=None):
        """Open and close rows so that the current ones are what the sources say.

        Rows by hand are left alone: they end at their date or when somebody ends them.

        :param tuple scope: ``(reason, model, ids)`` to look at the assignments on these
            records only, whatever wall they were behind; all of ``self`` if not given
        """
        self._flush_origins(scope)
        changes = self._apply_sources(scope)
        if not changes:
            return
        Member = self.env["client.wall.member"]
        Member.invalidate_model(flush=False)
        self.env["client.wall"]._forget_open_ids()
        walls = self.browse({wall_id for _is_new, wall_id, _user_id, _r in changes})
        walls._log_changes(changes, walls._sync_users())

    @api.model
    def _flush_origins(self, scope):
        """Bring to the database what the queries of the sources read."""
        if not scope:
            self.env.flush_all()
            return
        _reason, model, ids = scope
        # sudo: nothing is read, only flushed
        records = self.env[model].sudo().browse(ids).exists()
        records.flush_recordset()
        for name, columns in FLUSHED.items():
            # sudo: as above
            self.env[name].sudo().flush_model(columns)

    def _apply_sources(self, scope):
        """Close the rows whose source is gone, open the new ones; one statement.

        An activity lets in somebody who has no other reason when it is given; it
        doesn't keep in who leaves the team: his activities go with him.

        :param tuple scope: see :meth:`_sync_members`
        :return: ``(is new, wall id, user id, reason)`` per row
        :rtype: list
        """
        # SQL: what is wanted can be thousands of assignments
        current = SQL("member.until IS NULL AND member.reason <> 'manual'")
        if scope:
            reason, model, ids = scope
            current = SQL(
                "%s AND member.reason = %s AND member.res_model = %s"
                " AND member.res_id = ANY(%s)",
                *(current, reason, model, list(ids)),
            )
        else:
            current = SQL("%s AND member.wall_id = ANY(%s)", current, self.ids)
        same = SQL(
            "(member.wall_id, member.user_id, member.reason, member.res_model,"
            " member.res_id) = (wanted.wall_id, wanted.user_id, wanted.reason,"
            " wanted.res_model, wanted.res_id)"
        )
        return self.env.execute_query(
            SQL(
                """
                WITH found AS MATERIALIZED (
                    SELECT DISTINCT origin.*
                      FROM (%(origins)s) AS origin
                           (wall_id, user_id, reason, res_model, res_id)
                      JOIN client_wall AS wall ON wall.id = origin.wall_id
                      JOIN res_users AS people ON people.id = origin.user_id
                     WHERE wall.active AND people.active
                       AND people.share IS NOT TRUE
                ), wanted AS MATERIALIZED (
                    SELECT * FROM found AS wanted
                     WHERE wanted.reason <> 'activity'
                        OR EXISTS (SELECT 1 FROM client_wall_member AS member
                                    WHERE member.until IS NULL AND %(same)s)
                        OR NOT EXISTS (
                           SELECT 1 FROM found AS other
                            WHERE other.wall_id = wanted.wall_id
                              AND other.user_id = wanted.user_id
                              AND other.reason <> 'activity')
                       AND NOT EXISTS (
                           SELECT 1 FROM client_wall_member AS other
                            WHERE other.wall_id = wanted.wall_id
                              AND other.user_id = wanted.user_id
                              AND other.reason <> 'activity'
                              AND (other.until IS NULL OR other.until > %(now)s))
                ), closed AS (
                    UPDATE client_wall_member AS member
                       SET until = GREATEST(%(now)s, since),
                           write_date = %(now)s, write_uid = %(uid)s
                     WHERE %(current)s
                       AND NOT EXISTS (SELECT 1 FROM wanted WHERE %(same)s)
                 RETURNING wall_id, user_id, reason
                ), opened AS (
                    INSERT INTO client_wall_member AS made
                           (wall_id, client_id, user_id, reason, res_model, res_id,
                            since, create_uid, write_uid, create_date, write_date)
                    SELECT wanted.wall_id, wall.client_id, wanted.user_id,
                           wanted.reason, wanted.res_model, wanted.res_id,
                           %(now)s, %(uid)s, %(uid)s, %(now)s, %(now)s
                      FROM wanted JOIN client_wall AS wall ON wall.id = wanted.wall_id
                     WHERE NOT EXISTS (SELECT 1 FROM client_wall_member AS member
                                        WHERE member.until IS NULL AND %(same)s)
               ON CONFLICT DO NOTHING
                 RETURNING wall_id, user_id, reason
                )
                SELECT FALSE, * FROM closed UNION ALL SELECT TRUE, * FROM opened
                """,
                origins=self._origins_sql(scope),
                current=current,
                same=same,
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )

    def _sync_users(self):
        """Store the current members' users; take from those who left what they had.

        :return: ``({(wall id, user id)} who came, the same who went)``
        :rtype: tuple(set, set)
        """
        self.env.flush_all()
        # SQL: compares all rows of the walls in one statement
        rows = self.env.execute_query(
            SQL(
                """
                WITH sees AS (
                    SELECT DISTINCT wall_id, user_id
                      FROM client_wall_member
                     WHERE wall_id = ANY(%(walls)s)
                       AND (until IS NULL OR until > %(now)s)
                ), gone AS (
                    DELETE FROM client_wall_res_users_rel AS rel
                     WHERE rel.client_wall_id = ANY(%(walls)s)
                       AND NOT EXISTS (
                           SELECT 1 FROM sees WHERE sees.wall_id = rel.client_wall_id
                                                AND sees.user_id = rel.res_users_id)
                 RETURNING client_wall_id, res_users_id
                ), come AS (
                    INSERT INTO client_wall_res_users_rel
                           (client_wall_id, res_users_id)
                    SELECT wall_id, user_id FROM sees
               ON CONFLICT DO NOTHING
                 RETURNING client_wall_id, res_users_id
                )
                SELECT FALSE, * FROM gone UNION ALL SELECT TRUE, * FROM come
                """,
                walls=self.ids,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_recordset(["user_ids"], flush=False)
        self.env["client.wall"]._forget_open_ids()
        came, went = set(), set()
        for is_new, wall_id, user_id in rows:
            (came if is_new else went).add((wall_id, user_id))
        lost = defaultdict(list)
        for wall_id, user_id in went:
            lost[wall_id].append(user_id)
        for wall_id, user_ids in lost.items():
            self.browse(wall_id)._forget(self.env["res.users"].browse(user_ids))
        return came, went

    @api.model
    @api.private
    def _guarded_models(self):
        """Return the names of the models that store a client's wall and can be read."""
        return sorted(
            name
            for name, model in self.env.registry.items()
            if self._stores_wall(model)
        )

    # ------------------------------------------------------------------
    # WHO MAY LET IN
    # ------------------------------------------------------------------

    @api.private
    def _check_may_grant(self):
        """Raise unless the user sees these clients and may let others in by hand.

        :raise AccessError: without the client's name
        """
        user = self.env.user
        if self.env.su or user.has_group("client_hub.group_manager"):
            return
        is_manager = user.has_group("client_hub.group_account_manager")
        if self and is_manager and set(self.ids) <= self._member_wall_ids():
            return
        raise AccessError(
            self.env._(
                "Only the account managers who see a client, and administrators, let "
                "somebody else in."
            )
        )

    @api.model
    @api.private
    def _entered(self):
        """Return the walls that the user is behind now, to be compared later.

        :return: ids, or None for those who see every client and for superuser code
        :rtype: set | None
        """
        if self.env.su or self.env.user._client_wall_sees_all():
            return None
        return self._member_wall_ids()

    @api.model
    def _member_wall_ids(self):
        """Return the ids of the walls that the user is a member of now, as a set."""
        self.env["client.wall.member"].sudo().flush_model()  # sudo: no access needed
        rows = self.env.execute_query(
            SQL(
                """
                SELECT wall_id FROM client_wall_member
                 WHERE user_id = %s AND (until IS NULL OR until > %s)
                """,
                self.env.uid,
                fields.Datetime.now(),
            )
        )
        return {row[0] for row in rows}

    @api.model
    @api.private
    def _check_entered(self, entered, records):
        """Refuse to put records behind a wall that the user is not behind himself.

        Checked against what he saw before: the record that he assigns to himself
        would let him in, and then the rules would find nothing wrong.

        :param set entered: what :meth:`_entered` returned before the change
        :param records: records that store their client's wall
        :raise AccessError: without the client's name
        """
        if entered is None:
            return
        # sudo: the ids of the walls only
        walls = records.sudo().client_wall_id.filtered("active")
        if set(walls.ids) - entered:
            raise AccessError(
                self.env._("You can't put this where you do not see the client.")
            )
