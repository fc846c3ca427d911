"""Real processes and connections, in databases of their own."""

import os
import signal
import subprocess
import sys
import textwrap
import time

from odoo import sql_db
from odoo.tests import BaseCase, get_db_name
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


class ProcessCase(BaseCase):
    """What processes need must be committed: they work on a copy of the database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.database = f"{get_db_name()}-{cls.__name__.lower()}-{os.getpid()}"
        cls.databases = [cls.database]
        cls.addClassCleanup(cls._drop_all)
        # the test database has this process's connections: copy by dump and restore
        cls._pipe_copy(get_db_name(), cls.database)

    @classmethod
    def _pipe_copy(cls, source, target):
        environment = cls._environment()
        subprocess.run(
            ["createdb", target], env=environment, check=True, capture_output=True
        )
        with subprocess.Popen(
            ["pg_dump", "--no-owner", "-Fc", "-Z0", source],
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
    def _copy(cls, name):
        """Return a copy of the class's database, to which nobody is connected."""
        sql_db.close_db(cls.database)
        target = f"{cls.database}-{name}"
        cls.databases.append(target)
        subprocess.run(
            ["createdb", "-T", cls.database, target],
            env=cls._environment(),
            check=True,
            capture_output=True,
        )
        return target

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
    def _drop_all(cls):
        for database in cls.databases:
            sql_db.close_db(database)
            subprocess.run(
                ["dropdb", "--force", "--if-exists", database],
                env=cls._environment(),
                check=True,
            )

    @classmethod
    def _start(cls, code, database=None):
        """Start a process with its own registry and connection."""
        return subprocess.Popen(
            [
                sys.executable,
                "-c",
                PRELUDE + textwrap.dedent(code),
                database or cls.database,
            ],
            env={**cls._environment(), "ODOO_RC": config["config"] or ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _begin(self, code, count):
        """Start processes that wait for each other: they run at the same moment.

        :param str code: prints "here" when it is ready, then waits for a line
        """
        processes = [self._start(code) for _number in range(count)]
        for process in processes:
            self.assertEqual(process.stdout.readline(), "here\n")
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        return processes

    def _kill(self, process, has_begun):
        """Kill a process in the middle of its work, at a moment of its progress.

        :param callable has_begun: tells that something was done
        """
        end = time.monotonic() + 120
        while not has_begun():
            self.assertLess(time.monotonic(), end, "nothing was done")
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGKILL)

    def _finish(self, process, text=None):
        output, errors = process.communicate(text, timeout=600)
        self.assertEqual(process.returncode, 0, errors[-3000:])
        return output

    def _query(self, query, database=None):
        with sql_db.db_connect(database or self.database).cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def _execute(self, query, database=None):
        with sql_db.db_connect(database or self.database).cursor() as cursor:
            cursor.execute(query)
            cursor.commit()
