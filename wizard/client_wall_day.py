"""Who could see a client on a given day?"""

from odoo import api, fields, models
from odoo.tools.misc import format_date


class ClientWallDay(models.TransientModel):
    """Answers from the member rows that are kept when a reason ends."""

    _name = "client.wall.day"
    _description = "Who could see a client on a day"

    day = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="From midnight to midnight, in your own time zone.",
    )
    client_id = fields.Many2one(
        comodel_name="res.partner", domain="[('is_client', '=', True)]"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        domain="[('share', '=', False)]",
        context={"active_test": False},
    )
    sentence = fields.Char(compute="_compute_answer")
    row_ids = fields.Many2many(
        comodel_name="client.wall.member", compute="_compute_answer", string="Reasons"
    )

    @api.depends("day", "client_id", "user_id")
    def _compute_answer(self):
        wall = self.env["client.wall"]
        for question in self:
            client, user = question.client_id, question.user_id
            if not question.day or not (client or user):
                question.row_ids = False
                question.sentence = False
                continue
            question.row_ids = wall._rows_of_day(client, question.day, user)
            question.sentence = question._prepare_sentence()

    def _prepare_sentence(self):
        """Return what to say above the rows."""
        self.ensure_one()
        day = format_date(self.env, self.day)
        if not self.client_id:
            return self.env._(
                "Restricted clients that %(user)s could see on %(day)s by a reason of "
                "his or her own:",
                user=self.user_id.name,
                day=day,
            )
        client = self.client_id.display_name
        was_open = self.env["client.wall"]._was_open(self.client_id, self.day)
        if was_open == "all":
            return self.env._(
                "%(client)s was not restricted on %(day)s: everybody could see it.",
                client=client,
                day=day,
            )
        if was_open == "some":
            return self.env._(
                "%(client)s was restricted for a part of %(day)s only: everybody could "
                "see it for the rest of the day. By a reason of their own:",
                client=client,
                day=day,
            )
        return self.env._(
            "%(client)s was restricted on %(day)s. Beside finance and administrators, "
            "these people could see it:",
            client=client,
            day=day,
        )

    def action_open_rows(self):
        """Open the rows as a list, to filter, group or export them."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.sentence,
            "res_model": "client.wall.member",
            "views": [(False, "list")],
            "domain": [("id", "in", self.row_ids.ids)],
        }
