"""dev/bench: run dev/benches/NAME.py on a scratch database."""

import argparse
import os

import cache
import workspace
from database import Databases
from ui import SetupError

BENCHES = cache.DEV / "benches"


def main(arguments):
    names = sorted(path.stem for path in BENCHES.glob("[!_]*.py"))
    parser = argparse.ArgumentParser(
        prog="dev/bench",
        description="Print measurements as lines of JSON.",
        epilog=f"Benches: {', '.join(names)}",
    )
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--n", type=int, help="size; each bench has its own default")
    options = parser.parse_args(arguments)
    if options.name not in names:
        raise SetupError(f"no bench '{options.name}'; there are: {', '.join(names)}")
    place = workspace.prepare()
    databases = Databases(place)
    scratch = databases.scratch_name("bench")
    databases.copy_template(scratch)
    config = place.config_file(scratch, f"bench-{os.getpid()}.conf", log_level="warn")
    runner = cache.DEV / "lib" / "hubdev" / "bench_runner.py"
    size = [] if options.n is None else [options.n]
    try:
        return place.call(
            [place.python, runner, BENCHES / f"{options.name}.py", *size],
            ODOO_RC=config,
        )
    finally:
        config.unlink(missing_ok=True)
        databases.drop(scratch)
