"""Every stored field of what belongs to a client is in its history, or says why not."""

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from ..models.client_history_mixin import TECHNICAL, TECHNICAL_PREFIXES
from ..tools.history_exemptions import FIELDS, LINES, MODELS
from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestHistoryCoverage(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mixin = cls.env.registry["client.history.mixin"]
        cls.tables = {
            name: cls.env[name]
            for name, model in cls.env.registry.items()
            if model._auto and not model._abstract and not model._transient
        }

    def _is_logged(self, model_name):
        model = self.tables.get(model_name)
        return model_name not in MODELS and isinstance(model, self.mixin)

    def test_every_model_of_a_client_is_logged(self):
        found = 0
        for name, model in self.tables.items():
            field = model._fields.get("client_id")
            if not field or not field.store or field.comodel_name != "res.partner":
                continue
            found += 1
            with self.subTest(model=name):
                self.assertTrue(name in MODELS or self._is_logged(name))
        self.assertGreater(found, 20)

    def test_every_stored_field_is_logged_or_says_why_not(self):
        for name, model in self.tables.items():
            if not self._is_logged(name):
                continue
            every = dict.fromkeys(model._fields)
            logged = set(model._history_fields(every))
            excluded = model._all_history_exclude()
            for field in model._fields.values():
                if (
                    not field.store
                    or field.name in logged | excluded | TECHNICAL
                    or field.name.startswith(TECHNICAL_PREFIXES)
                ):
                    continue
                with self.subTest(field=str(field)):
                    if field.type == "one2many":
                        self.assertTrue(
                            field.comodel_name in LINES
                            or self._is_logged(field.comodel_name)
                        )
                    else:
                        self.assertIn(name, FIELDS)

    def test_no_exemption_is_left_over(self):
        for name in (*MODELS, *FIELDS):
            with self.subTest(model=name):
                self.assertIn(name, self.tables)
        # those of modules that may not be installed
        lines = {
            field.comodel_name
            for name, model in self.tables.items()
            if self._is_logged(name)
            for field in model._fields.values()
            if field.type == "one2many" and field.store
        }
        self.assertLessEqual(set(LINES) & set(self.tables), lines | set(LINES))
        for name in LINES:
            with self.subTest(lines=name):
                self.assertFalse(self._is_logged(name))


@tagged("post_install", "-at_install")
class TestHistoryContent(ContractCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history = cls.env["client.history"]

    def _rows(self, **values):
        self.env.flush_all()
        self.env.cr.precommit.run()
        domain = [("client_id", "=", self.client_a.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.history.search(domain, order="sequence")

    def test_what_odoo_fills_in_is_told_with_the_creation(self):
        contract = self._create_contract(approve=False)
        row = self._rows(model="client.contract", res_id=contract.id)[0]
        labels = {change["label"] for change in row.changes}
        self.assertEqual(row.action, "create")
        # neither was given: one by default, one worked out from the client
        self.assertLessEqual({"Currency", "Responsible"}, labels)

    def test_whoever_reads_it_finds_his_own_words(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        field = self.env["ir.model.fields"]._get("client.contract", "state")
        field.update_field_translations("field_description", {"pt_BR": "Situação"})
        for value, word in (("draft", "Rascunho"), ("approved", "Aprovado")):
            self.env["ir.model.fields.selection"].search(
                [("field_id", "=", field.id), ("value", "=", value)]
            ).update_field_translations("name", {"pt_BR": word})
        contract = self._create_contract(approve=False)
        self._rows()
        contract.action_approve()
        row = self._rows(model="client.contract", res_id=contract.id).filtered(
            lambda row: "state" in [change["field"] for change in row.changes or []]
        )[-1]
        label = field.with_context(lang="en_US").field_description
        self.assertIn(f"{label}: Draft → Approved", row.summary)
        reader = row.with_context(lang="pt_BR")
        self.assertIn("Situação: Rascunho → Aprovado", reader.summary)
        self.assertIn("<th>Situação</th>", reader.details)
        # and back, whoever acted
        change = {"field": "state", "label": "Situação", "new": "Rascunho"}
        told = row._localise_change("client.contract", change)
        self.assertEqual((told["label"], told["new"]), (label, "Draft"))
        # a name that nothing has any more is the one of then
        change = {"field": "state", "label": "Phase", "old": "Sketch", "new": ""}
        self.assertEqual(reader._localise_change("client.contract", change), change)
        change = {"field": "gone", "label": "Gone", "old": "1", "new": "2"}
        self.assertEqual(reader._localise_change("client.contract", change), change)

    def test_access_is_told_in_the_readers_words(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.env["ir.module.module"]._load_module_terms(["client_hub"], ["pt_BR"])
        self._rows()
        self.portal_a.active = False
        rows = self._rows(model="res.partner", res_id=self.contact_a.id)
        row = rows.sorted("id")[-1]
        self.assertEqual(row.summary, "Portal access: Yes → No")
        reader = row.with_context(lang="pt_BR")
        self.assertEqual(reader.summary, "Acesso ao portal: Sim → Não")

    def test_what_follows_into_an_editable_field_is_told(self):
        contract = self._create_contract(approve=False)
        product = self.env["product.product"].create(
            {"name": "Retainer plus", "list_price": 987.0}
        )
        line = contract.line_ids[0]
        self._rows()
        line.product_id = product
        row = self._rows(model="client.contract.line", res_id=line.id)[-1]
        changes = {change["field"]: change["new"] for change in row.changes}
        self.assertEqual(changes["product_id"], "Retainer plus")
        if "price_unit" in changes:
            self.assertIn("987", changes["price_unit"])
        self.assertTrue(all(change["old"] or change["new"] for change in row.changes))

    def test_lines_of_a_document_are_told_with_it(self):
        contract = self._create_contract(approve=False)
        line = contract.line_ids[0]
        contract.with_user(self.user_manager).write(
            {
                "line_ids": [
                    Command.update(line.id, {"quantity": 3}),
                    Command.create({"name": "Extra", "price_unit": 50}),
                ]
            }
        )
        rows = self._rows(model="client.contract.line")
        text = "\n".join(rows.mapped("summary"))
        self.assertIn("→ 3", text)
        self.assertIn("Extra", text)
        self.assertNotIn("None", text)

    def test_files_of_a_contract_are_told_to_those_who_see_contracts(self):
        contract = self._create_contract(approve=False)
        values = {"raw": b"x", "res_model": contract._name, "res_id": contract.id}
        file = self.env["ir.attachment"].create({"name": "agreement.txt", **values})
        file.unlink()
        rows = self._rows(name="agreement.txt")
        self.assertEqual(len(rows), 2)
        self.assertIn(contract.display_name, rows[0].note)
        self.env.invalidate_all()
        self.assertTrue(rows.with_user(self.user_manager).has_access("read"))
        self.assertFalse(rows.with_user(self.user_creation).has_access("read"))

    def test_bank_accounts_are_told_to_those_who_see_money(self):
        account = self.env["res.partner.bank"].create(
            {"acc_number": "PT50 0002 0123", "partner_id": self.client_a.id}
        )
        self._rows()
        # Odoo archives it
        account.unlink()
        rows = self._rows(model="res.partner.bank")
        self.assertIn("PT50 0002 0123", rows[0].summary)
        self.assertIn("Active: Yes → No", rows[-1].summary)
        self.env.invalidate_all()
        self.assertFalse(rows.with_user(self.user_traffic).has_access("read"))
        self.assertTrue(rows.with_user(self.user_accountant).has_access("read"))

    def test_a_contact_signs_in(self):
        self.portal_a.with_user(self.portal_a)._update_last_login()
        row = self._rows(kind="access")[-1]
        self.assertEqual(row.note, "Signed in to the portal")
        self.assertEqual(row.user_id, self.portal_a)
        self.user_creation.with_user(self.user_creation)._update_last_login()
        self.assertEqual(self._rows(kind="access")[-1], row)
