"""Races between real, committed transactions."""

import threading
import uuid
from contextlib import contextmanager

from psycopg2.errors import SerializationFailure

import odoo
from odoo import SUPERUSER_ID, api
from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import BaseCase, get_db_name
from odoo.tools import mute_logger

# how often a request is tried again when the database asks for it
ATTEMPTS = 5


class ConcurrencyCase(BaseCase):
    """Works on committed data of its own, and removes it.

    The client's history stays: it is append-only, and names nothing real.
    """

    def setUp(self):
        super().setUp()
        self.registry = odoo.modules.registry.Registry(get_db_name())
        with self._environment() as env:
            self.mark = uuid.uuid4().hex[:8]
            client = env["res.partner"].create(
                {
                    "name": f"Concurrent {self.mark}",
                    "legal_name": f"Concurrent {self.mark}",
                    "is_company": True,
                    "is_client": True,
                }
            )
            self.client_id = client.id
            self._prepare(env, client)
        self.addCleanup(self._clean_up)

    def _prepare(self, env, client):
        """Create what the race is about; committed afterwards (hook)."""

    def _remove(self, cr):
        """Delete what ``_prepare`` created (hook)."""

    def _clean_up(self):
        with self._environment() as env:
            self._remove(env.cr)
            env.cr.execute(
                "UPDATE res_partner SET active = false WHERE id = %s", [self.client_id]
            )

    @contextmanager
    def _environment(self):
        """Give a real transaction, committed at its end unless something failed."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _attempt(self, look, act, ready, outcomes):
        """Do ``act`` as a web request does: again when the database says so."""
        for _attempt in range(ATTEMPTS):
            try:
                with self._environment() as env:
                    # a stale snapshot, taken before the other one commits
                    look(env)
                    if ready:
                        ready.wait(10)
                        ready = None
                    act(env)
                outcomes.append("done")
                return
            except SerializationFailure:
                ready = None
            except (UserError, RedirectWarning) as error:
                outcomes.append(str(error))
                return
        outcomes.append("gave up")

    def _race(self, look, *acts):
        """Do several things at the same moment, each on a connection of its own.

        :param look: callable(env) that reads what the others are about to change
        :param acts: callables(env)
        :return: list of outcomes: "done", "gave up" or the text of the refusal
        """
        outcomes = []
        ready = threading.Barrier(len(acts))
        with mute_logger("odoo.sql_db"):
            threads = [
                threading.Thread(
                    target=self._attempt, args=(look, act, ready, outcomes)
                )
                for act in acts
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        self.assertEqual(len(outcomes), len(acts), "one of them never came back")
        return outcomes
