"""A hundred people ask for the last of a budget at the same moment, over HTTP."""

import threading
from collections import Counter
from types import SimpleNamespace
from unittest.mock import patch

import requests

import odoo
from odoo import api, http
from odoo.service import security
from odoo.tests import HOST, HttpCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

from .common_concurrency import ConcurrencyCase

REQUESTS = 100
PEOPLE = 10
# What the server answers at once: each holds a connection to the database, of which
# there are a hundred for everybody.
AT_ONCE = 25


@tagged("post_install", "-at_install")
class TestBudgetRush(ConcurrencyCase):
    def _prepare(self, env, client):
        client.write({"client_portal_access": "yes", "client_budget_portal": "yes"})
        # several people: one alone is told to wait long before
        users = [
            new_test_user(
                env,
                f"rush_{self.mark}_{number}",
                groups="base.group_portal",
                partner_id=env["res.partner"]
                .create({"name": f"Paula {number}", "parent_id": client.id})
                .id,
                context={"no_reset_password": True},
            )
            for number in range(PEOPLE)
        ]
        budget = env["client.budget"].create(
            {
                "name": self.mark,
                "client_id": client.id,
                "amount": 1000,
                "policy": "block",
            }
        )
        budget.action_run()
        self.budget_id = budget.id
        self.users = [(user.id, user.login) for user in users]

    def _remove(self, cr):
        cr.execute("SELECT id FROM client_job WHERE client_id = %s", [self.client_id])
        job_ids = [row[0] for row in cr.fetchall()]
        for table in (
            "client_budget_move",
            "client_budget_revision",
            "client_budget_threshold",
        ):
            cr.execute(
                f"DELETE FROM {table} WHERE budget_id = %s",  # noqa: S608
                [self.budget_id],
            )
        cr.execute("DELETE FROM client_job WHERE id = ANY(%s)", [job_ids])
        cr.execute("DELETE FROM client_budget WHERE id = %s", [self.budget_id])
        cr.execute(
            "UPDATE res_users SET active = false WHERE id = ANY(%s)",
            [[user_id for user_id, _login in self.users]],
        )

    def _open_session(self, user_id, login):
        """Return cookies and form token of a signed-in browser."""
        session = http.root.session_store.new()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, user_id, {})
            session.update(
                http.get_default_session(), db=get_db_name(), _trace_disable=True
            )
            session.uid, session.login = user_id, login
            session.session_token = security.compute_session_token(session, env)
            session.context = dict(env["res.users"].context_get())
            http.root.session_store.save(session)
            self.addCleanup(http.root.session_store.delete, session)
            holder = SimpleNamespace(session=session, env=env, db=get_db_name())
            return session.sid, http.Request.csrf_token(holder)

    def _send(self, number, browser, ready, answers):
        sid, token = browser
        ready.wait(60)
        try:
            response = requests.post(
                f"http://{HOST}:{HttpCase.http_port()}/my/jobs/new",
                data={
                    "csrf_token": token,
                    "nonce": f"{number:032d}",
                    "action": "submit",
                    "title": f"{self.mark} {number}",
                    "budget_id": self.budget_id,
                    "budget_amount": "100",
                },
                cookies={"session_id": sid},
                allow_redirects=False,
                timeout=300,
            )
        except requests.RequestException as error:
            answers.append((type(error).__name__, ""))
            return
        answers.append((response.status_code, response.text))

    def test_ten_of_a_hundred_requests_get_the_last_tenths(self):
        self.http_request_allow_all = True
        browsers = [
            self._open_session(*self.users[number % PEOPLE])
            for number in range(REQUESTS)
        ]
        answers = []
        ready = threading.Barrier(REQUESTS)
        threads = [
            threading.Thread(target=self._send, args=(i, browser, ready, answers))
            for i, browser in enumerate(browsers)
        ]
        httpd = odoo.service.server.server.httpd
        with (
            mute_logger("odoo.sql_db", "odoo.http"),
            patch.object(httpd, "max_http_threads", AT_ONCE),
            patch.object(
                httpd, "http_threads_sem", threading.Semaphore(AT_ONCE), create=True
            ),
        ):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(400)
        codes = Counter(code for code, __ in answers)
        self.assertEqual(codes, {303: 10, 200: 90})
        for code, text in answers:
            if code == 200:
                self.assertIn("0.00 is left of this budget", text)
        with self._environment() as env:
            budget = env["client.budget"].browse(self.budget_id)
            self.assertEqual((budget.amount_reserved, budget.amount_left), (1000, 0))
            jobs = env["client.job"].search([("client_id", "=", self.client_id)])
            states = Counter(jobs.mapped("state"))
            # the others' words are kept as drafts
            self.assertEqual(states, {"requested": 10, "draft": 90})
            self.assertEqual(
                sum(budget.move_ids.filtered("job_id").mapped("amount")), 1000
            )
