"""dev/run: serve Odoo with this addon and its demo data."""

import argparse
import socket

import cache
import workspace
from database import Databases, addon_hash
from ui import SetupError, say

LOGINS = cache.DEV / "logins.txt"


def main(arguments):
    options = _parse(arguments)
    place = workspace.prepare()
    databases = Databases(place)
    name = options.db or place.run_database + ("" if options.demo else "_empty")
    _fill(databases, name, options.demo)
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
    )
    say(f"Odoo 19, database {name}; stop it with Ctrl+C")
    print(f"\n    http://localhost:{port}\n", flush=True)
    print(LOGINS.read_text() if options.demo else "    admin / admin\n", flush=True)
    place.exec(place.odoo_command(), ODOO_RC=config)


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


def _fill(databases, name, demo):
    """Make the database, or bring it up to date with the code."""
    current = f"{cache.ADDON} {addon_hash(demo=True)}"
    with cache.lock(name):
        if not databases.exists(name):
            template = databases.template(demo)
            say(f"filling the database {name}")
            databases.clone(template, name)
        elif databases.comment(name) != current:
            title = f"upgrading {cache.ADDON} in the database {name}"
            databases.install(name, title, ["-u", cache.ADDON], demo=False)
        databases.set_comment(name, current)
