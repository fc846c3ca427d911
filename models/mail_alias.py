import ast

from markupsafe import Markup

from odoo import fields, models


class MailAlias(models.Model):
    """Addresses that make tasks, and those of clients, which open requests.

    The address of a restricted client is hidden with the client.
    """

    _inherit = "mail.alias"

    client_id = fields.Many2one(
        comodel_name="res.partner",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="The client for whom a mail to this address opens a request.",
    )

    _one_of_a_client = models.UniqueIndex(
        "(client_id) WHERE client_id IS NOT NULL",
        "A client has one address for requests.",
    )

    def _get_alias_bounced_body(self, message_dict):
        """Say why a client's request was not taken, when it was for another reason."""
        sentence = message_dict.get("client_refusal")
        if not sentence:
            return super()._get_alias_bounced_body(message_dict)
        return self.env["ir.qweb"]._render(
            "mail.mail_bounce_alias_security",
            {"body": Markup("<p>%s</p>") % sentence, "message": message_dict},
            minimal_qcontext=True,
        )

    def _get_alias_defaults_of_tasks(self):
        """Return the values that a task made by a mail gets."""
        # sudo: the gateway's own settings
        alias_sudo = self.sudo()
        try:
            values = ast.literal_eval(alias_sudo.alias_defaults or "{}")
        except (SyntaxError, ValueError):
            return {}
        return values if isinstance(values, dict) else {}
