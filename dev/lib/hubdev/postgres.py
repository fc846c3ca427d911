"""A private PostgreSQL server on a unix socket, or the one that PGHOST names."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import cache
import debian
from ui import SetupError, step, warn

USER = "odoo"
COMPLETE = "client_hub.complete"  # written when a cluster is ready for use
# Nothing in the cluster is worth keeping through a power cut: speed comes first.
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "300",
    "shared_buffers": "'256MB'",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "'2GB'",
    "max_locks_per_transaction": "256",
    "jit": "off",
    "log_min_messages": "fatal",
}


class Postgres:
    """How to reach the server: variables for libpq, values for Odoo's file."""

    def __init__(self, variables, programs=None):
        self.variables = variables
        self.programs = programs

    @property
    def is_given(self):
        """Is it the server of PGHOST?"""
        return "PGHOST" not in self.variables

    def environment(self):
        variables = dict(self.variables)
        if self.programs:
            path = os.environ.get("PATH", os.defpath)
            variables["PATH"] = f"{self.programs}{os.pathsep}{path}"
        return variables

    def odoo_options(self):
        names = {"PGHOST": "db_host", "PGPORT": "db_port", "PGUSER": "db_user"}
        names["PGPASSWORD"] = "db_password"
        values = {**os.environ, **self.variables}
        return {key: values[name] for name, key in names.items() if values.get(name)}

    def query(self, sql, database="postgres"):
        """Rows of a query, as lists of strings."""
        result = subprocess.run(
            ["psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", database],
            input=sql,
            env={**os.environ, **self.environment()},
            capture_output=True,
            text=True,
        )
        if result.returncode:
            raise SetupError(f"PostgreSQL: {result.stderr.strip()}")
        return [line.split("\t") for line in result.stdout.splitlines()]


def find():
    """The server to use, started if necessary."""
    if os.environ.get("PGHOST"):
        return _given()
    debian.install(["postgresql", "postgresql-client"])
    programs = _programs()
    with cache.lock("postgres"):
        return _private(programs)


def _given():
    debian.install(["postgresql-client"])
    server = Postgres({})
    try:
        [[user, may_create]] = server.query(
            "SELECT current_user, rolcreatedb OR rolsuper FROM pg_roles"
            " WHERE rolname = current_user"
        )
    except SetupError as error:
        raise SetupError(
            f"{error}\nPGHOST is set, so no private server is started. Correct "
            "PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset PGHOST."
        ) from error
    if user == "postgres" or may_create != "t":
        raise SetupError(
            f"Odoo cannot work as database user '{user}': set PGUSER to another "
            "user that may create databases, or unset PGHOST."
        )
    return Postgres({"PGUSER": user})


def _programs():
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    found = [path for path in folders if (path / "initdb").exists()]
    if not found:
        raise SetupError("PostgreSQL is installed without initdb: install postgresql.")
    return max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name)))


def _server_user():
    """PostgreSQL refuses to run as root: the account Debian made for it then."""
    return "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _run_as_server(command):
    if os.geteuid() == 0:
        command = ["runuser", "-u", _server_user(), "--", *command]
    return command


def _cluster_folder(version):
    """Where the cluster lives.

    As root, the server's account usually may not enter root's home folder. The
    cluster is then kept in /var/cache, with a link to it from the cache.
    """
    wanted = cache.ROOT / "postgres" / version
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return wanted
    reachable = _run_as_server(["test", "-x", str(wanted.parent)])
    if subprocess.run(reachable, stderr=subprocess.DEVNULL).returncode == 0:
        return wanted
    outside = Path("/var/cache/client_hub") / cache.digest(cache.ROOT) / version
    if not wanted.is_symlink():
        # The cache was deleted: what is left outside belonged to it.
        _delete(outside)
        wanted.symlink_to(outside)
    outside.parent.mkdir(parents=True, exist_ok=True)
    return outside


def _socket_folder(folder):
    # The path of a unix socket is limited to 107 characters, so not in the cache.
    return Path("/tmp") / f"client_hub-{os.geteuid()}-{cache.digest(folder)[:8]}"


def _delete(folder):
    """Delete a cluster, and first stop its server (even one without files)."""
    lock_files = [
        folder / "postmaster.pid",
        _socket_folder(folder) / ".s.PGSQL.5432.lock",
    ]
    for lock_file in lock_files:
        try:
            pid = int(lock_file.read_text().split()[0])
            if Path(f"/proc/{pid}/comm").read_text().strip() == "postgres":
                os.kill(pid, signal.SIGQUIT)
        except (OSError, ValueError, IndexError):
            continue
        for _attempt in range(100):
            if not Path(f"/proc/{pid}").exists():
                break
            time.sleep(0.1)
    shutil.rmtree(folder, ignore_errors=True)


def _private(programs):
    folder = _cluster_folder(programs.parent.name)
    socket = _socket_folder(folder)
    variables = {"PGHOST": str(socket), "PGUSER": USER, "PGPORT": "5432"}
    server = Postgres(variables, programs)
    if not (folder / COMPLETE).exists():
        _create(folder, programs)
    elif _answers(server):
        return server
    try:
        _start(folder, programs, socket)
    except SetupError as error:
        # Without fsync a crash of the machine may leave the files unusable.
        warn(f"{error}\nThe database cluster does not start: it is made again.")
        _create(folder, programs)
        _start(folder, programs, socket)
    if not _answers(server):
        raise SetupError(f"PostgreSQL started, but does not answer on {socket}.")
    return server


def _answers(server):
    try:
        return server.query("SELECT 1") == [["1"]]
    except (SetupError, OSError):
        return False


def _create(folder, programs):
    _delete(folder)
    folder.mkdir(parents=True)
    if os.geteuid() == 0:
        shutil.chown(folder, _server_user())
    initdb = [programs / "initdb", "-D", folder, "-U", USER, "-A", "trust"]
    options = ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    step(
        "new PostgreSQL cluster",
        _run_as_server([str(part) for part in [*initdb, *options]]),
        cache.LOGS / "initdb.log",
        f"Is there space left on the disk of {folder}?",
        cwd="/",
    )
    lines = [f"{key} = {value}" for key, value in SETTINGS.items()]
    with (folder / "postgresql.conf").open("a") as config:
        config.write("\n# client_hub\n" + "\n".join(lines) + "\n")
    (folder / COMPLETE).touch()


def _start(folder, programs, socket):
    # Only the owner may enter the folder: it replaces a password.
    socket.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(socket, _server_user())
    elif socket.stat().st_uid != os.geteuid():
        raise SetupError(f"{socket} belongs to somebody else: delete it.")
    log = folder / "server.log"
    control = [programs / "pg_ctl", "-D", folder, "-l", log, "-w", "-t", "60"]
    options = ["-o", f"-k {socket}", "start"]
    step(
        "starting PostgreSQL",
        _run_as_server([str(part) for part in [*control, *options]]),
        cache.LOGS / "pg_ctl.log",
        f"The server's own log is {log}.",
        cwd="/",
    )
