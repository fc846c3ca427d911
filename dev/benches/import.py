"""The import of the clients workbook, beside Odoo's own import of the same contacts.

`n` clients, each with an invoice address, two contacts and a team: 5 n lines. Odoo's
own import makes the same 4 n contacts with the same columns by `res.partner.load`,
which stands behind its import screen, in a database of the same Odoo modules without
this addon; the salesperson stands in for the account manager. Parsing the file is in
our time and not in Odoo's, the history in ours and nothing like it in Odoo's.

Seconds, so that a ratio is ours to Odoo's; the bar is for checking (Odoo's "Test") and
importing. "Work" is the processor time of Python and of its database connection, which
other programs disturb less than the clock. The figures without a baseline have no
counterpart in Odoo.
"""

import base64
import io

import _import_data as data
from openpyxl import Workbook

from odoo.tests import new_test_user

from odoo.addons.client_hub.tools.client_import_columns import SHEETS

DEFAULT_N = 1000
BAR = 1.5


def workbook(lines):
    """Return lines by sheet as an .xlsx file."""
    book = Workbook(write_only=True)
    for name, rows in lines.items():
        target = book.create_sheet(name)
        headers = {column.name: column.header for column in SHEETS[name].columns}
        target.append([headers[column] for column in rows[0]])
        for row in rows:
            target.append(list(row.values()))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def timed(env, function):
    """Return the seconds a call takes, with what it leaves to be written.

    :return: on the clock, and of work
    """
    watch = data.Stopwatch(env.cr)
    function()
    env.cr.flush()
    return watch.read()


def in_background(env):
    """Do what waits, as the scheduled job does, until nothing is left."""
    imports = env["client.import"].sudo()
    while imports.search_count([("job", "!=", False)]):
        imports._cron_work()


def run(env, n):
    """Yield seconds of the check, the import, the check again, and the undo."""
    plain = data.plain_odoo(n)
    new_test_user(
        env,
        data.LOGIN,
        groups="client_hub.group_account_manager",
        context={"no_reset_password": True},
    )
    root = env
    env = env(user=env["res.users"].search([("login", "=", data.LOGIN)]).id)
    content = base64.b64encode(workbook(data.lines(n)))
    record = env["client.import"].create({"file": content, "filename": "bench.xlsx"})

    def do(action, of):
        getattr(of, action)()
        in_background(root)
        if of.error_count:
            raise ValueError(of.problem_ids.mapped("message")[:5])

    for figure, action, baseline in (
        ("check", "action_check", plain),
        ("import", "action_import", plain),
    ):
        seconds = timed(env, lambda action=action: do(action, record))
        for place, what in enumerate(("", ", work")):
            yield {
                "figure": f"{figure}{what}",
                "value": seconds[place],
                "unit": "s",
                "baseline": baseline[place],
                "bar": BAR,
            }
        rate = 5 * n / seconds[0]
        yield {"figure": f"{figure}, rate", "value": rate, "unit": "lines/s"}
    if record.state != "done" or record.new_count != 5 * n:
        raise ValueError(record.state)
    again = env["client.import"].create({"file": content, "filename": "bench.xlsx"})
    seconds = timed(env, lambda: do("action_check", again))
    if again.new_count or again.changed_count:
        raise ValueError("importing again would change something")
    yield {"figure": "check again, all unchanged", "value": seconds[0], "unit": "s"}
    seconds = timed(env, lambda: do("action_check_undo", record))
    yield {"figure": "look what to take back", "value": seconds[0], "unit": "s"}
    seconds = timed(env, lambda: do("action_undo", record))
    if set(record.undo_ids.mapped("level")) != {"removed"}:
        raise ValueError(record.undo_text)
    yield {"figure": "take back", "value": seconds[0], "unit": "s"}
