"""The billing statement: one source for PDF, and later spreadsheet and portal."""

from collections import defaultdict

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

AGEING_DAYS = (30, 60, 90)
STATEMENT_GROUPS = (
    "client_hub.group_account_manager",
    "account.group_account_invoice",
    "account.group_account_readonly",
)


class ResPartner(models.Model):
    """Balance, movements and ageing of a client, per currency."""

    _inherit = "res.partner"

    def _get_billing_statement(self, date_from, date_to):
        """Return the client's statement as the receivable ledger has it.

        Per currency: opening + movements = closing, and the ageing of what was open
        on ``date_to``; amounts are in the invoice's own currency.

        :param date date_from: first day of the movements
        :param date date_to: last day, and the day of closing and ageing
        :return: dict with ``client``, ``company``, the dates and ``sections``: dicts
            with currency, opening, lines, debit, credit, closing, ageing, open_lines
        :rtype: dict
        :raise AccessError: when the user may not see the client's billing
        """
        self.ensure_one()
        self.check_access("read")
        if not any(self.env.user.has_group(group) for group in STATEMENT_GROUPS):
            raise AccessError(self.env._("You may not print billing statements."))
        client = self.commercial_partner_id
        by_currency = defaultdict(list)
        for line in client._statement_ledger(date_to):
            by_currency[line["currency_id"]].append(line)
        currencies = self.env["res.currency"].browse(by_currency).sorted("name")
        return {
            "client": client,
            "company": self.env.company,
            "date_from": date_from,
            "date_to": date_to,
            "sections": [
                client._statement_section(
                    currency, by_currency[currency.id], date_from, date_to
                )
                for currency in currencies
            ],
        }

    def _statement_ledger(self, date_to):
        """Return the receivable items up to a day, oldest first, as dicts.

        ``open`` is what was not matched by anything dated up to ``date_to``.
        """
        for model in ("account.move.line", "account.partial.reconcile", "res.partner"):
            self.env[model].flush_model()
        # SQL: the residual of a past day is not a field; read access to the client
        # and the right to see its billing were checked by the caller
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT line.id, line.move_id, line.move_name, line.date, line.ref,
                       line.date_maturity, line.currency_id, line.amount_currency,
                       move.move_type, move.payment_reference,
                       line.amount_currency - COALESCE((
                           SELECT SUM(p.debit_amount_currency)
                             FROM account_partial_reconcile p
                            WHERE p.debit_move_id = line.id
                              AND p.max_date <= %(date_to)s), 0)
                         + COALESCE((
                           SELECT SUM(p.credit_amount_currency)
                             FROM account_partial_reconcile p
                            WHERE p.credit_move_id = line.id
                              AND p.max_date <= %(date_to)s), 0) AS open
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE partner.commercial_partner_id = %(client)s
                   AND line.company_id IN %(companies)s
                   AND line.parent_state = 'posted'
                   AND account.account_type = 'asset_receivable'
                   AND line.date <= %(date_to)s
              ORDER BY line.date, line.move_name, line.date_maturity, line.id
                """,
                date_to=date_to,
                client=self.id,
                companies=tuple(self.env.companies.ids),
            )
        )

    @api.model
    def _statement_section(self, currency, ledger, date_from, date_to):
        """Return one currency's part of the statement."""
        opening = sum(
            line["amount_currency"] for line in ledger if line["date"] < date_from
        )
        balance, lines = opening, []
        for line in ledger:
            if line["date"] < date_from:
                continue
            amount = line["amount_currency"]
            balance += amount
            lines.append(
                {
                    **line,
                    "kind": self._statement_kind(line),
                    "debit": max(amount, 0.0),
                    "credit": max(-amount, 0.0),
                    "balance": currency.round(balance),
                }
            )
        open_lines = [line for line in ledger if not currency.is_zero(line["open"])]
        return {
            "currency": currency,
            "opening": currency.round(opening),
            "lines": lines,
            "debit": currency.round(sum(line["debit"] for line in lines)),
            "credit": currency.round(sum(line["credit"] for line in lines)),
            "closing": currency.round(balance),
            "open_lines": open_lines,
            "ageing": self._statement_ageing(currency, open_lines, date_to),
        }

    @api.model
    def _statement_kind(self, line):
        """Return what a ledger line is, as the client would call it."""
        return {
            "out_invoice": self.env._("Invoice"),
            "out_refund": self.env._("Credit note"),
            "out_receipt": self.env._("Receipt"),
        }.get(line["move_type"]) or (
            self.env._("Payment")
            if line["amount_currency"] < 0
            else self.env._("Entry")
        )

    @api.model
    def _statement_ageing(self, currency, open_lines, date_to):
        """Return ``[(label, amount)]``: not due, then by days overdue."""
        labels = [self.env._("Not due")]
        start = 1
        for days in AGEING_DAYS:
            labels.append(self.env._("%(first)s–%(last)s days", first=start, last=days))
            start = days + 1
        labels.append(self.env._("Over %s days", AGEING_DAYS[-1]))
        amounts = [0.0] * len(labels)
        for line in open_lines:
            overdue = (date_to - (line["date_maturity"] or line["date"])).days
            slot = 0
            if overdue > 0:
                slot = 1 + sum(overdue > days for days in AGEING_DAYS)
            amounts[slot] += line["open"]
        return [
            (label, currency.round(amount))
            for label, amount in zip(labels, amounts, strict=True)
        ]
