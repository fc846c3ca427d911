"""Who may see a restricted client, and why."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL


class ClientWall(models.Model):
    """The set of people who see one restricted client.

    Each guarded record stores the id of its client's wall, empty when the client is
    not restricted; so a rule needs no path to the partner, and a change of membership
    touches no record but this one.
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
        known |= walls.create([{"client_id": client.id} for client in missing])
        if not known:
            return
        for wall in known:
            is_open = wall.client_id.client_restricted
            if wall.active != is_open:
                wall.active = is_open
        self._sync_stored_wall(clients)
        wanted = known._collect_members()
        for wall in known:
            wall._sync_members(wanted[wall.client_id.id] if wall.active else set())

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

    def _collect_members(self):
        """Return what the sources say.

        :return: ``{client id: {(user id, reason, model, record id)}}``
        :rtype: dict
        """
        wanted = defaultdict(set)
        active = self.filtered("active")
        for client in active.client_id:
            if client.account_manager_id:
                wanted[client.id].add(
                    (client.account_manager_id.id, "manager", client._name, client.id)
                )
            for user in client.assistant_ids:
                wanted[client.id].add((user.id, "assistant", client._name, client.id))
        for client_id, user_id in self._follower_users(active.client_id):
            wanted[client_id].add((user_id, "follower", "res.partner", client_id))
        for model in self._source_models():
            for client_id, user_id, record_id in model._wall_rows(active.client_id):
                wanted[client_id].add(
                    (user_id, model._wall_reason, model._name, record_id)
                )
        return wanted

    @api.model
    def _follower_users(self, clients):
        """Yield ``(client id, user id)`` of the internal followers of the clients."""
        followers = self.env["mail.followers"].search(
            [("res_model", "=", "res.partner"), ("res_id", "in", clients.ids)]
        )
        for follower in followers:
            for user in follower.partner_id.user_ids:
                if not user.share:
                    yield follower.res_id, user.id

    @api.model
    def _source_models(self):
        """Return the models whose assignments make members."""
        # sudo: a member counts whether or not the user may read the assignment
        return [
            self.env[name].sudo()
            for name in self.env.registry.descendants(
                ["client.wall.source"], "_inherit"
            )
            if name != "client.wall.source" and not self.env[name]._abstract
        ]

    def _sync_members(self, wanted):
        """Open and close member rows so that the current ones are ``wanted``.

        :param set wanted: ``{(user id, reason, model, record id)}``; rows by hand are
            kept until their end date
        """
        self.ensure_one()
        now = fields.Datetime.now()
        current = self.member_ids.filtered(lambda row: not row.until)
        by_hand = current.filtered(lambda row: row.reason == "manual")
        rows = {row._key(): row for row in current - by_hand}
        gone = self.env["client.wall.member"].browse(
            [row.id for key, row in rows.items() if key not in wanted]
        )
        if not self.active:
            gone |= by_hand
        gone._close(now)
        new = [key for key in sorted(wanted) if key not in rows]
        # sudo: rows follow from the sources; only by-hand ones are created by people
        self.env["client.wall.member"].sudo().create(
            [
                {
                    "wall_id": self.id,
                    "user_id": user_id,
                    "reason": reason,
                    "res_model": model,
                    "res_id": record_id,
                    "since": now,
                }
                for user_id, reason, model, record_id in new
            ]
        )
        self._sync_users()

    def _sync_users(self):
        """Store the current members' users; take from those who left what they had."""
        self.ensure_one()
        users = self.member_ids.filtered("is_current").user_id
        lost = self.user_ids - users
        if users != self.user_ids:
            self.user_ids = users
        if self.active and lost:
            self._forget(lost.filtered(lambda user: not user._client_wall_sees_all()))

    def _forget(self, users):
        """Remove what would still tell these users about the client.

        :param users: ``res.users`` who just lost their last reason
        """
        if not users:
            return
        partners = users.partner_id
        for name in self._guarded_models():
            # sudo: removes what the users may no longer see, whoever made the change
            records = (
                self.env[name]
                .sudo()
                .with_context(active_test=False)
                .search([("client_wall_id", "=", self.id)])
            )
            if not records:
                continue
            where = [("res_model", "=", name), ("res_id", "in", records.ids)]
            self.env["mail.followers"].sudo().search(
                [*where, ("partner_id", "in", partners.ids)]
            ).unlink()
            self.env["mail.activity"].sudo().search(
                [*where, ("user_id", "in", users.ids)]
            ).unlink()
            self.env["mail.notification"].sudo().search(
                [
                    ("mail_message_id.model", "=", name),
                    ("mail_message_id.res_id", "in", records.ids),
                    ("res_partner_id", "in", partners.ids),
                ]
            ).unlink()

    @api.model
    def _guarded_models(self):
        """Return the names of the models that store a client's wall and can be read."""
        return sorted(
            name
            for name, model in self.env.registry.items()
            if not model._abstract
            and not model._transient
            and model._auto
            and "client_wall_id" in model._fields
            and model._fields["client_wall_id"].store
        )
