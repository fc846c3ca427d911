from markupsafe import escape

from odoo import api, models


class IrQwebFieldContact(models.AbstractModel):
    """The address block of documents, without an address that is hidden."""

    _inherit = "ir.qweb.field.contact"

    @api.model
    def value_to_html(self, value, options):
        """Return the block; Odoo reads the contact as superuser.

        :param value: ``res.partner`` to show
        :param dict options: what to show of it
        """
        if value and self.env["client.wall"]._hidden(value):
            # sudo: the label is masked
            return escape(value.sudo().display_name)
        return super().value_to_html(value, options)
