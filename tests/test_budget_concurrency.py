"""What is left of a budget is never given out twice, on two real connections."""

import threading
import uuid

from psycopg2.errors import SerializationFailure

import odoo
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestBudgetConcurrency(BaseCase):
    """Works on committed data of its own, and removes it.

    The client's history stays: it is append-only, and names nothing real.
    """

    def setUp(self):
        super().setUp()
        self.registry = odoo.modules.registry.Registry(get_db_name())
        with self._environment() as env:
            mark = uuid.uuid4().hex[:8]
            client = env["res.partner"].create(
                {
                    "name": f"Concurrent {mark}",
                    "legal_name": f"Concurrent {mark}",
                    "is_company": True,
                    "is_client": True,
                }
            )
            budget = env["client.budget"].create(
                {
                    "name": mark,
                    "client_id": client.id,
                    "amount": 1000,
                    "policy": "block",
                }
            )
            budget.action_run()
            jobs = env["client.job"].create(
                [
                    {
                        "name": f"{mark} {number}",
                        "client_id": client.id,
                        "budget_id": budget.id,
                        "budget_amount": 600,
                    }
                    for number in range(2)
                ]
            )
            self.client_id, self.budget_id, self.job_ids = (
                client.id,
                budget.id,
                jobs.ids,
            )
        self.addCleanup(self._remove)

    def _environment(self):
        return _Environment(self.registry)

    def _remove(self):
        with self._environment() as env:
            env.cr.execute(
                "DELETE FROM client_budget_move WHERE budget_id = %s", [self.budget_id]
            )
            env.cr.execute(
                "DELETE FROM client_budget_revision WHERE budget_id = %s",
                [self.budget_id],
            )
            env.cr.execute("DELETE FROM client_job WHERE id = ANY(%s)", [self.job_ids])
            env.cr.execute("DELETE FROM client_budget WHERE id = %s", [self.budget_id])
            env.cr.execute(
                "UPDATE res_partner SET active = false WHERE id = %s", [self.client_id]
            )

    def _reserve(self, job_id, ready, outcomes):
        """Reserve as a web request does: again when the database says so."""
        for _attempt in range(5):
            try:
                with self._environment() as env:
                    job = env["client.job"].browse(job_id)
                    # a stale snapshot, taken before the other one commits
                    env["client.budget"].browse(self.budget_id).amount_left  # noqa: B018
                    if ready:
                        ready.wait(10)
                        ready = None
                    job.action_request()
                outcomes.append("reserved")
                return
            except SerializationFailure:
                ready = None
            except UserError as error:
                outcomes.append(str(error))
                return
        outcomes.append("gave up")

    def test_two_connections_reserve_once(self):
        outcomes = []
        ready = threading.Barrier(2)
        with mute_logger("odoo.sql_db"):
            threads = [
                threading.Thread(target=self._reserve, args=(job_id, ready, outcomes))
                for job_id in self.job_ids
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        self.assertEqual(len(outcomes), 2)
        self.assertEqual(outcomes.count("reserved"), 1, outcomes)
        refusal = next(text for text in outcomes if text != "reserved")
        self.assertIn("left", refusal)
        with self._environment() as env:
            budget = env["client.budget"].browse(self.budget_id)
            self.assertEqual(budget.amount_reserved, 600)
            states = env["client.job"].browse(self.job_ids).mapped("state")
            self.assertEqual(sorted(states), ["draft", "requested"])


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
