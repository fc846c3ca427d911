"""Kinds of files that the agency defines."""

from odoo import fields, models


class ClientFileKind(models.Model):
    """A kind of file: signed contract, receipt, brand material…"""

    _name = "client.file.kind"
    _description = "Kind of file"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    protected = fields.Boolean(
        help="Only administrators delete or replace files of this kind.",
    )
    in_profile = fields.Boolean(
        string="On the Profile tab",
        help="Files of this kind are shown, and added, on the Profile tab as well.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        ondelete="cascade",
        help="Empty: for all companies.",
    )
