"""dev/run: serve Odoo with this addon and its demo data."""

import argparse
import os
import socket
import time
import urllib.request

import cache
import workspace
from database import Databases, addon_hash
from ui import SetupError, say

LOGINS = cache.DEV / "logins.txt"
ADMIN_ONLY = "    admin / admin\n"


def main(arguments):
    options = _parse(arguments)
    place = workspace.prepare()
    databases = Databases(place)
    name = options.db or place.run_database + ("" if options.demo else "_empty")
    _fill(place, databases, name, options.demo)
    port = options.port or _free_port(8069)
    if options.port and not _is_free(options.port):
        raise SetupError(f"port {port} is taken: choose another one with --port.")
    config = place.config_file(
        name,
        f"run-{port}.conf",
        http_port=port,
        gevent_port=port + 3,
        dbfilter=f"^{name}$",
        max_cron_threads=1,
        http_interface=options.interface,
        # Requests and warnings; each cron job would tell its beginning and end.
        log_handler=":WARNING,werkzeug:INFO,odoo.service.server:INFO",
    )
    say(f"Odoo 19 starts with the database {name}")
    _announce_when_ready(port, LOGINS.read_text() if options.demo else ADMIN_ONLY)
    place.exec(place.odoo_command(), ODOO_RC=config)


def _announce_when_ready(port, logins):
    """Print address and logins as soon as the server answers.

    A second process does it, because this one is about to become Odoo.
    """
    server = os.getpid()
    if os.fork():
        return
    address = f"http://localhost:{port}"
    while os.getppid() == server:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/web/login").close()
        except OSError:
            time.sleep(0.3)
        else:
            print(f"\n    {address}\n\n{logins}", flush=True)
            say("ready; stop it with Ctrl+C")
            break
    os._exit(0)


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="dev/run", description="Serve Odoo 19 with this addon."
    )
    parser.add_argument("--port", type=int, help="default: 8069, or the next free one")
    parser.add_argument("--db", metavar="NAME", help="default: one for each checkout")
    parser.add_argument(
        "--no-demo", dest="demo", action="store_false", help="without demo data"
    )
    parser.add_argument(
        "--interface",
        default="127.0.0.1",
        help="address to listen on; 0.0.0.0 for all (default: %(default)s)",
    )
    return parser.parse_args(arguments)


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port(first):
    for port in range(first, first + 200, 10):
        if _is_free(port):
            return port
    raise SetupError("no free port found: choose one with --port.")


def _fill(place, databases, name, demo):
    """Make the database, or bring it up to date with the code."""
    odoo_version, code = place.odoo.version, addon_hash(demo=True)
    current = f"Odoo {odoo_version}, {cache.ADDON} {code}"
    with cache.lock(name):
        if not databases.exists(name):
            say(f"filling the database {name}")
            databases.copy_template(name, demo, current)
            return
        made_from = databases.comment(name)
        if made_from != current:
            same_odoo = made_from.startswith(f"Odoo {odoo_version},")
            module = cache.ADDON if same_odoo else "base"
            databases.install(
                name,
                f"upgrading {module} in the database {name}",
                ["-u", module],
                advice="Correct the error shown above, or start with a new database:"
                f" dev/odoo db drop {name}",
            )
            databases.set_comment(name, current)
