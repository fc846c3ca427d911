"""Filled databases, kept in the cache and cloned.

Two layers, each with and without demo data, each named after what it was made
from: the modules this addon depends on (rarely made again), and on top of that
this addon (made again when its code changes). A database under construction has
another name; it gets its own when it is complete.
"""

import ast
import hashlib
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

import cache
from ui import SetupError, say, step

KEEP = 12  # filled databases of this addon to keep, over all checkouts
# What can't change the content of a database.
IGNORED_FOLDERS = {
    ".ci",
    ".git",
    "__pycache__",
    "artifacts",
    "dev",
    "docs",
    "node_modules",
    "static",
    "tests",
}
IGNORED_SUFFIXES = {".md", ".pyc", ".rst", ".ini", ".toml"}
# What Odoo creates in the databases that it makes itself: names are found by trigrams.
EXTENSIONS = ("pg_trgm",)
INSTALL_ADVICE = "This is usually an error in the addon: see the log above."
BUNDLES_SCRIPT = Path(__file__).with_name("template_bundles.py")
SETTINGS_SCRIPT = Path(__file__).with_name("template_settings.py")
PEOPLE_SCRIPT = Path(__file__).with_name("template_people.py")


def addon_hash(demo):
    """Hash of the addon's files that end up in a database."""
    sums = hashlib.sha256()
    for folder, folders, files in os.walk(cache.CHECKOUT):
        ignored = IGNORED_FOLDERS if demo else IGNORED_FOLDERS | {"demo"}
        folders[:] = sorted(set(folders) - ignored)
        for name in sorted(files):
            path = Path(folder, name)
            if path.suffix in IGNORED_SUFFIXES or name.startswith("."):
                continue
            sums.update(f"{path.relative_to(cache.CHECKOUT)}\0".encode())
            sums.update(path.read_bytes())
    return sums.hexdigest()[:12]


def static_stamp():
    """Changes with the files of bundles; Odoo itself looks at their dates."""
    files = sorted((cache.CHECKOUT / "static").rglob("*"))
    facts = [f"{path} {path.stat().st_mtime_ns}" for path in files if path.is_file()]
    return cache.digest(BUNDLES_SCRIPT.read_text(), *facts)


def manifest():
    return ast.literal_eval((cache.CHECKOUT / "__manifest__.py").read_text())


def check_log(text):
    """Odoo may end well although a module was not loaded."""
    errors = re.findall(r"^.* (?:ERROR|CRITICAL) \S+ odoo\.(?!sql_db).*$", text, re.M)
    return errors and errors[0][:300]


class Databases:
    def __init__(self, workspace):
        self.workspace = workspace
        self.server = workspace.server
        self.used = cache.ROOT / "databases"
        self.used.mkdir(parents=True, exist_ok=True)
        # A given server may be shared with other machines: tell ours apart.
        self.owner = cache.digest(cache.ROOT, platform.node())[:6]

    # Names and existence

    def filestore(self, name):
        return self.workspace.data_dir / "filestore" / name

    def names(self):
        return {row[0] for row in self.server.query("SELECT datname FROM pg_database")}

    def exists(self, name):
        return name in self.names()

    def comment(self, name):
        rows = self.server.query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            f" WHERE datname = '{name}'"
        )
        return rows[0][0] if rows else ""

    def set_comment(self, name, text):
        self.server.query(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")

    # Basic operations

    def drop(self, name):
        self.server.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.filestore(name), ignore_errors=True)
        (self.used / name).unlink(missing_ok=True)
        (self.used / f"{name}.bundles").unlink(missing_ok=True)

    def clone(self, source, target):
        """A copy; the files in the filestore never change, so they are linked."""
        self.drop(target)
        self.server.query(
            f'CREATE DATABASE "{target}" TEMPLATE "{source}" STRATEGY FILE_COPY'
        )
        store = self.filestore(target)
        store.parent.mkdir(parents=True, exist_ok=True)
        if self.filestore(source).is_dir():
            subprocess.run(["cp", "-al", self.filestore(source), store], check=True)

    def _rename(self, source, target):
        self.drop(target)
        if self.filestore(source).is_dir():
            self.filestore(source).rename(self.filestore(target))
        self.server.query(f'ALTER DATABASE "{source}" RENAME TO "{target}"')

    def _touch(self, name):
        (self.used / name).touch()

    # Filled databases

    def base_name(self, demo):
        odoo = self.workspace.odoo.version
        owner = self.owner if self.server.is_given else ""
        venv = self.workspace.venv.name
        key = cache.digest(odoo, venv, owner, *EXTENSIONS, *manifest()["depends"])
        return f"hub-base-{'demo-' if demo else ''}{key}"

    def template_name(self, demo):
        key = cache.digest(
            self.base_name(demo), addon_hash(demo), SETTINGS_SCRIPT.read_text()
        )
        return f"hub-full-{'demo-' if demo else ''}{key}"

    def _template(self, demo):
        """A database with this addon installed, made if necessary."""
        name = self.template_name(demo)
        if not self._is_complete(name):
            base = self._base(demo)
            with_demo = " and its demo data" if demo else ""
            title = f"installing {cache.ADDON}{with_demo}"
            self._make(name, title, [cache.ADDON], demo, source=base)
        self._touch(name)
        return name

    def copy_template(
        self, target, demo=False, comment="", bundles=False, people=False
    ):
        """Make the database `target`, with this addon installed.

        It gets its name only when it is complete.

        :param bundles: with the web client's bundles, which browser tests would
            otherwise make anew each time
        :param people: with the company and the staff of the tests, which each class
            would otherwise create
        """
        draft = self.scratch_name("draft")
        try:
            # Nobody may be connected to a database that is copied.
            with cache.lock(self.template_name(demo)):
                template = self._template(demo)
                if people:
                    template = self._with_people(template)
                if bundles:
                    self._build_bundles(template)
                self.clone(template, draft)
            self.set_comment(draft, comment)
            self._rename(draft, target)
        finally:
            self.drop(draft)
        self._collect_garbage()

    def _with_people(self, template):
        """A copy of a filled database with what most tests need, made if necessary."""
        common = (cache.CHECKOUT / "tests" / "common.py").read_text()
        key = cache.digest(template, PEOPLE_SCRIPT.read_text(), common)
        name = f"hub-full-{key}"
        if not self._is_complete(name):
            say("creating the company and the staff of the tests")
            draft = self.scratch_name("draft")
            self.clone(template, draft)
            self._shell(draft, PEOPLE_SCRIPT)
            self._rename(draft, name)
        self._touch(name)
        return name

    def copy_with_tests(self, target, modules):
        """Make the database `target`: Odoo's modules and some of its test modules.

        :param modules: names of modules whose only purpose is Odoo's tests
        """
        base = self._base(demo=False)
        name = f"hub-base-tests-{cache.digest(base, *modules)}"
        with cache.lock(name):
            if not self._is_complete(name):
                title = f"installing {', '.join(modules)}"
                self._make(name, title, modules, demo=False, source=base)
            self._touch(name)
            self.clone(name, target)

    def copy_with_modules(self, target, modules):
        """Make the database `target`: this addon, and modules installed after it.

        :param modules: names of modules of Odoo
        """
        with cache.lock(self.template_name(demo=False)):
            source = self._template(demo=False)
            name = f"hub-full-{cache.digest(source, *modules)}"
            if not self._is_complete(name):
                title = f"installing {', '.join(modules)} beside {cache.ADDON}"
                self._make(name, title, modules, demo=False, source=source)
            self._touch(name)
            self.clone(name, target)
        self._collect_garbage()

    def scratch_name(self, kind):
        """Name of a database of this process, dropped if the process dies."""
        return f"hub-{kind}-{self.owner}-{os.getpid()}"

    def _base(self, demo):
        name = self.base_name(demo)
        with cache.lock(name):
            if not self._is_complete(name):
                with_demo = " with demo data" if demo else ""
                self._make(
                    name,
                    f"installing Odoo's modules{with_demo} (a minute or two)",
                    manifest()["depends"],
                    demo,
                )
            self._touch(name)
        return name

    def _is_complete(self, name):
        return self.exists(name) and self.filestore(name).is_dir()

    def _make(self, name, title, modules, demo, source=None):
        draft = self.scratch_name("draft")
        if source:
            self.clone(source, draft)
        else:
            self.drop(draft)
            self.server.query(
                f'CREATE DATABASE "{draft}" TEMPLATE template0'
                " ENCODING 'UTF8' LC_COLLATE 'C'"
            )
            for extension in EXTENSIONS:
                self.server.query(f"CREATE EXTENSION {extension}", draft)
        try:
            self.install(draft, title, ["-i", ",".join(modules)], demo)
            if source:
                self._settings(draft)
            self._rename(draft, name)
        finally:
            self.drop(draft)

    def install(self, database, title, what, demo=False, advice=INSTALL_ADVICE):
        """Run Odoo to install or upgrade modules, and stop."""
        workspace = self.workspace
        command = workspace.odoo_command(
            *("-d", database, *what),
            *("--with-demo",) * demo,
            *("--stop-after-init", "--no-http", "--log-level", "warn"),
        )
        step(
            title,
            command,
            cache.LOGS / f"install-{database}.log",
            advice,
            env=workspace.environment,
            check=check_log,
        )

    def _settings(self, database):
        self._shell(database, SETTINGS_SCRIPT)

    def _shell(self, database, script):
        """Run a script in an Odoo shell."""
        result = subprocess.run(
            self.workspace.odoo_command(
                "shell", "-d", database, "--no-http", "--log-level", "error"
            ),
            input=script.read_text(),
            env=self.workspace.environment,
            capture_output=True,
            text=True,
        )
        if result.returncode or "Traceback" in result.stderr:
            raise SetupError(f"a script in an Odoo shell failed:\n{result.stderr}")

    def _build_bundles(self, name):
        stamp = self.used / f"{name}.bundles"
        if stamp.exists() and stamp.read_text() == static_stamp():
            return
        say("building the web client's bundles")
        self._shell(name, BUNDLES_SCRIPT)
        stamp.write_text(static_stamp())

    def _collect_garbage(self):
        """Drop the filled databases that were not used for longest."""
        existing = self.names()
        known = [path for path in self.used.iterdir() if path.name in existing]
        known.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in [p for p in known if p.name.startswith("hub-full-")][KEEP:]:
            self._drop_unused(path.name)
        for path in [p for p in known if p.name.startswith("hub-base-")][4:]:
            self._drop_unused(path.name)
        for name in existing:
            # Left over by a command that was killed.
            pattern = rf"hub-(?:draft|test|bench)-{self.owner}-(\d+)(?:-.*)?"
            match = re.fullmatch(pattern, name)
            if match and not Path("/proc", match[1]).exists():
                say(f"dropping the left-over database {name}")
                self.drop(name)

    def _drop_unused(self, name):
        in_use = self.server.query(
            f"SELECT 1 FROM pg_stat_activity WHERE datname = '{name}'"
        )
        if not in_use:
            self.drop(name)
