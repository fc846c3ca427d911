"""Why a proposal can't be applied is told in the reader's language."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL
from odoo.tools.sql import column_exists


def migrate(cr, version):
    """Compute proposals with a problem anew, and drop the sentence of before."""
    if not column_exists(cr, "client_price_adjustment", "problem"):
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        SQL(
            "SELECT id FROM client_price_adjustment"
            " WHERE state = 'draft' AND problem IS NOT NULL"
        )
    )
    ids = [adjustment_id for (adjustment_id,) in cr.fetchall()]
    env["client.price.adjustment"].browse(ids)._recompute_terms()
    env.flush_all()
    cr.execute(SQL("ALTER TABLE client_price_adjustment DROP COLUMN problem"))
