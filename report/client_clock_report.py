"""Who had the jobs, month by month."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.client_clock_entry import HOLDERS


class ClientClockReport(models.Model):
    """The part of a stretch of time that lies in one month.

    A stretch that lasts from March to May has three rows here, which add up to its
    working time.
    """

    _name = "client.clock.report"
    _description = "Clock of Jobs"
    _auto = False
    _log_access = False
    _order = "month desc, date_start desc, id desc"
    _rec_name = "job_id"
    # what must be in the database before the query runs
    _depends = {
        "client.clock.entry": [
            "account_manager_id",
            "client_id",
            "company_id",
            "date_end",
            "date_start",
            "holder",
            "is_rebuilt",
            "job_id",
            "month_seconds",
            "piece_id",
            "state_label",
            "template_id",
            "third_party",
        ],
    }

    month = fields.Date(readonly=True)
    entry_id = fields.Many2one(
        comodel_name="client.clock.entry", string="Stretch of time", readonly=True
    )
    job_id = fields.Many2one(comodel_name="client.job", readonly=True)
    piece_id = fields.Many2one(comodel_name="client.piece", readonly=True)
    client_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    template_id = fields.Many2one(comodel_name="client.job.template", readonly=True)
    account_manager_id = fields.Many2one(comodel_name="res.users", readonly=True)
    holder = fields.Selection(selection=HOLDERS, readonly=True)
    third_party = fields.Char(readonly=True)
    state_label = fields.Char(string="Status then", readonly=True)
    date_start = fields.Datetime(string="From", readonly=True)
    date_end = fields.Datetime(string="Until", readonly=True)
    is_rebuilt = fields.Boolean(string="Rebuilt", readonly=True)
    hours = fields.Float(
        string="Working hours",
        readonly=True,
        help="Within the working hours of the company, in this month. Of stretches "
        "that still last, it is brought up to date every night.",
    )

    @property
    def _table_query(self):
        # 2400 months: from 2000 to 2199, each a number of its own
        return SQL(
            """
            SELECT entry.id::bigint * 2400
                   + EXTRACT(YEAR FROM part.month)::int * 12 - 24000
                   + EXTRACT(MONTH FROM part.month)::int AS id,
                   entry.id AS entry_id, part.month, part.seconds / 3600.0 AS hours,
                   entry.job_id, entry.piece_id, entry.client_id, entry.company_id,
                   entry.template_id, entry.account_manager_id, entry.holder,
                   entry.third_party, entry.state_label, entry.date_start,
                   entry.date_end, entry.is_rebuilt
              FROM client_clock_entry AS entry
        CROSS JOIN LATERAL (
                   SELECT pair.key::date AS month, pair.value::int AS seconds
                     FROM jsonb_each_text(entry.month_seconds) AS pair
                   ) AS part
            """
        )

    # === COMPUTE METHODS === #

    @api.depends("job_id", "piece_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for row in self:
            row.display_name = (row.piece_id or row.job_id).display_name
        self.env["client.wall"]._mask(self)

    # === ACTION METHODS === #

    def action_open_record(self):
        """Open the piece or the job that the time went by with."""
        self.ensure_one()
        record = self.piece_id or self.job_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
