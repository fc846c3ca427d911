"""What portal and public users see of clients that are not theirs: nothing."""

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

# Stored many2one to res.partner that say whose a record is.
CUSTOMER_FIELDS = ("partner_id", "client_id", "commercial_partner_id", "customer_id")
# Own records: the person who asked for it, or whom it is addressed to.
PERSON_FIELDS = ("requester_id", "contact_id")
# What a record is part of, where deleting the whole doesn't delete the part.
PARENT_FIELDS = {
    "account.analytic.line": ("project_id", "task_id"),
    "project.task": ("project_id",),
}
# Models about documents of any kind, whose own check asks for the document: see
# ``_hidden_by_document``. One condition for all kinds takes longer to plan than to run.
CHECKED = frozenset(
    {
        "ir.attachment",
        "mail.activity",
        "mail.followers",
        "mail.message",
        "mail.scheduled.message",
        "rating.rating",
    }
)
# Models whose partner is no customer, or that are open by their own parent model.
SKIPPED = frozenset(
    {
        # the partner of our own company
        "res.company",
        # reached through the partner that it inherits from
        "res.users",
    }
)


def _portal_sql(model, alias, query):
    """Return the condition of :meth:`ClientWall._portal_domain`, for the user of now.

    Called each time that a query is built, so it never goes stale, although Odoo
    caches the domain that holds it.
    """
    hidden = model.env["client.wall"]._portal_hidden_sql(model, alias)
    return SQL("NOT (%s)", hidden) if hidden else SQL("TRUE")


def _portal_client_sql(model, alias, query):
    """Return the same condition, without what only concerns the person's own."""
    wall = model.env["client.wall"]
    hidden = wall._portal_any_sql(model, alias, wall._portal_sight(), is_own=False)
    return SQL("NOT (%s)", hidden) if hidden else SQL("TRUE")


class ClientWall(models.Model):
    """The portal's side of the wall.

    Odoo's own portal rules follow the tree of partners downwards, so the people of a
    holding read what belongs to each subsidiary. A subsidiary that is a client is
    closed to them here, unless their scope is the group; and a person who sees his own
    requests only is held to what is addressed to him or what he follows. Nothing is
    widened: the condition comes on top of Odoo's rules.
    """

    _inherit = "client.wall"

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _portal_domain(self, model_name):
        """Return the domain of what a portal or public user may see of a model.

        :param str model_name: any model, also of a module installed later
        :rtype: Domain
        """
        if not self._portal_is_guarded(model_name):
            return Domain.TRUE
        return Domain.custom(to_sql=_portal_sql)

    @api.model
    @api.private
    def _portal_open(self, records, is_own=True):
        """Return those of ``records`` that the portal's wall leaves to the user.

        For pages of Odoo that search as superuser; asks nothing of Odoo's own rules.

        :param records: of any model, as superuser or not
        :param bool is_own: leave out what is not the person's own, where his scope
            says so; False to ask for the client only
        """
        if self.env.user._is_internal() or not records:
            return records
        # sudo: ids are compared in SQL; nothing is read
        records_sudo = records.sudo().with_context(active_test=False)
        if not self._portal_is_guarded(records._name):
            return records
        to_sql = _portal_sql if is_own else _portal_client_sql
        found = records_sudo.filtered_domain(Domain.custom(to_sql=to_sql))
        return records.filtered(lambda record: record.id in found._ids)

    @api.model
    @api.private
    def _portal_voids_token(self, record):
        """Tell whether a token for the record counts for nothing with this user.

        A token in a mail opens a document to whoever has no account here. Somebody who
        is signed in as another client's person is known not to be meant.

        :param record: one record, as superuser or not
        """
        user = self.env.user
        if not user.share or user._is_public() or not record:
            return False
        if record._name == "ir.attachment":
            # sudo: only the document is asked for
            file_sudo = record.sudo()
            if not file_sudo.res_id or file_sudo.res_model not in self.env:
                return False
            record = self.env[file_sudo.res_model].browse(file_sudo.res_id).exists()
            return bool(record) and not self._portal_open(record, is_own=False)
        return not self._portal_open(record)

    # ------------------------------------------------------------------
    # Who looks
    # ------------------------------------------------------------------

    @api.model
    def _portal_sight(self):
        """Return what the current user's contact may see, as a dict.

        Reads nothing but his own contact and his own company.
        """
        # sudo: internal fields of the user's own contact decide about his own sight
        contact = self.env.user.sudo().partner_id
        client = contact.commercial_partner_id
        scope = contact.portal_scope
        return {
            "contact_id": contact.id,
            "client_id": client.id,
            "is_client": client.is_client,
            "is_open": not client.is_client or contact._is_portal_allowed(),
            "is_own": client.is_client and scope == "own",
            "sees_group": scope == "group",
            "asks_for_group": contact.portal_group_jobs,
        }

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

    # ------------------------------------------------------------------
    # What a model points at
    # ------------------------------------------------------------------

    @api.model
    @tools.ormcache("model_name")
    def _portal_is_guarded(self, model_name):
        """Tell whether records of the model can belong to a client."""
        return self._portal_has_path(model_name, frozenset())

    @api.model
    def _portal_has_path(self, model_name, visited):
        model = self.env[model_name]
        if model_name in SKIPPED or model._abstract or model._transient:
            return False
        return (
            model_name == "res.partner"
            or bool(self._portal_customer_fields(model_name))
            or bool(self._portal_references(model_name))
            or bool(self._portal_parents(model_name, visited | {model_name}))
        )

    @api.model
    def _portal_stored_fields(self, model_name, comodel_name=None):
        """Yield the stored many2one fields of a model."""
        for field in self.env[model_name]._fields.values():
            if field.type == "many2one" and field.store and not field.company_dependent:
                if comodel_name in (None, field.comodel_name):
                    yield field

    @api.model
    @tools.ormcache("model_name")
    def _portal_customer_fields(self, model_name):
        """Return the names of the fields that say whose a record is."""
        return tuple(
            field.name
            for field in self._portal_stored_fields(model_name, "res.partner")
            if field.name in CUSTOMER_FIELDS
        )

    @api.model
    @tools.ormcache("model_name")
    def _portal_references(self, model_name):
        """Return ``(model field, id field)`` for each reference by model and id.

        Our own records say themselves whose they are.
        """
        if model_name in CHECKED or isinstance(
            self.env[model_name], self.env.registry["client.record"]
        ):
            return ()
        fields = self.env[model_name]._fields
        return tuple(
            (field.model_field, field.name)
            for field in fields.values()
            if field.type == "many2one_reference"
            and field.store
            and fields[field.model_field].store
        )

    @api.model
    def _portal_parents(self, model_name, visited=frozenset()):
        """Return the names of the fields to the records that a record is part of.

        :param frozenset visited: models that are being looked at, against loops
        """
        names = PARENT_FIELDS.get(model_name)
        return tuple(
            field.name
            for field in self._portal_stored_fields(model_name)
            if field.comodel_name not in visited
            and (
                field.name in names
                if names
                else field.required or field.ondelete == "cascade"
            )
            and field.comodel_name != "res.partner"
            and field.comodel_name in self.env
            and self._portal_has_path(field.comodel_name, visited)
        )

    @api.model
    @tools.ormcache()
    def _portal_referred_models(self):
        """Return the models that messages, files and ratings can belong to."""
        registry = self.env.registry
        kinds = (registry["mail.thread"], registry["client.record"])
        return tuple(
            name
            for name in sorted(registry)
            if isinstance(self.env[name], kinds)
            and self.env[name]._auto
            and self._portal_is_guarded(name)
            # what refers to documents itself would go round in circles
            and not self._portal_references(name)
        )

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

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
        return SQL("(%s)", SQL(" OR ").join(terms)) if terms else None

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
