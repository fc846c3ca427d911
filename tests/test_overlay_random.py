"""Random agreements, invoices and credits: the books always balance."""

import os
import random
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_overlay import OverlayCommon

OPERATIONS = int(os.environ.get("CLIENT_HUB_OVERLAY_OPERATIONS", "100"))
KINDS = ("suspend", "price", "discount", "quantity")


@tagged("post_install", "-at_install", "client_hub_long")
@freeze_time("2026-04-15")
class TestOverlayRandom(OverlayCommon):
    """Whatever people do in whatever order, per line and period billed and open is due.

    What is refused is refused with a sentence, and leaves everything as it was.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-04-15"):
            cls.contract = cls._create_contract(
                date_end=date(2026, 6, 30),
                lines=[
                    {"price_unit": 1000.0},
                    {"price_unit": 333.33, "quantity": 3, "discount": 7.5},
                ],
            )
            cls.other_tax = cls.tax.copy({"name": "Other", "amount": 5.0})

    def setUp(self):
        super().setUp()
        self.random = random.Random(2026)

    # ------------------------------------------------------------------
    # operations
    # ------------------------------------------------------------------

    def _random_days(self):
        first = date(2026, 1, 1) + timedelta(days=self.random.randrange(170))
        return first, first + timedelta(days=self.random.choice([0, 5, 13, 30, 45]))

    def _random_values(self):
        first, last = self._random_days()
        if self.random.random() < 0.4:
            first = first.replace(day=1)
        kind = self.random.choice([*KINDS, *KINDS, "product"])
        taxes = self.other_tax.ids if kind == "product" else []
        lines = self.random.choice([*self.contract.line_ids, self.contract.line_ids])
        return {
            "kind": kind,
            "date_start": first,
            "date_end": max(first, last),
            "line_ids": [Command.set(lines.ids)],
            "price_unit": self.random.choice([0.0, 310.0, 99.99, 1234.56]),
            "discount": self.random.choice([0.0, 12.5, 50.0, 100.0]),
            "quantity": self.random.choice([0.0, 1.0, 2.5]),
            "product_id": self.extra_service.id if kind == "product" else False,
            "keep_price": self.random.random() < 0.5,
            "tax_ids": [Command.set(taxes)],
        }

    def _overlays(self, state):
        found = self.contract.overlay_ids.filtered(lambda o: o.state == state)
        return self.random.choice(list(found)) if found else found

    def _moves(self, state, kind=None):
        moves = self.contract.entry_ids.invoice_line_ids.move_id.filtered(
            lambda m: (
                m.state == state
                and (kind is None or bool(m.reversed_entry_id) == (kind == "credit"))
            )
        ).sorted("id")
        return self.random.choice(list(moves)) if moves else moves

    def _do_agree(self):
        overlay = self.env["client.contract.overlay"].create(
            {
                "contract_id": self.contract.id,
                "reason": "Random",
                **self._random_values(),
            }
        )
        overlay.action_confirm()

    def _do_change(self):
        first, last = self._random_days()
        self._overlays("confirmed").write(
            {
                "date_start": first,
                "date_end": last,
                "price_unit": self.random.choice([250.0, 0.01]),
                "quantity": self.random.choice([1.0, 4.0]),
            }
        )

    def _do_cancel(self):
        self._overlays("confirmed").action_cancel()

    def _do_confirm_again(self):
        overlay = self._overlays("cancelled")
        overlay.action_draft()
        overlay.action_confirm()

    def _do_bill(self):
        due = self.contract.entry_ids.filtered(lambda e: e.state == "ready")
        due = self.random.sample(list(due), min(len(due), self.random.randint(1, 4)))
        if due:
            entries = self.env["client.contract.entry"].concat(*due)
            self._bill(entries, post=self.random.choice(["post", "post", "draft"]))

    def _do_post(self):
        self._moves("draft").action_post()

    def _do_delete_draft(self):
        self._moves("draft").unlink()

    def _do_reset(self):
        self._moves("posted").button_draft()

    def _do_cancel_draft(self):
        self._moves("draft").button_cancel()

    def _do_take_up_again(self):
        self._moves("cancel").button_draft()

    def _do_credit(self):
        if move := self._moves("posted"):
            self._credit(move, post=self.random.random() < 0.8)

    def _do_credit_for_good(self):
        if self.random.random() < 0.2 and (move := self._moves("posted", "invoice")):
            self._credit(move, client_rebill=False)

    def _do_undo_credit(self):
        self._moves("posted", "credit").button_draft()

    def _do_edit_line(self):
        line = self.random.choice(list(self.contract.line_ids))
        line.price_unit = self.random.choice([1000.0, 1100.0, 777.77])

    def _do_adjust(self):
        entries = self.contract.entry_ids.filtered(
            lambda e: e.state == "ready" and e.kind == "recurring"
        )
        if entries and self.random.random() < 0.3:
            entry = self.random.choice(list(entries))
            entry.write({"is_adjusted": True, "amount_adjusted": 55.55})

    @mute_logger("odoo.sql_db")
    def test_books_balance(self):
        weights = {
            self._do_agree: 5,
            self._do_change: 3,
            self._do_cancel: 3,
            self._do_confirm_again: 2,
            self._do_bill: 7,
            self._do_post: 2,
            self._do_delete_draft: 2,
            self._do_reset: 2,
            self._do_cancel_draft: 1,
            self._do_take_up_again: 2,
            self._do_credit: 3,
            self._do_credit_for_good: 1,
            self._do_undo_credit: 2,
            self._do_edit_line: 1,
            self._do_adjust: 1,
        }
        done, differences = 0, set()
        for number in range(OPERATIONS):
            (operation,) = self.random.choices(list(weights), list(weights.values()))
            try:
                with self.cr.savepoint():
                    operation()
                    self.env.flush_all()
                done += 1
            except UserError:
                # refused with a sentence
                self.env.invalidate_all()
            try:
                self._check_books(self.contract)
            except AssertionError as error:
                # what follows a wrong step says nothing
                raise AssertionError(f"{number} {operation.__name__}") from error
            differences |= set(self.contract.entry_ids.difference_ids.ids)
        self.assertGreater(done, OPERATIONS / 2)
        self.assertGreater(len(differences), 10)
