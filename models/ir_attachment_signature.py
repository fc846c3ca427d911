"""The file that was sent to be signed, and the drawn signature, stay."""

from odoo import api, models
from odoo.exceptions import UserError

from .ir_attachment import CONTENT_FIELDS

SIGNED_FILES = frozenset({"document", "signature"})


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    # === CRUD METHODS === #

    def write(self, vals):
        """Refuse to change such a file, whoever does it."""
        if CONTENT_FIELDS & vals.keys():
            self._check_not_signed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self._check_not_signed()

    # === BUSINESS METHODS === #

    def _check_not_signed(self):
        """Raise when a file belongs to a request for a signature.

        Files of a request that was deleted with its contract are gone with it.

        :raise UserError: one does
        """
        # sudo: asks only whose file it is
        ids = {
            file_sudo.res_id
            for file_sudo in self.sudo()
            if file_sudo.res_model == "client.contract.signature"
            and file_sudo.res_field in SIGNED_FILES
        }
        # sudo: as above
        if ids and self.env["client.contract.signature"].sudo().browse(ids).exists():
            raise UserError(
                self.env._("This file was sent to be signed: it stays as it is.")
            )
