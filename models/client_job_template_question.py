from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("text", "Long text"),
    ("char", "Short text"),
    ("date", "Date"),
    ("selection", "Choice"),
    ("boolean", "Yes or no"),
]


class ClientJobTemplateQuestion(models.Model):
    """A briefing question."""

    _name = "client.job.template.question"
    _inherit = "client.job.template.line"
    _description = "Briefing Question"

    name = fields.Char(string="Question")
    kind = fields.Selection(
        selection=KINDS, string="Answer", default="text", required=True
    )
    options = fields.Text(help="The choices, one per line.")
    required = fields.Boolean()
    help = fields.Char(string="Hint", translate=True)

    # === CONSTRAINT METHODS === #

    @api.constrains("kind", "options")
    def _check_options(self):
        for question in self:
            if question.kind == "selection" and not question._get_options():
                raise ValidationError(
                    self.env._(
                        "Write the choices of “%(name)s”, one per line.",
                        name=question.name,
                    )
                )

    # === BUSINESS METHODS === #

    def _get_options(self):
        """Return the choices of a selection question as a list of texts."""
        self.ensure_one()
        lines = (line.strip() for line in (self.options or "").splitlines())
        return [line for line in lines if line]
