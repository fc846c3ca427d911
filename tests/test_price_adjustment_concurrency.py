"""Two people apply at once, on two real connections: the price rises once."""

import threading
import uuid
from datetime import date

from psycopg2.errors import SerializationFailure

import odoo
from odoo import SUPERUSER_ID, api
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestPriceAdjustmentConcurrency(BaseCase):
    """Works on committed data of its own, and removes it.

    The client's history stays: it is append-only, and names nothing real.
    """

    def setUp(self):
        super().setUp()
        self.registry = odoo.modules.registry.Registry(get_db_name())
        with _Environment(self.registry) as env:
            mark = uuid.uuid4().hex[:8]
            client = env["res.partner"].create(
                {
                    "name": f"Concurrent {mark}",
                    "legal_name": f"Concurrent {mark}",
                    "is_company": True,
                    "is_client": True,
                }
            )
            contract = env["client.contract"].create(
                {
                    "name": mark,
                    "client_id": client.id,
                    "date_start": date(2026, 1, 1),
                    "adjustment_rule": "fixed",
                    "adjustment_percent": 10,
                    "line_ids": [Command.create({"name": mark, "price_unit": 1000})],
                }
            )
            contract.action_approve()
            adjustment = contract._propose_adjustments()
            adjustment.action_review()
            self.client_id, self.contract_id = client.id, contract.id
            self.adjustment_id = adjustment.id
        self.addCleanup(self._remove)

    def _remove(self):
        with _Environment(self.registry) as env:
            for table in (
                "client_price_adjustment",
                "client_contract_entry",
                "client_contract_line",
            ):
                env.cr.execute(
                    f"DELETE FROM {table} WHERE contract_id = %s",  # noqa: S608
                    [self.contract_id],
                )
            env.cr.execute(
                "DELETE FROM client_contract WHERE id = %s", [self.contract_id]
            )
            env.cr.execute(
                "UPDATE res_partner SET active = false WHERE id = %s", [self.client_id]
            )

    def _apply(self, ready, outcomes):
        """Apply as a web request does: again when the database says so."""
        for _attempt in range(5):
            try:
                with _Environment(self.registry) as env:
                    adjustment = env["client.price.adjustment"].browse(
                        self.adjustment_id
                    )
                    # a stale snapshot, taken before the other one commits
                    adjustment.read(["state"])
                    if ready:
                        ready.wait(10)
                        ready = None
                    # even if nothing but the lock stood in the way
                    adjustment.action_apply()
                outcomes.append("applied")
                return
            except SerializationFailure:
                ready = None
            except (UserError, RedirectWarning) as error:
                outcomes.append(str(error))
                return
        outcomes.append("gave up")

    def test_two_sessions_apply_once(self):
        outcomes = []
        ready = threading.Barrier(2)
        with mute_logger("odoo.sql_db"):
            threads = [
                threading.Thread(target=self._apply, args=(ready, outcomes))
                for _number in range(2)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        self.assertEqual(len(outcomes), 2)
        # the second finds it applied: nothing to do, or refused; never a second time
        self.assertGreaterEqual(outcomes.count("applied"), 1, outcomes)
        self.assertNotIn("gave up", outcomes)
        with _Environment(self.registry) as env:
            contract = env["client.contract"].browse(self.contract_id)
            self.assertAlmostEqual(contract.line_ids.price_unit, 1100)
            self.assertEqual(contract.adjustment_ids.mapped("state"), ["applied"])

    def test_two_proposals_for_one_anniversary(self):
        """The database refuses the second, were it not for the button's own check."""
        with _Environment(self.registry) as env:
            env["client.price.adjustment"].browse(self.adjustment_id).action_apply()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(Exception) as caught,
            _Environment(self.registry) as env,
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


class _Environment:
    """A real, committed transaction of its own."""

    def __init__(self, registry):
        self.registry = registry

    def __enter__(self):
        self.cursor = self.registry.cursor()
        return api.Environment(self.cursor, SUPERUSER_ID, {})

    def __exit__(self, kind, _error, _traceback):
        try:
            if kind is None:
                self.cursor.commit()
            else:
                self.cursor.rollback()
        finally:
            self.cursor.close()
