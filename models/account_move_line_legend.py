"""How the client pays the instalments of its invoices."""

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from ..tools.legend import settled_legend
from .account_move_legend import CLAIM_TYPES


def _get_paid_date_sql(line):
    """Return the day on which the last money for an instalment came, as SQL.

    The gain or loss of another exchange rate is no money; what needed none was settled
    when it was booked.

    :param SQL line: alias of the instalment
    """
    return SQL(
        """COALESCE((
            SELECT MAX(other.date)
              FROM account_partial_reconcile part
              JOIN account_move_line other ON other.id = part.credit_move_id
             WHERE part.debit_move_id = %(line)s.id
               AND NOT EXISTS (
                   SELECT FROM account_partial_reconcile rate
                    WHERE rate.exchange_move_id = other.move_id)
        ), %(line)s.date)""",
        line=line,
    )


class AccountMoveLine(models.Model):
    """An instalment: an amount that the client owes by a day."""

    _name = "account.move.line"
    _inherit = ["account.move.line", "client.legend.mixin"]

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends(
        "parent_state",
        "account_id",
        "date",
        "date_maturity",
        "payment_id",
        "statement_line_id",
        "reconciled",
        "matched_credit_ids.max_date",
        "matched_credit_ids.exchange_move_id",
        "client_renegotiation_id",
    )
    def _compute_client_settlement(self):
        # what it also reads, as the kind of document, changes only on drafts, and
        # posting computes it
        claims = self.filtered(lambda line: line._is_client_claim())
        paid_dates = claims.filtered("reconciled")._get_client_paid_dates()
        # also the records of a form, which have no id yet
        claim_ids = set(claims._ids)
        for line in self:
            due = line.id in claim_ids and (line.date_maturity or line.date)
            renegotiated = bool(line.client_renegotiation_id)
            is_open = due and not line.reconciled and not renegotiated
            paid_on = paid_dates.get(line._origin.id, False)
            line.client_open_due_date = is_open and due
            line.client_paid_date = paid_on
            line.client_settled = (
                due and not is_open and settled_legend(due, paid_on, renegotiated)
            )

    def _is_client_claim(self):
        """Return whether this is an amount that a client has to pay by a day.

        Also one that an entry books, as renegotiated instalments and opening balances;
        not the items of payments and bank statements, nor of exchange rates.
        """
        self.ensure_one()
        if (
            self.parent_state != "posted"
            or self.account_id.account_type != "asset_receivable"
        ):
            return False
        if self.move_id.move_type in CLAIM_TYPES:
            return self.amount_currency >= 0
        return bool(
            self.move_id.move_type == "entry"
            and self.date_maturity
            and self.amount_currency > 0
            and not self.payment_id
            and not self.statement_line_id
        )

    def _get_client_paid_dates(self):
        """Return ``{id: day}`` of instalments that are settled.

        :rtype: dict
        """
        lines = self._origin
        if not lines:
            return {}
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move.line"].flush_model(["date", "move_id"])
        # SQL: the same as for what was booked before the addon, see below; the dates
        # only, whoever may see the payments
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT line.id, %s FROM account_move_line line"
                    " WHERE line.id IN %s",
                    _get_paid_date_sql(SQL("line")),
                    tuple(lines.ids),
                )
            )
        )

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    def _auto_init(self):
        """Fill the settlement of what was booked before there were these fields."""
        is_new = not column_exists(self.env.cr, self._table, "client_open_due_date")
        result = super()._auto_init()
        if is_new:
            self.pool.post_init(self._fill_client_settlement)
        return result

    @api.model
    def _fill_client_settlement(self):
        """Fill the settlement of all instalments and invoices, in two statements.

        SQL: a large company has a million of them, see the class' computation.
        """
        self._fill_client_instalments()
        self._fill_client_invoices()
        self.env.invalidate_all(flush=False)

    @api.model
    def _fill_client_instalments(self):
        self.env.cr.execute(
            SQL(
                """
                UPDATE account_move_line line
                   SET client_open_due_date =
                           CASE WHEN claim.paid_on IS NULL THEN claim.due END,
                       client_paid_date = claim.paid_on,
                       client_settled =
                           CASE WHEN claim.paid_on > claim.due THEN 'paid_late'
                                WHEN claim.paid_on IS NOT NULL THEN 'paid_on_time' END
                  FROM (
                      SELECT line.id, COALESCE(line.date_maturity, line.date) AS due,
                             CASE WHEN line.reconciled THEN %(paid_on)s END AS paid_on
                        FROM account_move_line line
                        JOIN account_move move ON move.id = line.move_id
                        JOIN account_account account ON account.id = line.account_id
                       WHERE line.parent_state = 'posted'
                         AND account.account_type = 'asset_receivable'
                         AND (move.move_type IN %(claims)s
                              AND line.amount_currency >= 0
                              OR move.move_type = 'entry'
                              AND line.date_maturity IS NOT NULL
                              AND line.amount_currency > 0
                              AND line.payment_id IS NULL
                              AND line.statement_line_id IS NULL)
                  ) claim
                 WHERE claim.id = line.id
                """,
                paid_on=_get_paid_date_sql(SQL("line")),
                claims=CLAIM_TYPES,
            )
        )

    @api.model
    def _fill_client_invoices(self):
        self.env.cr.execute(
            SQL(
                """
                UPDATE account_move move
                   SET client_open_due_date = invoice.open_due,
                       client_paid_date =
                           CASE WHEN invoice.open_due IS NULL THEN invoice.paid_on END,
                       client_settled =
                           CASE WHEN invoice.open_due IS NULL THEN invoice.settled END
                  FROM (
                      SELECT move_id, MIN(client_open_due_date) AS open_due,
                             MAX(client_paid_date) AS paid_on,
                             -- late comes before on time in the alphabet
                             MIN(client_settled) AS settled
                        FROM account_move_line
                       WHERE client_open_due_date IS NOT NULL
                          OR client_settled IS NOT NULL
                    GROUP BY move_id
                  ) invoice
                 WHERE invoice.move_id = move.id AND move.move_type IN %(claims)s
                """,
                claims=CLAIM_TYPES,
            )
        )
