"""What portal and public users see of clients that are not theirs: nothing."""

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

# Stored many2one to res.partner that say whose a record is.
CUSTOMER_FIELDS = ("partner_id", "client_id", "commercial_partner_id", "customer_id")
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
    widened: the condition (:mod:`client_wall_portal_sql`) comes on top of Odoo's rules.
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
