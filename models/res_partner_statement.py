"""The billing statement: one source for PDF, spreadsheet, portal and mail."""

from collections import defaultdict

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.legend import legend

AGEING_DAYS = (30, 60, 90)
STATEMENT_GROUPS = (
    "client_hub.group_account_manager",
    "account.group_account_invoice",
    "account.group_account_readonly",
)


class ResPartner(models.Model):
    """Balance, movements, open instalments and ageing of a client, per currency."""

    _inherit = "res.partner"

    def _get_billing_statement(self, date_from, date_to):
        """Return the client's statement as the receivable ledger has it.

        Per currency: opening + movements = closing, what was open on ``date_to``, and
        how old it was; amounts are in the invoice's own currency.

        :param date date_from: first day of the movements
        :param date date_to: last day, and the day of closing, ageing and legend
        :return: dict with ``client``, ``company``, the dates, ``contracts``, ``legend``
            (the looks that occur) and ``sections``: dicts with currency, opening,
            lines, debit, credit, closing, ageing, open_lines, coming
        :rtype: dict
        :raise AccessError: when the user may not see the client's billing
        """
        self.ensure_one()
        client = self.commercial_partner_id
        client._check_statement_access()
        by_currency = defaultdict(list)
        for line in client._statement_ledger(date_to):
            by_currency[line["currency_id"]].append(line)
        coming = client._statement_coming(date_to)
        currencies = self.env["res.currency"].browse({**by_currency, **coming})
        looks = self.env["account.move.line"]._get_client_looks()
        sections = [
            client._statement_section(
                currency,
                by_currency[currency.id],
                date_from,
                date_to,
                looks,
                coming.get(currency.id, {}),
            )
            for currency in currencies.sorted("name")
        ]
        # what moved before, and is all settled, needs no page
        sections = [section for section in sections if section["is_shown"]]
        used = {
            line["legend"]["status"]
            for section in sections
            for line in section["lines"] + section["open_lines"]
            if line["legend"]
        }
        return {
            "client": client,
            "company": self.env.company,
            "date_from": date_from,
            "date_to": date_to,
            "contracts": client._statement_contracts(),
            "legend": [look for status, look in looks.items() if status in used],
            "sections": sections,
        }

    def _check_statement_access(self):
        """Let those see the statement who see the client's billing.

        :raise AccessError: for everybody else
        """
        self.check_access("read")
        if self.env.su:
            return
        if not any(self.env.user.has_group(group) for group in STATEMENT_GROUPS):
            raise AccessError(self.env._("You may not print billing statements."))

    # ------------------------------------------------------------------
    # LEDGER
    # ------------------------------------------------------------------

    def _statement_ledger(self, date_to):
        """Return the receivable items up to a day, oldest first, as dicts.

        ``open`` is what was not matched by anything dated up to ``date_to``, and
        ``paid_on`` the day of the last money until then. What only corrects the worth
        in the company's currency moves nothing here.
        """
        for model in ("account.move.line", "account.partial.reconcile", "res.partner"):
            self.env[model].flush_model()
        self.env["client.renegotiation"].flush_model(["date_applied"])
        # SQL: the residual of a past day is not a field; read access to the client
        # and the right to see its billing were checked by the caller
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT line.id, line.move_id, line.move_name, line.date, line.ref,
                       line.name, COALESCE(line.date_maturity, line.date) AS due,
                       line.date_maturity, line.currency_id, line.amount_currency,
                       line.payment_id, line.statement_line_id,
                       move.move_type, move.payment_reference,
                       move.client_renegotiation_source_id AS renegotiation_id,
                       COALESCE(agreement.date_applied <= %(date_to)s, FALSE)
                           AS renegotiated,
                       debits.paid_on,
                       line.amount_currency - COALESCE(debits.amount, 0)
                           + COALESCE(credits.amount, 0) AS open
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_partner partner ON partner.id = line.partner_id
             LEFT JOIN client_renegotiation agreement
                       ON agreement.id = line.client_renegotiation_id
             LEFT JOIN LATERAL (
                       SELECT SUM(part.debit_amount_currency) AS amount,
                              MAX(other.date) FILTER (WHERE NOT EXISTS (
                                  SELECT FROM account_partial_reconcile rate
                                   WHERE rate.exchange_move_id = other.move_id
                              )) AS paid_on
                         FROM account_partial_reconcile part
                         JOIN account_move_line other ON other.id = part.credit_move_id
                        WHERE part.debit_move_id = line.id
                          AND part.max_date <= %(date_to)s) debits ON TRUE
             LEFT JOIN LATERAL (
                       SELECT SUM(part.credit_amount_currency) AS amount
                         FROM account_partial_reconcile part
                        WHERE part.credit_move_id = line.id
                          AND part.max_date <= %(date_to)s) credits ON TRUE
                 WHERE partner.commercial_partner_id = %(client)s
                   AND line.company_id IN %(companies)s
                   AND line.parent_state = 'posted'
                   AND account.account_type = 'asset_receivable'
                   AND line.amount_currency <> 0
                   AND line.date <= %(date_to)s
              ORDER BY line.date, line.move_name, line.date_maturity, line.id
                """,
                date_to=date_to,
                client=self.id,
                companies=tuple(self.env.companies.ids),
            )
        )
        self._statement_name_instalments(rows)
        return rows

    @api.model
    def _statement_name_instalments(self, rows):
        """Call instalments of renegotiations by their name in the reader's language."""
        ids = [row["id"] for row in rows if row["renegotiation_id"]]
        if not ids:
            return
        # sudo: only what they are called; the rows are what the reader may see
        instalments_sudo = self.env["client.renegotiation.instalment"].sudo()
        names = {
            instalment.move_line_id.id: instalment._get_label()
            for instalment in instalments_sudo.search([("move_line_id", "in", ids)])
        }
        for row in rows:
            row["name"] = names.get(row["id"], row["name"])

    # ------------------------------------------------------------------
    # SECTIONS
    # ------------------------------------------------------------------

    @api.model
    def _statement_section(self, currency, ledger, date_from, date_to, looks, coming):
        """Return one currency's part of the statement."""
        opening = sum(
            line["amount_currency"] for line in ledger if line["date"] < date_from
        )
        balance, lines, open_lines = opening, [], []
        for row in ledger:
            line = self._statement_line(row, currency, date_to, looks)
            if line["open"]:
                open_lines.append(line)
            if line["date"] < date_from:
                continue
            balance += line["amount_currency"]
            lines.append({**line, "balance": currency.round(balance)})
        open_lines.sort(key=lambda line: (line["due"], line["date"], line["id"]))
        closing = currency.round(balance)
        return {
            "currency": currency,
            "title": self.env._("Amounts in %s", currency.name),
            "opening": currency.round(opening),
            "lines": lines,
            "debit": currency.round(sum(line["debit"] for line in lines)),
            "credit": currency.round(sum(line["credit"] for line in lines)),
            "closing": closing,
            "open_lines": open_lines,
            "ageing": self._statement_ageing(currency, open_lines, date_to),
            "coming": coming,
            "is_shown": bool(lines or open_lines or closing or coming),
        }

    @api.model
    def _statement_line(self, row, currency, date_to, looks):
        """Return a ledger row with what the client reads of it."""
        amount = row["amount_currency"]
        # what is left of a rounding is nothing
        is_open = not currency.is_zero(row["open"])
        line = {
            **row,
            "kind": self._statement_kind(row),
            "name": self._statement_name(row),
            "debit": max(amount, 0.0),
            "credit": max(-amount, 0.0),
            "open": currency.round(row["open"]) if is_open else 0.0,
            "days_late": 0,
            "legend": None,
        }
        if self._is_statement_claim(row):
            status = legend(
                row["due"],
                row["paid_on"] or row["date"],
                date_to,
                line["open"],
                row["renegotiated"],
            )
            line["legend"] = looks[status]
        if is_open and amount > 0:
            line["days_late"] = max((date_to - row["due"]).days, 0)
        return line

    @api.model
    def _is_statement_claim(self, row):
        """Tell whether a ledger row is an amount to be paid by a day."""
        if row["move_type"] in ("out_invoice", "out_receipt"):
            return row["amount_currency"] > 0
        return bool(
            row["move_type"] == "entry"
            and row["date_maturity"]
            and row["amount_currency"] > 0
            and not row["payment_id"]
            and not row["statement_line_id"]
        )

    @api.model
    def _statement_kind(self, line):
        """Return what a ledger line is, as the client would call it."""
        kind = {
            "out_invoice": self.env._("Invoice"),
            "out_refund": self.env._("Credit note"),
            "out_receipt": self.env._("Receipt"),
        }.get(line["move_type"])
        if kind:
            return kind
        if line["renegotiation_id"]:
            return self.env._("Agreement")
        if line["payment_id"] or line["statement_line_id"]:
            return (
                self.env._("Payment")
                if line["amount_currency"] < 0
                else self.env._("Refund")
            )
        return self.env._("Entry")

    @api.model
    def _statement_name(self, line):
        """Return the document of a ledger line; its label where that says more."""
        if line["renegotiation_id"] and line["name"]:
            return line["name"]
        return line["move_name"] or ""

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
            overdue = (date_to - line["due"]).days
            slot = 0
            if overdue > 0:
                slot = 1 + sum(overdue > days for days in AGEING_DAYS)
            amounts[slot] += line["open"]
        return [
            (label, currency.round(amount))
            for label, amount in zip(labels, amounts, strict=True)
        ]
