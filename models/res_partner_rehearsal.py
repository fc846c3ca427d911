from odoo import models


class ResPartner(models.Model):
    """The portal as one of the client's people sees it."""

    _inherit = "res.partner"

    def action_see_portal(self):
        """Open the portal as this contact sees it, to look only.

        :raise UserError: says why it may not be
        """
        self.ensure_one()
        self.check_access("read")
        secret = self.env["client.rehearsal"]._open_for(self)
        return {
            "type": "ir.actions.act_url",
            "url": f"/client_hub/rehearsal/start/{secret}",
            "target": "new",
        }
