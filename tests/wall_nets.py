"""The nets that catch what nobody thought of: every model, field and method.

One reads everything that a person can reach, one points each relation of each model at
the hidden client, one calls every public method on its records, and one compares all
that a person can read before and after the hidden client is there.
"""

import inspect
from contextlib import contextmanager

from odoo.tools import mute_logger

from .common_wall import LIMITED
from .wall_scan import describe

HINT = "Qyzz"
# The program's own records: many, and the same for everybody.
SKIPPED = frozenset(
    {
        "base_import.mapping",
        "ir.asset",
        "ir.logging",
        "ir.model",
        "ir.model.access",
        "ir.model.constraint",
        "ir.model.data",
        "ir.model.fields",
        "ir.model.fields.selection",
        "ir.model.inherit",
        "ir.model.relation",
        "ir.module.module",
        "ir.module.module.dependency",
        "ir.rule",
        "ir.ui.menu",
        "ir.ui.view",
        "res.country",
        "res.country.state",
        "res.currency",
        "res.groups",
        "res.lang",
    }
)
# What runs on with every record, whoever it is for, and when something was touched.
RUNNING = frozenset({"ir.sequence", "ir.sequence.date_range", "bus.bus", "ir.cron"})
TOUCHED = frozenset({"write_date", "write_uid", "date_last_stage_update"})
QUIET = (
    "odoo.models",
    "odoo.sql_db",
    "odoo.orm",
    "odoo.domains",
    "odoo.fields",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model",
)


class Net:
    """What the nets share; mixed into a test class."""

    @classmethod
    @contextmanager
    def undone(cls, env):
        """Take back what happens inside; errors pass."""
        savepoint = cls.env.cr.savepoint()
        try:
            yield
            env.flush_all()
        finally:
            env.invalidate_all(flush=False)
            savepoint.close(rollback=True)
            env.invalidate_all(flush=False)

    @classmethod
    def outcome(cls, env, call):
        """Return what a call gives, or the error it ends with; nothing is kept."""
        try:
            with cls.undone(env):
                result = call()
                describe(result)
                return result
        except Exception as error:  # any error is a text that people read
            return error

    @classmethod
    def readable(cls, env):
        """Return the models that a person may read, by their names."""
        return {
            name: env[name].with_context(active_test=False)
            for name in sorted(env)
            if name not in SKIPPED
            and not env[name]._abstract
            and not env[name]._transient
            and env[name].has_access("read")
        }

    @classmethod
    def fields_of(cls, model):
        """Return the names of the fields that a person may read, files aside."""
        return [
            name
            for name, field in model._fields.items()
            if (field.type != "binary" or name == "avatar_128")
            and model._has_field_access(field, "read")
        ]

    @classmethod
    def read(cls, records, names):
        """Return a list of what reading gives, with the texts of errors in it."""
        try:
            with cls.env.cr.savepoint(flush=False):
                return records.read(names)
        except Exception as error:
            if len(names) == 1:
                return [describe(error).decode()]
        half = len(names) // 2
        return [*cls.read(records, names[:half]), *cls.read(records, names[half:])]

    def fail_each(self, person, leaks):
        """Report each leak by itself."""
        self.assertNotIsInstance(leaks, Exception)
        for *where, leak in leaks:
            with self.subTest(person=person, where=" ".join(where)):
                self.fail(leak)


class ReadingNet(Net):
    """Search, read, group and name all that a person can reach."""

    def _reach(self, env):
        """Yield ``(model, what, result)``."""
        for name, model in self.readable(env).items():
            records = self.outcome(env, lambda model=model: model.search([]).ids)
            if isinstance(records, Exception):
                yield name, "search", records
                continue
            hidden = self.secrets.ids.get(name, set()) & set(records)
            yield name, "search", f"{HINT}yx ids {hidden}" if hidden else None
            records = model.browse(records[:500])
            if not records:
                continue
            yield name, "read", self.read(records, self.fields_of(model))
            yield (
                name,
                "name_search",
                self.outcome(env, lambda model=model: model.name_search(HINT)),
            )
            for field in self._groups(model):
                yield (
                    name,
                    f"group by {field}",
                    self.outcome(
                        env,
                        lambda model=model, field=field: model.formatted_read_group(
                            [], [field], ["__count"]
                        ),
                    ),
                )

    def _groups(self, model):
        for name, field in model._fields.items():
            if field.store and field.groupable and field.type in ("many2one", "char"):
                if model._has_field_access(field, "read"):
                    yield name

    def _read_all(self, person):
        def look(env):
            return [
                (name, what, leak)
                for name, what, result in self._reach(env)
                if (leak := self.secrets.find(result))
            ]

        with mute_logger(*QUIET):
            return self.attempt(look, person)

    def test_nothing_readable_tells_of_the_client(self):
        for person in LIMITED:
            self.fail_each(person, self._read_all(person))

    def test_the_control_reads_of_it_everywhere(self):
        found = {name for name, _what, _leak in self._read_all("accountant")}
        self.assertGreater(len(found), 45)

    def test_the_open_client_stays_in_sight(self):
        env = self.env_of("outsider")
        for record in self.open.documents():
            with self.subTest(model=record._name):
                self.assertTrue(record.with_env(env).has_access("read"))
                self.assertIn("Openfield", str(record.with_env(env).read()))


class PointingNet(Net):
    """Point every relation at the hidden client, in every way there is."""

    def _relations(self, env):
        for name in sorted(env):
            model = env[name]
            if model._abstract or name in SKIPPED or not model.has_access("create"):
                continue
            for field in model._fields.values():
                ids = self.secrets.ids.get(field.comodel_name or "")
                if ids and field.relational and not field.readonly:
                    if model._has_field_access(field, "read"):
                        yield model, field, min(ids)

    def _ways(self, model, field, id_):
        """Yield ``(how, call)`` of pointing a new record at ``id_``."""
        many = field.type != "many2one"
        value = [(4, id_)] if many else id_
        spec = {
            name: {"fields": {"display_name": {}}} if other.relational else {}
            for name, other in model._fields.items()
            if model._has_field_access(other, "read")
            and other.type not in ("properties", "binary", "properties_definition")
        }
        defaults = model.with_context(
            **{f"default_{field.name}": [id_] if many else id_}
        )
        yield (
            "onchange",
            lambda: model.onchange({field.name: value}, [field.name], spec),
        )
        yield "defaults", lambda: defaults.onchange({}, [], spec)
        yield "create", lambda: self._create(model, field, value)

    def _create(self, model, field, value):
        values = {field.name: value}
        for name, other in model._fields.items():
            if other.required and other.type in ("char", "text") and not other.compute:
                values.setdefault(name, "mine")
        record = model.create(values)
        model.env.flush_all()
        model.env.invalidate_all()
        return self.read(record, self.fields_of(model))

    def _point_all(self, person):
        def point(env):
            return [
                (model._name, field.name, how, leak)
                for model, field, id_ in self._relations(env)
                for how, call in self._ways(model, field, id_)
                if (leak := self.secrets.find(self.outcome(env, call)))
            ]

        with mute_logger(*QUIET):
            return self.attempt(point, person)

    def test_no_pointer_brings_anything_back(self):
        for person in ("outsider", "portal"):
            self.fail_each(person, self._point_all(person))

    def test_the_controls_pointers_bring_it_back(self):
        found = {(name, field) for name, field, *_rest in self._point_all("accountant")}
        self.assertGreater(len(found), 60)


class CallingNet(Net):
    """Call every public method that needs no argument on a hidden record."""

    NOT_CALLED = frozenset({"invalidate_recordset", "flush_recordset", "browse"})

    def _methods(self, model):
        for name, method in inspect.getmembers(type(model), inspect.isfunction):
            versions = [cls.__dict__.get(name) for cls in type(model).mro()]
            if (
                name.startswith("_")
                or name in self.NOT_CALLED
                or any(getattr(version, "_api_private", False) for version in versions)
                or any(hasattr(version, "_api_model") for version in versions)
            ):
                continue
            parameters = list(inspect.signature(method).parameters.values())[1:]
            if not any(
                parameter.default is parameter.empty
                and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
                for parameter in parameters
            ):
                yield name

    def _call_all(self, person):
        def call(env):
            leaks = []
            for model_name, ids in sorted(self.secrets.ids.items()):
                record = env[model_name].browse(min(ids))
                for name in self._methods(record):
                    env.invalidate_all()
                    result = self.outcome(
                        env, lambda record=record, name=name: getattr(record, name)()
                    )
                    if leak := self.secrets.find(result):
                        leaks.append((model_name, name, leak))
            return leaks

        with mute_logger(*QUIET):
            return self.attempt(call, person)

    def test_no_method_tells_of_a_hidden_record(self):
        for person in ("debug", "portal"):
            self.fail_each(person, self._call_all(person))

    def test_the_controls_methods_tell(self):
        self.assertGreater(len(self._call_all("accountant")), 100)


class ComparingNet(Net):
    """With and without the hidden client, all that a person reads is the same."""

    COMPARED = ("outsider", "former", "portal")

    @classmethod
    def take_pictures(cls):
        """Keep what people read now."""
        return {person: cls._picture(person) for person in cls.COMPARED}

    @classmethod
    def _picture(cls, person):
        def look(env):
            return {
                (name, record_id, field): value
                for name, model in cls.readable(env).items()
                if name not in RUNNING
                for record_id, field, value in cls._values(model)
            }

        with mute_logger(*QUIET):
            return cls.attempt(look, person)

    @classmethod
    def _values(cls, model):
        ids = cls.outcome(model.env, lambda: model.search([], order="id").ids)
        if isinstance(ids, Exception):
            yield 0, "search", str(ids)
            return
        yield 0, "ids", str(ids)
        for row in cls.read(model.browse(ids[:1000]), cls.fields_of(model)):
            if isinstance(row, str):
                yield 0, "error", row
                continue
            for field, value in row.items():
                if field not in TOUCHED:
                    if isinstance(value, list):
                        value = sorted(value, key=str)
                    yield row["id"], field, str(value)

    def _is_expected(self, key):
        """Tell what may differ: messages on visible tasks are there to be read."""
        model, record_id, field = key
        if model == "mail.message":
            return record_id in self.visible_messages or field == "ids"
        return field in ("message_ids", "website_message_ids")

    def test_nothing_changes_with_the_hidden_client(self):
        for person, before in self.pictures.items():
            after = self._picture(person)
            self.assertNotIsInstance(after, Exception)
            changed = {}
            for key in before.keys() | after.keys():
                if before.get(key) != after.get(key) and not self._is_expected(key):
                    changed.setdefault((key[0], key[2]), []).append(
                        f"{key[1]}: {before.get(key)} became {after.get(key)}"
                    )
            self.fail_each(
                person,
                [(*where, "; ".join(texts[:3])) for where, texts in changed.items()],
            )
