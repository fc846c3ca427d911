"""What a client was billed, paid and owes, on the Overview tab."""

from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

MONTHS = 12  # fee is shown for so many months back
INVOICES = "account.action_move_out_invoice_type"
ITEMS = "account.action_amounts_to_settle"
# of renegotiations whose instalments are in the books
PAID_BY_PLAN = ("applied", "kept", "broken")


class ResPartner(models.Model):
    """Sums invoices, and for what is open the instalments, as the legend does."""

    _inherit = "res.partner"

    def _overview_billing(self, facts):
        """Return what was billed, received and is overdue, per currency."""
        if not self.env["account.move"].has_access("read"):
            return None
        invoices = Domain(
            [
                ("commercial_partner_id", "=", self.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
            ]
        )
        items = Domain("partner_id.commercial_partner_id", "=", self.id)
        items &= Domain("client_open_due_date", "!=", False)
        overdue = items & Domain("client_legend", "=", "overdue")
        since = fields.Date.subtract(fields.Date.context_today(self), months=MONTHS)
        rows = self._overview_sums(invoices, items, since)
        recent = invoices & Domain("invoice_date", ">=", since)
        links = {
            "billed": (self.env._("Billed"), INVOICES, recent),
            "received": (
                self.env._("Received"),
                INVOICES,
                recent & Domain("payment_state", "!=", "not_paid"),
            ),
            "open": (self.env._("To receive"), ITEMS, items),
            "overdue": (self.env._("Overdue"), ITEMS, overdue),
        }
        oldest = min((row["since"] for row in rows if row["since"]), default=None)
        if rows:
            facts["overdue"] = (
                self._overview_days_since(oldest) if oldest else 0,
                oldest
                and self.env._(
                    "An invoice is overdue since %s.", self._overview_day(oldest)
                ),
                self._overview_link(ITEMS, self.env._("Overdue"), overdue),
            )
        return {
            "months": MONTHS,
            "rows": [self._overview_money(row, links) for row in rows],
            "link": self._overview_link(INVOICES, self.env._("Invoices"), invoices),
            # sales people with their own documents only
            "is_own": not any(
                self.env.user.has_group(group)
                for group in (
                    "account.group_account_invoice",
                    "account.group_account_readonly",
                    "sales_team.group_sale_salesman_all_leads",
                )
            ),
        }

    def _overview_money(self, row, links):
        """Return the four figures of one currency, as the tab shows them."""
        currency = row["currency"]
        of_currency = Domain("currency_id", "=", currency.id)
        return {
            "currency": currency.name,
            "figures": [
                {
                    "name": name,
                    "label": label,
                    "amount": formatLang(self.env, row[name], currency_obj=currency),
                    "is_zero": currency.is_zero(row[name]),
                    "link": self._overview_link(action, label, domain & of_currency),
                }
                for name, (label, action, domain) in links.items()
            ],
        }

    def _overview_sums(self, invoices, items, since):
        """Return the figures by currency, the one that is billed most first.

        :param Domain invoices: of account.move
        :param Domain items: of account.move.line, what is open
        :param date since: first day of what was billed and received
        """
        sums = defaultdict(
            lambda: (
                dict.fromkeys(("billed", "received", "open", "overdue"), 0.0)
                | {"since": None}
            )
        )
        currencies = self.env["res.currency"]
        for row in self._overview_invoiced(invoices, since):
            sums[currencies.browse(row.pop("currency_id"))].update(row)
        for currency, received in self._overview_renegotiated(since).items():
            sums[currency]["received"] += received
        groups = self.env["account.move.line"]._read_group(
            items,
            ["currency_id", "client_legend"],
            ["amount_residual_currency:sum", "client_open_due_date:min"],
        )
        for currency, status, residual, due in groups:
            row = sums[currency]
            row["open"] += residual
            if status == "overdue":
                row.update(overdue=residual, since=due)
        return sorted(
            ({**row, "currency": currency} for currency, row in sums.items()),
            key=lambda row: (-row["billed"], row["currency"].name),
        )

    def _overview_invoiced(self, invoices, since):
        """Return what was billed and paid of invoices, summed by the database.

        What was renegotiated was not paid by that.
        """
        Move = self.env["account.move"]
        for model in ("account.move", "account.move.line", "client.renegotiation.item"):
            self.env[model].flush_model()
        query = Move._search(invoices)
        table = SQL.identifier(Move._table)
        query.groupby = SQL("%s.currency_id", table)
        names = {
            "table": table,
            "sign": SQL(
                "CASE WHEN %s.move_type = 'out_refund' THEN -1 ELSE 1 END", table
            ),
            "recent": SQL("%s.invoice_date >= %s", table, since),
        }
        # SQL: both sums at once; _search applies the rules of the user
        return self.env.execute_query_dict(
            query.select(
                SQL("%s.currency_id", table),
                SQL(
                    """COALESCE(SUM(%(sign)s * %(table)s.amount_total)
                       FILTER (WHERE %(recent)s), 0)::float AS billed""",
                    **names,
                ),
                SQL(
                    """COALESCE(SUM(%(sign)s * (
                           %(table)s.amount_total - %(table)s.amount_residual
                           - COALESCE((
                               SELECT SUM(item.amount)
                                 FROM client_renegotiation_item item
                                 JOIN account_move_line line
                                   ON line.id = item.move_line_id
                                  AND line.client_renegotiation_id
                                      = item.renegotiation_id
                                WHERE line.move_id = %(table)s.id), 0)))
                       FILTER (WHERE %(recent)s), 0)::float AS received""",
                    **names,
                ),
            )
        )

    def _overview_renegotiated(self, since):
        """Return what was paid of the instalments of renegotiations, by currency."""
        Instalment = self.env["client.renegotiation.instalment"]
        received = defaultdict(float)
        if not Instalment.has_access("read"):
            return received
        rows = Instalment.search(
            [
                ("client_id", "=", self.id),
                ("company_id", "in", self.env.companies.ids),
                ("renegotiation_id.state", "in", PAID_BY_PLAN),
                ("renegotiation_id.date_applied", ">=", since),
            ]
        )
        for row in rows:
            parent = row.renegotiation_id
            # where the old items came back, the money counts with them
            if parent.state != "broken" or parent.break_effect != "restore":
                received[row.currency_id] += row.amount - row.amount_open
        return received
