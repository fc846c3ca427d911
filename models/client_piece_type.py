from odoo import api, fields, models

KINDS = [
    ("image", "Image"),
    ("video", "Video"),
    ("pdf", "PDF"),
    ("text", "Text"),
    ("social", "Social post"),
]


class ClientPieceType(models.Model):
    """A kind of thing that the agency delivers: banner, post, film…"""

    _name = "client.piece.type"
    _description = "Piece Type"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=KINDS,
        default="image",
        required=True,
        help="How versions are shown: a social post is an image with its text.",
    )
    rounds_agreed = fields.Integer(
        string="Rounds included",
        default=2,
        help="How often the client may ask for changes.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_currency_id"
    )
    round_price = fields.Monetary(
        string="Price of a further round",
        groups="base.group_user",
        help="In the currency of the company. 0: further rounds cost nothing.",
    )
    round_product_id = fields.Many2one(
        comodel_name="product.product",
        string="Further rounds billed as",
        domain="[('sale_ok', '=', True)]",
        ondelete="restrict",
        groups="base.group_user",
        help="Empty: as the first service of the client's contract.",
    )
    is_portal_visible = fields.Boolean(
        string="Offered on the portal",
        default=True,
        help="The client's people may ask for it in a request.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("company")
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id
