"""The discount column is shown to account managers without Odoo's own setting."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Take back that account managers have the setting whatever the company chose."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    group = env.ref("client_hub.group_account_manager")
    group.implied_ids -= env.ref("sale.group_discount_per_so_line")
