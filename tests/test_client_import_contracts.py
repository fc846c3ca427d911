"""Import of running fee contracts and their open entries."""

import datetime

from odoo.tests import freeze_time, tagged

from .common_import import ClientImportCommon
from .test_client_workbook import CLIENT

CONTRACT = {
    "Client number*": "X1",
    "Contract number*": "K-1",
    "Title": "Fee 2026",
    "Kind": "fee",
    "Status": "running",
    "Approved on": datetime.date(2025, 12, 20),
    "Start": datetime.date(2026, 1, 1),
    "Bill from": datetime.date(2026, 11, 1),
    "Every": 1,
    "Recurrence unit": "month",
    "Billed": "advance",
    "Due day": 10,
    "Product*": "FEE",
    "Quantity": 2,
    "Unit price": 500,
}
ENTRY = {
    "Client number*": "X1",
    "Contract number*": "K-1",
    "Due date*": datetime.date(2026, 9, 10),
    "Period from": datetime.date(2026, 9, 1),
    "Period to": datetime.date(2026, 9, 30),
    "Amount*": 800,
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-22")
class TestClientImportContracts(ClientImportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        products = cls.env["product.product"]
        cls.fee = products.create(
            {"name": "Monthly fee", "default_code": "FEE", "type": "service"}
        )
        cls.media = products.create(
            {"name": "Media", "default_code": "MEDIA", "type": "service"}
        )
        (cls.fee | cls.media).taxes_id = False

    def _run_contracts(self, *rows, entries=(), clients=(CLIENT,)):
        return self._run(list(clients), [], [], [], list(rows), list(entries))

    def _check_contracts(self, *rows, entries=(), clients=(CLIENT,), user=None):
        sheets = (list(clients), [], [], [], list(rows), list(entries))
        return self._check(*sheets, user=user)

    def test_a_running_contract_moves_in_with_what_is_open(self):
        adjusted = {
            **ENTRY,
            "Due date*": datetime.date(2026, 12, 20),
            "Period from": datetime.date(2026, 12, 1),
            "Period to": datetime.date(2026, 12, 31),
            "Amount*": 1200,
        }
        record = self._run_contracts(CONTRACT, entries=[ENTRY, adjusted])
        self.assertEqual(record.new_count, 4)
        contract = self._contract("K-1")
        self.assertEqual((contract.name, contract.state), ("Fee 2026", "running"))
        self.assertEqual(contract.client_id, self._client("X1"))
        self.assertEqual(contract.date_start, datetime.date(2026, 1, 1))
        self.assertEqual(contract.date_approved, datetime.date(2025, 12, 20))
        self.assertEqual(contract.approval_recorded_by_id, self.user_manager)
        self.assertEqual(contract.line_ids.price_subtotal, 1000)
        # nothing of what was billed elsewhere is billed again
        scheduled = contract.entry_ids.filtered(lambda e: e.kind == "recurring")
        self.assertEqual(
            min(scheduled.mapped("period_start")), datetime.date(2026, 11, 1)
        )
        extra = contract.entry_ids - scheduled
        self.assertEqual((extra.amount, extra.state), (800, "ready"))
        self.assertEqual(extra.period_end, datetime.date(2026, 9, 30))
        december = scheduled.filtered(lambda e: e.period_start.month == 12)[:1]
        self.assertEqual(december.amount, 1200)
        self.assertEqual(december.date_due, datetime.date(2026, 12, 20))
        self.assertEqual(december.decision_reason, "Imported")
        # again: nothing differs
        again = self._check_contracts(CONTRACT, entries=[ENTRY, adjusted])
        self.assertEqual(self._problems(again), [])
        self.assertEqual(
            (again.new_count, again.changed_count),
            (0, 0),
            again.line_ids.mapped("message"),
        )

    def test_several_services_are_lines_of_one_contract(self):
        media = {
            "Client number*": "X1",
            "Contract number*": "K-1",
            "Product*": "[MEDIA] Media",
            "Unit price": 90,
            "Description": "Media care",
        }
        self._run_contracts(CONTRACT, media)
        contract = self._contract("K-1")
        self.assertEqual(contract.line_ids.product_id, self.fee | self.media)
        self.assertEqual(contract.amount_untaxed, 1090)
        # a price that changed and a service that is new
        changed = {**CONTRACT, "Unit price": 600}
        more = {**media, "Description": "More media", "Unit price": 10}
        record = self._check_contracts(changed, media, more)
        self.assertEqual(self._problems(record), [])
        self.assertEqual((record.changed_count, record.new_count), (1, 1))
        self.assertEqual(contract.amount_untaxed, 1090)
        line = record.difference_ids.filtered(lambda line: line.level == "changed")
        self.assertEqual(line.message, "Unit price: 500 → 600")
        record.action_import()
        self.assertEqual(contract.amount_untaxed, 1300)
        # which service an open entry is of has to be said
        record = self._check_contracts(entries=[ENTRY])
        self.assertEqual(self._errors(record), [("Open entries", 2, "Product")])

    def test_wrong_contracts_are_named_and_nothing_is_written(self):
        bad = {
            "Start": "31/12/2026",
            "End": datetime.date(2025, 1, 1),
            "Product*": "NOPE",
            "Status": "paused",
            "Disc. %": 140,
            "Currency": "XXX",
            "Approved on": datetime.date(2027, 1, 1),
            "Every": "one",
        }
        rows = [
            {**CONTRACT, "Contract number*": f"B{place}", header: value}
            for place, (header, value) in enumerate(bad.items())
        ]
        other = {**CONTRACT, "Client number*": "X404", "Contract number*": "B9"}
        entry = {**ENTRY, "Contract number*": "K-404"}
        record = self._check_contracts(*rows, other, entries=[entry])
        expected = [
            ("Contracts", place, header.strip("*"))
            for place, header in enumerate(bad, 2)
        ]
        expected.insert(1, ("Contracts", 2, "Start"))
        found = self._errors(record)
        self.assertLessEqual(set(expected), set(found))
        self.assertIn(("Contracts", 10, "Client number"), found)
        self.assertIn(("Open entries", 2, "Contract number"), found)
        texts = " ".join(message for *_place, message in self._problems(record))
        self.assertIn("write 2026-12-31", texts)
        self.assertFalse(self._contract("B0"))

    def test_the_life_cycle_only_goes_forward(self):
        self._run_contracts({**CONTRACT, "Status": "draft"})
        contract = self._contract("K-1")
        self.assertEqual((contract.state, len(contract.entry_ids)), ("draft", 0))
        self._run_contracts({**CONTRACT, "Status": "approved"})
        self.assertEqual(contract.state, "approved")
        self.assertTrue(contract.entry_ids)
        record = self._check_contracts({**CONTRACT, "Status": "draft"})
        self.assertEqual(self._errors(record, "warning"), [("Contracts", 2, "Status")])
        self.assertEqual(contract.state, "approved")

    def test_an_inactive_client_gets_no_contract(self):
        record = self._check_contracts(
            CONTRACT, clients=[{**CLIENT, "Status": "inactive"}]
        )
        self.assertEqual(self._errors(record), [("Contracts", 2, "")])
        self.assertIn("inactive", self._message(record))

    def test_another_clients_exclusive_product_is_refused(self):
        self.fee.client_exclusive_id = self.client_a
        record = self._check_contracts(CONTRACT)
        self.assertEqual([e[:2] for e in self._errors(record)], [("Contracts", 2)])
        self.assertFalse(self._contract("K-1"))

    def test_a_hidden_contract_is_not_told_from_a_taken_number(self):
        number = self.client_a.client_number
        mine = {**CONTRACT, "Client number*": number}
        self._run_contracts(
            mine,
            clients=[
                {
                    **CLIENT,
                    "Client number*": number,
                    "Trade name*": self.client_a.name,
                    "Legal name*": self.client_a.legal_name,
                }
            ],
        )
        self.client_a.client_restricted = True
        record = self._check_contracts(CONTRACT, user=self.user_outsider)
        hidden = self._message(record)
        self.assertEqual(self._errors(record), [("Contracts", 2, "Contract number")])
        self._run_contracts({**CONTRACT, "Contract number*": "K-2"})
        other = {**CLIENT, "Client number*": "X2"}
        record = self._check_contracts(
            {**CONTRACT, "Client number*": "X2", "Contract number*": "K-2"},
            clients=[other],
        )
        self.assertEqual(self._message(record), hidden)
        # and neither shows in what the entries say
        record = self._check_contracts(entries=[ENTRY], user=self.user_outsider)
        self.assertIn("no contract “K-1”", self._message(record))
