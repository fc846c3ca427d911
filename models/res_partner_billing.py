"""The Billing tab: what a client was billed, by category of product and by month."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import date_utils, format_date, formatLang

SLICES = 8  # of the pie; the smaller ones are told together
MONTHS = 12  # shown at first
SALES = ("out_invoice", "out_refund", "out_receipt")
LISTS = {
    "invoices": "account.move",
    "orders": "sale.order",
    "payments": "account.payment",
}
BILLING_GROUPS = (
    "account.group_account_invoice",
    "account.group_account_readonly",
    "client_hub.group_account_manager",
)


class ResPartner(models.Model):
    """Sums Odoo's own invoice analysis in the database, under the user's rules."""

    _inherit = "res.partner"

    # === BUSINESS METHODS === #

    def get_client_billing(self, date_from=False, date_to=False, currency_id=None):
        """Return the figures of the charts and where each of them comes from.

        Revenue is without taxes and less credit notes, as in Odoo's invoice analysis,
        which a click opens. What was billed is with taxes, as in the statement.

        :param date_from: first day, ISO; the last twelve months without both days
        :param date_to: last day
        :param currency_id: 0 for all, in the company's; None for the only one, or all
        :return: dict with ``date_from``, ``date_to``, ``currency_id``, ``currencies``,
            ``categories``, ``months``, ``revenue``, ``billed``, ``is_own`` and
            ``lists``, the ones below the charts that the user may read
        :raise AccessError: when the user may not read the client or invoices
        """
        self.ensure_one()
        self.check_access("read")
        if not any(self.env.user.has_group(group) for group in BILLING_GROUPS):
            raise AccessError(self.env._("You may not see what clients are billed."))
        client = self.commercial_partner_id
        first, last = client._get_billing_period(date_from, date_to)
        scope = client._get_billing_scope(first, last)
        used = client._get_billing_used(scope)
        if currency_id is None:
            currency_id = used.id if len(used) == 1 else 0
        if currency_id:
            scope &= Domain("currency_id", "=", currency_id)
        chosen = used.browse(currency_id).exists()
        currency = chosen or self.env.company.currency_id
        measure = "price_subtotal_currency" if currency_id else "price_subtotal"
        categories = client._get_billing_categories(scope, measure, currency)
        return {
            "date_from": fields.Date.to_string(first),
            "date_to": fields.Date.to_string(last),
            "currency_id": currency_id,
            "currencies": client._get_billing_currencies(used | currency),
            "categories": categories,
            "months": client._get_billing_months(scope, measure, currency, first, last),
            **client._get_billing_totals(scope, measure, currency, categories),
            **client._get_billing_rights(),
        }

    def _get_billing_scope(self, first, last):
        """Return the domain of what was billed in a period, in whatever currency."""
        return Domain(
            [
                ("commercial_partner_id", "=", self.id),
                ("state", "=", "posted"),
                ("move_type", "in", SALES),
                ("invoice_date", ">=", first),
                ("invoice_date", "<=", last),
            ]
        )

    @api.model
    def _get_billing_used(self, scope):
        """Return the currencies of what was billed."""
        rows = self.env["account.invoice.report"]._read_group(scope, ["currency_id"])
        return self.env["res.currency"].union(*(currency for (currency,) in rows))

    @api.model
    def _get_billing_period(self, date_from, date_to):
        """Return the first and the last day, in this order."""
        today = self.env.company._get_client_today()
        last = fields.Date.to_date(date_to) or today
        start = date_utils.start_of(last, "month") - relativedelta(months=MONTHS - 1)
        first = fields.Date.to_date(date_from) or start
        return min(first, last), max(first, last)

    @api.model
    def _get_billing_currencies(self, currencies):
        """Return the choices of the tab, all currencies first."""
        everything = self.env._("All, in %s", self.env.company.currency_id.name)
        return [{"id": 0, "name": everything}] + [
            {"id": currency.id, "name": currency.name}
            for currency in currencies.sorted("name")
        ]

    @api.model
    def _get_billing_rights(self):
        """Return whether the user sees only own invoices, and which lists."""
        sees_all = any(
            self.env.user.has_group(group)
            for group in (
                "account.group_account_invoice",
                "account.group_account_readonly",
                "sales_team.group_sale_salesman_all_leads",
            )
        )
        return {
            "is_own": not sees_all,
            "lists": [
                name
                for name, model in LISTS.items()
                if self.env[model].has_access("read")
            ],
        }

    def _get_billing_categories(self, scope, measure, currency):
        """Return the revenue by category, the largest first, the small ones as one."""
        rows = self.env["account.invoice.report"]._read_group(
            scope, ["product_categ_id"], [f"{measure}:sum"]
        )
        rows = sorted(rows, key=lambda row: -row[1])
        shown, others = rows, []
        if len(rows) > SLICES:
            shown, others = rows[: SLICES - 1], rows[SLICES - 1 :]
        figures = [
            self._get_billing_figure(
                category.display_name or self.env._("Without category"),
                amount,
                currency,
                scope & Domain("product_categ_id", "=", category.id),
                measure,
            )
            for category, amount in shown
        ]
        if others:
            ids = [category.id for category, _amount in others]
            figures.append(
                self._get_billing_figure(
                    self.env._("%s more categories", len(others)),
                    sum(amount for _category, amount in others),
                    currency,
                    scope & Domain("product_categ_id", "in", ids),
                    measure,
                )
            )
        return figures

    def _get_billing_months(self, scope, measure, currency, first, last):
        """Return the revenue of each month of the period, also where there is none."""
        amounts = {
            month: amount
            for month, amount in self.env["account.invoice.report"]._read_group(
                scope, ["invoice_date:month"], [f"{measure}:sum"]
            )
        }
        figures, month = [], date_utils.start_of(first, "month")
        while month <= last:
            following = month + relativedelta(months=1)
            figures.append(
                self._get_billing_figure(
                    format_date(self.env, month, date_format="MMM y"),
                    amounts.get(month, 0.0),
                    currency,
                    scope
                    & Domain("invoice_date", ">=", month)
                    & Domain("invoice_date", "<", following),
                    measure,
                )
            )
            month = following
        return figures

    def _get_billing_totals(self, scope, measure, currency, categories):
        """Return the revenue, and what was billed with taxes."""
        field = "amount_total_in_currency_signed:sum"
        if measure == "price_subtotal":
            # companies of several currencies: in that of the company one is in
            field = "amount_total_signed:sum_currency"
        [(billed,)] = self.env["account.move"]._read_group(scope, [], [field])
        invoices = {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices – %s", self.display_name),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": list(scope),
            "context": {"default_move_type": "out_invoice", "create": False},
        }
        billed = self._get_billing_figure(
            self.env._("Billed, with taxes"), billed, currency, scope, measure
        )
        return {
            "revenue": self._get_billing_figure(
                self.env._("Revenue, without taxes"),
                sum(figure["amount"] for figure in categories),
                currency,
                scope,
                measure,
            ),
            "billed": {**billed, "action": invoices},
        }

    def _get_billing_figure(self, name, amount, currency, domain, measure):
        """Return an amount, and the analysis that it is the total of."""
        amount = currency.round(amount or 0.0)
        return {
            "name": name,
            "amount": amount,
            "text": formatLang(self.env, amount, currency_obj=currency),
            "action": {
                "type": "ir.actions.act_window",
                "name": f"{name} – {self.display_name}",
                "res_model": "account.invoice.report",
                "views": [(False, "pivot"), (False, "list"), (False, "graph")],
                "domain": list(domain),
                "context": {
                    "pivot_measures": [measure],
                    "pivot_row_groupby": ["product_categ_id"],
                    "pivot_column_groupby": ["invoice_date:month"],
                    "graph_measure": measure,
                },
            },
        }
