"""What every model, view and file of the addon keeps to; read from the registry."""

import ast
import inspect
import re
from pathlib import Path

from lxml import etree

from odoo.tests import TransactionCase, tagged

from ..tools.wall_exemptions import EXEMPT

ROOT = Path(__file__).resolve().parent.parent
# Written or read only by the addon itself, so nobody needs a line of access.
NO_ACCESS_NEEDED = frozenset()
# What gives a text in the language of whoever reads it.
TRANSLATES = re.compile(
    r"env\._\(|_description_selection\(|format_?(date|amount|lang)\w*\(", re.I
)
VIEW_KINDS = {
    "form",
    "list",
    "search",
    "kanban",
    "pivot",
    "graph",
    "calendar",
    "activity",
}


@tagged("post_install", "-at_install")
class TestModuleConventions(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_models = [
            model
            for name, model in cls.env.registry.items()
            if model._original_module == "client_hub" and not model._abstract
        ]
        rules = cls.env["ir.rule"].search([("active", "=", True)])
        cls.global_rules = rules.filtered(lambda rule: not rule.groups)

    def _rules_of(self, model):
        return self.global_rules.filtered(lambda rule: rule.model_id.model == model)

    def test_there_are_models(self):
        self.assertGreater(len(self.own_models), 5)

    def test_every_model_has_access_lines_with_groups(self):
        for model in self.own_models:
            with self.subTest(model=model._name):
                lines = self.env["ir.model.access"].search(
                    [("model_id.model", "=", model._name)]
                )
                if model._name not in NO_ACCESS_NEEDED:
                    self.assertTrue(lines)
                self.assertFalse(lines.filtered(lambda line: not line.group_id))

    def test_who_reads_a_record_reads_its_lines(self):
        """Reading all fields of one of Odoo's records, as customizations do, works."""
        for model in self.env.registry.values():
            if model._abstract or model._original_module == "client_hub":
                continue
            for field in model._fields.values():
                if "client_hub" not in field._modules or not field.store:
                    continue
                if field.type in ("one2many", "many2many"):
                    with self.subTest(field=str(field)):
                        self._check_readers(field)

    def _check_readers(self, field):
        lines = self.env["ir.model.access"].search(
            [("model_id.model", "=", field.comodel_name), ("perm_read", "=", True)]
        )
        for reader in (field.groups or "base.group_user").split(","):
            group = self.env.ref(reader)
            groups = group | group.all_implied_ids
            self.assertTrue(
                lines.filtered(
                    lambda line, groups=groups: (
                        not line.group_id or line.group_id in groups
                    )
                )
            )

    def test_every_model_with_a_company_has_a_company_rule(self):
        for model in self.own_models:
            if "company_id" not in model._fields or model._transient:
                continue
            with self.subTest(model=model._name):
                domains = self._rules_of(model._name).mapped("domain_force")
                self.assertTrue(any("company" in domain for domain in domains))

    def test_every_record_of_a_client_is_behind_the_wall(self):
        for model in self.own_models:
            if "client_id" not in model._fields or model._transient:
                continue
            with self.subTest(model=model._name):
                self.assertTrue(self.env["client.wall"]._guard_paths(model._name))

    def test_computed_words_depend_on_the_language(self):
        """Else who reads second reads the language of who read first."""
        depends = self.env.registry.field_depends_context
        for model in self.own_models:
            for field in model._fields.values():
                if field.store or not isinstance(field.compute, str):
                    continue
                if field.type not in ("char", "text", "html"):
                    continue
                if any(map(TRANSLATES.search, self._sources(model, field.compute))):
                    with self.subTest(field=str(field)):
                        self.assertIn("lang", depends[field])

    def _sources(self, model, name):
        """Return the addon's own code of a method."""
        for cls in model.__mro__:
            method = cls.__dict__.get(name)
            if method and method.__module__.startswith("odoo.addons.client_hub."):
                yield inspect.getsource(method)

    def test_every_data_file_is_in_the_manifest(self):
        manifest = ast.literal_eval((ROOT / "__manifest__.py").read_text())
        listed = set(manifest["data"]) | set(manifest["demo"])
        for folder in ("data", "demo", "report", "security", "views", "wizard"):
            for path in (ROOT / folder).rglob("*"):
                if path.suffix in (".xml", ".csv"):
                    with self.subTest(file=path.name):
                        self.assertIn(str(path.relative_to(ROOT)), listed)

    def test_every_test_file_is_run(self):
        imported = (ROOT / "tests" / "__init__.py").read_text()
        for path in (ROOT / "tests").glob("test_*.py"):
            with self.subTest(file=path.name):
                self.assertIn(f"import {path.stem}\n", imported)

    def test_transitions_name_real_states(self):
        found = 0
        for model in self.own_models:
            transitions = getattr(model, "_transitions", None)
            if not transitions:
                continue
            found += 1
            field = model._fields[getattr(model, "_transition_field", "state")]
            states = set(field.get_values(self.env))
            named = set(transitions).union(*transitions.values())
            with self.subTest(model=model._name):
                self.assertLessEqual(named, states)
                # every state is reached, but for the one that records begin in
                self.assertLessEqual(len(states - set(transitions)), 1)
        self.assertGreaterEqual(found, 3)

    def test_view_ids_follow_the_convention(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "client_hub"), ("model", "=", "ir.ui.view")]
        )
        for entry in data:
            view = self.env["ir.ui.view"].browse(entry.res_id)
            if view.type == "qweb" or view.inherit_id:
                continue
            with self.subTest(view=entry.name):
                head, _sep, kind = entry.name.partition("_view_")
                self.assertEqual(head, view.model.replace(".", "_"))
                self.assertIn(kind.split("_")[0], VIEW_KINDS)

    def test_every_list_has_guided_help(self):
        """An empty screen says what belongs there; settings are never empty."""
        data = self.env["ir.model.data"].search(
            [("module", "=", "client_hub"), ("model", "=", "ir.actions.act_window")]
        )
        actions = self.env["ir.actions.act_window"].browse(data.mapped("res_id"))
        found = 0
        for action in actions:
            if action.target == "new" or self.env[action.res_model]._transient:
                continue
            found += 1
            with self.subTest(action=action.name):
                help_text = action.help or ""
                self.assertIn("o_view_nocontent", help_text)
                self.assertGreater(len(help_text), 60)
        self.assertGreater(found, 20)

    def test_lists_open_with_filters_that_they_have(self):
        """A misspelt preset filter would do nothing, and nobody would see it."""
        data = self.env["ir.model.data"].search(
            [("module", "=", "client_hub"), ("model", "=", "ir.actions.act_window")]
        )
        found = 0
        for action in self.env["ir.actions.act_window"].browse(data.mapped("res_id")):
            names = re.findall(r"search_default_(\w+)", action.context or "")
            if not names:
                continue
            model = self.env[action.res_model]
            view = action.search_view_id.id
            arch = model.get_view(view, "search")["arch"]
            for name in names:
                found += 1
                with self.subTest(action=action.name, name=name):
                    self.assertTrue(
                        etree.fromstring(arch).xpath(f"//*[@name='{name}']")
                    )
        self.assertGreater(found, 10)

    def test_demo_has_a_contract_in_every_state(self):
        """Read from the files: the buttons that they press on their contracts."""
        leads_to = {
            "action_mark_sent": "sent",
            "action_approve": "approved",
            "action_activate": "running",
            "action_resume": "running",
            "action_suspend": "suspended",
            "action_end": "ended",
            "action_cancel": "cancelled",
        }
        manifest = ast.literal_eval((ROOT / "__manifest__.py").read_text())
        states = {}
        for name in manifest["demo"]:
            if not name.endswith(".xml"):
                continue
            for node in etree.parse(ROOT / name).getroot().iter("record", "function"):
                if node.get("model") != "client.contract":
                    continue
                if node.tag == "record":
                    states.setdefault(node.get("id"), "draft")
                elif state := leads_to.get(node.get("name")):
                    text = " ".join([node.get("eval", ""), *node.xpath(".//@eval")])
                    ids = re.findall(r"ref\('(\w+)'\)", text)
                    states.update(dict.fromkeys(ids, state))
        field = self.env["client.contract"]._fields["state"]
        self.assertLessEqual(set(field.get_values(self.env)), set(states.values()))

    def test_every_path_to_a_partner_is_guarded_or_exempt(self):
        wall = self.env["client.wall"]
        guarded, unguarded = set(), set()
        for name, model in self.env.registry.items():
            if model._abstract or model._transient:
                continue
            paths = wall._guard_paths(name)
            fields = {path[1] for path in paths}
            for field in model._fields.values():
                if (
                    field.type == "many2one"
                    and field.store
                    and not field.company_dependent
                    and field.comodel_name == "res.partner"
                ):
                    is_guarded = field.name in fields or "client_wall_id" in fields
                    key = f"{name}.{field.name}"
                    (guarded if is_guarded else unguarded).add(key)
        self.assertIn("sale.report.partner_id", guarded)
        self.assertIn("res.partner.bank.partner_id", guarded)
        self.assertEqual(unguarded - EXEMPT.keys(), set())

    def test_every_exemption_is_needed_and_has_a_reason(self):
        for path, reason in EXEMPT.items():
            with self.subTest(path=path):
                self.assertGreater(len(reason.split()), 2)
                model, _sep, field = path.rpartition(".")
                # a module that is not installed may bring it
                if model in self.env:
                    self.assertIn(field, self.env[model]._fields)
