"""Everything a command needs, put together: Odoo, Python, PostgreSQL, checkout."""

import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cache
import odoo_source
import postgres
import python_env


@dataclass(frozen=True)
class Workspace:
    odoo: odoo_source.OdooSource
    venv: Path
    server: postgres.Postgres
    folder: Path  # configuration of this checkout, link to the addon

    @property
    def addons(self):
        return self.folder / "addons"

    @property
    def addon(self):
        return self.addons / cache.ADDON

    @property
    def data_dir(self):
        return cache.ROOT / "data"

    @property
    def python(self):
        return python_env.python(self.venv)

    @property
    def run_database(self):
        """The database of dev/run and dev/odoo in this checkout."""
        return f"{cache.ADDON}_{cache.checkout_slug()}"

    @cached_property
    def environment(self):
        variables = {**os.environ, **self.server.environment()}
        path = variables["PATH"]
        variables.update(python_env.environment(self.venv))
        variables["PATH"] = f"{self.venv / 'bin'}{os.pathsep}{path}"
        variables.update(self.odoo.environment())
        variables["ODOO_RC"] = str(self.config_file(self.run_database))
        # The checkout stays clean, the cache gets its byte code.
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        variables["PYTHONPYCACHEPREFIX"] = str(cache.ROOT / "pycache")
        return variables

    def config_file(self, database, name="odoo.conf", **options):
        """Write Odoo's configuration for a database of this checkout."""
        paths = [*self.odoo.addons_paths, self.addons]
        values = {
            "addons_path": ",".join(map(str, paths)),
            "data_dir": self.data_dir,
            "db_name": database,
            "http_interface": "127.0.0.1",
            "max_cron_threads": 0,
            **self.server.odoo_options(),
            **options,
        }
        lines = ["[options]", *(f"{key} = {value}" for key, value in values.items())]
        path = self.folder / name
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.write_text("\n".join(lines) + "\n")
        fresh.replace(path)
        return path

    def odoo_command(self, *arguments):
        return [str(self.python), "-m", "odoo", *map(str, arguments)]

    def exec(self, command, **variables):
        """Become that program: signals and the exit code are then its own."""
        os.execve(command[0], [str(part) for part in command], self.exec_env(variables))

    def exec_env(self, variables):
        return {**self.environment, **{key: str(v) for key, v in variables.items()}}

    def call(self, command, **variables):
        return subprocess.call(
            [str(part) for part in command], env=self.exec_env(variables)
        )


def prepare():
    cache.ROOT.mkdir(parents=True, exist_ok=True)
    source = odoo_source.find()
    venv = python_env.find()
    server = postgres.find()
    return Workspace(source, venv, server, cache.checkout_dir())
