"""Every model, record, field and public method, as people of other clients."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_wall_portal import WORD_A, WallPortalCommon

# Not for reading: they check, delete or send.
SKIPPED_METHODS = frozenset({"init", "unlink", "export_data"})

NO_WORD = "Nosuchword"


@tagged("post_install", "-at_install", "client_hub_long")
class TestWallPortalCrawl(WallPortalCommon):
    def _readable_models(self, user):
        for name in sorted(self.env.registry):
            model = self.env[name].with_user(user)
            if model._abstract or model._transient or not model._auto:
                continue
            if model.has_access("read"):
                yield model.with_context(active_test=False)

    def _read_all(self, records):
        """Yield ``(field names, values)`` of everything that can be read."""
        if not records:
            return
        # Odoo's own fields may fail in any way for a portal user
        refused = (UserError, ValueError)
        names = list(records.fields_get())
        self.env.invalidate_all()
        try:
            yield "all", records.read(names)
            return
        except refused:
            self.env.invalidate_all()
        for name in names:
            try:
                yield name, records.read([name])
            except refused:
                continue

    def _assert_no_word(self, words, value, **where):
        text = str(value)
        for word in words:
            if word in text:
                with self.subTest(word=word, **where):
                    self.fail(text[:300])

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_every_field_of_every_record(self):
        found = {}
        wall = self.env["client.wall"]
        for user, clients in self._viewers()[1:]:
            words = self._foreign_words(*clients)
            seen = found.setdefault(user.login, set())
            for model in self._readable_models(user):
                self.env.invalidate_all()
                records = model.search([])
                every = self.env[model._name].sudo().with_context(active_test=False)
                guessed = every.search([]).with_user(user)._filtered_access("read")
                found_records = records | guessed
                if not wall._portal_is_guarded(model._name):
                    # countries, languages…: the same for everybody
                    found_records = found_records[:5]
                for name, value in self._read_all(found_records):
                    self._assert_no_word(
                        words, value, user=user.login, model=model._name, field=name
                    )
                    if any(self.words[client] in str(value) for client in clients):
                        seen.add(model._name)
        # the words are really there: who may read them meets them everywhere
        wanted = {
            "account.move",
            "account.move.line",
            "client.contract",
            "client.contract.line",
            "client.job",
            "client.piece",
            "client.piece.version",
            "mail.message",
            "project.milestone",
            "project.project",
            "project.task",
            "res.partner",
            "sale.order",
            "sale.order.line",
        }
        for user in (self.portal_b, self.portal_h):
            with self.subTest(user=user.login):
                self.assertFalse(wanted - found[user.login])

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_lists_names_groups_and_counts(self):
        wall = self.env["client.wall"]
        for user, clients in self._viewers()[1:4]:
            words = self._foreign_words(*clients)
            for model in self._readable_models(user):
                if not wall._portal_is_guarded(model._name):
                    continue
                for way, call in self._lists(model, words):
                    self.env.invalidate_all()
                    try:
                        with self.cr.savepoint():
                            value = call()
                    except Exception:  # refused in one way or another
                        continue
                    self._assert_no_word(
                        words, value, way=way, user=user.login, model=model._name
                    )

    def _lists(self, model, words):
        """Yield ``(name, function)`` of the ways to list, group and count."""
        yield "names", lambda: model.name_search("", limit=None)
        yield "list", lambda: model.web_search_read([], {"display_name": {}})
        for word in words:
            yield (
                "name",
                lambda w=word: model.name_search(w) != model.name_search(NO_WORD) and w,
            )
        for name in model.fields_get():
            kind = model._fields[name].type
            if kind == "many2one":
                yield (
                    f"group by {name}",
                    lambda n=name: model.formatted_read_group([], [n], ["__count"]),
                )
                yield f"read {name}", lambda n=name: model.search_read([], [n])
            if kind in ("many2one", "char"):
                for word in words:
                    yield (
                        f"search in {name}",
                        lambda n=name, w=word: (
                            # a model without names finds everything for any word
                            model.search_count([(n, "ilike", w)])
                            != model.search_count([(n, "ilike", NO_WORD)])
                            and w
                        ),
                    )

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_every_public_method_on_a_guessed_id(self):
        """None tells a word, or a token that opens the document."""
        public = self.env.ref("base.public_user")
        foreign = self.documents[self.client_a]
        for user in (self.portal_b, public):
            for name in ("order", "invoice", "project", "task", "piece", "address"):
                self._call_public_methods(foreign[name], user, {WORD_A})

    def _call_public_methods(self, record, user, words):
        record_type = type(record)
        token = "access_token" in record and record.access_token
        words = words | ({token} if token else set())
        for name in dir(record_type):
            method = getattr(record_type, name)
            if name.startswith("_") or name in SKIPPED_METHODS or not callable(method):
                continue
            if getattr(method, "_api_private", False):
                continue
            self.env.invalidate_all()
            text = ""
            try:
                with self.cr.savepoint():
                    value = getattr(record.with_user(user), name)()
                    # RPC gives ids instead of records
                    text = str(value.ids if hasattr(value, "_name") else value)
                    raise InterruptedError  # undo what it did
            except Exception as error:  # refused in one way or another
                text = text or str(error)
            self._assert_no_word(
                words, text, user=user.login, model=record._name, method=name
            )
