from odoo import models
from odoo.exceptions import UserError


class MailMessageSubtype(models.Model):
    """What was written as internal can't be opened by changing its kind."""

    _inherit = "mail.message.subtype"

    def write(self, vals):
        """Refuse to open a kind of message that colleagues have used.

        :raise UserError: names the kind
        """
        if "internal" in vals and not vals["internal"]:
            self._check_no_client_talk()
        return super().write(vals)

    def _check_no_client_talk(self):
        """Raise when an internal kind among these has messages about clients."""
        for subtype in self.filtered("internal"):
            # sudo: asks only whether there is one
            if (
                self.env["mail.message"]
                .sudo()
                .search_count(
                    [
                        ("subtype_id", "=", subtype.id),
                        ("model", "in", self.env["mail.message"]._client_talk_models()),
                    ],
                    limit=1,
                )
            ):
                raise UserError(
                    self.env._(
                        "“%(kind)s” stays internal: there are messages of this kind "
                        "that clients would get to read.",
                        kind=subtype.name,
                    )
                )
