"""Two people apply at once, on two real connections: the price rises once."""

from datetime import date

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_concurrency import ConcurrencyCase


@tagged("post_install", "-at_install")
class TestPriceAdjustmentConcurrency(ConcurrencyCase):
    def _prepare(self, env, client):
        contract = env["client.contract"].create(
            {
                "name": self.mark,
                "client_id": client.id,
                "date_start": date(2026, 1, 1),
                "adjustment_rule": "fixed",
                "adjustment_percent": 10,
                "line_ids": [Command.create({"name": self.mark, "price_unit": 1000})],
            }
        )
        contract.action_approve()
        adjustment = contract._propose_adjustments()
        adjustment.action_review()
        self.contract_id, self.adjustment_id = contract.id, adjustment.id

    def _remove(self, cr):
        for table in (
            "client_price_adjustment",
            "client_contract_entry",
            "client_contract_line",
        ):
            cr.execute(
                f"DELETE FROM {table} WHERE contract_id = %s",  # noqa: S608
                [self.contract_id],
            )
        cr.execute("DELETE FROM client_contract WHERE id = %s", [self.contract_id])

    def _adjustment(self, env):
        return env["client.price.adjustment"].browse(self.adjustment_id)

    def test_two_sessions_apply_once(self):
        outcomes = self._race(
            lambda env: self._adjustment(env).read(["state"]),
            *[lambda env: self._adjustment(env).action_apply()] * 2,
        )
        # the second finds it applied: nothing to do, or refused; never a second time
        self.assertGreaterEqual(outcomes.count("done"), 1, outcomes)
        self.assertNotIn("gave up", outcomes)
        with self._environment() as env:
            contract = env["client.contract"].browse(self.contract_id)
            self.assertAlmostEqual(contract.line_ids.price_unit, 1100)
            self.assertEqual(contract.adjustment_ids.mapped("state"), ["applied"])

    def test_two_proposals_for_one_anniversary(self):
        """The database refuses the second, were it not for the button's own check."""
        with self._environment() as env:
            self._adjustment(env).action_apply()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(Exception) as caught,
            self._environment() as env,
        ):
            env["client.price.adjustment"].create(
                {
                    "contract_id": self.contract_id,
                    "date_anniversary": date(2027, 1, 1),
                    "date_effective": date(2027, 1, 1),
                    "state": "applied",
                }
            )
            env.flush_all()
        self.assertIn("applied_once", str(caught.exception))
