"""The legend of invoices and instalments, against what really happened."""

import random
from collections import defaultdict
from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tests import HttpCase, freeze_time, tagged

from odoo.addons.client_hub.tools.legend import LOOKS, URGENCY

from .common import ClientHubCommon

FIRST = date(2026, 1, 5)


def told_by_hand(due, events, amount, today):
    """Return the status, from nothing but the money that came."""
    left, last = amount, None
    for day, money in sorted(events):
        left, last = round(left - money, 2), day
    if left:
        return "due_later" if due > today else "overdue" if due < today else "due_today"
    return "paid_late" if last > due else "paid_on_time"


@tagged("post_install", "-at_install")
class TestLegend(ClientHubCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency(
            "EUR",
            rates=[("2025-01-01", 2.0), ("2026-01-20", 3.0), ("2026-02-20", 1.7)],
        )
        cls.terms = cls.env["account.payment.term"].create(
            {
                "name": "Three instalments",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": part, "nb_days": days}
                    )
                    for part, days in ((30.0, 0), (30.0, 20), (40.0, 40))
                ],
            }
        )
        # setup_other_company() writes to it
        cls.product_category = cls.product_category.with_env(cls.env)

    # ------------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------------

    def _invoice(self, day=FIRST, amount=100.0, client=None, **values):
        """Return a posted invoice without taxes, due on its day."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (client or self.client_a).id,
                "invoice_date": day,
                "invoice_date_due": day,
                # sales people see those of nobody in particular
                "invoice_user_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Work", "price_unit": amount, "tax_ids": False}
                    )
                ],
                **values,
            }
        )
        invoice.action_post()
        return invoice

    def _pay(self, line, amount, day):
        """Let money come on a day, for one instalment."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.client_a.id,
                "amount": amount,
                "currency_id": line.currency_id.id,
                "date": day,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        money = payment.move_id.line_ids.filtered(
            lambda other: other.account_id == line.account_id
        )
        (line + money).reconcile()

    def _credit(self, line, amount, day):
        """Credit a part of an instalment."""
        note = self._invoice(
            day, amount, move_type="out_refund", currency_id=line.currency_id.id
        )
        (line + note.line_ids.filtered(lambda other: other.credit)).reconcile()

    def _write_off(self, line, amount, day):
        """Give a part of an instalment up by an entry."""
        values = {"currency_id": line.currency_id.id, "partner_id": self.client_a.id}
        loss = self.company_data["default_account_expense"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "line_ids": [
                    Command.create(
                        {**values, "account_id": loss.id, "amount_currency": amount}
                    ),
                    Command.create(
                        {
                            **values,
                            "account_id": line.account_id.id,
                            "amount_currency": -amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (line + entry.line_ids.filtered(lambda other: other.credit)).reconcile()

    def _legends(self, model, domain):
        """Return ``{record id: status}`` as told by the field, searches and groups."""
        records = self.env[model].search(domain)
        self.env.invalidate_all()
        read = {record.id: record.client_legend for record in records}
        for status in (*LOOKS, False):
            found = records.search(
                Domain(domain) & Domain("client_legend", "=", status)
            )
            self.assertEqual(
                set(found.ids), {id_ for id_ in read if read[id_] == status}, status
            )
        open_ones = records.search(
            Domain(domain) & Domain("client_legend", "in", ["overdue", "due_today"])
        )
        others = records.search(
            Domain(domain) & Domain("client_legend", "not in", ["overdue", "due_today"])
        )
        self.assertEqual(open_ones | others, records)
        self.assertFalse(open_ones & others)
        grouped = records._read_group(domain, ["client_legend"], ["id:array_agg"])
        self.assertEqual({id_: status for status, ids in grouped for id_ in ids}, read)
        return read

    # ------------------------------------------------------------------
    # RIGHT ON EACH DAY
    # ------------------------------------------------------------------

    def test_legend_is_what_happened_with_the_money(self):
        chance = random.Random(20260105)
        instalments, plan = {}, defaultdict(list)
        others = self._credit, self._write_off
        for number in range(7):
            invoice = self._invoice(
                FIRST + timedelta(chance.randrange(12)),
                chance.choice([90.0, 100.01, 77.77]),
                currency_id=(self.euro if number % 2 else self.company.currency_id).id,
                **({"invoice_payment_term_id": self.terms.id} if number > 2 else {}),
            )
            for line in invoice._get_client_instalments():
                instalments[line] = []
                left = round(line.amount_currency, 2)
                for _part in range(chance.randrange(3)):
                    part = chance.choice([left, round(left / 3, 2)])
                    left = round(left - part, 2)
                    if part:
                        day = line.date_maturity + timedelta(chance.randrange(-9, 14))
                        how = chance.choice(
                            [self._pay] * 4 + [self._credit, self._write_off]
                        )
                        plan[max(day, line.date)].append((line, part, how))
        self.assertGreater(sum(map(len, plan.values())), 12)
        domain = [("partner_id", "=", self.client_a.id), ("date_maturity", "!=", False)]
        domain += [("client_legend", "!=", False)]
        seen = set()
        done = FIRST
        for step in (0, 9, 20, 33, 40, 55, 70):
            today = FIRST + timedelta(step)
            for day in sorted(day for day in plan if done <= day < today):
                for line, part, how in plan.pop(day):
                    how(line, part, day)
                    instalments[line].append((day, part))
            done = today
            expected = {
                line.id: told_by_hand(
                    line.date_maturity, events, line.amount_currency, today
                )
                for line, events in instalments.items()
            }
            with freeze_time(f"{today} 12:00:00"):
                self.assertEqual(self._legends("account.move.line", domain), expected)
                invoices = self._legends(
                    "account.move",
                    [("id", "in", [line.move_id.id for line in instalments])],
                )
            of_invoice = defaultdict(set)
            for line in instalments:
                of_invoice[line.move_id.id].add(expected[line.id])
            self.assertEqual(
                invoices,
                {
                    id_: min(statuses, key=URGENCY.index)
                    for id_, statuses in of_invoice.items()
                },
            )
            seen |= set(expected.values()) | set(invoices.values())
        self.assertEqual(seen, set(URGENCY) - {"renegotiated"})
        self._check_filled_as_computed()

    def _check_filled_as_computed(self):
        """What the installation fills in for old entries is what is computed."""
        names = "client_open_due_date", "client_paid_date", "client_settled"
        self.env.flush_all()
        for table in ("account_move_line", "account_move"):
            columns = f"SELECT id, {', '.join(names)} FROM {table} ORDER BY id"
            self.env.cr.execute(columns)
            before = self.env.cr.fetchall()
            self.env.cr.execute(
                f"UPDATE {table} SET {', '.join(f'{name} = NULL' for name in names)}"
            )
            setattr(self, f"_{table}", (columns, before))
        self.env["account.move.line"]._fill_client_settlement()
        for table in ("account_move_line", "account_move"):
            columns, before = getattr(self, f"_{table}")
            self.env.cr.execute(columns)
            self.assertEqual(self.env.cr.fetchall(), before)

    def test_day_begins_at_midnight_of_the_company(self):
        other = self.setup_other_company()["company"]
        other.partner_id.tz = "Asia/Tokyo"
        self.company.partner_id.tz = "America/Sao_Paulo"
        here = self._invoice(date(2026, 5, 1))
        tokyo = self.env["account.move"].with_company(other)
        there = tokyo.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client_a.id,
                "invoice_date": "2026-05-01",
                "invoice_date_due": "2026-05-01",
                "invoice_line_ids": [Command.create({"name": "Work", "price_unit": 9})],
            }
        )
        there.action_post()
        self.env.flush_all()
        written = (here + there).mapped("write_date")
        domain = [("id", "in", (here + there).ids)]
        for moment, status_here, status_there in (
            ("2026-04-30 14:00:00", "due_later", "due_later"),
            ("2026-04-30 15:30:00", "due_later", "due_today"),
            ("2026-05-01 02:30:00", "due_later", "due_today"),
            ("2026-05-01 03:30:00", "due_today", "due_today"),
            ("2026-05-01 15:30:00", "due_today", "overdue"),
            ("2026-05-02 02:59:59", "due_today", "overdue"),
            ("2026-05-02 03:00:00", "overdue", "overdue"),
        ):
            with self.subTest(moment=moment), freeze_time(moment):
                self.assertEqual(
                    self._legends("account.move", domain),
                    {here.id: status_here, there.id: status_there},
                )
        self.env.flush_all()
        self.assertEqual((here + there).mapped("write_date"), written)

    def test_paid_when_the_money_came_not_when_somebody_entered_it(self):
        invoice = self._invoice(date(2026, 3, 10))
        with freeze_time("2026-04-20 12:00:00"):
            self.assertEqual(invoice.client_legend, "overdue")
            self._register_payment(invoice, payment_date=date(2026, 3, 9))
            self.assertEqual(invoice.client_legend, "paid_on_time")
            self.assertEqual(invoice.client_paid_date, date(2026, 3, 9))
            # undone: it is open again
            line = invoice._get_client_instalments()
            line.remove_move_reconcile()
            self.assertEqual(invoice.client_legend, "overdue")
            self.assertFalse(invoice.client_paid_date or line.client_paid_date)
            self._register_payment(invoice, payment_date=date(2026, 3, 11))
            self.assertEqual(invoice.client_legend, "paid_late")

    def test_exchange_rate_is_no_money(self):
        invoice = self._invoice(date(2026, 1, 10), currency_id=self.euro.id)
        line = invoice._get_client_instalments()
        self._pay(line, 100.0, date(2026, 1, 8))
        second = self._invoice(date(2026, 1, 10), currency_id=self.euro.id)
        late = second._get_client_instalments()
        self._pay(late, 100.0, date(2026, 2, 25))
        self.assertTrue(late.matched_credit_ids.exchange_move_id)
        self.assertEqual(line.client_paid_date, date(2026, 1, 8))
        self.assertEqual(invoice.client_legend, "paid_on_time")
        self.assertEqual(late.client_paid_date, date(2026, 2, 25))
        self.assertEqual(second.client_legend, "paid_late")

    def test_only_claims_have_a_legend(self):
        draft = self._invoice()
        draft.button_draft()
        note = self._invoice(move_type="out_refund")
        bill = self._invoice(move_type="in_invoice")
        free = self._invoice(amount=0.0)
        self.assertFalse((draft + note + bill).filtered("client_legend"))
        self.assertFalse((draft + note + bill).line_ids.filtered("client_legend"))
        self.assertEqual(free.client_legend, "paid_on_time")
        # an opening balance, or an instalment that an entry books, is one
        account = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.client_a.id,
                            "date_maturity": "2020-01-01",
                            "debit": 10.0,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 10.0,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        self.assertEqual(
            entry.line_ids.sorted("debit").mapped("client_legend"), [False, "overdue"]
        )
        self.assertFalse(entry.client_legend)

    def test_cost_does_not_grow_with_the_invoices(self):
        invoices = self.env["account.move"]
        for _number in range(12):
            invoices += self._invoice(invoice_payment_term_id=self.terms.id)
        self.env.flush_all()

        def cost(ids):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            moves = self.env["account.move"].search([("id", "in", ids)])
            moves.mapped("client_legend")
            moves.search([("id", "in", ids), ("client_legend", "=", "overdue")])
            moves._read_group([("id", "in", ids)], ["client_legend"], ["__count"])
            return self.env.cr.sql_log_count - before

        cost(invoices.ids)
        self.assertEqual(cost(invoices.ids), cost(invoices[:1].ids))

    # ------------------------------------------------------------------
    # PEOPLE AND SCREENS
    # ------------------------------------------------------------------

    def test_people_group_what_they_may_see(self):
        self._invoice(date(2020, 1, 1))
        hidden = self._invoice(date(2020, 1, 1), client=self.client_b)
        self.client_b.with_user(self.user_manager).client_restricted = True
        mine = [("partner_id", "in", (self.client_a + self.client_b).ids)]
        expected = {
            self.user_accountant: 2,
            self.user_admin_hub: 2,
            self.user_manager: 2,
            self.user_outsider: 1,
        }
        for user, count in expected.items():
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                moves = self.env["account.move"].with_user(user)
                self.assertEqual(
                    moves._read_group(mine, ["client_legend"], ["__count"]),
                    [("overdue", count)],
                )
        with self.assertRaises(AccessError):
            hidden.with_user(self.user_outsider).read(["client_legend"])
        with self.assertRaises(AccessError):
            self.env["account.move"].with_user(self.user_creation)._read_group(
                mine, ["client_legend"], ["__count"]
            )

    def test_form_shows_the_instalments_to_accountants(self):
        invoice = self._invoice(date(2020, 1, 1), invoice_payment_term_id=self.terms.id)
        form = invoice.with_user(self.user_accountant)
        self.assertEqual(
            form.client_instalment_ids.mapped("client_legend"), ["overdue"] * 3
        )
        self.assertEqual(len(form.client_instalment_ids), 3)
        with self.assertRaises(AccessError):
            invoice.with_user(self.user_outsider).read(["client_instalment_ids"])

    def test_portal_and_paper_say_the_same(self):
        invoice = self._invoice(date(2020, 1, 1), invoice_payment_term_id=self.terms.id)
        first = invoice._get_client_instalments()[:1]
        self._pay(first, first.amount_currency, date(2020, 1, 1))
        self.authenticate(self.portal_a.login, self.portal_a.login)
        page = self.url_open("/my/invoices").text
        self.assertIn("Overdue", page)
        self.assertIn(LOOKS["overdue"].background, page)
        page = self.url_open(invoice.get_portal_url()).text
        for word in ("Overdue", "Paid on time", LOOKS["paid_on_time"].icon):
            self.assertIn(word, page)
        paper = (
            self.env["ir.actions.report"]
            ._render_qweb_html("account.report_invoice_with_payments", invoice.ids)[0]
            .decode()
        )
        for word in ("Overdue", "Paid on time", LOOKS["paid_on_time"].background):
            self.assertIn(word, paper)
        self.authenticate(self.portal_b.login, self.portal_b.login)
        self.assertNotIn(invoice.name, self.url_open("/my/invoices").text)
        refused = self.url_open(f"/my/invoices/{invoice.id}", allow_redirects=False)
        self.assertEqual(refused.status_code, 303)
