"""How the client pays: one status of invoices and instalments, right on every day."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from ..tools.legend import DUE_LATER, DUE_TODAY, LOOKS, OVERDUE, open_legend

LEGEND = [
    ("due_later", "Due later"),
    ("due_today", "Due today"),
    ("overdue", "Overdue"),
    ("paid_on_time", "Paid on time"),
    ("paid_late", "Paid late"),
    ("renegotiated", "Renegotiated"),
]
OPEN_OPERATORS = {DUE_LATER: ">", DUE_TODAY: "=", OVERDUE: "<"}
COLUMNS = {
    "client_open_due_date": "date",
    "client_paid_date": "date",
    "client_settled": "varchar",
}


class ClientLegendMixin(models.AbstractModel):
    """Stores what doesn't depend on the day; the status follows from it at once.

    Nothing is written at midnight: an open item becomes due today, and overdue, because
    its date is compared with the day in the time zone of its company whenever somebody
    looks, searches or groups.
    """

    _name = "client.legend.mixin"
    _description = "Payment legend"

    client_open_due_date = fields.Date(
        string="Open and due on",
        compute="_compute_client_settlement",
        store=True,
        index="btree_not_null",
        help="The day on which the first amount that is still open is due.",
    )
    client_paid_date = fields.Date(
        string="Paid on",
        compute="_compute_client_settlement",
        store=True,
        help="The day on which the money came that settled it, not the day on which "
        "somebody entered it.",
    )
    client_settled = fields.Selection(
        selection=LEGEND[3:],
        string="Settled",
        compute="_compute_client_settlement",
        store=True,
    )
    client_legend = fields.Selection(
        selection=LEGEND,
        string="Legend",
        compute="_compute_client_legend",
        search="_search_client_legend",
        help="How the client pays: what is due later, today or overdue, and what was "
        "paid on time, late or renegotiated.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _compute_client_settlement(self):
        """Hook: fill the stored fields."""
        raise NotImplementedError

    @api.depends("client_open_due_date", "client_settled", "company_id")
    def _compute_client_legend(self):
        for company, records in self.grouped("company_id").items():
            today = (company or self.env.company)._get_client_today()
            for record in records:
                due = record.client_open_due_date
                record.client_legend = (
                    open_legend(due, today) if due else record.client_settled
                )

    def _search_client_legend(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._get_client_legend_domain(status) for status in value)

    @api.model
    def _get_client_legend_domain(self, status):
        """Return the domain of what has a status; of what has none for False."""
        if not status:
            return Domain("client_open_due_date", "=", False) & Domain(
                "client_settled", "=", False
            )
        if status not in OPEN_OPERATORS:
            return Domain("client_settled", "=", status)
        operator = OPEN_OPERATORS[status]
        todays = self.env["res.company"]._get_client_todays()
        if len(todays) == 1:
            return Domain("client_open_due_date", operator, next(iter(todays)))
        return Domain.OR(
            Domain("client_open_due_date", operator, today)
            & Domain("company_id", "in", company_ids)
            for today, company_ids in todays.items()
        )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_client_look(self):
        """Return what the badge of the status shows, for paper, portal and mails.

        :return: dict with status, label, icon, symbol, background and text; empty
            where there is no status
        """
        self.ensure_one()
        return self._get_client_looks().get(self.client_legend, {})

    @api.model
    def _get_client_looks(self):
        """Return ``{status: look}`` of the legend; see :meth:`_get_client_look`."""
        labels = dict(self._fields["client_legend"]._description_selection(self.env))
        return {
            status: {"status": status, "label": labels[status], **look._asdict()}
            for status, look in LOOKS.items()
        }

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    def _field_to_sql(self, alias, field_expr, query=None):
        """Return SQL; the status is one too, for sorting and grouping by it."""
        if field_expr != "client_legend":
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            """CASE WHEN %(due)s IS NULL THEN %(settled)s
                    WHEN %(due)s > %(today)s THEN 'due_later'
                    WHEN %(due)s = %(today)s THEN 'due_today'
                    ELSE 'overdue' END""",
            due=self._field_to_sql(alias, "client_open_due_date", query),
            settled=self._field_to_sql(alias, "client_settled", query),
            today=self._get_client_today_sql(alias, query),
        )

    def _get_client_today_sql(self, alias, query):
        """Return the day of the record's company as SQL."""
        todays = self.env["res.company"]._get_client_todays()
        # the day of most companies is the default
        *others, usual = sorted(todays, key=lambda today: len(todays[today]))
        if not others:
            return SQL("%s::date", usual)
        company = self._field_to_sql(alias, "company_id", query)
        cases = [
            SQL("WHEN %s IN %s THEN %s::date", company, tuple(todays[today]), today)
            for today in others
        ]
        return SQL("CASE %s ELSE %s::date END", SQL(" ").join(cases), usual)

    def _auto_init(self):
        """Make the columns here, so that Odoo doesn't compute each record in Python.

        Whatever was booked before is filled at once, see journal items.
        """
        cr = self.env.cr
        for name, kind in COLUMNS.items():
            if not self._abstract and not column_exists(cr, self._table, name):
                create_column(cr, self._table, name, kind)
        return super()._auto_init()
