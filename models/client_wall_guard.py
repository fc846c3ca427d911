"""The rules of the wall, made from the registry."""

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.wall_exemptions import CHECKED, EXEMPT

# Many2many fields that guard: every partner of a meeting must be visible.
MANY2MANY = {"calendar.event": ("partner_ids",)}
# Models that are checked in Python, and their field with the document's model.
CHECKED_MODELS = {
    "ir.attachment": "res_model",
    "mail.activity": "res_model",
    "mail.message": "model",
}
ANY_WALL = "SELECT 1 FROM client_wall WHERE active LIMIT 1"


def guard_sql(model, alias, query):
    """Return the condition of ``_guard_domain`` for an alias of a query."""
    # sudo: the wall's columns are read by the rule, not by the user
    wall = model.env["client.wall"].sudo()
    visible = wall._visible_sql(model._name, alias)
    return visible or SQL("TRUE")


class ClientWall(models.Model):
    """What the wall hides from the current user: who, which models, which records.

    The conditions are evaluated by the database when a query runs. They read no hidden
    record into the ORM's cache (a later unchecked read would find it there), and hold
    no list of ids that could go stale in a cached rule.
    """

    _inherit = "client.wall"

    # ------------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _is_limited(self):
        """Tell whether anything can be hidden from the current user.

        :return: True for an employee who is neither finance nor administrator, in a
            database with a restricted client; ``sudo()`` changes nothing in this
        :rtype: bool
        """
        if self.env.uid == SUPERUSER_ID or not self._has_walls():
            return False
        # sudo: asks for the user's groups only
        user = self.env.user.sudo()
        return user._is_internal() and not user._client_wall_sees_all()

    @api.model
    @tools.ormcache()
    def _has_walls(self):
        """Tell whether the database has a restricted client at all."""
        return bool(self.env.execute_query(SQL(ANY_WALL)))

    @api.model_create_multi
    def create(self, vals_list):
        """Create; from the first wall on, there is something to hide."""
        walls = super().create(vals_list)
        self._check_has_walls()
        return walls

    def write(self, vals):
        """Write; a wall that opens or closes may be the first or the last."""
        result = super().write(vals)
        if "active" in vals:
            self._check_has_walls()
        return result

    @api.model
    def _check_has_walls(self):
        # sudo: only whether there is a wall
        self.sudo().flush_model(["active"])
        if bool(self.env.execute_query(SQL(ANY_WALL))) != self._has_walls():
            clear_cache = self.env.registry.clear_cache
            clear_cache()
            # another thread, which doesn't see the wall before the commit, may have
            # cached the answer again
            self.env.cr.postcommit.add(clear_cache)

    @api.model
    def _open_ids(self):
        """Return what a restriction does not close to the current user.

        :return: ids of the walls he is a member of now, and of the partners behind
            other walls that are his colleagues' or his companies' own
        :rtype: tuple(list, list)
        """
        key = ("client_wall_open", self.env.uid)
        cache = self.env.cr.cache
        if key not in cache:
            # sudo: what is flushed is the system's
            self.env["client.wall.member"].sudo().flush_model()
            self.env["res.partner"].sudo().flush_model(["client_wall_id"])
            self.env["res.users"].sudo().flush_model(["partner_id", "share"])
            # one query for both: it precedes the first one of each screen
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT wall_id, NULL
                      FROM client_wall_member
                     WHERE user_id = %s
                       AND (until IS NULL OR until > %s)
                 UNION ALL
                    SELECT NULL, partner.id
                      FROM res_partner AS partner
                     WHERE partner.client_wall_id IS NOT NULL
                       AND partner.id IN (SELECT partner_id FROM res_users
                                           WHERE share IS NOT TRUE
                                           UNION ALL
                                          SELECT partner_id FROM res_company)
                    """,
                    self.env.uid,
                    fields.Datetime.now(),
                )
            )
            walls = list({wall for wall, _partner in rows if wall})
            cache[key] = (walls, [partner for _wall, partner in rows if partner])
        return cache[key]

    @api.model
    @api.private
    def _forget_open_ids(self):
        """Have the next query ask again; call it when memberships change."""
        cache = self.env.cr.cache
        for key in [key for key in cache if key[0] == "client_wall_open"]:
            del cache[key]

    # ------------------------------------------------------------------
    # WHAT
    # ------------------------------------------------------------------

    @api.model
    @api.private
    @tools.ormcache("model_name", "as_parent")
    def _guard_paths(self, model_name, as_parent=False):
        """Return how the records of a model lead to a client.

        :param str model_name: name of a model
        :param bool as_parent: asked for the sake of what belongs to the records; then
            what is checked in Python otherwise (messages, files) is a path as well
        :return: ``(kind, field name, …)``, where kind is ``wall`` (the record stores
            its client's wall), ``many2one``, ``many2many``, ``parent`` (a guarded model
            it belongs to), ``reference`` (model name and id) or ``inverse`` (a document
            inherits it by delegation)
        :rtype: tuple
        """
        return tuple(self._find_guard_paths(model_name, (), as_parent))

    @api.model
    def _find_guard_paths(self, model_name, above, as_parent=False):
        """Return the paths; ``above`` are the models on the way here."""
        model = self.env[model_name]
        if model._abstract or model._transient:
            return []
        if self._stores_wall(model):
            return [("wall", "client_wall_id")]
        paths = []
        for field in model._fields.values():
            reason = EXEMPT.get(f"{model_name}.{field.name}")
            if reason and not (as_parent and reason == CHECKED):
                continue
            if path := self._find_guard_path(model, field, (*above, model_name)):
                paths.append(path)
        for name, other in self.env.registry.items():
            # what a document is made of by delegation, as the alias of a project
            if model_name in other._inherits and self._stores_wall(self.env[name]):
                paths.append(("inverse", other._inherits[model_name], name))
        return paths

    @api.model
    def _find_guard_path(self, model, field, above):
        if not field.store or field.company_dependent:
            return None
        if field.type == "many2one_reference":
            has_model = model._fields[field.model_field].store
            return ("reference", field.name, field.model_field) if has_model else None
        if field.type == "many2many" and field.name in MANY2MANY.get(model._name, ()):
            return ("many2many", field.name)
        if field.type != "many2one" or field.comodel_name in above:
            return None
        if self._stores_wall(self.env[field.comodel_name]):
            return ("many2one", field.name)
        is_part = field.required or field.ondelete == "cascade"
        if is_part and field.comodel_name not in ("res.users", "res.company"):
            if self._find_guard_paths(field.comodel_name, above, True):
                return ("parent", field.name)
        return None

    @api.model
    def _stores_wall(self, model):
        field = model._fields.get("client_wall_id")
        return bool(
            field is not None and field.store and model._auto and not model._transient
        )

    @api.model
    @tools.ormcache()
    def _reference_models(self):
        """Return the guarded models that others refer to by model name and id."""
        return tuple(
            name
            for name in sorted(self.env.registry)
            if self.env[name]._auto
            and self._guard_paths(name)
            and not self.env[name]._transient
            and (
                self._stores_wall(self.env[name])
                or {"message_ids", "activity_ids"} & self.env[name]._fields.keys()
            )
        )

    @api.model
    @api.private
    def _guard_domain(self, model_name):
        """Return the domain of what the current user may see of a model.

        :param str model_name: name of a model
        :rtype: Domain
        """
        if not self._guard_paths(model_name):
            return Domain.TRUE
        return Domain.custom(to_sql=guard_sql)

    # ------------------------------------------------------------------
    # RECORDS
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _hidden_domain(self, model_name):
        """Return the domain of what is hidden from the current user.

        :param str model_name: name of a model
        :rtype: Domain
        """
        if not self._is_limited() or not self._guard_paths(model_name):
            return Domain.FALSE
        return ~self._guard_domain(model_name)

    @api.model
    @api.private
    def _hidden(self, records):
        """Return those of ``records`` that are hidden from the current user.

        :param records: records of any model, also as superuser
        :return: the hidden ones, none of which is read
        """
        ids = [id_ for id_ in records._ids if isinstance(id_, int)]
        if not ids or not self._is_limited():
            return records.browse()
        if model_field := CHECKED_MODELS.get(records._name):
            return self._hidden_by_document(records.browse(ids), model_field)
        if not self._guard_paths(records._name):
            return records.browse()
        # sudo: finds out what the user may not see
        query = (
            records.sudo()
            .with_context(active_test=False)
            ._search(Domain("id", "in", ids) & self._hidden_domain(records._name))
        )
        return records.browse(query.get_result_ids())

    @api.model
    @api.private
    def _mask(self, records):
        """Replace the labels of hidden records that are read as superuser.

        :param records: records whose ``display_name`` was just computed
        """
        if not self.env.su or not (hidden := self._hidden_of_read(records)):
            return
        is_person = records._name in ("res.partner", "res.users")
        label = (
            self.env._("Restricted contact") if is_person else self.env._("Restricted")
        )
        for record in hidden:
            record.display_name = label

    @api.model
    def _hidden_of_read(self, records):
        """Return those of records that the superuser has just read that are hidden.

        Where the wall is stored it was read with the rest: no query is needed.
        """
        if not self._is_limited() or not self._stores_wall(records):
            return self._hidden(records)
        walls, partners = map(set, self._open_ids())
        is_partner = records._name == "res.partner"
        return records.filtered(
            lambda record: (
                isinstance(record.id, int)
                and record.client_wall_id
                and record.client_wall_id.id not in walls
                and not (is_partner and record.id in partners)
            )
        )
