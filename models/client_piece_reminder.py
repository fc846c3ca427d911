from odoo import fields, models


class ClientPieceReminder(models.Model):
    """A reminder that went to a person: one a day at most."""

    _name = "client.piece.reminder"
    _description = "Piece Reminder"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    # in the person's time zone
    date = fields.Date(required=True, readonly=True)
    piece_ids = fields.Many2many(
        comodel_name="client.piece",
        relation="client_piece_reminder_piece_rel",
        column1="reminder_id",
        column2="piece_id",
        string="Pieces",
        readonly=True,
    )

    _once_a_day = models.UniqueIndex(
        "(partner_id, date)", "This person was reminded today already."
    )
