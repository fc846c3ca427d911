"""What people see of temporary agreements, and what an upgrade makes of former data."""

import importlib.util
from datetime import date
from pathlib import Path

from lxml import html

from odoo.tests import HttpCase, freeze_time, tagged

from .common_overlay import OverlayCommon

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestOverlayPreview(OverlayCommon):
    """The table in the dialog, before anything is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-02-15"):
            cls.contract = cls._create_contract(date_end=date(2026, 12, 31))

    def _rows(self, overlay):
        """Return the texts of each row and the line below the table."""
        root = html.fromstring(str(overlay.with_user(self.user_manager).preview_html))
        rows = [
            [" ".join(cell.text_content().split()) for cell in row.iter("td")]
            for row in root.iter("tr")
        ]
        total = root.xpath("//strong")
        total = total and " ".join(total[0].text_content().split())
        return [row for row in rows if row], total

    def _draft(self, *days, **values):
        return self._agree(self.contract, *days, confirm=False, **values)

    def test_before_and_after(self):
        """February is billed, March is not: 14 days at half price, 25 at nothing."""
        self._bill(self._month(self.contract, 2))
        overlay = self._draft((2, 15), (3, 25), kind="suspend")
        count = len(self.contract.entry_ids)
        rows, total = self._rows(overlay)
        self.assertEqual(
            [(row[0], row[3], row[4]) for row in rows],
            [
                ("02/15/2026 – 02/28/2026", "–", "$ -500.00"),
                ("March 2026", "$ 1,000.00", "$ 193.55"),
            ],
        )
        self.assertIn("Billed already: difference due on 02/15/2026", rows[0][2])
        self.assertIn("Not billed yet", rows[1][2])
        self.assertEqual(total, "In all: $ -1,306.45 untaxed")
        self.assertEqual(len(self.contract.entry_ids), count, "nothing is written")
        # what was shown is what comes
        overlay.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self._amounts(self.contract, 2, "difference"), [-500.0])
        self.assertEqual(self._amounts(self.contract, 3), [193.55])

    def test_many_rows_are_counted(self):
        contract = self._create_contract(
            recurring_unit="week", recurring_interval=1, date_end=date(2026, 12, 31)
        )
        overlay = self._agree(
            contract, (3, 1), (9, 30), confirm=False, kind="discount", discount=10
        )
        rows, total = self._rows(overlay)
        self.assertEqual(len(rows), 13)
        self.assertRegex(rows[12][0], r"^… and \d+ more$")
        self.assertIn("In all", total)

    def test_nothing_changes(self):
        march = self._month(self.contract, 3)
        march.write({"is_adjusted": True, "amount_adjusted": 900.0})
        overlay = self._draft((3, 1), (3, 31), kind="suspend")
        text = html.fromstring(str(overlay.preview_html)).text_content()
        self.assertIn("No amount changes.", text)
        self.assertIn("1 amounts were adjusted by hand and stay.", text)

    def test_what_is_missing_is_said(self):
        overlay = self.env["client.contract.overlay"].new(
            {"contract_id": self.contract.id, "kind": "price"}
        )
        self.assertIn("Choose the services", overlay.preview_html)

    def test_a_name_is_no_html(self):
        self.contract.line_ids.name = "<script>alert(1)</script>"
        overlay = self._draft((3, 1), (3, 31), kind="suspend")
        self.assertNotIn("<script", overlay.preview_html)
        self.assertIn("&lt;script", overlay.preview_html)


@tagged("post_install", "-at_install")
class TestOverlayPortal(OverlayCommon, HttpCase):
    """The client reads what was agreed, and not what is only for the agency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_portal_access = "yes"
        with freeze_time("2026-02-15"):
            cls.contract = cls._create_contract()

    def _table(self, user=None):
        user = user or self.portal_a
        self.authenticate(user.login, user.login)
        answer = self.url_open(f"/my/contracts/{self.contract.id}")
        self.assertEqual(answer.status_code, 200)
        rows = html.fromstring(answer.text).xpath("//table[@name='agreements']//tr")
        return [" ".join(row.text_content().split()) for row in rows[1:]], answer.text

    def _set(self, kind, first, last, **values):
        overlay = self.env["client.contract.overlay"].create(
            {
                "contract_id": self.contract.id,
                "kind": kind,
                "date_start": first,
                "date_end": last,
                "reason": "They are short of money",
                "line_ids": [(6, 0, self.contract.line_ids.ids)],
                **values,
            }
        )
        overlay.action_confirm()
        return overlay

    def test_table(self):
        self.assertFalse(self._table()[0])
        self._set(
            "price",
            date(2098, 7, 1),
            date(2098, 8, 31),
            price_unit=380.0,
            invoice_text="Summer break",
        )
        self._set("suspend", date(2099, 1, 1), date(2099, 1, 31))
        # over, cancelled, a draft: nothing for the client
        self._set("discount", date(2026, 1, 1), date(2026, 1, 31), discount=50)
        self._set("discount", date(2099, 3, 1), date(2099, 3, 31)).action_cancel()
        draft = self._set("discount", date(2099, 4, 1), date(2099, 4, 30))
        draft.action_cancel()
        draft.action_draft()
        rows, text = self._table()
        self.assertEqual(
            rows,
            [
                "07/01/2098 08/31/2098 Price $ 380.00 Monthly fee Summer break",
                "01/01/2099 01/31/2099 Nothing is billed Monthly fee",
            ],
        )
        self.assertNotIn("short of money", text)

    def test_foreign_contact(self):
        self._set("suspend", date(2099, 1, 1), date(2099, 1, 31))
        self.authenticate(self.portal_b.login, self.portal_b.login)
        answer = self.url_open(f"/my/contracts/{self.contract.id}")
        self.assertNotIn("Nothing is billed", answer.text)


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestOverlayUpgrade(OverlayCommon):
    """Entries and invoices of a version that knew no agreements."""

    def _upgrade(self, name):
        path = MIGRATIONS / name
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()

    def _forget(self):
        """Take away what that version did not store."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_contract_entry SET derivation = derivation"
            " - 'tax_ids' - 'product_id'"
        )
        self.env.cr.execute("UPDATE account_move_line SET client_entry_terms = NULL")
        self.env.invalidate_all()

    def test_what_was_billed_gets_its_differences(self):
        contract = self._create_contract()
        january, february = self._month(contract, 1), self._month(contract, 2)
        february.write({"is_adjusted": True, "amount_adjusted": 800.0})
        self._bill(january)
        self._bill(february)
        self._forget()
        self._upgrade("19.0.1.3.0/post-entry-terms.py")
        terms = january.invoice_line_ids.client_entry_terms
        self.assertEqual((terms["amount"], terms["is_adjusted"]), (1000.0, False))
        self.assertEqual(january.derivation["tax_ids"], self.tax.ids)
        self.assertEqual(february.invoice_line_ids.client_entry_terms["amount"], 800.0)
        # the price has gone up since; what was billed is what counts
        contract.line_ids.price_unit = 2000.0
        self._agree(contract, (1, 17), (2, 14), kind="suspend")
        difference = self._month(contract, 1, "difference")
        self.assertEqual(difference.amount, -483.87)
        self.assertFalse(self._month(contract, 2, "difference"))
        self._check_books(contract)

    def test_what_was_given_back_twice(self):
        """600 of January were credited, an extra was restored and billed again."""
        contract = self._create_contract()
        january = self._month(contract, 1)
        extra = contract._create_extra_entry(
            self.service, "Extra", 1, 50.0, date(2026, 2, 1), "Test"
        )
        self._bill(january)
        self._bill(extra)
        credit = self._credit(january.invoice_line_ids.move_id, post=False)
        credit.invoice_line_ids.price_unit = 600.0
        credit.action_post()
        self._agree(contract, (1, 1), (1, 31))
        difference = january.difference_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_contract_entry"
            "   SET amount_scheduled = -1000, amount = -1000,"
            "       derivation = derivation - 'kept'"
            " WHERE id = %s",
            [difference.id],
        )
        self.env.cr.execute(
            "UPDATE client_contract_entry SET amount_scheduled = 30, amount = 30"
            " WHERE id = %s",
            [extra.id],
        )
        self.env.invalidate_all()
        for _time in range(2):
            self._upgrade("19.0.1.7.0/post-given-back.py")
            self.assertEqual(january.difference_ids, difference)
            self.assertEqual((difference.amount, extra.amount), (-400.0, 50.0))
            self.assertEqual(difference.derivation["kept"], 600.0)

    def test_twice_is_once(self):
        contract = self._create_contract()
        self._bill(self._month(contract, 1))
        self._upgrade("19.0.1.3.0/post-entry-terms.py")
        before = [
            contract.entry_ids.mapped("derivation"),
            contract.entry_ids.invoice_line_ids.mapped("client_entry_terms"),
        ]
        self._upgrade("19.0.1.3.0/post-entry-terms.py")
        self.assertEqual(
            before,
            [
                contract.entry_ids.mapped("derivation"),
                contract.entry_ids.invoice_line_ids.mapped("client_entry_terms"),
            ],
        )
        contract._sync_schedule()
        self.assertFalse(self._month(contract, 1, "difference"))
