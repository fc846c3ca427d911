"""Many writers at once, and one killed in the middle: the history stays whole."""

import random
import re
import subprocess
import sys
import time

from odoo.tests import tagged
from odoo.tools import config

from .common_processes import ProcessCase

WRITERS = 3
CHANGES = 15
SET_UP = """
with registry.cursor() as cr:
    env = environment(cr)
    clients = env["res.partner"].create([{
        "name": name, "legal_name": name, "is_company": True, "is_client": True}
        for name in ("Shared", "Killed")])
    cr.commit()
    print(*clients.ids)
"""
# as requests do it: again, when another one was faster
WRITE = """
import random
from odoo.service.model import retrying
client_id, number, changes = map(int, sys.argv[2:5])
print("here", flush=True)
sys.stdin.readline()
for place in range(changes):
    with registry.cursor() as cr:
        env = environment(cr)
        def change():
            client = env["res.partner"].browse(client_id)
            client.function = f"{number}-{place}"
            contact = env["res.partner"].create(
                {"name": f"P {number}-{place}", "parent_id": client_id})
        for attempt in range(200):
            try:
                retrying(change, env)
                cr.commit()
                break
            except Exception:
                cr.rollback()
                env.transaction.reset()
                time.sleep(random.random() / 50)
        else:
            sys.exit("never got through")
print("done")
"""
# the change is in the database, then nothing, then the row, each told to the parent
STEPS = """
client_id, where = int(sys.argv[2]), sys.argv[3]
with registry.cursor() as cr:
    env = environment(cr)
    client = env["res.partner"].browse(client_id)
    client.city = where
    env.flush_all()
    if where == "between":
        print("between", flush=True)
        time.sleep(600)
    cr.flush()
    if where == "before commit":
        print("before commit", flush=True)
        time.sleep(600)
    cr.commit()
    print("committed", flush=True)
    time.sleep(600)
"""
# changes for ever, each of them told once it is committed
FOREVER = """
client_id = int(sys.argv[2])
print("here", flush=True)
for place in range(100000):
    with registry.cursor() as cr:
        env = environment(cr)
        env["res.partner"].browse(client_id).city = f"{sys.argv[3]}-{place}"
        cr.commit()
"""


@tagged("post_install", "-at_install")
class TestHistoryProcesses(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        process = cls._start(SET_UP)
        output, errors = process.communicate(timeout=600)
        assert not process.returncode, errors[-3000:]
        cls.shared, cls.killed = map(int, output.split())

    @classmethod
    def _start_with(cls, code, *arguments):
        return cls._start(f"sys.argv += {[*map(str, arguments)]}\n{code}")

    def _check(self, *arguments):
        """Run the command that checks, and return its exit code and text."""
        process = subprocess.run(
            [
                *(sys.executable, "-m", "odoo", "client_history", "-d", self.database),
                *arguments,
            ],
            env={**self._environment(), "ODOO_RC": config["config"] or ""},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        return process.returncode, process.stdout + process.stderr[-2000:]

    def _counts(self, client_id):
        [(rows, last, distinct)] = self._query(
            "SELECT count(*), max(sequence), count(DISTINCT previous_hash)"
            f" FROM client_history WHERE chain_id = {client_id}"
        )
        return rows, last, distinct

    def test_writers_at_once_make_one_chain(self):
        before = self._counts(self.shared)[0]
        writers = [
            self._start_with(WRITE, self.shared, number, CHANGES)
            for number in range(WRITERS)
        ]
        for writer in writers:
            self.assertEqual(writer.stdout.readline().strip(), "here")
        for writer in writers:
            writer.stdin.write("go\n")
            writer.stdin.flush()
        for writer in writers:
            self.assertIn("done", self._finish(writer))
        rows, last, distinct = self._counts(self.shared)
        # a change of the client and a new contact each
        self.assertEqual(rows - before, WRITERS * CHANGES * 2)
        self.assertEqual((last, distinct), (rows, rows))
        code, text = self._check("--client", str(self.shared))
        self.assertEqual(code, 0, text)
        self.assertIn("all as written", text)
        # and the command names what is not as it was
        self._execute(
            "ALTER TABLE client_history DISABLE TRIGGER USER;"
            "UPDATE client_history SET name = 'x' WHERE sequence = 5"
            f" AND chain_id = {self.shared};"
            "ALTER TABLE client_history ENABLE TRIGGER USER"
        )
        code, text = self._check()
        self.assertEqual(code, 1)
        self.assertIn("Shared", text)
        self.assertIn("Row 5 of the history was changed.", text)

    def test_killed_between_the_change_and_its_row(self):
        for where, kept in (
            ("between", False),
            ("before commit", False),
            ("committed", True),
        ):
            with self.subTest(where=where):
                process = self._start_with(STEPS, self.killed, where)
                self.assertEqual(process.stdout.readline().strip(), where)
                process.kill()
                process.communicate()
                self._compare(where, kept)

    def _compare(self, city, kept):
        """The client has the city and a row says so, or neither."""
        query = f"SELECT city FROM res_partner WHERE id = {self.killed}"
        [(found,)] = self._query(query)
        told = self._query(
            f"SELECT id FROM client_history WHERE chain_id = {self.killed}"
            f" AND changes::text LIKE '%\"{city}\"%'"
        )
        self.assertEqual((found == city, bool(told)), (kept, kept))

    def test_killed_at_any_moment(self):
        for number in range(5):
            process = self._start_with(FOREVER, self.killed, number)
            process.stdout.readline()
            time.sleep(0.2 + random.random())
            process.kill()
            process.communicate()
        [(city,)] = self._query(
            f"SELECT city FROM res_partner WHERE id = {self.killed}"
        )
        self.assertTrue(re.fullmatch(r"\d-\d+", city or ""), city)
        last = self._query(
            f"SELECT changes->0->>'new' FROM client_history"
            f" WHERE chain_id = {self.killed} ORDER BY sequence DESC LIMIT 1"
        )
        self.assertEqual(last, [(city,)])
        rows, last, distinct = self._counts(self.killed)
        self.assertEqual((last, distinct), (rows, rows))
        code, text = self._check("--client", str(self.killed))
        self.assertEqual(code, 0, text)
