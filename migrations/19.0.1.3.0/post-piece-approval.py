"""Decisions know what came of them; approvers see their pieces."""

from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """Until now each decision was the last word; take over the wider portal rules."""
    cr.execute("UPDATE client_piece_decision SET outcome = decision")
    env = api.Environment(cr, SUPERUSER_ID, {})
    # an ordinary upgrade leaves them as they are
    path = "security/client_piece_security.xml"
    convert_file(env, "client_hub", path, {}, mode="init", noupdate=True)
