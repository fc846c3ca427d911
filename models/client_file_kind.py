"""Kinds of files that the agency defines."""

from odoo import fields, models


class ClientFileKind(models.Model):
    """A kind of file: signed contract, receipt, brand material…"""

    _name = "client.file.kind"
    _inherit = "client.choice.mixin"
    _description = "Kind of file"

    protected = fields.Boolean(
        help="Only administrators delete or replace files of this kind.",
    )
    in_profile = fields.Boolean(
        string="On the Profile tab",
        help="Files of this kind are shown, and added, on the Profile tab as well.",
    )
