"""Invoices, payments and orders of a client are in its history."""

from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from .common_contract import ContractCommon
from .common_renegotiation import RenegotiationCommon


@tagged("post_install", "-at_install")
class TestHistoryDocuments(RenegotiationCommon, ContractCommon):
    def _told(self, record, user=None):
        """Return ``[(action, name, summary)]`` of what the history says of a record."""
        self.env.cr.flush()
        rows = self.env["client.history"].with_user(user or self.user_accountant)
        found = rows.search(
            [("model", "=", record._name), ("res_id", "=", record.id)], order="id"
        )
        return [(row.action, row.name, row.summary) for row in found]

    def _told_now(self, record, **kwargs):
        """Return what was told since the last time, summaries only."""
        seen = self.__dict__.setdefault("_seen", {})
        told = [summary for _action, _name, summary in self._told(record, **kwargs)]
        start = seen.get(record, 0)
        seen[record] = len(told)
        return told[start:]

    def test_what_is_done_with_an_invoice(self):
        invoice = self._invoice(1200, date(2026, 6, 30), post=False)
        self.assertEqual([row[0] for row in self._told(invoice)], ["create"])
        self._told_now(invoice)
        invoice.action_post()
        [told] = self._told_now(invoice)
        self.assertEqual(told, "Status: Draft → Posted")
        name = self._told(invoice)[-1][1]
        self.assertIn(invoice.name, name)
        self.assertIn("1,200.00", name)
        invoice.button_draft()
        self.assertEqual(self._told_now(invoice), ["Status: Posted → Draft"])
        invoice.button_cancel()
        self.assertEqual(self._told_now(invoice), ["Status: Draft → Cancelled"])

    def test_a_new_invoice_has_the_number_and_the_amount_it_got(self):
        draft = self._invoice(1200, date(2026, 6, 30), post=False)
        [(action, name, _summary)] = self._told(draft)
        self.assertEqual(action, "create")
        self.assertIn("1,200.00", name)
        # made and posted at once, as a payment is
        invoice = self._invoice(800, date(2026, 6, 30))
        gone = self._invoice(900, date(2026, 6, 30), post=False)
        gone.unlink()
        [(action, name, _summary)] = self._told(invoice)
        self.assertEqual(action, "create")
        self.assertIn(invoice.name, name)
        self.assertIn("800.00", name)
        self._pay(self._item(invoice), 800, date(2026, 6, 1))
        payment = self.env["account.payment"].search(
            [("partner_id", "=", self.client_a.id)]
        )
        self.assertIn(payment.name, self._told(payment)[0][1])

    def test_money_that_comes_in(self):
        invoice = self._invoice(500, date(2026, 6, 30))
        self._told_now(invoice)
        self._pay(self._item(invoice), 200, date(2026, 6, 1))
        self.assertEqual(self._told_now(invoice), [])
        self._pay(self._item(invoice), 300, date(2026, 6, 2))
        self.assertEqual(self._told_now(invoice), ["Paid"])
        payments = self.env["account.payment"].search(
            [("partner_id", "=", self.client_a.id)]
        )
        self.assertEqual(len(payments), 2)
        for payment in payments:
            with self.subTest(amount=payment.amount):
                told = self._told(payment)
                self.assertEqual(told[0][0], "create")
                self.assertIn(f"{payment.amount:.2f}", told[0][1])

    def test_what_is_done_with_an_order(self):
        product = self.env["product.product"].create({"name": "Banner"})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.contact_a.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        self._told_now(order)
        order.action_confirm()
        self.assertEqual(self._told_now(order), ["Status: Quotation → Sales Order"])
        order.action_lock()
        self.assertEqual(self._told_now(order), ["Locked: No → Yes"])
        order.action_unlock()
        order._action_cancel()
        self.assertEqual(
            self._told_now(order),
            ["Locked: Yes → No\nStatus: Sales Order → Cancelled"],
        )
        order.unlink()
        self.assertEqual(self._told(order)[-1][0], "unlink")

    def test_only_documents_to_clients(self):
        bill = self._invoice(90, date(2026, 6, 30), post=False, move_type="in_invoice")
        other = self.env["res.partner"].create({"name": "No client"})
        invoice = self._invoice(90, date(2026, 6, 30), client=other)
        self.assertEqual(self._told(bill), [])
        self.assertEqual(self._told(invoice), [])

    def test_who_sees_no_money_reads_nothing_of_it(self):
        invoice = self._invoice(1200, date(2026, 6, 30))
        self.assertTrue(self._told(invoice, user=self.user_manager))
        self.assertEqual(self._told(invoice, user=self.user_creation), [])

    def test_a_billing_run_tells_each_invoice_once(self):
        contract = self._create_contract()
        entries = contract.entry_ids.filtered(lambda entry: entry.state == "ready")
        run = self._bill(entries[:1])
        [invoice] = run.invoice_ids
        [(action, name, summary)] = self._told(invoice)
        self.assertEqual(action, "event")
        self.assertIn(invoice.name, name)
        self.assertIn(contract.number, summary)
        # what a person does with it later is told as of any invoice
        self._told_now(invoice)
        invoice.button_draft()
        self.assertEqual(self._told_now(invoice), ["Status: Posted → Draft"])
