from odoo import models


class IrBinary(models.AbstractModel):
    """Files and pictures: a token opens nothing that a wall hides."""

    _inherit = "ir.binary"

    def _find_record(
        self,
        xmlid=None,
        res_model="ir.attachment",
        res_id=None,
        access_token=None,
        field=None,
    ):
        """Find the record, also by a token, unless it is hidden from the user.

        :raise AccessError: for somebody who is signed in and outside the wall, even
            with the token of a link that he once was handed out
        """
        record = super()._find_record(
            xmlid=xmlid,
            res_model=res_model,
            res_id=res_id,
            access_token=access_token,
            field=field,
        )
        wall = self.env["client.wall"]
        if wall._hidden(record) or (access_token and wall._portal_voids_token(record)):
            raise self.env["ir.rule"]._make_access_error("read", record)
        return record
