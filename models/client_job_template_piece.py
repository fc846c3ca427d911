from odoo import fields, models


class ClientJobTemplatePiece(models.Model):
    """A piece that each job of the template delivers."""

    _name = "client.job.template.piece"
    _inherit = "client.job.template.work"
    _description = "Template Piece"

    type_id = fields.Many2one(
        comodel_name="client.piece.type",
        required=True,
        ondelete="restrict",
        index=True,
    )
    rounds_agreed = fields.Integer(
        string="Rounds included",
        default=2,
        help="How often the client may ask for changes of this piece.",
    )
