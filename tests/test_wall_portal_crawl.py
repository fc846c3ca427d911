"""Every model, record, field and public method, as people of other clients."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_wall_portal import WallPortalCommon

# Not for reading: they check, delete or send.
SKIPPED_METHODS = frozenset({"init", "unlink", "export_data"})


@tagged("post_install", "-at_install")
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
        names = list(records.fields_get())
        self.env.invalidate_all()
        try:
            yield "all", records.read(names)
        except (AccessError, UserError):
            for record in records:
                for name in names:
                    self.env.invalidate_all()
                    try:
                        yield name, record.read([name])
                    except (AccessError, UserError):
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
        for user, clients in self._viewers():
            words = self._foreign_words(*clients)
            seen = found.setdefault(user.login, set())
            for model in self._readable_models(user):
                self.env.invalidate_all()
                records = model.search([])
                every = self.env[model._name].sudo().with_context(active_test=False)
                guessed = every.search([]).with_user(user)._filtered_access("read")
                for name, value in self._read_all(records | guessed):
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
        for user in (self.portal_a, self.portal_b, self.portal_h):
            with self.subTest(user=user.login):
                self.assertFalse(wanted - found[user.login])

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_lists_names_groups_and_counts(self):
        for user, clients in self._viewers()[1:4]:
            words = self._foreign_words(*clients)
            for model in self._readable_models(user):
                where = {"user": user.login, "model": model._name}
                names = list(model.fields_get())
                calls = [
                    ("search_read", lambda m=model: m.search_read([], ["display_name"])),
                    ("name_search", lambda m=model: m.name_search("", limit=None)),
                    (
                        "web_search_read",
                        lambda m=model: m.web_search_read([], {"display_name": {}}),
                    ),
                ]
                for word in words:
                    calls.append(
                        (
                            "name_search word",
                            lambda m=model, w=word: [
                                m.name_search(w) and f"{w} found by its name"
                            ],
                        )
                    )
                for name in names:
                    if model._fields[name].type in ("many2one", "char"):
                        calls.append(
                            (
                                f"group by {name}",
                                lambda m=model, n=name: m.formatted_read_group(
                                    [], [n], ["__count"]
                                ),
                            )
                        )
                        for word in words:
                            calls.append(
                                (
                                    f"search in {name}",
                                    lambda m=model, n=name, w=word: m.search_count(
                                        [(n, "ilike", w)]
                                    )
                                    and f"{w} is counted",
                                )
                            )
                for way, call in calls:
                    self.env.invalidate_all()
                    try:
                        with self.cr.savepoint():
                            value = call()
                    except Exception:  # refused in one way or another
                        continue
                    self._assert_no_word(words, value, way=way, **where)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_every_public_method_on_a_guessed_id(self):
        """None tells a word, or a token that opens the document."""
        for user, clients in self._viewers():
            foreign = [c for c in self.words if c not in clients]
            words = self._foreign_words(*clients)
            if user.login == "hugo@holding.example":
                continue  # the same as portal_b, and slow
            for client in foreign[:1]:
                for record in self.documents[client].values():
                    self._call_public_methods(record, user, words)

    def _call_public_methods(self, record, user, words):
        record_type = type(record)
        tokens = {record.sudo().access_token} if "access_token" in record else set()
        for name in dir(record_type):
            method = getattr(record_type, name)
            if name.startswith("_") or name in SKIPPED_METHODS or not callable(method):
                continue
            if getattr(method, "_api_private", False):
                continue
            self.env.invalidate_all()
            self.env.flush_all()
            try:
                with self.cr.savepoint():
                    value = getattr(record.with_user(user), name)()
                    if isinstance(value, type(record)):
                        value = ""
                    text = str(value)
                    raise InterruptedError
            except InterruptedError:
                self._assert_no_word(
                    words | {token for token in tokens if token},
                    text,
                    user=user.login,
                    model=record._name,
                    method=name,
                )
            except Exception:  # refused in one way or another
                continue
