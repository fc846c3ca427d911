"""Run one bench file in an Odoo environment (started by dev/bench).

A bench has `run(env, n)`, which yields dictionaries with `figure`, `value` and
`unit`, and if there is something to compare with also `baseline`, measured in
the same run and in the same unit. With `bar` the highest ratio that is good enough
(the highest value, when nothing is compared) is printed, and whether it was kept.
`DEFAULT_N` is its usual size.
"""

import importlib.util
import json
import sys
from pathlib import Path

import odoo.tools.config
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server

REQUIRED = {"figure", "value", "unit"}
KEYS = ("bench", "figure", "n", "value", "unit", "baseline", "ratio")
OPTIONAL_KEYS = ("bar", "pass")


def load(path):
    specification = importlib.util.spec_from_file_location(f"bench_{path.stem}", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def complete(result, bench, n):
    """The line to print for what a bench yielded."""
    missing = REQUIRED - result.keys()
    if missing:
        raise ValueError(f"{bench}: {', '.join(sorted(missing))} missing in {result}")
    line = {"bench": bench, "n": n, "baseline": None, "ratio": None, **result}
    if line["baseline"] and line["ratio"] is None:
        line["ratio"] = line["value"] / line["baseline"]
    if "bar" in line:
        reached = line["value"] if line["ratio"] is None else line["ratio"]
        line["pass"] = reached <= line["bar"]
    unknown = line.keys() - {*KEYS, *OPTIONAL_KEYS}
    if unknown:
        raise ValueError(f"{bench}: unknown keys {', '.join(sorted(unknown))}")
    return {
        key: round(value, 4) if isinstance(value := line[key], float) else value
        for key in (*KEYS, *OPTIONAL_KEYS)
        if key in line
    }


def main(path, size=None):
    path = Path(path)
    odoo.tools.config.parse_config([], setup_logging=True)
    server.load_server_wide_modules()
    sys.path.insert(0, str(path.parent))  # helpers of benches: dev/benches/_*.py
    module = load(path)
    n = int(size or getattr(module, "DEFAULT_N", 1000))
    [database] = odoo.tools.config["db_name"]
    with Registry(database).cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        env = api.Environment(cursor, SUPERUSER_ID, env["res.users"].context_get())
        for result in module.run(env, n):
            print(json.dumps(complete(result, path.stem, n)), flush=True)
        cursor.rollback()


if __name__ == "__main__":
    main(*sys.argv[1:])
