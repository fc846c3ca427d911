from odoo import fields, models


class ClientJobTemplatePiece(models.Model):
    """A piece that each job of the template delivers."""

    _name = "client.job.template.piece"
    _description = "Template Piece"
    _order = "sequence, id"

    template_id = fields.Many2one(
        comodel_name="client.job.template",
        required=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    type_id = fields.Many2one(
        comodel_name="client.piece.type",
        required=True,
        ondelete="restrict",
        index=True,
    )
    days_offset = fields.Integer(
        string="Due after (days)",
        help="Days after the job is authorised. 0: at the deadline of the job.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Assigned to",
        domain=[("share", "=", False)],
        ondelete="restrict",
        index="btree_not_null",
    )
    rounds_agreed = fields.Integer(
        string="Rounds included",
        default=2,
        help="How often the client may ask for changes of this piece.",
    )

    _offset_not_negative = models.Constraint(
        "CHECK (days_offset >= 0)", "The days can't be negative."
    )
