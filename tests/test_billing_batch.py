"""What a batch spares changes nothing on the invoices."""

from datetime import date
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestBillingBatch(ContractCommon):
    """The same entries with and without the savings, journal item by journal item."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        included = cls.tax.copy(
            {"name": "Included", "price_include_override": "tax_included"}
        )
        withheld = cls.tax.copy({"name": "Withheld", "amount": -1.5})
        none = cls.env["account.tax"]
        with freeze_time("2026-02-15"):
            cls.contracts = cls.env["client.contract"]
            for number, taxes in enumerate(
                (cls.tax, included, cls.tax | withheld, none, cls.tax | included)
            ):
                cls.contracts |= cls._create_contract(
                    date_start=date(2026, 1, 1 + 11 * (number % 2)),
                    date_anchor=date(2026, 1, 1),
                    date_end=date(2026, 4, 30),
                    lines=[
                        {
                            "tax_ids": [Command.set(taxes.ids)],
                            "price_unit": 33.37 + number,
                            "quantity": quantity,
                            "discount": discount,
                        }
                        for quantity, discount in ((1, 0), (3.5, 7.5), (7.25, 3.33))
                    ],
                )

    def _bill_and_forget(self):
        """Return the journal items that billing all of it makes; make none."""
        entries = self.contracts.entry_ids
        with self.env.cr.savepoint() as savepoint:
            run = self.env["client.billing.run"].create(
                {"invoice_date": date(2026, 5, 1), "group_by": "client"}
            )
            run._start(entries)
            self.assertFalse(any(entries.mapped("billing_error")))
            moves = entries.invoice_line_ids.move_id
            items = sorted(
                (
                    move.name,
                    move.amount_total,
                    line.display_type,
                    line.client_entry_id.id,
                    line.tax_line_id.id,
                    line.account_id.id,
                    line.balance,
                    line.amount_currency,
                    line.price_subtotal,
                    line.price_total,
                    str(line.analytic_distribution or ""),
                )
                for move in moves
                for line in move.line_ids
            )
            savepoint.rollback()
        self.env.invalidate_all()
        return items

    def test_savings_change_nothing(self):
        runs = type(self.env["client.billing.run"])
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            spared = self._bill_and_forget()
            with (
                patch.object(runs, "_spare_second_write", lambda *args: None),
                patch.object(runs, "_spare_distribution", lambda *args: None),
                patch.object(
                    type(self.env["account.move"]),
                    "_is_numbering_known",
                    lambda *args: False,
                ),
            ):
                plain = self._bill_and_forget()
            with self.subTest(method=method):
                self.assertGreater(len(spared), 60)
                self.assertEqual(spared, plain)

    def test_distribution_models_count(self):
        plan = self.env["account.analytic.plan"].create({"name": "Clients"})
        account = self.env["account.analytic.account"].create(
            {"name": "Fees", "plan_id": plan.id}
        )
        self.env["account.analytic.distribution.model"].create(
            {
                "product_id": self.service.id,
                "analytic_distribution": {str(account.id): 100},
            }
        )
        entries = self.contracts[0].entry_ids
        self._bill(entries)
        self.assertEqual(
            entries.invoice_line_ids[0].analytic_distribution, {str(account.id): 100.0}
        )

    def test_numbers_go_on_after_others(self):
        """In a batch with credit notes, other journals and what was there before."""
        first = self._create_contract().entry_ids[0]
        self._bill(first)
        journal = self.company_data["default_journal_sale"].copy(
            {"code": "FEES", "sequence": 99}
        )
        other = self._create_contract(journal_id=journal.id)
        credit = self.contracts[1]._create_extra_entry(
            product=self.extra_service,
            name="Credit",
            quantity=1.0,
            price_unit=-20.0,
            date_due=date(2026, 2, 1),
            reason="Late",
        )
        entries = (
            self.contracts[0].entry_ids[:1]
            | self.contracts[2].entry_ids[:1]
            | other.entry_ids[:1]
            | credit
        )
        self._bill(entries)
        before = first.invoice_line_ids.move_id
        names = sorted(entries.invoice_line_ids.move_id.mapped("name"))
        prefix, number = before.sequence_prefix, before.sequence_number
        self.assertEqual(
            names,
            sorted(
                [
                    f"{prefix}{number + 1:05d}",
                    f"{prefix}{number + 2:05d}",
                    f"R{prefix}00001",
                    "FEES/2026/00001",
                ]
            ),
        )
