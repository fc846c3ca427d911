"""Reminders of pieces become round-ups of all that waits and is new."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

# What stood for reminders of pieces alone; the round-up has its own.
FORMER = (
    "client_hub.client_piece_mail_template_reminder",
    "client_hub.ir_cron_client_piece_remind",
)


def migrate(cr, version):
    """Keep who was reminded when; remove the former mail and its job."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(SQL("SELECT to_regclass('client_piece_reminder')"))
    if cr.fetchone()[0]:
        cr.execute(
            SQL(
                """
                INSERT INTO client_round_up (
                                id, partner_id, date, create_uid, create_date,
                                write_uid, write_date
                            )
                     SELECT id, partner_id, date, create_uid, create_date,
                            write_uid, write_date
                       FROM client_piece_reminder
                ON CONFLICT DO NOTHING
                """
            )
        )
        cr.execute(
            SQL(
                "SELECT setval('client_round_up_id_seq',"
                " (SELECT GREATEST(MAX(id), 1) FROM client_round_up))"
            )
        )
        cr.execute(
            SQL(
                """
                INSERT INTO client_round_up_piece_rel (round_up_id, piece_id)
                     SELECT reminder_id, piece_id
                       FROM client_piece_reminder_piece_rel
                ON CONFLICT DO NOTHING
                """
            )
        )
    env.invalidate_all()
    for xmlid in FORMER:
        if record := env.ref(xmlid, raise_if_not_found=False):
            record.unlink()
