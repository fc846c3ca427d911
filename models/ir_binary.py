from odoo import models
from odoo.exceptions import AccessError


class IrBinary(models.AbstractModel):
    """Files and pictures of another client stay closed, whatever token is shown."""

    _inherit = "ir.binary"

    def _find_record(
        self,
        xmlid=None,
        res_model="ir.attachment",
        res_id=None,
        access_token=None,
        field=None,
    ):
        """Find the record, unless a signed-in person must not see it."""
        record = super()._find_record(xmlid, res_model, res_id, access_token, field)
        if access_token and self.env["client.wall"]._portal_voids_token(record):
            raise AccessError(self.env._("This file belongs to another client."))
        return record
