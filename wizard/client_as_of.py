"""A client as it was on an earlier day, or on two of them side by side."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

SINCE = "client_hub.as_of_since"


class ClientAsOf(models.TransientModel):
    """Shows team, contacts, contracts, budgets and access of then; changes nothing.

    What is read, and by whose rights, is in ``client_history_as_of``; how it is told is
    in ``client_as_of_page`` and ``client_as_of_text``.
    """

    _name = "client.as.of"
    _inherit = ["client.guard.mixin"]
    _description = "Client as of a date"
    _rec_name = "client_id"

    client_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        readonly=True,
        ondelete="cascade",
        domain="[('is_client', '=', True)]",
    )
    date = fields.Date(
        string="As of",
        required=True,
        default=lambda self: fields.Date.context_today(self) - relativedelta(months=1),
        help="As it was at the end of this day, in your time zone.",
    )
    compare_date = fields.Date(
        string="Compared with",
        help="A second day, e.g. today: both are shown side by side.",
    )
    only_differences = fields.Boolean(
        default=True, help="Leave out what is the same on both days."
    )
    page = fields.Html(compute="_compute_page", sanitize=False)

    @api.depends("client_id", "date", "compare_date", "only_differences")
    @api.depends_context("lang", "tz", "uid", "allowed_company_ids")
    def _compute_page(self):
        for as_of in self:
            values = {"page": as_of._prepare_page()}
            as_of.page = self.env["ir.qweb"]._render(
                "client_hub.client_as_of_page", values
            )

    @api.depends("date", "compare_date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for as_of in self:
            days = [
                format_date(self.env, day)
                for day in dict.fromkeys(as_of._get_days())
                if day
            ]
            as_of.display_name = self.env._("As of %s", " – ".join(days))

    @api.constrains("date", "compare_date")
    def _check_dates(self):
        for as_of in self:
            if as_of._is_future():
                raise ValidationError(self._future_sentence())

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_print(self):
        """Print what is shown; the history says so."""
        self.ensure_one()
        client = self.client_id
        client.check_access("read")
        days = [day for day in self._get_days() if day]
        self.env["client.history"]._log(
            client,
            "access",
            client.display_name,
            record=client,
            note=self.env._(
                "Printed as it was on %s",
                ", ".join(fields.Date.to_string(day) for day in days),
            ),
        )
        return self.env.ref("client_hub.action_report_client_as_of").report_action(self)

    def action_compare_today(self):
        """Compare with today."""
        self.ensure_one()
        self.compare_date = fields.Date.context_today(self)

    def action_open_history(self):
        """Open the entries from the first day shown to the second one."""
        self.ensure_one()
        days = [day for day in self._get_days() if day]
        bounds = [self.env["client.wall"]._day_bounds(day)[1] for day in days]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_history_action"
        )
        action["name"] = self.env._("History since %s", format_date(self.env, days[0]))
        action["domain"] = [("client_id", "=", self.client_id.id)]
        action["domain"] += [("date", ">=", bounds[0])]
        if len(bounds) > 1:
            action["domain"] += [("date", "<", bounds[1])]
        return action

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_days(self):
        """Return the day and the second one, the earlier first; the second may be no
        day.
        """
        self.ensure_one()
        day, other = self.date, self.compare_date
        if day and other and other < day:
            return other, day
        return day, other

    def _is_future(self):
        today = fields.Date.context_today(self)
        return any(day and day > today for day in self._get_days())

    @api.model
    def _future_sentence(self):
        return self.env._("Choose a day that is not in the future.")
