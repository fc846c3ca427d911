"""A run killed again and again, or started three times at once, bills the same.

The reading: one run of 2,000 entries, worked on by a real Odoo server with two cron
workers, of which one is killed (``kill -9``) at 20 random moments; then the same run
started by two people at the same moment, with the server at work.  Each result is
compared, invoice line by invoice line, with that of a run which nothing disturbed.

``CLIENT_HUB_CRASH_ENTRIES`` sets another number of entries (a multiple of four).
"""

import contextlib
import os
import random
import subprocess
import sys
import time

import psutil

from odoo import sql_db
from odoo.tests import tagged
from odoo.tools import config

from .common_processes import ProcessCase

ENTRIES = int(os.environ.get("CLIENT_HUB_CRASH_ENTRIES", "2000"))
KILLS = 20
# each entry of a contract; the four months make one invoice
MONTHS = 4
SET_UP = f"""
with registry.cursor() as cr:
    env = environment(cr)
    env["ir.cron"].search([]).active = False
    env["client.billing.run"]._set_worker_count(2)
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False)
    group = env.ref("account.group_account_invoice").id
    env["res.users"].with_context(no_reset_password=True).create([
        {{"name": name, "login": name, "group_ids": [(4, group)]}}
        for name in ("crash_ana", "crash_bia")])
    products = env["product.product"].create([
        {{"name": name, "type": "service", "list_price": 100}}
        for name in ("Fee", "Media")])
    clients = env["res.partner"].create([{{
        "name": f"Client {{number}}", "legal_name": f"Client {{number}} Ltd",
        "is_company": True, "is_client": True}} for number in range({ENTRIES} // 4)])
    contracts = env["client.contract"].create([{{
        "name": "Fee", "client_id": client.id,
        "date_start": date(2026, 1, 1), "date_end": date(2026, {MONTHS}, 30),
        "line_ids": [(0, 0, {{"product_id": products[client.id % 2].id,
                             "price_unit": 100.37 + client.id % 50,
                             "discount": client.id % 3}})]}} for client in clients])
    contracts.write({{"state": "approved"}})
    contracts._sync_schedule()
    contracts.write({{"state": "running"}})
    cr.commit()
    print(env["client.contract.entry"].search_count([("state", "=", "ready")]))
"""
# what a person does in the dialog, repeated as Odoo repeats a request
START = """
from functools import partial
from odoo.exceptions import UserError
from odoo.service.model import retrying
with registry.cursor() as cr:
    env = environment(cr)
    user = env["res.users"].search([("login", "=", sys.argv[2])])
    env = api.Environment(cr, user.id, dict(env.context))
    cr.commit()
    print("here", flush=True)
    sys.stdin.readline()
    def bill():
        wizard = env["client.billing.wizard"].create(
            {"date_until": date(2026, 12, 31), "invoice_date": date(2026, 7, 1)})
        wizard.action_bill()
    try:
        retrying(bill, env)
        cr.commit()
        print("started", flush=True)
    except UserError as error:
        # a request that is refused leaves nothing
        cr.rollback()
        print("refused:", error, flush=True)
"""
# shorter transactions, so that 20 moments meet many of them
SHORTEN = """
UPDATE client_contract_entry entry
   SET billing_chunk = contract.place / 6
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS place
          FROM client_contract) contract
 WHERE contract.id = entry.contract_id
"""
WAKE = """
INSERT INTO ir_cron_trigger (cron_id, call_at)
     SELECT id, now() AT TIME ZONE 'utc' FROM ir_cron WHERE active
"""
CONTENT = """
SELECT partner.name, move.move_type, move.state, move.payment_state,
       move.invoice_date::text, move.date::text, move.invoice_date_due::text,
       move.amount_untaxed, move.amount_tax, move.amount_residual,
       move.invoice_origin, move.invoice_user_id,
       line.display_type, line.product_id, line.account_id, line.tax_line_id,
       CASE WHEN line.display_type = 'payment_term' THEN '' ELSE line.name END,
       line.quantity, line.price_unit, line.discount, line.price_subtotal,
       line.price_total, line.balance, line.amount_currency, line.amount_residual,
       line.date_maturity::text, line.parent_state,
       entry.period_start::text, entry.period_end::text, entry.state,
       entry.amount_billed, entry.billing_error,
       (SELECT string_agg(tax.account_tax_id::text, ',')
          FROM account_move_line_account_tax_rel tax
         WHERE tax.account_move_line_id = line.id),
       (SELECT count(*) FROM mail_message
         WHERE model = 'account.move' AND res_id = move.id),
       (SELECT count(*) FROM client_history history
         WHERE history.client_id = partner.id AND history.kind = 'invoice')
  FROM account_move_line line
  JOIN account_move move ON move.id = line.move_id
  JOIN res_partner partner ON partner.id = move.partner_id
  LEFT JOIN client_contract_entry entry ON entry.id = line.client_entry_id
 WHERE move.client_billing_run_id IS NOT NULL
 ORDER BY partner.id, line.display_type, entry.period_start, line.balance
"""


@tagged("post_install", "-at_install", "client_hub_long")
class TestBillingCrash(ProcessCase):
    """The same committed data each time, in a copy of the database each."""

    def setUp(self):
        super().setUp()
        count = self._finish(self._start(SET_UP))
        self.assertEqual(int(count.split()[-1]), ENTRIES)

    # ------------------------------------------------------------------
    # helpers
    # ------------------------------------------------------------------

    @contextlib.contextmanager
    def _server(self, database, workers):
        """Give a real Odoo server that has nothing but cron workers."""
        log = open(f"/tmp/{database}.log", "w+")  # noqa: S108, SIM115
        code = "import odoo.cli; odoo.cli.main()"
        server = subprocess.Popen(
            [
                *(sys.executable, "-c", code, "server"),
                *("-d", database, "--no-http", "--workers=1"),
                f"--max-cron-threads={workers}",
            ],
            env={**self._environment(), "ODOO_RC": config["config"] or ""},
            stdout=log,
            stderr=log,
        )
        try:
            self._wait(lambda: self._workers(server), server, log)
            yield server
        finally:
            for child in psutil.Process(server.pid).children():
                child.kill()
            server.kill()
            server.wait()
            log.close()
            os.unlink(log.name)

    def _wait(self, condition, server=None, log=None, seconds=600):
        end = time.monotonic() + seconds
        while not (result := condition()):
            if time.monotonic() > end or server and server.poll() is not None:
                log and log.seek(0)
                self.fail(f"it never came: {log and log.read()[-3000:]}")
            time.sleep(0.05)
        return result

    def _workers(self, server):
        return [
            child
            for child in psutil.Process(server.pid).children()
            if child.is_running() and child.status() != psutil.STATUS_ZOMBIE
        ]

    def _wake(self, database):
        """Wake the workers, as the buttons do: a trigger and a notification."""
        self._execute(WAKE, database)
        with sql_db.db_connect("postgres").cursor() as cursor:
            cursor.execute("SELECT pg_notify('cron_trigger', %s)", [database])
            cursor.commit()

    def _is_done(self, database):
        states = self._query("SELECT state FROM client_billing_run", database)
        return bool(states) and all(state == "done" for (state,) in states)

    def _wait_until_done(self, database, server):
        end = time.monotonic() + 600
        while not self._is_done(database):
            self.assertLess(time.monotonic(), end, "the run never ended")
            self.assertIsNone(server.poll())
            self._wake(database)
            time.sleep(1)

    def _start_run(self, *people, database):
        """Have people start the run at the same moment; return what they are told."""
        processes = []
        for login in people:
            process = self._start(
                START.replace("sys.argv[2]", repr(login)), database=database
            )
            self.assertEqual(process.stdout.readline(), "here\n")
            processes.append(process)
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        return [self._finish(process) for process in processes]

    def _undisturbed(self):
        """Return what one worker makes of it."""
        database = self._copy("calm")
        self.assertEqual(self._start_run("crash_ana", database=database), ["started\n"])
        self._execute(SHORTEN, database)
        with self._server(database, 1) as server:
            self._wait_until_done(database, server)
        content = self._query(CONTENT, database)
        self.assertEqual(sum(row[-8] is not None for row in content), ENTRIES)
        self._check_numbers(database)
        return content

    def _check_numbers(self, database):
        """One number each, without a gap."""
        numbers = self._query(
            "SELECT sequence_number FROM account_move WHERE state = 'posted'"
            " AND client_billing_run_id IS NOT NULL ORDER BY 1",
            database,
        )
        numbers = [number for (number,) in numbers]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + ENTRIES // 4)))

    def _compare(self, database, calm):
        """Compare all journal items of the invoices with the undisturbed ones."""
        found = self._query(CONTENT, database)
        self.assertEqual(len(found), len(calm))
        for row, calm_row in zip(found, calm, strict=True):
            self.assertEqual(row, calm_row)
        self._check_numbers(database)

    def _has_billed(self, database, count):
        """Wake the workers; return whether so many entries are billed."""
        self._wake(database)
        time.sleep(0.2)
        [(billed,)] = self._query(
            "SELECT count(*) FROM client_contract_entry WHERE state = 'billed'",
            database,
        )
        return billed >= count

    def _kill_often(self, database, server):
        """Kill a worker at 20 random moments of the run; return the seed.

        Moments of its progress and not of the clock: how fast it goes depends on what
        else the machine does.
        """
        seed = random.randrange(1 << 32)
        moments = random.Random(seed)  # noqa: S311
        marks = sorted(moments.sample(range(ENTRIES * 9 // 10), KILLS))
        for kill, mark in enumerate(marks):
            self._wait(lambda mark=mark: self._has_billed(database, mark))
            time.sleep(moments.uniform(0, 0.3))
            self.assertFalse(self._is_done(database), f"over after {kill} kills")
            moments.choice(self._wait(lambda: self._workers(server))).kill()
            self._wait(lambda: len(self._workers(server)) == 2)
        return seed

    # ------------------------------------------------------------------
    # tests
    # ------------------------------------------------------------------

    def test_killed_often_and_started_three_times(self):
        calm = self._undisturbed()

        database = self._copy("killed")
        self.assertEqual(self._start_run("crash_ana", database=database), ["started\n"])
        self._execute(SHORTEN, database)
        with self._server(database, 2) as server:
            seed = self._kill_often(database, server)
            self._wait_until_done(database, server)
        with self.subTest(f"killed {KILLS} times, seed {seed}"):
            self._compare(database, calm)

        database = self._copy("starts")
        with self._server(database, 1) as server:
            self._wake(database)
            told = self._start_run("crash_ana", "crash_bia", database=database)
            self._wait_until_done(database, server)
        with self.subTest("two people and the job at the same moment"):
            self.assertIn("started\n", told)
            self.assertRegex("".join(told), "refused: .*(billed|due)")
            self._compare(database, calm)
