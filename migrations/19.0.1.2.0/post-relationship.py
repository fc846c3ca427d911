"""Who has bought is kept per company now, and the relationship follows from it."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Fill the facts from the documents; the column of before goes.

    The column of ``client_has_bought`` is removed by Odoo with its field; that of
    ``relationship_kind`` would stay, as the field does.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["res.partner"]._fill_client_bought()
    cr.execute("ALTER TABLE res_partner DROP COLUMN IF EXISTS relationship_kind")
