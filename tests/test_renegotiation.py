"""Renegotiations: proposed, accepted, in the books, undone, broken, kept."""

from datetime import date, timedelta
from unittest.mock import patch

from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common_renegotiation import DAY, RenegotiationCommon


@tagged("post_install", "-at_install")
@freeze_time(DAY)
class TestRenegotiation(RenegotiationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.march = cls._invoice(1000.0, date(2026, 3, 21))
        cls.april = cls._invoice(500.0, date(2026, 4, 20))
        cls.env.ref("base.EUR").active = True
        # setup_other_company() writes to it
        cls.product_category = cls.product_category.with_env(cls.env)

    def _pdf(self):
        """Let the document be made without a printing program."""
        return patch.object(
            type(self.env["ir.actions.report"]),
            "_render_qweb_pdf",
            lambda *args, **kwargs: (b"%PDF terms", "pdf"),
        )

    def setUp(self):
        super().setUp()
        printer = self._pdf()
        printer.start()
        self.addCleanup(printer.stop)

    def _terms(self, **values):
        return {
            "count": 3,
            "late_percent": 1.0,
            "fine_percent": 2.0,
            "discount_amount": 50.0,
            **values,
        }

    # --- proposal ---

    def test_a_manager_proposes_what_is_late(self):
        self._invoice(70.0, DAY + timedelta(days=10))
        self._invoice(70.0, DAY - timedelta(days=10), client=self.client_b)
        form = Form(self.env["client.renegotiation"].with_user(self.user_manager))
        form.client_id = self.client_a
        form.late_percent = 1
        form.fine_percent = 2
        row = form.save()
        self.assertEqual(row.contact_id, self.contact_a)
        self.assertIn("Choose the items", row.problem)
        row.action_add_late()
        self.assertEqual(row.item_ids.mapped("amount"), [1000.0, 500.0])
        # 60 and 30 days at 1 % a month, and 2 % of both
        self.assertEqual(row.item_ids.mapped("interest"), [20.0, 5.0])
        self.assertEqual(row.item_ids.mapped("fine"), [20.0, 10.0])
        self.assertEqual((row.principal, row.total), (1500.0, 1555.0))
        self.assertEqual(row.instalment_ids.mapped("amount"), [518.34, 518.33, 518.33])
        with Form(row) as form:
            form.discount_percent = 10
            self.assertEqual(form.total, 1405.0)
            form.count = 2
        self.assertEqual(row.instalment_ids.mapped("amount"), [702.5, 702.5])
        self.assertFalse(row.problem)
        row.action_add_open()
        self.assertEqual(len(row.item_ids), 3)

    def test_who_may_not(self):
        row = self._renegotiate(self.march)
        for user in (self.user_creation, self.user_traffic, self.portal_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                row.with_user(user).number  # noqa: B018
        row.action_propose()
        self._accept(row)
        with self.assertRaisesRegex(AccessError, "role"):
            row.with_user(self.user_manager).action_apply()
        with self.assertRaises(AccessError):
            row.with_user(self.user_manager).move_id = self.march
        with self.assertRaises(AccessError):
            row.instalment_ids.with_user(self.user_accountant).amount = 1
        self.assertFalse(row.sudo().move_id)

    def test_restricted_clients_stay_hidden(self):
        row = self._renegotiate(self.march)
        self.client_a.client_restricted = True
        self.env.flush_all()
        outsider = row.with_user(self.user_outsider)
        self.assertFalse(outsider.search([("id", "=", row.id)]))
        self.assertFalse(
            outsider.env["client.renegotiation.item"].search(
                [("renegotiation_id", "=", row.id)]
            )
        )
        with self.assertRaises(AccessError):
            outsider.create({"client_id": self.client_a.id})

    def test_refused_items(self):
        foreign = self._invoice(100.0, DAY, currency_id=self.env.ref("base.EUR").id)
        paid = self._invoice(100.0, DAY)
        self._pay(self._item(paid), 100.0, DAY)
        other = self._invoice(100.0, DAY, client=self.client_b)
        credit = self._invoice(100.0, DAY, move_type="out_refund")
        for invoice, sentence in (
            (foreign, "one for each currency"),
            (paid, "Nothing of"),
            (credit, "Nothing of"),
            (other, "Choose open invoices of Azul"),
        ):
            with (
                self.subTest(sentence=sentence),
                self.assertRaisesRegex(UserError, sentence),
            ):
                self._renegotiate(invoice)
        first = self._renegotiate(self.march)
        with self.assertRaisesRegex(UserError, f"is in {first.number} already"):
            self._renegotiate(self.march | self.april)
        # and the database, should two people choose at the same moment
        with (
            patch.object(
                type(first.item_ids), "_check_not_taken", lambda *arguments: None
            ),
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._renegotiate(self.march)
        first.action_cancel()
        self.assertTrue(self._renegotiate(self.march))

    def test_terms_that_nobody_can_agree_on_are_told_at_once(self):
        row = self._renegotiate(self.march)
        with Form(row) as form:
            form.date_first = row.date - timedelta(days=1)
            self.assertIn("before the agreement", form.problem)
            form.date_first = row.date
            self.assertFalse(form.problem)
            for name in ("fine_percent", "late_percent", "plan_percent"):
                form[name] = -1
                self.assertIn("can't be negative", form.problem)
                form[name] = 0
            self.assertFalse(form.problem)
        # left lying until the first day had passed
        row.date_first = row._get_today() - timedelta(days=1)
        row.date = row.date_first
        with self.assertRaisesRegex(UserError, "first instalment's day has passed"):
            row.action_propose()

    def test_invoices_lead_to_a_renegotiation(self):
        moves = (self.march | self.april).with_user(self.user_accountant)
        action = moves.action_client_renegotiate()
        row = self.env["client.renegotiation"].browse(action["res_id"])
        self.assertEqual(row.item_ids.move_line_id.move_id, moves)
        # back to them in Odoo's list of invoices, which has the legend
        listed = self.env.ref("account.view_out_invoice_tree").id
        action = row.action_open_documents()
        self.assertIn((listed, "list"), action["views"])
        self.assertEqual(action["context"]["default_move_type"], "out_invoice")
        with self.assertRaisesRegex(UserError, "one client"):
            (
                moves | self._invoice(5.0, DAY, client=self.client_b)
            ).action_client_renegotiate()

    def test_what_the_client_reads_stays(self):
        row = self._renegotiate(self.march)
        row.action_propose()
        row.invalidate_recordset()
        for values in (
            {"count": 5},
            {"item_ids": [(5,)]},
            {"discount_amount": 3.0},
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, "take it back"),
            ):
                row.write(values)
        with self.assertRaisesRegex(UserError, "take it back"):
            row.item_ids.unlink()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            row._get_document_file().raw = b"other"
        self.company.client_renegotiation_tax_ids = self.company_data[
            "default_tax_sale"
        ]
        self.env.flush_all()
        self.assertEqual(row.total, 1000.0)
        row.action_draft()
        self.assertFalse(row.fingerprint)
        row.count = 5
        self.assertEqual(len(row.instalment_ids), 5)

    # --- answer ---

    def test_the_client_accepts_what_was_sent(self):
        row = self._renegotiate(self.march)
        row.action_propose()
        mail = self.env["mail.mail"].search([("subject", "like", row.number)])
        self.assertIn(row.sudo().access_token, mail.body_html or mail.body)
        self.assertFalse(mail.res_id)
        portal = row.with_user(self.portal_a).sudo()
        with self.assertRaisesRegex(UserError, "not the document"):
            portal._accept("Paula", "0" * 64)
        with self.assertRaisesRegex(UserError, "your name"):
            portal._accept("  ", row.fingerprint)
        self._accept(row)
        row.invalidate_recordset()
        self.assertEqual(row.state, "accepted")
        self.assertEqual(row.accepted_name, "Paula Azul")
        self.assertEqual(row.ip_address, "203.0.113.7")
        self.assertIn("put it in force", row.activity_ids.summary)
        self.env.cr.flush()
        notes = self.env["client.history"].search(
            [("client_id", "=", self.client_a.id), ("note", "like", "Accepted by")]
        )
        self.assertIn(row.fingerprint, notes.note)
        with self.assertRaisesRegex(UserError, "already accepted"):
            portal._accept("Paula", row.fingerprint)

    def test_the_client_refuses_with_a_reason(self):
        row = self._renegotiate(self.march)
        row.action_propose()
        portal = row.with_user(self.portal_a).sudo()
        with self.assertRaisesRegex(UserError, "Write why"):
            portal._refuse(" ")
        portal._refuse("Too much at once")
        self.assertEqual(
            (row.state, row.closed_reason), ("refused", "Too much at once")
        )
        with self.assertRaisesRegex(UserError, "can't become"):
            row.with_user(self.user_accountant).action_apply()
        row.action_draft()
        self.assertFalse(row.closed_reason)

    # --- books ---

    def _get_ribbons(self, invoice):
        """Return the ribbons that the form of an invoice shows."""
        arch = etree.fromstring(invoice.get_view(view_type="form")["arch"])
        fields = invoice.fields_get()
        values = {name: invoice[name] for name in fields}
        return [
            ribbon.get("title")
            for ribbon in arch.iter("widget")
            if ribbon.get("name") == "web_ribbon"
            and not safe_eval(ribbon.get("invisible"), {**values})
        ]

    def test_in_force_the_books_balance(self):
        before = self._ledger()
        row = self._renegotiate(
            self.march | self.april, **self._terms(plan_percent=0.5)
        )
        row = self._put_in_force(row)
        self.assertEqual(row.state, "applied")
        move = row.move_id
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.date, DAY)
        self.assertAlmostEqual(sum(move.line_ids.mapped("balance")), 0.0)
        # 1500 - 50 + 25 + 30 and interest until the instalments are due
        self.assertAlmostEqual(row.total, 1505.0 + row.interest - 25.0)
        self.assertAlmostEqual(self._ledger()[0] - before[0], row.total - row.principal)
        items = self._item(self.march | self.april)
        self.assertEqual(items.mapped("reconciled"), [True, True])
        self.assertEqual(items.client_renegotiation_id, row)
        self.assertEqual((self.march | self.april).client_renegotiation_ids, row)
        self.assertEqual(self._get_ribbons(self.march), ["Renegotiated"])
        new = row.instalment_ids.move_line_id
        self.assertEqual(
            new.mapped("date_maturity"),
            [date(2026, 6, 20), date(2026, 7, 20), date(2026, 8, 20)],
        )
        self.assertEqual(
            new.mapped("amount_residual"), row.instalment_ids.mapped("amount")
        )
        by_account = {
            account: sum(lines.mapped("balance"))
            for account, lines in move.line_ids.grouped("account_id").items()
        }
        self.assertAlmostEqual(by_account[self.interest_account], -row.interest)
        self.assertEqual(by_account[self.fine_account], -30.0)
        self.assertEqual(by_account[self.discount_account], 50.0)
        self.assertFalse(row.invoice_id)
        self.assertEqual(row.amount_open, row.total)

    def test_the_overview_counts_money_not_agreements(self):
        row = self._put_in_force(self._renegotiate(self.march))

        def figures():
            self.env.invalidate_all()
            overview = self.client_a.with_user(self.user_accountant)
            [currency] = overview.get_client_overview()["billing"]["rows"]
            return {
                figure["name"]: float(figure["amount"].strip("$\xa0").replace(",", ""))
                for figure in currency["figures"]
            }

        before = figures()
        self.assertEqual(before["received"], 0.0)
        first = row.instalment_ids[0]
        self._pay(first.move_line_id, first.amount, DAY)
        after = figures()
        self.assertEqual(after["received"], first.amount)
        self.assertAlmostEqual(before["open"] - after["open"], first.amount, 2)

    def test_taxes_on_interest_are_invoiced(self):
        tax = self.company_data["default_tax_sale"]
        self.company.client_renegotiation_tax_ids = tax
        row = self._renegotiate(self.march, **self._terms(discount_amount=0))
        # 20 of interest and 20 of fine, 15 %
        self.assertEqual((row.tax, row.total), (6.0, 1046.0))
        row = self._put_in_force(row)
        invoice = row.invoice_id
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_total, 46.0)
        self.assertEqual(invoice.line_ids.filtered("tax_line_id").tax_line_id, tax)
        self.assertTrue(self._item(invoice).reconciled)
        self.assertEqual(self._item(invoice).client_renegotiation_id, row)
        self.assertEqual(sum(row.instalment_ids.mapped("amount")), 1046.0)
        row.with_user(self.user_accountant).action_undo()
        refund = self.env["account.move"].search(
            [("reversed_entry_id", "=", invoice.id)]
        )
        self.assertEqual((refund.state, refund.amount_total), ("posted", 46.0))
        self.assertEqual(self._ledger()[2], 1500.0)

    def test_another_currency_keeps_its_worth(self):
        euro = self.env.ref("base.EUR")
        for day, rate in ((date(2026, 1, 1), 2.0), (date(2026, 4, 1), 4.0)):
            self.env["res.currency.rate"].create(
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                }
            )
        old = self._invoice(300.0, date(2026, 3, 1), currency_id=euro.id)
        new = self._invoice(100.01, date(2026, 4, 5), currency_id=euro.id)
        exchange = self.env["account.partial.reconcile"].search_count(
            [("exchange_move_id", "!=", False)]
        )
        row = self._renegotiate(
            old | new,
            currency_id=euro.id,
            count=7,
            fine_percent=2.0,
            discount_percent=3.0,
        )
        self._put_in_force(row)
        row = row.sudo()
        for name in ("amount_currency", "balance"):
            self.assertAlmostEqual(sum(row.move_id.line_ids.mapped(name)), 0.0)
        self.assertEqual(self._item(old | new).mapped("amount_residual"), [0.0, 0.0])
        self.assertEqual(
            self.env["account.partial.reconcile"].search_count(
                [("exchange_move_id", "!=", False)]
            ),
            exchange,
        )
        row.with_user(self.user_accountant).action_undo()
        self.assertEqual(
            self._item(old | new).mapped("amount_residual_currency"), [300.0, 100.01]
        )
        self.assertEqual(
            self.env["account.partial.reconcile"].search_count(
                [("exchange_move_id", "!=", False)]
            ),
            exchange,
        )

    def test_only_what_is_open_is_renegotiated(self):
        self._pay(self._item(self.march), 400.0, date(2026, 4, 1))
        row = self._renegotiate(self.march)
        self.assertEqual(row.principal, 600.0)
        row.action_propose()
        self._pay(self._item(self.march), 100.0, DAY)
        self._accept(row)
        with self.assertRaisesRegex(UserError, "changed since"):
            row.with_user(self.user_accountant).action_apply()
        self.assertEqual((row.state, row.sudo().move_id.id), ("accepted", False))

    def test_closed_books_refuse(self):
        row = self._renegotiate(self.march)
        row.action_propose()
        self._accept(row)
        self.company.fiscalyear_lock_date = DAY
        with self.assertRaisesRegex(UserError, "books are closed"):
            row.with_user(self.user_accountant).action_apply()
        self.company.fiscalyear_lock_date = DAY - timedelta(days=1)
        row.with_user(self.user_accountant).action_apply()
        self.company.fiscalyear_lock_date = DAY
        with self.assertRaisesRegex(UserError, "books are closed"):
            row.with_user(self.user_accountant).action_undo()
        with freeze_time(DAY + timedelta(days=3)):
            row.with_user(self.user_accountant).action_undo()
        self.assertEqual(row.state, "undone")
        reversal = self.env["account.move"].search(
            [("reversed_entry_id", "=", row.sudo().move_id.id)]
        )
        self.assertEqual(reversal.date, DAY + timedelta(days=3))

    def test_missing_accounts_are_named(self):
        account = self.company.client_renegotiation_fine_account_id
        self.company.client_renegotiation_fine_account_id = False
        row = self._renegotiate(self.march, fine_percent=2)
        # before the client has accepted anything
        with self.assertRaisesRegex(UserError, "Renegotiations: Account of fines"):
            row.action_propose()
        self.company.client_renegotiation_fine_account_id = account
        row.action_propose()
        self._accept(row)
        self.company.client_renegotiation_fine_account_id = False
        with self.assertRaisesRegex(UserError, "Account of fines"):
            row.with_user(self.user_accountant).action_apply()

    # --- afterwards ---

    def test_undone_while_nothing_was_paid(self):
        before = self._ledger()
        row = self._put_in_force(
            self._renegotiate(self.march | self.april, **self._terms())
        )
        with self.assertRaisesRegex(UserError, "carries the renegotiation"):
            row.move_id.with_user(self.user_accountant).button_draft()
        with self.assertRaisesRegex(UserError, "was renegotiated in"):
            self._item(self.march).with_user(
                self.user_accountant
            ).remove_move_reconcile()
        row.with_user(self.user_accountant).action_undo()
        items = self._item(self.march | self.april)
        self.assertEqual(row.state, "undone")
        self.assertEqual(self._ledger(), before)
        self.assertFalse(items.client_renegotiation_id)
        self.assertEqual(items.mapped("amount_residual"), [1000.0, 500.0])
        self.assertTrue(all(row.instalment_ids.move_line_id.mapped("reconciled")))
        # they can be renegotiated again
        self._put_in_force(self._renegotiate(self.march))

    def test_what_was_paid_is_not_undone(self):
        row = self._put_in_force(self._renegotiate(self.march))
        self._pay(row.instalment_ids[0].move_line_id, 10.0, DAY)
        with self.assertRaisesRegex(UserError, "is paid, at least in part"):
            row.with_user(self.user_accountant).action_undo()
        self.assertEqual(row.state, "applied")

    def test_an_instalment_in_force_is_not_renegotiated(self):
        row = self._put_in_force(self._renegotiate(self.march))
        again = self._renegotiate(self.april)
        with self.assertRaisesRegex(UserError, "which is in force"):
            self.env["client.renegotiation.item"].create(
                {
                    "renegotiation_id": again.id,
                    "move_line_id": row.instalment_ids[0].move_line_id.id,
                }
            )

    def test_broken_restores_less_what_was_paid(self):
        row = self._put_in_force(
            self._renegotiate(
                self.march | self.april,
                **self._terms(break_effect="restore", break_days=5, break_count=1),
            )
        )
        first = row.instalment_ids[0]
        self._pay(first.move_line_id, first.amount, date(2026, 6, 20))
        second = row.instalment_ids[1].date_maturity
        for day, state in ((5, "applied"), (6, "broken")):
            with freeze_time(second + timedelta(days=day)):
                row._follow_up()
                self.assertEqual(row.state, state)
        items = self._item(self.march | self.april)
        self.assertFalse(items.client_renegotiation_id)
        # what is late longest is paid first
        self.assertEqual(
            items.mapped("amount_residual"), [round(1000.0 - first.amount, 2), 500.0]
        )
        self.assertAlmostEqual(self._ledger()[2], 1500.0 - first.amount)
        self.assertIn("is broken", row.activity_ids.summary)
        self.assertEqual(row.activity_ids.user_id, self.user_manager)

    def test_broken_keeps_and_kept(self):
        keep = self._put_in_force(self._renegotiate(self.march, count=2))
        kept = self._put_in_force(self._renegotiate(self.april, count=1))
        line = kept.instalment_ids.move_line_id
        self._pay(line, 500.0, date(2026, 6, 20))
        with freeze_time(date(2026, 8, 1)), self.enter_registry_test_mode():
            self.env.ref(
                "client_hub.ir_cron_client_renegotiation"
            ).method_direct_trigger()
        (keep | kept).invalidate_recordset()
        self.assertEqual((keep.state, kept.state), ("broken", "kept"))
        self.assertEqual(self._item(self.march).client_renegotiation_id, keep)
        self.assertEqual(keep.amount_open, 1000.0)
        # a payment that bounced
        line.remove_move_reconcile()
        with freeze_time(date(2026, 6, 21)):
            kept._follow_up()
        self.assertEqual(kept.state, "applied")

    def test_not_answered_in_time(self):
        row = self._renegotiate(self.march)
        row.action_propose()
        with freeze_time(date(2026, 6, 4)):
            self.assertIn("until", row._get_closed_sentence())
            row.sudo()._follow_up()
        self.assertEqual(row.state, "cancelled")
        self.assertIn("not accepted in time", row.activity_ids.summary)

    def test_a_second_company(self):
        other = self.setup_other_company()["company"]
        self.env.user.company_ids |= other
        with self.assertRaisesRegex(UserError, "one company"):
            self._renegotiate(self.march, user=self.env.user, company_id=other.id)
