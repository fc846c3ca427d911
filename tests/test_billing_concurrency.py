"""Two real processes bill the same entries: each entry is billed once.

What the processes need must be committed for them to see it, so this test works in
a database of its own, copied from the one of the tests.
"""

import os
import subprocess
import sys
import textwrap

from odoo import sql_db
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config

PRELUDE = """
import odoo, sys, time
from datetime import date
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
odoo.tools.config.parse_config([], setup_logging=True)
database = sys.argv[1]
registry = Registry(database)
def environment(cr):
    env = api.Environment(cr, SUPERUSER_ID, {})
    return api.Environment(cr, SUPERUSER_ID, {
        "allowed_company_ids": env["res.company"].search([], limit=1).ids})
"""
SET_UP = """
with registry.cursor() as cr:
    env = environment(cr)
    env["ir.cron"].search([]).active = False
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False)
    product = env["product.product"].create(
        {"name": "Fee", "type": "service", "list_price": 100})
    for number in range(60):
        client = env["res.partner"].create({
            "name": f"Client {number}", "legal_name": f"Client {number} Ltd",
            "is_company": True, "is_client": True})
        contract = env["client.contract"].create({
            "name": "Fee", "client_id": client.id,
            "date_start": date(2026, 1, 1), "date_end": date(2026, 6, 30),
            "line_ids": [(0, 0, {"product_id": product.id})]})
        contract.action_approve()
    entries = env["client.contract.entry"].search([("state", "=", "ready")])
    run = env["client.billing.run"].create({"invoice_date": date(2026, 7, 1)})
    run._claim(entries)
    run.write({"state": "running", "entry_count": len(entries)})
    # many small chunks, so that the processes meet often
    for number, contract in enumerate(entries.contract_id):
        contract.entry_ids.billing_chunk = number
"""
WORK = """
with registry.cursor() as cr:
    env = environment(cr)
    env["client.billing.run"]._cron_bill()
    cr.commit()
"""
CLAIM = """
from odoo.exceptions import UserError
with registry.cursor() as cr:
    env = environment(cr)
    entries = env["client.contract.entry"].search([("state", "=", "ready")])
    run = env["client.billing.run"].create({"invoice_date": date(2026, 7, 1)})
    print("found", len(entries), flush=True)
    sys.stdin.readline()
    try:
        run._claim(entries)
        run.state = "running"
        print("claimed", flush=True)
        time.sleep(1)
        cr.commit()
    except UserError as error:
        print("refused:", error, flush=True)
    except Exception as error:
        print("again:", type(error).__name__, flush=True)
"""


@tagged("post_install", "-at_install")
class TestBillingConcurrency(BaseCase):
    """Real processes, real commits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{get_db_name()}-concurrency-{os.getpid()}"
        # the test database has this process's connections: copy by dump and restore
        cls._pipe_copy(get_db_name(), cls.database)
        cls.addClassCleanup(cls._drop)

    @classmethod
    def _pipe_copy(cls, source, target):
        environment = cls._environment()
        subprocess.run(
            ["createdb", target], env=environment, check=True, capture_output=True
        )
        with subprocess.Popen(
            ["pg_dump", "--no-owner", "-Fc", source],
            env=environment,
            stdout=subprocess.PIPE,
        ) as dump:
            subprocess.run(
                ["pg_restore", "--no-owner", "-d", target],
                env=environment,
                stdin=dump.stdout,
                check=True,
                capture_output=True,
            )

    @classmethod
    def _environment(cls):
        """Return the environment in which PostgreSQL's tools find the server."""
        names = {"PGHOST": "db_host", "PGPORT": "db_port", "PGUSER": "db_user"}
        values = {
            name: str(config[option])
            for name, option in names.items()
            if config[option]
        }
        if config["db_password"]:
            values["PGPASSWORD"] = config["db_password"]
        return {**os.environ, **values}

    @classmethod
    def _drop(cls):
        sql_db.close_db(cls.database)
        subprocess.run(
            ["dropdb", "--force", "--if-exists", cls.database],
            env=cls._environment(),
            check=True,
        )

    def _start(self, code):
        """Start a process with its own registry and connection."""
        return subprocess.Popen(
            [sys.executable, "-c", PRELUDE + textwrap.dedent(code), self.database],
            env={**self._environment(), "ODOO_RC": config["config"] or ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _finish(self, process, text=None):
        output, errors = process.communicate(text, timeout=240)
        self.assertEqual(process.returncode, 0, errors[-3000:])
        return output

    def _query(self, query):
        with sql_db.db_connect(self.database).cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def test_two_workers_and_two_claims(self):
        self._finish(self._start(SET_UP))
        workers = [self._start(WORK), self._start(WORK)]
        for worker in workers:
            self._finish(worker)
        [[entries, lines, invoices]] = self._query(
            """
            SELECT count(DISTINCT entry.id), count(line.id),
                   count(DISTINCT line.move_id)
              FROM client_contract_entry entry
              LEFT JOIN account_move_line line ON line.client_entry_id = entry.id
             WHERE entry.state = 'billed'
            """
        )
        self.assertEqual((entries, lines, invoices), (360, 360, 60))
        self.assertEqual(
            self._query("SELECT state FROM client_billing_run"), [("done",)]
        )
        numbers = self._query(
            "SELECT sequence_number FROM account_move WHERE state = 'posted' "
            "AND client_billing_run_id IS NOT NULL ORDER BY 1"
        )
        first = numbers[0][0]
        self.assertEqual(
            [number for (number,) in numbers], list(range(first, first + 60))
        )
        # give them back, then two people bill them at the same time
        with sql_db.db_connect(self.database).cursor() as cursor:
            cursor.execute(
                "UPDATE client_contract_entry"
                " SET state = 'ready', billing_run_id = NULL"
            )
            cursor.commit()
        people = [self._start(CLAIM), self._start(CLAIM)]
        outputs = []
        for person in people:  # both have looked before either one clicks
            self.assertEqual(person.stdout.readline(), "found 360\n")
        for person in people:
            person.stdin.write("go\n")
            person.stdin.flush()
        outputs = sorted(self._finish(person) for person in people)
        self.assertEqual(outputs.count("claimed\n"), 1, outputs)
        self.assertRegex(outputs[1], "^(refused: .*at this moment|again: )")
