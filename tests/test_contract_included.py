"""Hours and pieces included in a fee, and the entries of what goes beyond."""

import random
from datetime import date

from psycopg2 import IntegrityError

from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common_included import IncludedCommon

LOGGERS = ("odoo.addons.client_hub.tools.nightly", "odoo.sql_db")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15")
class TestContractIncluded(IncludedCommon):
    # ------------------------------------------------------------------
    # counting
    # ------------------------------------------------------------------

    def test_hours_of_each_month(self):
        included = self._include()
        self._log(date(2026, 1, 5), 7.5)
        self._log(date(2026, 1, 31), 4.75)
        self._log(date(2026, 2, 1), 8)
        self._log(date(2025, 12, 31), 3)
        self.assertEqual(
            self._rows(included, "period", "included_quantity", "consumed", "extra"),
            [
                ("January 2026", 10.0, 12.25, 2.25),
                ("February 2026", 10.0, 8.0, 0.0),
                ("March 2026", 10.0, 0.0, 0.0),
            ],
        )
        self.assertEqual(
            self._rows(included, "percent", "used_included", "expired")[:2],
            [(122.5, 10.0, 0.0), (80.0, 8.0, 2.0)],
        )

    def test_whose_hours_count(self):
        """Other clients' hours don't, nor those of jobs with a budget of their own."""
        included = self._include()
        other = self._create_project("Elsewhere", self.client_b)
        self._log(date(2026, 2, 3), 5, other)
        self._log(date(2026, 2, 3), 1)
        job = self._create_job(budget_id=self.budget.id, budget_amount=100)
        job.action_authorize()
        task = self.env["project.task"].sudo().search([("client_job_id", "=", job.id)])
        self._log(date(2026, 2, 3), 2, task.project_id[:1], task_id=task[:1].id)
        february = [(10.0, 1.0)]
        self.assertEqual(
            self._rows(included, "included_quantity", "consumed")[1:2], february
        )
        included.scope = "client"
        self.assertEqual(self._rows(included, "consumed")[1], (3.0,))
        included.write(
            {"scope": "projects", "project_ids": [Command.set(self.project.ids)]}
        )
        self.assertEqual(self._rows(included, "consumed")[1], (1.0,))
        # an internal project that was chosen counts, another client's work never
        included.project_ids += other
        self.project.partner_id = False
        self._log(date(2026, 2, 4), 0.5)
        self.assertEqual(self._rows(included, "consumed")[1], (1.5,))

    def test_carried_over_up_to_a_limit(self):
        included = self._include(policy="carry", months=1, cap=4)
        self._log(date(2026, 1, 5), 3)
        self._log(date(2026, 2, 5), 12)
        self.assertEqual(
            self._rows(
                included, "carried_in", "used_carried", "used_included", "extra"
            )[:2],
            [(0.0, 0.0, 3.0, 0.0), (4.0, 4.0, 8.0, 0.0)],
        )
        self.assertEqual(
            self._rows(included, "carried_out", "expired")[:2],
            [(4.0, 3.0), (2.0, 0.0)],
        )

    def test_periods_make_up_for_each_other(self):
        """Only a whole span has extra, or the end of the contract."""
        included = self._include(policy="settle", months=2)
        self._log(date(2026, 1, 5), 16)
        self._log(date(2026, 2, 5), 8)
        self.assertEqual(
            self._rows(included, "deferred", "extra")[:2], [(6.0, 0.0), (-6.0, 4.0)]
        )

    def test_broken_period_includes_its_part(self):
        """17 of 31 days include 5.48 of 10 hours; pieces are rounded up."""
        contract = self._create_contract(
            date_start=date(2026, 1, 15), date_anchor=date(2026, 1, 1)
        )
        included = self._include(contract)
        pieces = self._include(contract, kind="pieces", quantity=8)
        self.assertEqual(included.date_start, date(2026, 1, 1))
        self.assertEqual(self._rows(included, "included_quantity")[0], (5.48,))
        self.assertEqual(self._rows(pieces, "included_quantity")[0], (5.0,))

    def test_pieces_count_once_when_approved(self):
        contract = self._create_contract()
        included = self._include(
            contract,
            kind="pieces",
            quantity=0,
            piece_type_ids=[Command.set(self.type_banner.ids)],
        )
        texts = self._include(
            contract,
            kind="pieces",
            quantity=1,
            piece_type_ids=[Command.set(self.type_text.ids)],
        )
        piece = self._create_sent_piece()
        self.assertEqual(included.name, self.type_banner.name)
        self.assertEqual(self._rows(included, "consumed")[2], (0.0,))
        with freeze_time("2026-02-27 12:00:00"):
            piece._portal_decide(piece.current_version_id, self.contact_a, "approved")
        self.assertEqual(self._rows(included, "consumed"), [(0.0,), (1.0,), (0.0,)])
        self.assertEqual(self._rows(texts, "consumed")[1], (0.0,))
        # the client asks for another change: it was delivered in February all the same
        piece.with_user(self.user_manager).action_start()
        self._create_version(piece, body_text="Hello again")
        piece.with_user(self.user_traffic).action_send_to_client()
        piece._portal_decide(piece.current_version_id, self.contact_a, "approved")
        self.assertEqual(self._rows(included, "consumed"), [(0.0,), (1.0,), (0.0,)])
        self._enter(included)
        entry = self._overage(included)
        self.assertEqual((entry.quantity, entry.amount), (1.0, 90.0))
        self.assertIn("Consumed 1 pieces: 0 included", entry.derivation_text)

    def test_days_of_the_company_count(self):
        """An approval late in the evening belongs to the company's day."""
        self.company.partner_id.tz = "America/Sao_Paulo"
        included = self._include(kind="pieces", quantity=0)
        piece = self._create_sent_piece()
        with freeze_time("2026-03-01 01:30:00"):
            piece._portal_decide(piece.current_version_id, self.contact_a, "approved")
        self.assertEqual(self._rows(included, "consumed"), [(0.0,), (1.0,), (0.0,)])

    # ------------------------------------------------------------------
    # the extra
    # ------------------------------------------------------------------

    def test_extra_becomes_an_entry(self):
        included = self._include()
        self._log(date(2026, 1, 5), 12)
        self._log(date(2026, 3, 5), 30)
        self._enter(included)
        entry = self._overage(included)
        self.assertEqual(entry.kind, "overage")
        self.assertEqual(
            (entry.period_start, entry.period_end),
            (date(2026, 1, 1), date(2026, 1, 31)),
        )
        self.assertEqual((entry.quantity, entry.amount, entry.state), (2, 180, "ready"))
        # the running month is not over
        self.assertEqual(entry.date_due, date(2026, 3, 15))
        self.assertEqual(
            entry.derivation_text.replace("\xa0", " "),
            "2 × $ 90.00 = $ 180.00\n"
            "Consumed 12 h: 10 included, 0 carried over, 2 extra",
        )
        # a second look finds nothing to do
        self.assertEqual(self._enter(included)["params"]["type"], "info")
        self.assertEqual(self._overage(included), entry)
        # until it is billed, it follows
        self._log(date(2026, 1, 6), 1)
        self._enter(included)
        self.assertEqual(self._overage(included), entry)
        self.assertEqual((entry.quantity, entry.amount), (3, 270))
        self._bill(entry, post="post")
        line = entry.invoice_line_ids
        self.assertEqual((line.quantity, line.price_subtotal), (3, 270))
        self.assertEqual(line.tax_ids, self.tax)
        self.assertIn("January 2026", line.name)

    def test_late_hours_are_a_further_difference(self):
        included = self._include()
        self._log(date(2026, 1, 5), 12)
        self._enter(included)
        first = self._overage(included)
        self._bill(first, post="post")
        late = self._log(date(2026, 1, 7), 4)
        self._enter(included)
        second = self._overage(included) - first
        self.assertEqual((second.quantity, second.amount), (4, 360))
        self.assertIn("2 entered before", second.derivation_text)
        self.assertEqual((first.quantity, first.state), (2, "billed"))
        self._bill(second, post="post")
        # the hours were booked on the wrong client
        late.unlink()
        self._enter(included)
        credit = self._overage(included) - first - second
        self.assertEqual((credit.quantity, credit.amount), (-4, -360))
        self._bill(credit, post="post")
        self.assertEqual(credit.invoice_line_ids.move_id.move_type, "out_refund")
        self.assertEqual(credit.state, "billed")
        self.assertEqual(self._rows(included, "extra", "entered")[0], (2.0, 2.0))

    def test_late_hours_reach_the_months_after(self):
        """What January doesn't leave any more is extra in February."""
        included = self._include(policy="carry", months=1)
        self._log(date(2026, 1, 5), 6)
        self._log(date(2026, 2, 5), 14)
        self._enter(included)
        self.assertFalse(self._overage(included))
        self._log(date(2026, 1, 8), 3)
        self._enter(included)
        entry = self._overage(included)
        self.assertEqual((entry.period_start, entry.quantity), (date(2026, 2, 1), 3))

    def test_decisions_on_the_extra_stay(self):
        """Written off is settled: it doesn't come back every night."""
        included = self._include()
        self._log(date(2026, 1, 5), 12)
        self._enter(included)
        entry = self._overage(included)
        wizard = self.env["client.contract.entry.wizard"].with_user(self.user_manager)
        wizard.create(
            {
                "entry_ids": [Command.set(entry.ids)],
                "action": "write_off",
                "reason": "Goodwill",
            }
        ).action_confirm()
        self._log(date(2026, 1, 6), 1)
        self._enter(included)
        self.assertEqual(
            [(e.quantity, e.state) for e in self._overage(included)],
            [(2, "written_off"), (1, "ready")],
        )

    def test_granted_hours(self):
        included = self._include()
        self._log(date(2026, 1, 5), 12)
        self._enter(included)
        january = included.consumption_ids.sorted("period_start")[0]
        january.with_user(self.user_manager).granted = 5
        self._enter(included)
        self.assertFalse(self._overage(included))
        self.assertEqual(self._rows(included, "included_quantity")[0], (15.0,))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            january.with_user(self.user_manager).granted = -11
            january.flush_recordset()

    def test_no_price_no_entry(self):
        included = self._include(price_unit=0)
        self._log(date(2026, 1, 5), 12)
        self._enter(included)
        self.assertFalse(self._overage(included))

    def test_product_of_the_extra(self):
        """Another product brings its price and its taxes."""
        included = self._include(price_unit=False, product_id=self.extra_service.id)
        form = Form(included)
        form.product_id = self.env["product.product"]
        form.product_id = self.extra_service
        self.assertEqual(form.save().price_unit, 700.0)
        self._log(date(2026, 1, 5), 11)
        self._enter(included)
        entry = self._overage(included)
        self.assertEqual(entry.product_id, self.extra_service)
        self._bill(entry)
        self.assertEqual(entry.invoice_line_ids.price_subtotal, 700.0)
        self.assertEqual(
            entry.invoice_line_ids.tax_ids,
            self.extra_service.taxes_id.filtered_domain(
                [("company_id", "=", self.company.id)]
            ),
        )

    def test_every_night(self):
        """Periods begin, and the extra of those that are over is entered."""
        included = self._include()
        ended = self._create_contract(client=self.client_b)
        other = self._include(ended)
        self._log(date(2026, 2, 5), 13, self._create_project("B", self.client_b))
        self._log(date(2026, 3, 5), 15)
        ended.action_end()
        with freeze_time("2026-04-02 03:00:00"):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "client_hub.ir_cron_client_contract_overage"
                ).method_direct_trigger()
            self.assertEqual(len(self._rows(included, "period")), 4)
            self.assertEqual(self._overage(included).quantity, 5)
            self.assertEqual(self._overage(included).date_due, date(2026, 4, 2))
            # the contract that ended is looked at for late hours
            self.assertEqual(self._overage(other).quantity, 3)
            self.assertEqual(self._overage(other).state, "ready")
            before = self._overage(included) | self._overage(other)
            with self.enter_registry_test_mode():
                self.env.ref(
                    "client_hub.ir_cron_client_contract_overage"
                ).method_direct_trigger()
            self.assertEqual(self._overage(included) | self._overage(other), before)

    def _run_night(self):
        with self.enter_registry_test_mode():
            job = self.env.ref("client_hub.ir_cron_client_contract_overage")
            job.method_direct_trigger()

    def test_the_night_is_the_companys(self):
        """21:30 of the last day in São Paulo is the next one in Greenwich."""
        self.company.partner_id.tz = "America/Sao_Paulo"
        included = self._include()
        self._log(date(2026, 3, 5), 13)
        with freeze_time("2026-04-01 00:30:00"):
            self._run_night()
            self.assertFalse(self._overage(included))
            self.assertEqual(len(self._rows(included, "period")), 3)
        with freeze_time("2026-04-01 03:30:00"):
            self._run_night()
            self.assertEqual(self._overage(included).quantity, 3)
            self.assertEqual(self._overage(included).date_due, date(2026, 4, 1))
            self.assertEqual(len(self._rows(included, "period")), 4)

    def test_a_night_that_fails_is_told(self):
        """The others get theirs; mended, it is entered and the activity ends."""
        bad = self._include()
        good = self._include(self._create_contract(client=self.client_b))
        self._log(date(2026, 2, 5), 12)
        self._log(date(2026, 2, 5), 13, self._create_project("B", self.client_b))
        price = bad.price_unit
        self.env.flush_all()
        # the database refuses it
        self.env.cr.execute(
            "ALTER TABLE client_contract_entry ADD CONSTRAINT test_price"
            " CHECK (kind != 'overage' OR price_unit != %s)",
            [price + 1],
        )
        bad.price_unit = price + 1
        with freeze_time("2026-04-02"), mute_logger(*LOGGERS):
            self._run_night()
        self.assertEqual(self._overage(good).quantity, 3)
        self.assertFalse(self._overage(bad))
        activity = bad.contract_id.activity_ids
        self.assertEqual(activity.user_id, self.user_manager)
        self.assertIn("extra", activity.summary)
        self.assertFalse(good.contract_id.activity_ids)
        bad.price_unit = price
        with freeze_time("2026-04-03"):
            self._run_night()
        self.assertEqual(self._overage(bad).quantity, 2)
        self.assertFalse(bad.contract_id.activity_ids)

    def test_random_year_adds_up(self):
        """Whatever is logged, moved, entered and billed, in whatever order."""
        for policy, months, cap, seed in (
            ("expire", 0, 0, 8),
            ("carry", 2, 6, 8),
            ("settle", 3, 0, 10),
        ):
            with self.subTest(policy=policy):
                project = self._create_project(policy, self.client_a)
                contract = self._create_contract()
                included = self._include(
                    contract,
                    policy=policy,
                    months=months,
                    cap=cap,
                    scope="projects",
                    project_ids=[(6, 0, project.ids)],
                )
                self._check_random_year(random.Random(seed), included, project)

    def _check_random_year(self, rng, included, project):
        with freeze_time("2026-12-31"):
            included._sync_consumption()
        sheets = self.env["account.analytic.line"]
        for _step in range(40):
            day = date(2026, rng.randint(1, 12), rng.randint(1, 28))
            choice = rng.random()
            if choice < 0.6 or not sheets:
                sheets += self._log(day, rng.randint(1, 900) / 100, project)
            elif choice < 0.75:
                sheets[rng.randrange(len(sheets))].date = day
            else:
                with freeze_time("2027-01-05"):
                    self._enter(included)
                    due = self._overage(included).filtered(lambda e: e.state == "ready")
                    if due and choice > 0.85:
                        self._bill(due[0])
        with freeze_time("2027-01-05"):
            self._enter(included)
        self.env.invalidate_all()
        rows = included.consumption_ids.filtered(
            lambda row: row.period_end <= date(2026, 12, 31)
        )
        self.assertEqual(len(rows), 12)
        entries = self._overage(included)
        self.assertTrue(entries.filtered("invoice_line_ids"))
        for row in rows:
            billed = sum(row.entry_ids.mapped("quantity"))
            self.assertAlmostEqual(billed, row.extra, 2)
            self.assertAlmostEqual(
                row.consumed,
                row.used_included + row.used_carried + billed + row.deferred,
                2,
            )
        self.assertAlmostEqual(
            sum(sheets.mapped("unit_amount")),
            sum(rows.mapped("used_included"))
            + sum(rows.mapped("used_carried"))
            + sum(entries.mapped("quantity")),
            2,
        )
