"""The extra hours of a month are entered once, on real connections."""

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common_concurrency import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestIncludedConcurrency(ConcurrencyCase):
    """10 hours are included, 13 were worked last month."""

    def _prepare(self, env, client):
        month = date.today().replace(day=1) - relativedelta(months=1)
        product = env["product.product"].create({"name": self.mark, "type": "service"})
        contract = env["client.contract"].create(
            {
                "name": self.mark,
                "client_id": client.id,
                "date_start": month,
                "line_ids": [Command.create({"product_id": product.id})],
            }
        )
        employee = env["hr.employee"].create({"name": self.mark})
        project = env["project.project"].create(
            {"name": self.mark, "partner_id": client.id, "allow_timesheets": True}
        )
        contract.action_approve()
        contract.action_activate()
        included = env["client.contract.included"].create(
            {
                "line_id": contract.line_ids.id,
                "quantity": 10,
                "price_unit": 90,
                "date_start": month,
            }
        )
        work = env["account.analytic.line"].create(
            {
                "name": self.mark,
                "project_id": project.id,
                "employee_id": employee.id,
                "date": month,
                "unit_amount": 13,
            }
        )
        self.contract_id, self.included_id = contract.id, included.id
        self.others = (work.id, project.id, employee.id, product.id)

    def _remove(self, cr):
        work, project, employee, product = self.others
        for table in (
            "client_contract_consumption",
            "client_contract_entry",
            "client_contract_included",
            "client_contract_line",
        ):
            cr.execute(
                f"DELETE FROM {table} WHERE contract_id = %s",  # noqa: S608
                [self.contract_id],
            )
        cr.execute("DELETE FROM client_contract WHERE id = %s", [self.contract_id])
        cr.execute("DELETE FROM account_analytic_line WHERE id = %s", [work])
        for table, record_id in (
            ("project_project", project),
            ("hr_employee", employee),
            ("product_product", product),
        ):
            cr.execute(
                f"UPDATE {table} SET active = false WHERE id = %s",  # noqa: S608
                [record_id],
            )

    def _included(self, env):
        return env["client.contract.included"].browse(self.included_id)

    def _entries(self, env):
        return env["client.contract.entry"].search(
            [("contract_id", "=", self.contract_id), ("kind", "=", "overage")]
        )

    def test_two_people_enter_the_extra(self):
        """Both have seen that nothing is entered; 3 hours are, at 90."""
        outcomes = self._race(
            lambda env: self._included(env).consumption_ids.read(["extra", "entered"]),
            *[lambda env: self._included(env)._enter_overage()] * 2,
        )
        self.assertEqual(outcomes, ["done", "done"])
        with self._environment() as env:
            self.assertEqual(self._entries(env).mapped("amount"), [270.0])
            self.assertTrue(self._included(env).counted_on)

    def test_the_daily_job_and_a_person(self):
        """More was worked meanwhile: entered once, whoever comes first."""
        with self._environment() as env:
            self._included(env)._enter_overage()
            env["account.analytic.line"].browse(self.others[0]).unit_amount = 15
        outcomes = self._race(
            lambda env: self._entries(env).read(["amount"]),
            lambda env: self._included(env).contract_id._take_nightly_step(
                "_enter_overage"
            ),
            lambda env: self._included(env).contract_id.action_enter_overage(),
        )
        self.assertEqual(outcomes, ["done", "done"])
        with self._environment() as env:
            self.assertEqual(sum(self._entries(env).mapped("amount")), 450.0)
