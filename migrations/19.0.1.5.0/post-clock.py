"""The working time of each stretch is spread over the months it lasted in."""

from odoo import SUPERUSER_ID, api

from odoo.addons.client_hub.tools.clock import distribute

BATCH = 1000


def migrate(cr, version):
    """Spread what was counted; the total of what is over stays as it was.

    A calendar may have changed since a job was done: its hours were counted by the one
    of then, and only their share of each month is found with that of now.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    Entry = env["client.clock.entry"]
    cr.execute(
        "SELECT id FROM client_clock_entry WHERE month_seconds IS NULL AND seconds > 0"
    )
    entries = Entry.browse(id_ for (id_,) in cr.fetchall())
    for offset in range(0, len(entries), BATCH):
        batch = entries[offset : offset + BATCH]
        for entry, counted in batch._count_months().items():
            start = entry.date_start.date().replace(day=1)
            months = counted or {str(start): 0}
            shares = distribute(entry.seconds, months)
            entry.month_seconds = {
                month: seconds for month, seconds in shares.items() if seconds
            }
        env.flush_all()
        env.invalidate_all()
    Entry._cron_count()
