"""Whatever happens to invoices: the statement is the ledger, to the cent, on each day.

So are the Billing tab's figures and the page on the portal.

``CLIENT_HUB_RANDOM_CLIENTS=1000`` plays with so many clients; each follows from its own
number, and ``CLIENT_HUB_RANDOM_FIRST`` is the first one.
"""

import os
import random
import re
from collections import defaultdict
from datetime import date, timedelta

from lxml import html

from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, tagged

from .common_renegotiation import RenegotiationCommon

CLIENTS = int(os.environ.get("CLIENT_HUB_RANDOM_CLIENTS", "12"))
FIRST = int(os.environ.get("CLIENT_HUB_RANDOM_FIRST", "0"))
START = date(2026, 1, 1)
STEPS = 8


class Item:
    """What the test knows of one amount to be paid."""

    def __init__(self, line, due, amount, booked):
        self.line, self.due, self.amount, self.booked = line, due, amount, booked
        # an invoice that is not paid in instalments
        self.is_whole = False
        # (day, cents) of what settled it, and the day of a renegotiation in force
        self.settled, self.renegotiated = [], None

    def open_on(self, day):
        left = self.amount - sum(cents for when, cents in self.settled if when <= day)
        return 0 if self.renegotiated and self.renegotiated <= day else left

    def status(self, day):
        if self.renegotiated and self.renegotiated <= day:
            return "renegotiated"
        if self.open_on(day):
            if self.due < day:
                return "overdue"
            return "due_today" if self.due == day else "due_later"
        last = max(when for when, _cents in self.settled)
        return "paid_late" if last > self.due else "paid_on_time"


class World:
    """One client: its items by currency, and all that moved its balance."""

    def __init__(self, client):
        self.client = client
        self.items = defaultdict(list)
        self.moves = defaultdict(list)
        # what invoices and credit notes charged
        self.billed = defaultdict(list)
        self.agreements = []
        # (item, currency, what settled it, its entry)
        self.payments = []

    def bill(self, currency, day, cents):
        """Remember what an invoice charged, or a credit note took back."""
        self.moves[currency].append((day, cents))
        self.billed[currency].append((day, cents))


@tagged("post_install", "-at_install", "client_hub_long")
class TestStatementRandom(RenegotiationCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        euro = cls.env.ref("base.EUR")
        euro.active = True
        cls.env["res.currency.rate"].create(
            [
                {
                    "name": START + timedelta(days=30 * number),
                    "rate": rate,
                    "currency_id": euro.id,
                    "company_id": cls.company.id,
                }
                for number, rate in enumerate((0.5, 0.9, 1.3, 0.7, 2.0))
            ]
        )
        cls.currencies = cls.company.currency_id | euro
        cls.bank = cls.company_data["default_journal_bank"]
        cls.instalments = cls.env["account.payment.term"].create(
            {
                "name": "Now, in ten days and in forty",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": days}
                    )
                    for share, days in ((20, 0), (30, 10), (50, 40))
                ],
            }
        )
        # each client belongs to the group of this person's while its page is read
        cls.contact_a.portal_scope = "group"

    # --- what people do ---

    def _invoice_now(self, world, rng, day):
        currency = rng.choice(self.currencies)
        cents = rng.randint(100, 900_000)
        due = day + timedelta(days=rng.choice((0, 5, 20, 45)))
        invoice = self._invoice(
            cents / 100,
            due,
            client=world.client,
            currency_id=currency.id,
            invoice_date=day,
        )
        world.bill(currency, day, cents)
        item = Item(self._item(invoice), due, cents, day)
        item.is_whole = True
        world.items[currency].append(item)

    def _invoice_in_parts_now(self, world, rng, day):
        currency = rng.choice(self.currencies)
        cents = rng.randint(100, 900_000)
        invoice = self._invoice(
            cents / 100,
            day,
            client=world.client,
            currency_id=currency.id,
            invoice_date=day,
            invoice_payment_term_id=self.instalments.id,
        )
        world.bill(currency, day, cents)
        parts = self._item(invoice).sorted("date_maturity")
        self.assertEqual(
            [(part.date_maturity - day).days for part in parts], [0, 10, 40]
        )
        shares = [round(part.amount_currency * 100) for part in parts]
        self.assertEqual(sum(shares), cents)
        world.items[currency] += [
            Item(part, part.date_maturity, share, day)
            for part, share in zip(parts, shares, strict=True)
        ]

    def _find_open(self, world, rng, day):
        """Return an open item of today and its currency, or None."""
        found = [
            (item, currency)
            for currency, items in world.items.items()
            for item in items
            if item.open_on(day) > 0
        ]
        return rng.choice(found) if found else (None, None)

    def _settle(self, world, item, currency, day, cents, account):
        """Book an entry against an item and match them: money, or a write-off."""
        amount = cents / 100
        balance = currency._convert(amount, self.company.currency_id, self.company, day)
        receivable = item.line.account_id
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": target.id,
                            "partner_id": world.client.id,
                            "currency_id": currency.id,
                            "amount_currency": sign * amount,
                            "balance": sign * balance,
                        }
                    )
                    for target, sign in ((receivable, -1), (account, 1))
                ],
            }
        )
        move.action_post()
        credit = move.line_ids.filtered(lambda line: line.account_id == receivable)
        (item.line | credit).reconcile()
        item.settled.append((day, cents))
        world.moves[currency].append((day, -cents))
        return move

    def _pay_now(self, world, rng, day):
        item, currency = self._find_open(world, rng, day)
        if item:
            left = item.open_on(day)
            cents = left if rng.random() < 0.5 else rng.randint(1, left)
            account = self.bank.default_account_id
            move = self._settle(world, item, currency, day, cents, account)
            world.payments.append((item, currency, (day, cents), move))

    def _bounce_now(self, world, rng, day):
        """The bank takes a payment back."""
        # what was renegotiated is what was open then
        found = [payment for payment in world.payments if not payment[0].renegotiated]
        if not found:
            return
        payment = rng.choice(found)
        world.payments.remove(payment)
        item, currency, settled, move = payment
        move._reverse_moves([{"date": day}], cancel=True)
        item.settled.remove(settled)
        world.moves[currency].append((day, settled[1]))

    def _reverse_now(self, world, rng, day):
        """An invoice that nobody paid is taken back as a whole."""
        found = [
            (item, currency)
            for currency, items in world.items.items()
            for item in items
            if item.is_whole and not item.settled and not item.renegotiated
        ]
        if found:
            item, currency = rng.choice(found)
            item.line.move_id._reverse_moves(
                [{"date": day, "invoice_date": day}], cancel=True
            )
            item.settled.append((day, item.amount))
            world.bill(currency, day, -item.amount)

    def _write_off_now(self, world, rng, day):
        item, currency = self._find_open(world, rng, day)
        if item:
            cents = item.open_on(day)
            self._settle(world, item, currency, day, cents, self.discount_account)

    def _credit_now(self, world, rng, day):
        item, currency = self._find_open(world, rng, day)
        if not item:
            return
        cents = rng.randint(1, item.open_on(day))
        note = self._invoice(
            cents / 100,
            day,
            client=world.client,
            currency_id=currency.id,
            invoice_date=day,
            move_type="out_refund",
        )
        (item.line | self._item(note)).reconcile()
        item.settled.append((day, cents))
        world.bill(currency, day, -cents)

    def _renegotiate_now(self, world, rng, day):
        item, currency = self._find_open(world, rng, day)
        if not item or item.line._get_renegotiation_in_force():
            return
        row = self._renegotiate(
            item.line.move_id,
            lines=item.line,
            client=world.client,
            contact_id=self.contact_a.id,
            currency_id=currency.id,
            date=day,
            date_first=day + timedelta(days=rng.choice((5, 30))),
            count=rng.randint(1, 4),
            late_percent=rng.choice((0, 1.5)),
            fine_percent=rng.choice((0, 2)),
            discount_percent=rng.choice((0, 12.5)),
        )
        if row.problem:
            row.action_cancel()
            return
        # the answer on the portal has tests of its own
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_renegotiation SET state = 'accepted' WHERE id = %s", [row.id]
        )
        self.env.invalidate_all()
        row.with_user(self.user_accountant).action_apply()
        row = row.sudo()
        item.renegotiated = day
        old, new = (round(amount * 100) for amount in (row.principal, row.total))
        world.moves[currency].append((day, new - old))
        made = [
            Item(
                instalment.move_line_id,
                instalment.date_maturity,
                round(instalment.amount * 100),
                day,
            )
            for instalment in row.instalment_ids
        ]
        world.items[currency] += made
        world.agreements.append((row, item, made, currency, new - old))

    def _undo_now(self, world, rng, day):
        for agreement in world.agreements:
            row, item, made, currency, difference = agreement
            if not any(part.settled or part.renegotiated for part in made):
                row.with_user(self.user_accountant).action_undo()
                world.agreements.remove(agreement)
                world.moves[currency].append((day, -difference))
                item.renegotiated = None
                for instalment in made:
                    # its reversal settles it
                    instalment.settled.append((day, instalment.amount))
                return

    def _break_now(self, world, rng, day):
        """A missed instalment: what is agreed stays, and can be agreed anew."""
        if world.agreements:
            agreement = rng.choice(world.agreements)
            agreement[0].with_user(self.user_accountant).action_break()
            world.agreements.remove(agreement)

    # --- what must be so ---

    def _check(self, world, day):
        statement = world.client._get_billing_statement(START, day)
        sections = {section["currency"]: section for section in statement["sections"]}
        for currency in self.currencies:
            booked = sum(cents for when, cents in world.moves[currency] if when <= day)
            section = sections.get(currency)
            if not section:
                self.assertFalse(booked)
                continue
            self.assertEqual(round(section["closing"] * 100), booked)
            opening, debit, credit = (
                round(section[name] * 100) for name in ("opening", "debit", "credit")
            )
            self.assertEqual(opening + debit - credit, booked)
            ageing = sum(round(amount * 100) for _label, amount in section["ageing"])
            self.assertEqual(ageing, booked)
            found = {
                line["id"]: (round(line["open"] * 100), line["legend"]["status"])
                for line in section["lines"]
                if line["legend"]
            }
            for item in world.items[currency]:
                if item.booked <= day:
                    expected = (item.open_on(day), item.status(day))
                    self.assertEqual(found[item.line.id], expected, item.line.name)

    def _check_tab(self, world, day):
        """The charts, and what was billed, are what the documents charge."""
        client = world.client.with_user(self.user_accountant)
        for currency in self.currencies:
            figures = client.get_client_billing(
                START.isoformat(), day.isoformat(), currency.id
            )
            charged = sum(
                cents for when, cents in world.billed[currency] if when <= day
            )
            for name in ("billed", "revenue"):
                self.assertEqual(round(figures[name]["amount"] * 100), charged)
            months = sum(round(month["amount"] * 100) for month in figures["months"])
            self.assertEqual(months, charged)

    def _check_portal(self, world, day):
        """The client's person reads the same on the portal."""
        world.client.parent_id = self.client_a
        self.env.flush_all()
        page = self.url_open(
            f"/my/statement?client_id={world.client.id}"
            f"&date_from={START.isoformat()}&date_to={day.isoformat()}"
        )
        world.client.parent_id = False
        shown = {}
        for section in html.fromstring(page.text).xpath("//section[h2]"):
            name = section.findtext("h2").split()[-1]
            shown[name] = [
                # what is negative has a minus before or behind its sign
                round(float(re.sub(r"[^\d.]", "", text)) * 100)
                for cell in section.xpath(
                    ".//strong[@name='closing'] | .//td[@name='open']"
                )
                if (text := cell.text_content())
            ]
        for currency in self.currencies:
            open_now = sorted(
                item.open_on(day)
                for item in world.items[currency]
                if item.booked <= day and item.open_on(day)
            )
            closing, *rest = shown.get(currency.name, [0])
            self.assertEqual(closing, sum(open_now))
            self.assertEqual(sorted(rest), open_now)

    def test_statements_of_many_clients(self):
        acts = (
            self._invoice_now,
            self._invoice_now,
            self._pay_now,
            self._pay_now,
            self._credit_now,
            self._write_off_now,
            self._renegotiate_now,
            self._undo_now,
            self._invoice_in_parts_now,
            self._bounce_now,
            self._reverse_now,
            self._break_now,
        )
        self.authenticate(self.portal_a.login, self.portal_a.login)
        for number in range(FIRST, FIRST + CLIENTS):
            rng = random.Random(number)
            world = World(self._create_client(f"Random {number}"))
            day = START
            with self.subTest(client=number):
                for step in range(STEPS):
                    day += timedelta(days=rng.choice((0, 1, 7, 30)))
                    with freeze_time(day):
                        act = rng.choice(acts) if step > 1 else self._invoice_now
                        act(world, rng, day)
                for _look in range(4):
                    self._check(world, START + timedelta(days=rng.randint(0, 240)))
                self._check(world, day)
                self._check_ledger(world)
                self._check_tab(world, day)
                self._check_portal(world, day)
            # a thousand clients take no more memory than one
            self.env.flush_all()
            self.env.invalidate_all()

    def _check_ledger(self, world):
        """The journal items themselves, and what is open of them today."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("partner_id", "=", world.client.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ],
            ["currency_id"],
            ["amount_currency:sum", "amount_residual_currency:sum"],
        )
        for currency, booked, residual in groups:
            expected = sum(cents for _when, cents in world.moves[currency])
            self.assertEqual(round(booked * 100), expected)
            self.assertEqual(round(residual * 100), expected)
