"""Open differences give back no more than is billed; extras are what was billed."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """Plan differences anew where a part was credited; restore extras billed again.

    A contract whose schedule can't be computed keeps its entries, and its responsible
    is told why.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        SQL(
            """
            SELECT DISTINCT part.contract_id
              FROM client_contract_entry part
              JOIN client_contract_entry difference
                ON difference.difference_of_id
                   IN (part.id, part.difference_of_id)
             WHERE difference.state NOT IN ('drafted', 'billed', 'credited')
               AND part.amount_credited <> 0
            """
        )
    )
    ids = [number for (number,) in cr.fetchall()]
    contracts = env["client.contract"].browse(ids)
    contracts._take_nightly_step("_sync_schedule")
    cr.execute(
        SQL(
            """
            SELECT id
              FROM client_contract_entry
             WHERE kind IN ('extra', 'overage') AND overlay_id IS NULL
               AND state = 'billed' AND amount_billed <> amount
            """
        )
    )
    extras = env["client.contract.entry"].browse(
        [number for (number,) in cr.fetchall()]
    )
    extras._restore_billed()
