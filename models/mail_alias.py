import ast

from odoo import models


class MailAlias(models.Model):
    """Addresses that make tasks."""

    _inherit = "mail.alias"

    def _get_alias_defaults_of_tasks(self):
        """Return the values that a task made by a mail gets."""
        # sudo: the gateway's own settings
        alias_sudo = self.sudo()
        try:
            values = ast.literal_eval(alias_sudo.alias_defaults or "{}")
        except (SyntaxError, ValueError):
            return {}
        return values if isinstance(values, dict) else {}
