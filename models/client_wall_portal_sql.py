"""The condition of the portal's wall."""

from odoo import api, models
from odoo.tools import SQL

from .client_wall_portal import SKIPPED

# Own records: the person who asked for it, or whom it is addressed to.
PERSON_FIELDS = ("requester_id", "contact_id")


class ClientWall(models.Model):
    """Says in SQL what is hidden from a portal or public user."""

    _inherit = "client.wall"

    @api.model
    def _portal_visible_sql(self, column, sight, group):
        """Return the condition that ``column`` is a client this user may see.

        :param SQL column: id of a commercial entity
        :param dict sight: see :meth:`_portal_sight`
        :param bool group: whether all clients of the group count
        """
        if not sight["is_open"]:
            return SQL("FALSE")
        own = SQL("%s = %s", column, sight["client_id"])
        if not group:
            return own
        fields = self.env["res.partner"]._fields
        return SQL(
            """(%s OR %s IN (
                WITH RECURSIVE above (id, parent_id) AS (
                    SELECT id, parent_id FROM res_partner WHERE id = %s
                     UNION
                    SELECT higher.id, higher.parent_id
                      FROM res_partner AS higher
                      JOIN above ON higher.id = above.parent_id
                ), below (id, is_seen) AS (
                    SELECT top.id, top.is_client AND top.active
                      FROM above
                      JOIN res_partner AS top ON top.id = above.id
                     WHERE above.parent_id IS NULL
                     UNION
                    SELECT kin.id, kin.is_client AND kin.active
                      FROM res_partner AS kin
                      JOIN below ON kin.parent_id = below.id
                ) SELECT id FROM below WHERE is_seen
            ))""",
            own,
            column,
            sight["contact_id"],
            to_flush=[fields[name] for name in ("parent_id", "is_client", "active")],
        )

    @api.model
    def _portal_hidden_sql(self, model, alias):
        """Return the condition that a record is hidden from the current user.

        :param model: any model
        :param str alias: of its table
        :return: SQL that is never null, or None when nothing can be hidden
        """
        return self._portal_any_sql(model, alias, self._portal_sight(), is_own=True)

    def _portal_any_sql(
        self, model, alias, sight, is_own, depth=0, visited=frozenset()
    ):
        """Return the alternatives that hide a record, joined by OR; None if none.

        :param bool is_own: whether what is not the person's own is hidden as well
        :param int depth: how many tables are around this one
        :param frozenset visited: models around this one
        """
        name = model._name
        if name in SKIPPED:
            return None
        column = self._portal_column
        terms = []
        parents = self._portal_parents(name, visited | {name})
        customers = self._portal_customer_fields(name)
        if name == "res.partner":
            terms.append(self._portal_partner_sql(model, alias, sight))
        elif isinstance(model, self.env.registry["client.record"]):
            if not parents:
                terms.append(self._portal_record_sql(model, alias, sight))
        elif customers:
            terms += self._portal_document_terms(model, alias, sight, is_own)
            # a document of one's own may be part of one that is not
            is_own = is_own and not self._portal_is_document(model)
        for field_name in parents:
            parent = self.env[model._fields[field_name].comodel_name]
            inner = f"wall_{depth}"
            hidden = self._portal_any_sql(
                parent, inner, sight, is_own, depth + 1, visited | {name}
            )
            if hidden:
                terms.append(
                    SQL(
                        "EXISTS (SELECT 1 FROM %s AS %s WHERE %s = %s AND %s)",
                        SQL.identifier(parent._table),
                        SQL.identifier(inner),
                        SQL.identifier(inner, "id"),
                        column(model, alias, field_name),
                        hidden,
                    )
                )
        terms += self._portal_reference_terms(model, alias, sight, depth)
        if not terms:
            return None
        hidden = SQL("(%s)", SQL(" OR ").join(terms))
        if sight["is_own"] and name == "client.piece":
            granted = model._portal_granted_sql(alias, sight)
            return SQL("(%s AND (%s) IS NOT TRUE)", hidden, granted)
        return hidden

    @api.model
    def _portal_column(self, model, alias, field_name):
        return SQL.identifier(alias, field_name, to_flush=model._fields[field_name])

    def _portal_partner_sql(self, model, alias, sight):
        """Return the condition that a partner belongs to a client out of sight.

        Himself and his own company a person always sees.
        """
        return SQL(
            "(%s AND %s NOT IN (%s, %s))",
            self._portal_foreign_sql(
                self._portal_column(model, alias, "commercial_partner_id"), sight
            ),
            SQL.identifier(alias, "id"),
            sight["contact_id"],
            sight["client_id"],
        )

    def _portal_foreign_sql(self, column, sight):
        """Return the condition that a commercial entity is a client out of sight."""
        fields = self.env["res.partner"]._fields
        return SQL(
            """EXISTS (
                SELECT 1
                  FROM res_partner AS client
                 WHERE client.id = %s
                   AND (client.is_client OR client.client_restricted)
                   AND NOT %s
            )""",
            column,
            self._portal_visible_sql(
                SQL.identifier("client", "id"), sight, sight["sees_group"]
            ),
            to_flush=[fields["is_client"], fields["client_restricted"]],
        )

    def _portal_record_sql(self, model, alias, sight):
        """Return the condition that an own record is hidden.

        What a person asked for stays his as long as he may ask for that client.
        """
        client = self._portal_column(model, alias, "client_id")
        persons = [
            SQL("%s = %s", self._portal_column(model, alias, name), sight["contact_id"])
            for name in PERSON_FIELDS
            if name in model._fields and model._fields[name].store
        ]
        terms = []
        if not sight["is_own"]:
            terms.append(self._portal_visible_sql(client, sight, sight["sees_group"]))
        if persons:
            group = sight["sees_group"] or sight["asks_for_group"]
            terms.append(
                SQL(
                    "((%s) AND %s)",
                    SQL(" OR ").join(persons),
                    self._portal_visible_sql(client, sight, group),
                )
            )
        if not terms:
            return SQL("TRUE")
        return SQL("((%s) IS NOT TRUE)", SQL(" OR ").join(terms))

    @api.model
    def _portal_is_document(self, model):
        """Tell whether a record can be addressed to a person, or followed by him."""
        return isinstance(model, self.env.registry["mail.thread"])

    def _portal_document_terms(self, model, alias, sight, is_own):
        """Return the conditions that hide a record by its customer."""
        partner = self.env["res.partner"]
        customers = [
            self._portal_column(model, alias, name)
            for name in self._portal_customer_fields(model._name)
        ]
        is_document = self._portal_is_document(model)
        invited = None
        if is_document and not sight["is_client"]:
            # somebody outside all clients, such as a freelancer, whom we invited
            invited = self._portal_followed_sql(model, alias, sight)
        terms = [
            SQL(
                """EXISTS (
                    SELECT 1
                      FROM res_partner AS partner
                      JOIN res_partner AS owner
                        ON owner.id = partner.commercial_partner_id
                     WHERE partner.id = %s AND %s%s
                )""",
                customer,
                self._portal_foreign_sql(SQL.identifier("owner", "id"), sight),
                SQL(" AND (owner.client_restricted IS TRUE OR NOT %s)", invited)
                if invited
                else SQL(),
                to_flush=partner._fields["commercial_partner_id"],
            )
            for customer in customers
        ]
        if is_document:
            terms.append(self._portal_strangers_sql(model, alias, sight, customers))
            if is_own and sight["is_own"]:
                mine = [SQL("%s = %s", name, sight["contact_id"]) for name in customers]
                mine.append(self._portal_followed_sql(model, alias, sight))
                terms.append(SQL("((%s) IS NOT TRUE)", SQL(" OR ").join(mine)))
        return terms

    def _portal_followed_sql(self, model, alias, sight):
        """Return the condition that the person himself follows, or takes part."""
        fields = self.env["mail.followers"]._fields
        followed = SQL(
            """EXISTS (
                SELECT 1
                  FROM mail_followers AS follower
                 WHERE follower.res_model = %s
                   AND follower.res_id = %s
                   AND follower.partner_id = %s
            )""",
            model._name,
            SQL.identifier(alias, "id"),
            sight["contact_id"],
            to_flush=[fields[name] for name in ("res_model", "res_id", "partner_id")],
        )
        name = {"project.project": "id", "project.task": "project_id"}.get(model._name)
        if not name:
            return followed
        fields = self.env["project.collaborator"]._fields
        return SQL(
            """(%s OR EXISTS (
                SELECT 1
                  FROM project_collaborator AS collaborator
                 WHERE collaborator.project_id = %s
                   AND collaborator.partner_id = %s
            ))""",
            followed,
            SQL.identifier(alias, name, to_flush=model._fields[name]),
            sight["contact_id"],
            to_flush=[fields["project_id"], fields["partner_id"]],
        )

    def _portal_strangers_sql(self, model, alias, sight, customers):
        """Return the condition that a document without customer is followed by people
        of a client out of sight, and by nobody of the user's own company."""
        fields = self.env["mail.followers"]._fields
        followers = SQL(
            """SELECT 1
                 FROM mail_followers AS follower
                 JOIN res_partner AS person ON person.id = follower.partner_id
                WHERE follower.res_model = %s AND follower.res_id = %s""",
            model._name,
            SQL.identifier(alias, "id"),
            to_flush=[
                *(fields[name] for name in ("res_model", "res_id", "partner_id")),
                self.env["res.partner"]._fields["commercial_partner_id"],
            ],
        )
        entity = SQL.identifier("person", "commercial_partner_id")
        return SQL(
            "(%s AND EXISTS (%s AND %s) AND NOT EXISTS (%s AND %s))",
            SQL(" AND ").join(SQL("%s IS NULL", customer) for customer in customers),
            followers,
            self._portal_foreign_sql(entity, sight),
            followers,
            self._portal_visible_sql(entity, sight, sight["sees_group"]),
        )

    def _portal_reference_terms(self, model, alias, sight, depth):
        """Return the conditions that hide a record by the document it belongs to.

        Which documents of his own client a person reads is Odoo's matter: it checks
        the document itself, and lets those who were addressed read the message.
        """
        terms = []
        for model_field, id_field in self._portal_references(model._name):
            for name in self._portal_referred_models():
                document = self.env[name]
                inner = f"wall_{depth}"
                hidden = self._portal_any_sql(
                    document, inner, sight, False, depth + 1, frozenset({model._name})
                )
                terms.append(
                    SQL(
                        "(%s = %s AND EXISTS (SELECT 1 FROM %s AS %s WHERE %s = %s"
                        " AND %s))",
                        self._portal_column(model, alias, model_field),
                        name,
                        SQL.identifier(document._table),
                        SQL.identifier(inner),
                        SQL.identifier(inner, "id"),
                        self._portal_column(model, alias, id_field),
                        hidden,
                    )
                )
        return terms
