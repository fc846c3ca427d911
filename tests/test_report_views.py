"""Pivot and graph of the budgets' ledger and of the clock open, with figures."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestReportViews(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-03-02 10:00:00"):
            job = cls._create_job(budget_id=cls.budget.id, budget_amount=400)
            job.action_authorize()
        with freeze_time("2026-03-05 15:00:00"):
            job.action_start()
            # as every night
            stretches = cls.env["client.clock.entry"].search([("job_id", "=", job.id)])
            stretches._store_count()

    def _read_view(self, action, mode, user):
        """Return the rows that a view asks for when it opens."""
        model = self.env[action.res_model].with_user(user)
        arch = etree.fromstring(model.get_views([(False, mode)])["views"][mode]["arch"])
        groups, measures = [], ["__count"]
        for field in arch.iter("field"):
            name, interval = field.get("name"), field.get("interval")
            if field.get("type") == "measure":
                measures.append(f"{name}:sum")
            elif field.get("invisible") not in ("1", "True"):
                groups.append(f"{name}:{interval}" if interval else name)
        self.assertTrue(groups, (action.name, mode))
        return model.formatted_read_group([], groups, measures)

    def test_they_open_with_figures(self):
        for name in ("client_budget_move_action", "client_clock_report_action"):
            action = self.env.ref(f"client_hub.{name}")
            modes = set(action.view_mode.split(",")) & {"pivot", "graph"}
            self.assertEqual(modes, {"pivot", "graph"})
            for mode in modes:
                with self.subTest(action=name, mode=mode):
                    rows = self._read_view(action, mode, self.user_manager)
                    self.assertTrue(sum(row["__count"] for row in rows))

    def test_not_for_the_client(self):
        action = self.env.ref("client_hub.client_clock_report_action")
        with self.assertRaises(AccessError):
            self._read_view(action, "pivot", self.portal_a)
