"""Who held a job or a piece, from when to when."""

import pytz

from odoo import api, fields, models
from odoo.tools import float_round

from ..tools import nightly
from ..tools.clock import split_months

HOLDERS = [
    ("agency", "Agency"),
    ("client", "Client"),
    ("third", "Third party"),
]


class ClientClockEntry(models.Model):
    """One stretch of time in which a job, or a piece of it, was in somebody's hands.

    Stretches of the same job (or piece) follow each other and never overlap. They are
    written by the addon itself, whenever the holder changes.
    """

    _name = "client.clock.entry"
    _description = "Clock"
    _inherit = ["client.record"]
    _order = "date_start desc, id desc"
    _client_record_allow_inactive = True

    job_id = fields.Many2one(
        comodel_name="client.job", required=True, ondelete="cascade", index=True
    )
    piece_id = fields.Many2one(
        comodel_name="client.piece",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: the job as a whole.",
    )
    client_id = fields.Many2one(related="job_id.client_id", store=True, precompute=True)
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, precompute=True, default=None
    )
    template_id = fields.Many2one(
        related="job_id.template_id", store=True, index="btree_not_null"
    )
    account_manager_id = fields.Many2one(
        related="job_id.account_manager_id", store=True, index="btree_not_null"
    )
    holder = fields.Selection(selection=HOLDERS, required=True, index=True)
    third_party = fields.Char()
    state_label = fields.Char(string="Status then")
    date_start = fields.Datetime(string="From", required=True, index=True)
    date_end = fields.Datetime(string="Until", help="Empty: until now.")
    is_rebuilt = fields.Boolean(
        string="Rebuilt",
        help="From before the clock was kept: found in the history or, where it said "
        "nothing, in the dates of the document.",
    )
    seconds = fields.Integer(string="Working seconds", aggregator=None)
    month_seconds = fields.Json(
        string="Working seconds by month",
        readonly=True,
        help="What the report adds up: a stretch counts in each month it lasts in.",
    )
    hours = fields.Float(
        string="Working hours",
        compute="_compute_hours",
        store=True,
        help="Within the working hours of the company. Of stretches that still last, "
        "it is brought up to date every night.",
    )

    # int4range instead of plain ids: "=" on an integer would need btree_gist
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(job_id, job_id, '[]') WITH &&,"
        " int4range(COALESCE(piece_id, 0), COALESCE(piece_id, 0), '[]') WITH &&,"
        " tsrange(date_start, date_end) WITH &&)",
        "Only one party at a time has a job or a piece.",
    )
    _in_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end > date_start)",
        "A stretch of time ends after it begins.",
    )

    # === COMPUTE METHODS === #

    @api.depends("holder", "third_party", "job_id.name", "piece_id.name")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        labels = dict(self._fields["holder"]._description_selection(self.env))
        for entry in self:
            record = entry.piece_id or entry.job_id
            holder = entry.third_party or labels.get(entry.holder, "")
            entry.display_name = f"{record.display_name}: {holder}"
        self.env["client.wall"]._mask(self)

    @api.depends("seconds")
    def _compute_hours(self):
        for entry in self:
            entry.hours = float_round(entry.seconds / 3600, precision_digits=4)

    # === BUSINESS METHODS === #

    def _history_is_on(self):
        # follows from the states, which are logged themselves
        return False

    def _end(self, moment):
        """End these open stretches; those that would be empty go."""
        for entry in self:
            if entry.date_start >= moment:
                entry.unlink()
                continue
            entry.date_end = moment
            entry._store_count()
        # before the next one begins: the database looks for overlaps
        self.exists().flush_recordset()

    def _count(self, now=None):
        """Count the working time of these stretches.

        :param now: naive UTC datetime up to which open ones are counted
        :return: ``{entry: seconds}``
        """
        return {
            entry: sum(months.values())
            for entry, months in self._count_months(now).items()
        }

    def _count_months(self, now=None):
        """Count the working time of these stretches in each month they last in.

        One calendar is read once, however many stretches there are. Its time zone
        says when a month ends: that of the company's work.

        :param now: naive UTC datetime up to which open ones are counted
        :return: ``{entry: {first day of the month: seconds}}``, months without working
            time left out
        """
        now = now or fields.Datetime.now()
        counted = {}
        # sudo: the calendars of the company
        entries_sudo = self.sudo()
        for (calendar, company), entries in entries_sudo.grouped(
            lambda entry: (entry.job_id._get_clock_calendar(), entry.company_id)
        ).items():
            zone = pytz.timezone(calendar.tz or company.partner_id.tz or "UTC")
            first = min(entries.mapped("date_start"))
            last = max([now, *entries.filtered("date_end").mapped("date_end")])
            time = calendar._get_working_time(first, last)
            for entry in entries:
                parts = split_months(entry.date_start, entry.date_end or now, zone)
                months = {
                    fields.Date.to_string(month): time.seconds_between(start, end)
                    for month, start, end in parts
                }
                counted[entry.sudo(self.env.su)] = {
                    month: seconds for month, seconds in months.items() if seconds
                }
        return counted

    def _store_count(self):
        """Write the working time down where it changed."""
        for entry, months in self._count_months().items():
            seconds = sum(months.values())
            if (entry.seconds, entry.month_seconds or {}) != (seconds, months):
                entry.write({"seconds": seconds, "month_seconds": months})

    @api.model
    def _cron_count(self):
        """Bring stretches of jobs that are under way up to date.

        Those that ended are counted again, too: a holiday may have been entered since.
        """
        open_entries = self.search([("date_end", "=", False)])
        for company_entries in open_entries.grouped("company_id").values():
            jobs = company_entries.job_id
            entries = self.search([("job_id", "in", jobs.ids)])
            nightly.attempt_each(entries, "_store_count")
