"""Lists of choices that the agency defines itself."""

from odoo import fields, models


class ClientChoiceMixin(models.AbstractModel):
    """One entry of a list to choose from: a role, a stage, a kind of file…

    Entries in use are archived; those without company are for all.
    """

    _name = "client.choice.mixin"
    _description = "Choice that the agency defines"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: for all companies.",
    )
