"""Earlier days say from when on everything is recorded that they show."""

from odoo import SUPERUSER_ID, api, fields


def migrate(cr, version):
    """Keep the time of the upgrade where a history began before it."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    parameters = env["ir.config_parameter"]
    key = "client_hub.as_of_since"
    cr.execute("SELECT 1 FROM client_history LIMIT 1")
    if cr.fetchone() and not parameters.get_param(key):
        parameters.set_param(key, fields.Datetime.to_string(fields.Datetime.now()))
