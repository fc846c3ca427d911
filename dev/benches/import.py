"""The import of the clients workbook, beside Odoo's own import of the same contacts.

`n` clients, each with an invoice address, two contacts and a team: 5 n lines. Odoo's
import has no team and no history; it makes the same 4 n contacts.
"""

import base64
import io
import time

from openpyxl import Workbook
from stdnum.pt import nif

from odoo.tests import new_test_user

from odoo.addons.client_hub.tools.client_workbook import SHEETS

DEFAULT_N = 1000
ADDRESS = ("street", "street2", "city", "zip")
LOGIN = "bench_import"


def sheets(n, first):
    """Return the lines of each sheet, tuples in the order of its columns.

    :param int n: number of clients
    :param int first: number of the first one
    """
    lines = {name: [] for name in SHEETS}
    for index in range(first, first + n):
        number, name = f"B{index:06}", f"Bench client {index}"
        body = f"5{index:07}"
        vat = f"PT{body}{nif.calc_check_digit(body)}"
        address = (f"Rua {index}", "Sala 1", "Lisboa", "Lisboa", "1000-001", "PT")
        lines["Clients"].append(
            (number, name, f"{name} Lda", "company", vat, *address)
            + (f"hello@b{index}.example", "+351 210 000", f"https://b{index}.example")
            + ("en_US", f"Sector {index % 20}", "Key account;Events", "active", "Note")
        )
        lines["Addresses"].append(
            (number, "invoice", "Accounts payable", *address, f"ap@b{index}.example")
        )
        for person in ("Rita", "Rui"):
            lines["Contacts"].append(
                (number, f"{person} {index}", "Buyer", f"{person}@b{index}.example")
                + ("", "Finance")
            )
        lines["Team"].append((number, LOGIN, ""))
    return lines


def workbook(lines):
    """Return lines by sheet as an .xlsx file."""
    book = Workbook(write_only=True)
    for name, sheet in SHEETS.items():
        target = book.create_sheet(name)
        target.append([column.header for column in sheet.columns])
        for line in lines[name]:
            target.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def odoo_import(env, lines):
    """Import the same contacts by what stands behind Odoo's own import screen."""
    tags = env["res.partner.category"].create([{"name": "Bench"}])
    fields = ["id", "parent_id/id", "type", "name", "is_company", "vat", *ADDRESS]
    fields += ["country_id/id", "email", "category_id/.id"]
    rows = []
    for line in lines["Clients"]:
        address = (*line[5:8], line[9])
        rows.append(
            [f"__import__.{line[0]}", "", "contact", line[1], "1", line[4], *address]
            + ["base.pt", line[11], str(tags.id)]
        )
    for line in lines["Addresses"]:
        parent, address = f"__import__.{line[0]}", (*line[3:6], line[7])
        rows.append(
            [f"{parent}-address", parent, "invoice", line[2], "0", "", *address]
            + ["base.pt", line[9], ""]
        )
    for index, line in enumerate(lines["Contacts"]):
        parent = f"__import__.{line[0]}"
        rows.append(
            [f"{parent}-{index}", parent, "contact", line[1], "0", "", "", "", "", ""]
            + ["", line[3], str(tags.id)]
        )
    result = env["res.partner"].with_context(import_file=True).load(fields, rows)
    if not result["ids"]:
        raise ValueError(result["messages"])


def timed(env, function):
    """Return the seconds a call takes, with what it leaves to be written."""
    started = time.perf_counter()
    function()
    env.cr.flush()
    return time.perf_counter() - started


def run(env, n):
    """Yield contacts per second: import, trial, importing again."""
    user = new_test_user(
        env,
        LOGIN,
        groups="client_hub.group_account_manager",
        context={"no_reset_password": True},
    )
    # as superuser: in Odoo 19's import only who reads credit limits may add contacts
    plain = timed(env, lambda: odoo_import(env, sheets(n, first=1)))
    env = env(user=user.id)
    content = base64.b64encode(workbook(sheets(n, first=n + 1)))
    imports = env["client.import"]
    record = imports.create({"file": content, "filename": "bench.xlsx"})
    figures = {
        "contacts checked": timed(env, record.action_check),
        "contacts imported": timed(env, record.action_import),
    }
    if record.state != "done":
        raise ValueError(record.problem_ids.mapped("message"))
    again = imports.create({"file": content, "filename": "bench.xlsx"})
    figures["contacts compared, all unchanged"] = timed(env, again.action_check)
    if again.new_count or again.changed_count:
        raise ValueError("importing again would change something")
    for figure, seconds in figures.items():
        yield {
            "figure": figure,
            "value": 4 * n / seconds,
            "unit": "contacts/s",
            "baseline": 4 * n / plain,
        }
