from odoo import fields, models
from odoo.exceptions import UserError


class ClientClockThird(models.TransientModel):
    """Asks which third party has a job or a piece now."""

    _name = "client.clock.third"
    _inherit = ["client.guard.mixin"]
    _description = "With a Third Party"

    res_model = fields.Selection(
        selection=[("client.job", "Job"), ("client.piece", "Piece")],
        required=True,
        readonly=True,
    )
    res_ids = fields.Char(required=True, readonly=True)
    name = fields.Char(
        string="Who has it",
        required=True,
        help="A printer, a publisher, a film studio… The clock counts its time apart.",
    )

    # === ACTION METHODS === #

    def action_apply(self):
        """Give the records to the third party."""
        self.ensure_one()
        name = (self.name or "").strip()
        if not name:
            raise UserError(self.env._("Say who has it."))
        ids = [int(text) for text in self.res_ids.split(",") if text.isdecimal()]
        records = self.env[self.res_model].browse(ids).exists()
        records.check_access("write")
        for record in records:
            if record._get_state_holder() != "agency":
                raise UserError(
                    self.env._(
                        "“%(name)s” is not in our hands now.", name=record.display_name
                    )
                )
        records._set_third_party(name)
