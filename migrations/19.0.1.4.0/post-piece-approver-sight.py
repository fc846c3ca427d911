"""Approvers who see own requests only open what they approve.

The rules are not updated with the addon, so they are taken over here.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file


def migrate(cr, version):
    """Write the rules of pieces as they come with the addon."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    convert_file(
        env, "client_hub", "security/client_piece_security.xml", {}, mode="init"
    )
