"""The clients of the import's benchmark, and Odoo's own import of them."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LOGIN = "bench_import"
STREET = ("street", "street2", "city", "zip")


def check_digit(body):
    """Return the check digit of a Portuguese tax number."""
    rest = sum((9 - place) * int(digit) for place, digit in enumerate(body)) % 11
    return 0 if rest < 2 else 11 - rest


def lines(n):
    """Return the lines of each sheet: dicts by the columns' names.

    :param int n: number of clients
    """
    sheets = {"Clients": [], "Addresses": [], "Contacts": [], "Team": []}
    for index in range(1, n + 1):
        number, name, body = f"B{index:06}", f"Bench {index}", f"5{index:07}"
        address = {
            "street": f"Rua {index}",
            "street2": "Sala 1",
            "city": "Lisboa",
            "state": "Lisboa",
            "zip": "1000-001",
            "country": "PT",
        }
        sheets["Clients"].append(
            {
                "number": number,
                "name": name,
                "legal_name": f"{name} Lda",
                "kind": "company",
                "vat": f"PT{body}{check_digit(body)}",
                **address,
                "email": f"hello@b{index}.example",
                "phone": "+351 210 000",
                "website": f"https://b{index}.example",
                "lang": "en_US",
                "sector": f"Sector {index % 20}",
                "tags": "Key account;Events",
                "notes": "Note",
            }
        )
        sheets["Addresses"].append(
            {
                "number": number,
                "kind": "invoice",
                "name": "Accounts payable",
                **address,
                "email": f"ap@b{index}.example",
            }
        )
        for person in ("Rita", "Rui"):
            sheets["Contacts"].append(
                {
                    "number": number,
                    "name": f"{person} {index}",
                    "function": "Buyer",
                    "email": f"{person}@b{index}.example",
                    "tags": "Finance",
                }
            )
        sheets["Team"].append({"number": number, "manager": LOGIN})
    return sheets


def odoo_rows(n):
    """Return the same as Odoo's import takes it: names of fields, and rows."""
    fields = ["id", "parent_id/id", "type", "name", "is_company", "vat", *STREET]
    fields += ["state_id", "country_id", "email", "phone", "website", "lang"]
    fields += ["industry_id", "category_id", "comment", "user_id", "function"]
    sheets, rows = lines(n), []
    kinds = [(line, "contact", "") for line in sheets["Clients"]]
    kinds += [(line, "invoice", "-a") for line in sheets["Addresses"]]
    kinds += [
        (line, "contact", f"-{place}") for place, line in enumerate(sheets["Contacts"])
    ]
    for line, kind, suffix in kinds:
        key = f"__import__.{line['number']}"
        is_client = not suffix
        rows.append(
            [key + suffix, "" if is_client else key, kind, line["name"]]
            + ["1" if is_client else "0", line.get("vat", "")]
            + [line.get(name, "") for name in STREET]
            + ["Lisboa" if "state" in line else "", line.get("country") and "Portugal"]
            + [line.get(name, "") for name in ("email", "phone", "website", "lang")]
            + [line.get("sector", ""), line.get("tags", "").replace(";", ",")]
            + [line.get("notes", ""), LOGIN if is_client else ""]
            + [line.get("function", "")]
        )
    return fields, rows


class Stopwatch:
    """Seconds on the clock, and of work by Python and by its database connection.

    On a machine that does other things as well the work is the figure to trust.
    """

    def __init__(self, cr):
        self.stat = Path(f"/proc/{cr._cnx.get_backend_pid()}/stat")
        self.clock, self.work = time.perf_counter(), self._work()

    def _work(self):
        # the database may run elsewhere
        if not self.stat.exists():
            return time.process_time()
        times = self.stat.read_text().rpartition(")")[2].split()[11:13]
        return time.process_time() + sum(map(int, times)) / os.sysconf("SC_CLK_TCK")

    def read(self):
        """Return (seconds on the clock, seconds of work) since the start."""
        return time.perf_counter() - self.clock, self._work() - self.work


def plain_odoo(n):
    """Return the seconds of Odoo's own import, in a database without this addon.

    :return: on the clock, and of work

    It runs in a process of its own: the addon must not even be loaded.
    """
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib" / "hubdev"))
    import workspace
    from database import Databases

    place = workspace.prepare()
    databases = Databases(place)
    scratch = databases.scratch_name("plain")
    databases.clone(databases._base(demo=False), scratch)
    config = place.config_file(scratch, f"plain-{os.getpid()}.conf", log_level="warn")
    with tempfile.NamedTemporaryFile("r", suffix=".json") as answer:
        try:
            subprocess.run(
                [place.python, __file__, str(n), answer.name],
                env=os.environ | {"ODOO_RC": str(config)},
                check=True,
            )
            return json.load(answer)
        finally:
            config.unlink(missing_ok=True)
            databases.drop(scratch)


def main(n, target):
    """Import, and write how long it took (in the process of its own)."""
    import odoo.tools.config
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.service import server

    odoo.tools.config.parse_config([], setup_logging=True)
    server.load_server_wide_modules()
    [database] = odoo.tools.config["db_name"]
    with Registry(database).cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        if "client.import" in env:
            raise ValueError("the addon is loaded")
        words = [f"Sector {place}" for place in range(20)]
        env["res.partner.industry"].create([{"name": name} for name in words])
        words = ["Key account", "Events", "Finance"]
        env["res.partner.category"].create([{"name": name} for name in words])
        env["res.users"].with_context(no_reset_password=True).create(
            {"name": LOGIN, "login": LOGIN}
        )
        fields, rows = odoo_rows(n)
        # as superuser: in Odoo 19's import only who reads credit limits may add
        # contacts; it is the faster one, too
        partners = env["res.partner"].with_context(import_file=True)
        watch = Stopwatch(cursor)
        result = partners.load(fields, rows)
        cursor.flush()
        seconds = watch.read()
        if not result["ids"] or len(result["ids"]) != len(rows):
            raise ValueError(result["messages"])
        cursor.rollback()
    Path(target).write_text(json.dumps(seconds))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
