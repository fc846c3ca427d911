"""Activities about a step of a nightly job that failed."""

from odoo import fields, models


class MailActivity(models.Model):
    """Knows which step failed, so that the job can end it once the step is done."""

    _inherit = "mail.activity"

    client_failed_step = fields.Char(
        string="Failed step",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="Name of the nightly step that this activity is about.",
    )
