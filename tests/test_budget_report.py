"""The printed follow-up of budgets, and what an upgrade makes of former ones."""

import importlib.util
from pathlib import Path

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_job import ClientJobCommon

UPGRADE = (
    Path(__file__).resolve().parent.parent / "migrations/19.0.1.3.0/post-budget.py"
)


@tagged("post_install", "-at_install")
class TestBudgetReport(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.budget.write(
            {
                "campaign": "Blossom",
                "date_start": "2026-01-01",
                "date_end": "2026-03-31",
            }
        )
        cls.euro = cls.setup_other_currency("EUR")
        cls.other = cls._create_budget(
            name="Summer", date_start="2026-06-01", date_end="2026-08-31", amount=500
        )
        cls.foreign = cls._create_budget(
            name="Paris",
            client_id=cls.client_b.id,
            currency_id=cls.euro.id,
            date_start="2026-01-01",
        )

    def _values(self, budgets, user=None):
        report = self.env["report.client_hub.report_budget_follow_up"]
        return report.with_user(user or self.user_manager)._get_report_values(
            budgets.ids
        )

    def _html(self, report, budgets):
        return (
            self.env["ir.actions.report"]
            .with_user(self.user_manager)
            ._render_qweb_html(report, budgets.ids)[0]
            .decode()
        )

    def test_totals_are_the_sums_of_the_lines_by_currency(self):
        self._create_request(budget_id=self.budget.id, budget_amount="400")
        values = self._values(self.budget | self.other | self.foreign)
        self.assertEqual(
            [client for client, __, __ in values["groups"]],
            [self.client_a, self.client_b],
        )
        totals = {currency: sums for currency, sums, __ in values["totals"]}
        own = self.company.currency_id
        self.assertEqual(totals[own]["amount_planned"], 1500)
        self.assertEqual(totals[own]["amount_reserved"], 400)
        self.assertEqual(totals[own]["amount_left"], 1100)
        self.assertEqual(totals[self.euro]["amount_left"], 1000)
        html = self._html(
            "client_hub.report_budget_follow_up",
            self.budget | self.other | self.foreign,
        )
        for text in ("Azul Cosmetics", "Brisa Foods", "Blossom", "1,100.00", "€"):
            self.assertIn(text, html)

    def test_statement_names_documents_and_forecast(self):
        job = self._create_request(budget_id=self.budget.id, budget_amount="400")
        html = self._html("client_hub.report_budget", self.budget)
        for text in (job.number, "First amount", "weekends included", "600.00"):
            self.assertIn(text, html)

    def test_statement_speaks_the_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        label = self.env["ir.model.fields"]._get("client.budget", "amount_planned")
        label.with_context(lang="pt_BR").field_description = "Planejado"
        self.client_a.lang = "pt_BR"
        self._create_request(budget_id=self.budget.id, budget_amount="400")
        html = self._html("client_hub.report_budget", self.budget)
        self.assertIn("Planejado", html)
        self.assertNotIn("400.00", html)

    def test_filters_choose_the_budgets(self):
        wizards = self.env["client.budget.follow.up"].with_user(self.user_manager)

        def find(**values):
            wizard = wizards.create(values)
            found = self.env["client.budget"].search(wizard._get_domain())
            return found & (self.budget | self.other | self.foreign)

        self.assertEqual(find(), self.budget | self.other | self.foreign)
        self.assertEqual(find(campaign="bloss"), self.budget)
        self.assertEqual(find(client_ids=[(6, 0, self.client_b.ids)]), self.foreign)
        self.assertEqual(find(date_from="2026-05-01"), self.other | self.foreign)
        self.assertEqual(find(date_to="2026-05-01"), self.budget | self.foreign)
        self.other.action_close()
        self.assertEqual(find(status="closed"), self.other)
        wizard = Form(wizards)
        wizard.campaign = "nothing of the kind"
        with self.assertRaisesRegex(UserError, "No budget"):
            wizard.save().action_print()
        with self.assertRaisesRegex(UserError, "ends before"):
            wizards.create(
                {"date_from": "2026-02-01", "date_to": "2026-01-01"}
            ).action_print()

    def test_who_may_print(self):
        self.client_a.client_restricted = True
        self.assertTrue(self._values(self.budget, self.user_accountant)["totals"])
        for user in (self.user_outsider, self.user_creation):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._values(self.budget, user)

    def test_restricted_client_closes_what_is_asked_and_moved(self):
        self.budget.write({"policy": "ask", "manager_id": self.user_manager.id})
        job = self._create_job(budget_id=self.budget.id, budget_amount=1500)
        job.with_user(self.user_manager).action_authorize()
        for model in ("client.budget.approval", "client.budget.threshold"):
            domain = [("budget_id", "=", self.budget.id)]
            self.client_a.client_restricted = False
            records = self.env[model].with_user(self.user_outsider)
            self.assertTrue(records.search(domain), model)
            self.client_a.client_restricted = True
            self.env.invalidate_all()
            self.assertFalse(records.search(domain), model)
        with self.assertRaises(AccessError):
            self.budget.with_user(self.user_outsider)._transfer(self.other, 1, "x")
        with self.assertRaises(AccessError):
            self.env["client.budget.transfer"].with_user(self.user_outsider).create(
                {"budget_id": self.budget.id, "amount": 1, "reason": "x"}
            )

    def test_upgrade_links_hours_and_gives_thresholds(self):
        self.budget.spent_by = "costs"
        job = self._create_job(budget_id=self.budget.id, budget_amount=900)
        job.action_authorize()
        line = self.env["account.analytic.line"].create(
            {
                "name": "Hours",
                "task_id": job.task_ids[0].id,
                "project_id": job.task_ids[0].project_id.id,
                "employee_id": self.env["hr.employee"]
                .create({"name": "Caio", "hourly_cost": 10})
                .id,
                "unit_amount": 2,
            }
        )
        self.env.cr.flush()
        self.budget.sudo().threshold_ids.unlink()
        self.env.flush_all()
        for column in ("client_job_id", "client_budget_id"):
            self.cr.execute(
                f"UPDATE account_analytic_line SET {column} = NULL"  # noqa: S608
            )
        self.cr.execute("UPDATE client_budget_revision SET kind = 'revision'")
        self.env.invalidate_all()
        spec = importlib.util.spec_from_file_location("post_budget", UPGRADE)
        upgrade = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(upgrade)
        upgrade.migrate(self.cr, "19.0.1.2.0")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(line.client_job_id, job)
        self.assertEqual(line.client_budget_id, self.budget)
        self.assertEqual(self.budget.revision_ids.kind, "first")
        thresholds = self.budget.sudo().threshold_ids
        self.assertEqual(thresholds.mapped("rate"), [50, 80, 100])
        self.assertEqual(
            [bool(threshold.reached_date) for threshold in thresholds],
            [True, True, False],
        )
