"""The file that was sent to be signed, and the drawn signature, stay."""

from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError

from .ir_attachment import CONTENT_FIELDS

# model -> fields whose files stay
SEALED_FILES = {
    "client.contract.signature": frozenset({"document", "signature"}),
    "client.renegotiation": frozenset({"document"}),
}


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
        ids = defaultdict(set)
        # sudo: asks only whose file it is
        for file_sudo in self.sudo():
            model = file_sudo.res_model
            if file_sudo.res_field in SEALED_FILES.get(model, ()):
                ids[model].add(file_sudo.res_id)
        for model, model_ids in ids.items():
            # sudo: as above
            rows_sudo = self.env[model].sudo().browse(model_ids).exists()
            if rows_sudo.filtered(lambda row: row._is_sealed()):
                raise UserError(
                    self.env._("This file was sent to be signed: it stays as it is.")
                )
