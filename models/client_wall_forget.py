"""What is taken from those who no longer see a restricted client."""

from odoo import api, fields, models, tools
from odoo.tools import SQL

# Delete the rows that tie somebody outside to a document of the client. ``people`` are
# those outside (id, partner_id), ``document`` the client's documents (model, id).
TIES = {
    "mail.followers": """
        DELETE FROM mail_followers AS tie USING document, people
         WHERE tie.res_model = document.model AND tie.res_id = document.id
           AND tie.partner_id = people.partner_id
    """,
    "mail.notification": """
        DELETE FROM mail_notification AS tie USING mail_message, document, people
         WHERE tie.mail_message_id = mail_message.id
           AND mail_message.model = document.model
           AND mail_message.res_id = document.id
           AND tie.res_partner_id = people.partner_id
    """,
    "mail.message": """
        DELETE FROM mail_message_res_partner_starred_rel AS tie
              USING mail_message, document, people
         WHERE tie.mail_message_id = mail_message.id
           AND mail_message.model = document.model
           AND mail_message.res_id = document.id
           AND tie.res_partner_id = people.partner_id
    """,
    "mail.activity": """
        DELETE FROM mail_activity AS tie USING document, people
         WHERE tie.res_model = document.model AND tie.res_id = document.id
           AND tie.user_id = people.id
    """,
    "mail.scheduled.message": """
        DELETE FROM mail_scheduled_message AS tie USING document, people
         WHERE tie.model = document.model AND tie.res_id = document.id
           AND tie.author_id = people.partner_id
    """,
    # mails about the client that are not sent yet
    "mail.mail": """
        DELETE FROM mail_mail_res_partner_rel AS tie
              USING mail_mail, mail_message, document, people
         WHERE tie.mail_mail_id = mail_mail.id AND mail_mail.state = 'outgoing'
           AND mail_mail.mail_message_id = mail_message.id
           AND mail_message.model = document.model
           AND mail_message.res_id = document.id
           AND tie.res_partner_id = people.partner_id
    """,
}


class ClientWall(models.Model):
    """Removes what would still tell people outside about the client."""

    _inherit = "client.wall"

    def _forget(self, users=None, documents=None):
        """Take from those outside what ties them to the client.

        Followers, notifications, starred and scheduled messages, activities,
        favourites, saved filters with the client's name, places in its chats, and
        in its meetings to come: who met whom in the past stays as it was, behind the
        wall.

        :param users: ``res.users`` to look at; everybody if not given. Those who see
            the client are passed over.
        :param dict documents: ``{model: ids}`` of the client, all of them if not given
        """
        self.ensure_one()
        if not self.active:
            return
        self.env.flush_all()
        people = self._outside_sql(users)
        if not self.env.execute_query(SQL("SELECT 1 FROM (%s) AS p LIMIT 1", people)):
            return
        document = self._documents_sql(documents)
        # SQL: a client may have tens of thousands of documents
        head = SQL(
            "WITH people AS MATERIALIZED (%s), document AS MATERIALIZED (%s)",
            *(people, document),
        )
        for query in TIES.values():
            self.env.cr.execute(SQL("%s %s", head, SQL(query)))
        self._forget_favorites(people, documents)
        self._forget_filters(people)
        self._forget_channels(people, documents)
        self.env.invalidate_all(flush=False)
        self._forget_meetings(people)

    def _outside_sql(self, users=None):
        """Return the query of the employees who do not see the client.

        :param users: ``res.users`` to look at; everybody if not given
        :return: query of (id, partner_id)
        :rtype: SQL
        """
        chosen = SQL("users.id = ANY(%s)", users.ids) if users else SQL("TRUE")
        return SQL(
            """
            SELECT users.id, users.partner_id FROM res_users AS users
             WHERE users.share IS NOT TRUE AND %s
               AND users.id <> ALL(%s)
               AND NOT EXISTS (
                   SELECT 1 FROM client_wall_member AS member
                    WHERE member.wall_id = %s AND member.user_id = users.id
                      AND (member.until IS NULL OR member.until > %s))
            """,
            chosen,
            self.env["res.users"]._client_wall_seers().ids,
            self.id,
            fields.Datetime.now(),
        )

    # ------------------------------------------------------------------
    # DOCUMENTS
    # ------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _thread_models(self):
        """Return the names of the models with a path to a client that people follow."""
        return tuple(
            name
            for name, model in sorted(self.env.registry.items())
            if model._auto
            and not model._abstract
            and not model._transient
            and model._fields.keys() & {"message_follower_ids", "activity_ids"}
            and self._guard_paths(name)
        )

    def _documents_sql(self, documents=None):
        """Return the query of (model, id) of the client's documents.

        :param dict documents: ``{model: ids}``, to have only these
        :rtype: SQL
        """
        queries = []
        for name in documents or self._thread_models():
            where = (
                SQL("document.id = ANY(%s)", list(documents[name]))
                if documents
                else self._belongs_sql(name, "document")
            )
            if where:
                queries.append(
                    SQL(
                        "SELECT %s AS model, document.id FROM %s AS document WHERE %s",
                        name,
                        SQL.identifier(self.env[name]._table),
                        where,
                    )
                )
        return SQL(" UNION ALL ").join(queries)

    def _belongs_sql(self, model_name, alias, depth=0):
        """Return the condition under which a record belongs to the wall's client.

        :param str model_name: name of the model
        :param str alias: of its table in the query
        :return: None if nothing of the model can belong to a client
        :rtype: SQL | None
        """
        model = self.env[model_name]
        conditions = []
        for kind, name, *rest in self._guard_paths(model_name):
            if kind == "reference":
                conditions += self._reference_belongs_sql(alias, name, *rest)
                continue
            if kind == "wall":
                column = SQL.identifier(alias, name)
                conditions.append(SQL("%s = %s", column, self.id))
                continue
            field = model._fields[name]
            inner = f"above_{depth}"
            above = self._belongs_sql(field.comodel_name, inner, depth + 1)
            if not above:
                continue
            targets = SQL(
                "SELECT %s.id FROM %s AS %s WHERE %s",
                SQL.identifier(inner),
                SQL.identifier(self.env[field.comodel_name]._table),
                SQL.identifier(inner),
                above,
            )
            if kind == "many2many":
                targets = SQL(
                    "SELECT %s FROM %s WHERE %s IN (%s)",
                    SQL.identifier(field.column1),
                    SQL.identifier(field.relation),
                    SQL.identifier(field.column2),
                    targets,
                )
                name = "id"
            conditions.append(SQL("%s IN (%s)", SQL.identifier(alias, name), targets))
        return SQL("(%s)", SQL(" OR ").join(conditions)) if conditions else None

    def _reference_belongs_sql(self, alias, name, model_field):
        """Return the conditions for a model name and id that point at the client."""
        return [
            SQL(
                "(%s = %s AND %s IN (SELECT id FROM %s WHERE client_wall_id = %s))",
                SQL.identifier(alias, model_field),
                target,
                SQL.identifier(alias, name),
                SQL.identifier(self.env[target]._table),
                self.id,
            )
            for target in self._guarded_models()
        ]

    # ------------------------------------------------------------------
    # WHAT IS NEITHER MAIL NOR ACTIVITY
    # ------------------------------------------------------------------

    def _forget_favorites(self, people, documents):
        """Take the client's documents out of people's favourites."""
        for name in documents or self._thread_models():
            field = self.env[name]._fields.get("favorite_user_ids")
            where = self._where_sql(name, documents)
            if field is None or field.type != "many2many" or not where:
                continue
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s IN (SELECT id FROM (%s) AS people)"
                    " AND %s IN (SELECT document.id FROM %s AS document WHERE %s)",
                    SQL.identifier(field.relation),
                    SQL.identifier(field.column2),
                    people,
                    SQL.identifier(field.column1),
                    SQL.identifier(self.env[name]._table),
                    where,
                )
            )

    def _where_sql(self, name, documents):
        if documents:
            return SQL("document.id = ANY(%s)", list(documents[name]))
        return self._belongs_sql(name, "document")

    def _forget_filters(self, people):
        """Take from people the saved filters that name the client or its contacts.

        A filter that is nobody's would be everybody's, so one that loses its last
        user is deleted.
        """
        rows = self.env.execute_query(
            SQL(
                """
                DELETE FROM ir_filters_res_users_rel AS rel
                      USING ir_filters AS filter, res_partner AS partner
                 WHERE filter.id = rel.ir_filters_id
                   AND rel.res_users_id IN (SELECT id FROM (%s) AS people)
                   AND partner.client_wall_id = %s AND length(partner.name) > 3
                   AND (strpos(filter.domain, partner.name) > 0
                        OR strpos(filter.context, partner.name) > 0
                        OR strpos(filter.name, partner.name) > 0)
             RETURNING rel.ir_filters_id
                """,
                people,
                self.id,
            )
        )
        if rows:
            # sudo: the filters are people's own
            filters = self.env["ir.filters"].sudo().with_context(active_test=False)
            filters = filters.browse({row[0] for row in rows})
            filters.invalidate_recordset(["user_ids"], flush=False)
            filters.filtered(lambda filter_: not filter_.user_ids).unlink()

    def _forget_channels(self, people, documents):
        """Take people out of the chats of the client's documents."""
        for name in documents or self.env.registry:
            model = self.env[name]
            if not model._auto or model._abstract or model._transient:
                continue
            channels = [
                field.name
                for field in model._fields.values()
                if field.type == "many2one"
                and field.store
                and field.comodel_name == "discuss.channel"
            ]
            if not channels or not self._guard_paths(name):
                continue
            where = self._where_sql(name, documents)
            for column in channels if where else ():
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM discuss_channel_member"
                        " WHERE partner_id IN (SELECT partner_id FROM (%s) AS people)"
                        " AND channel_id IN (SELECT document.%s FROM %s AS document"
                        " WHERE %s)",
                        people,
                        SQL.identifier(column),
                        SQL.identifier(model._table),
                        where,
                    )
                )

    def _forget_meetings(self, people):
        """Take people out of the client's meetings that are not over."""
        where = self._belongs_sql("calendar.event", "document")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT rel.calendar_event_id, rel.res_partner_id
                  FROM calendar_event_res_partner_rel AS rel
                  JOIN calendar_event AS document
                    ON document.id = rel.calendar_event_id
                 WHERE document.stop >= %s AND %s
                   AND rel.res_partner_id IN (
                       SELECT partner_id FROM (%s) AS people)
                """,
                fields.Datetime.now(),
                where,
                people,
            )
        )
        # sudo: what the users may no longer see goes, whoever made the change
        events = self.env["calendar.event"].sudo().with_context(dont_notify=True)
        for event_id, partner_id in rows:
            event = events.browse(event_id)
            event.write({"partner_ids": [fields.Command.unlink(partner_id)]})
