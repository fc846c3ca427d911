"""Renegotiations in the books: one entry, reconciled with the old items."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..tools import renegotiation as plans
from ..tools.allocation import split


class ClientRenegotiation(models.Model):
    """Ends the old items and begins the instalments in one balanced entry.

    Interest and fine are lines of that entry, unless they bear taxes: a tax needs a
    document with a number that the client can book, so they are invoiced, and the entry
    takes over what the invoice leaves to pay like the old items.
    """

    _inherit = "client.renegotiation"

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    def _check_accounting(self, day):
        """Refuse what the settings or a closed period don't allow.

        :param date day: date of the entry
        :raise UserError: says which setting is missing, or what is closed
        """
        self._check_accounts()
        self._check_period(day)

    def _check_accounts(self):
        """Refuse terms that could not be entered in the books.

        :raise UserError: says which accounts are missing
        """
        self.ensure_one()
        company = self.company_id
        missing = [
            company._fields[f"client_renegotiation_{name}_account_id"].string
            for name in ("discount", "interest", "fine")
            if self[name]
            and not company.sudo()[f"client_renegotiation_{name}_account_id"]
        ]
        if missing:
            raise UserError(
                self.env._(
                    "These terms can't be entered in the books yet. Have an "
                    "administrator choose in Settings, Client Hub, Renegotiations: %s.",
                    ", ".join(missing),
                )
            )

    def _check_period(self, day):
        """Refuse a day of which the books are closed.

        :raise UserError: names the day until which they are
        """
        journals = self._get_journal() | self._get_charge_journal()
        for journal in journals:
            locks = self.company_id._get_violated_lock_dates(
                day, bool(self.tax), journal
            )
            if locks:
                raise UserError(
                    self.env._(
                        "The books are closed until %(date)s: %(renegotiation)s can't "
                        "be entered on %(day)s.",
                        date=format_date(self.env, locks[-1][0]),
                        renegotiation=self.display_name,
                        day=format_date(self.env, day),
                    )
                )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_journal(self):
        """Return the journal of the entry.

        :raise UserError: when the company has none
        """
        # sudo: a setting of the company
        company = self.company_id.sudo()
        journal = company.client_renegotiation_journal_id
        journal = journal or self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(company),
                ("type", "=", "general"),
            ],
            limit=1,
        )
        if not journal:
            raise UserError(
                self.env._("Choose a journal for renegotiations in the settings.")
            )
        return journal

    def _get_charge_journal(self):
        """Return the journal of the invoice of interest and fine; empty without one."""
        journals = self.env["account.journal"]
        if not self._is_charge_invoiced():
            return journals
        return journals.search(
            [
                *journals._check_company_domain(self.company_id),
                ("type", "=", "sale"),
            ],
            limit=1,
        )

    def _get_charge_taxes(self):
        """Return the taxes of interest and fine, as this client has them."""
        # sudo: settings of the company
        taxes = self.company_id.sudo().client_renegotiation_tax_ids
        position = (
            self.env["account.fiscal.position"]
            .sudo()
            .with_company(self.company_id)
            ._get_fiscal_position(self.client_id)
        )
        return position.map_tax(taxes) if position else taxes

    def _is_charge_invoiced(self):
        """Tell whether interest and fine get an invoice of their own."""
        return bool((self.interest or self.fine) and self._get_charge_taxes())

    def _get_charge_tax(self, interest, fine):
        """Return the taxes on interest and fine, as the invoice will have them.

        :param float interest: before taxes
        :param float fine: before taxes
        :rtype: float
        """
        taxes = self._get_charge_taxes()
        if not taxes:
            return 0.0
        lines = [
            taxes._prepare_base_line_for_taxes_computation(
                None,
                tax_ids=taxes,
                price_unit=amount,
                quantity=1.0,
                currency_id=self.currency_id,
                partner_id=self.client_id,
            )
            for amount in (interest, fine)
            if amount
        ]
        taxes._add_tax_details_in_base_lines(lines, self.company_id)
        taxes._round_base_lines_tax_details(lines, self.company_id)
        totals = taxes._get_tax_totals_summary(lines, self.currency_id, self.company_id)
        return totals["total_amount_currency"] - interest - fine

    def _apply(self):
        """Write the renegotiation into the books, as the accountant who is asked."""
        self.ensure_one()
        day = self._get_today()
        company = self.with_company(self.company_id)
        invoice = company._make_charge_invoice(day)
        old = self.item_ids.move_line_id | invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        old = old.sorted(lambda line: (line.date_maturity or line.date, line.id))
        move = self.env["account.move"].create(
            company._prepare_entry_values(day, old, bool(invoice))
        )
        move._post(soft=False)
        lines = move.line_ids.sorted("sequence")
        for line, credit in zip(old, lines[: len(old)], strict=True):
            (line | credit).reconcile()
        # sudo: system fields of the addon; the accountant wrote the books above
        new = lines[len(lines) - len(self.instalment_ids) :]
        for instalment, line in zip(self.instalment_ids.sudo(), new, strict=True):
            instalment.move_line_id = line
        # the legend turns grey by it
        old.sudo().client_renegotiation_id = self
        self.sudo().write(  # sudo: as above
            {
                "move_id": move.id,
                "invoice_id": invoice.id,
                "date_applied": day,
                "applied_by_id": self.env.uid,
            }
        )
        self._check_applied()
        self._log_event(
            self.env._(
                "In force: %(old)s of old items became %(new)s in %(count)s "
                "instalments",
                old=self.currency_id.format(self.principal),
                new=self.currency_id.format(self.total),
                count=len(self.instalment_ids),
            )
        )

    def _check_applied(self):
        """Make sure that the books say what the client accepted.

        :raise UserError: as the settings changed since the proposal
        """
        lines = self.instalment_ids.move_line_id
        same = all(
            not self.currency_id.compare_amounts(
                row.amount, row.move_line_id.amount_currency
            )
            for row in self.instalment_ids
        )
        if (
            not same
            or any(not item.reconciled for item in self.item_ids.move_line_id)
            or len(lines) != len(self.instalment_ids)
        ):
            raise UserError(
                self.env._(
                    "The taxes or accounts in the settings changed since %s was "
                    "proposed: take it back and send it anew.",
                    self.display_name,
                )
            )

    def _make_charge_invoice(self, day):
        """Return the posted invoice of interest and fine; empty where none is needed.

        :param date day: its date
        """
        self.ensure_one()
        moves = self.env["account.move"]
        if not self._is_charge_invoiced():
            return moves
        company = self.company_id.sudo()  # sudo: settings
        taxes = self._get_charge_taxes()
        lines = [
            (self.env._("Interest, %s", self.number), self.interest, "interest"),
            (self.env._("Fine, %s", self.number), self.fine, "fine"),
        ]
        invoice = moves.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client_id.id,
                "currency_id": self.currency_id.id,
                "company_id": self.company_id.id,
                "journal_id": self._get_charge_journal().id,
                "invoice_date": day,
                "invoice_payment_term_id": False,
                "invoice_date_due": day,
                "invoice_origin": self.number,
                "client_renegotiation_source_id": self.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.set(taxes.ids)],
                            "account_id": company[
                                f"client_renegotiation_{kind}_account_id"
                            ].id,
                        }
                    )
                    for name, amount, kind in lines
                    if amount
                ],
            }
        )
        invoice._post(soft=False)
        if invoice.state != "posted":
            raise UserError(
                self.env._(
                    "The invoice of interest and fine waits for a credit approval: "
                    "approve it, then apply again."
                )
            )
        return invoice

    def _prepare_entry_values(self, day, old, is_charge_invoiced):
        """Return the values of the entry: balanced in both currencies.

        The old items keep the value that the books have them at, so that there is no
        exchange difference: it comes with the payments, as ever.

        :param date day: date of the entry
        :param old: account.move.line, what ends
        :param bool is_charge_invoiced: interest and fine are among what ends
        """
        self.ensure_one()
        lines = [
            {
                "name": f"{line._get_renegotiation_name()}, {self.number}",
                "account_id": line.account_id.id,
                "partner_id": line.partner_id.id,
                "amount_currency": -line.amount_residual_currency,
                "balance": -line.amount_residual,
                "date_maturity": line.date_maturity,
            }
            for line in old
        ]
        lines += self._prepare_charge_lines(day, old, is_charge_invoiced)
        balance = -sum(line["balance"] for line in lines)
        lines += self._prepare_instalment_lines(old, balance)
        for sequence, line in enumerate(lines, 1):
            line.update(sequence=sequence, currency_id=self.currency_id.id)
        return {
            "move_type": "entry",
            "date": day,
            "journal_id": self._get_journal().id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "partner_id": self.client_id.id,
            "ref": self.env._("Renegotiation %s", self.number),
            "client_renegotiation_source_id": self.id,
            "line_ids": [Command.create(line) for line in lines],
        }

    def _prepare_charge_lines(self, day, old, is_charge_invoiced):
        """Return the lines of discount, and of interest and fine without taxes."""
        company = self.company_id.sudo()  # sudo: settings
        amounts = {"discount": self.discount}
        if not is_charge_invoiced:
            amounts.update(interest=-self.interest, fine=-self.fine)
        labels = {
            "discount": self.env._("Discount"),
            "interest": self.env._("Interest"),
            "fine": self.env._("Fine"),
        }
        # a discount is of what the old items are worth in the books
        worth = sum(old.mapped("amount_residual"))
        nominal = sum(old.mapped("amount_residual_currency"))
        lines = []
        for kind, amount in amounts.items():
            if not amount:
                continue
            if kind == "discount":
                balance = company.currency_id.round(amount * worth / nominal)
            else:
                balance = self.currency_id._convert(
                    amount, company.currency_id, company, day
                )
            lines.append(
                {
                    "name": f"{labels[kind]}, {self.number}",
                    "account_id": company[f"client_renegotiation_{kind}_account_id"].id,
                    "partner_id": self.client_id.id,
                    "amount_currency": amount,
                    "balance": balance,
                }
            )
        return lines

    def _prepare_instalment_lines(self, old, balance):
        """Return the lines of the instalments.

        :param old: account.move.line, what ends
        :param float balance: what they are worth together in the company's currency
        """
        account = old.account_id
        if len(account) > 1:
            account = self.client_id.property_account_receivable_id
        rows = self.instalment_ids
        balances = split(
            balance,
            [row.amount for row in rows],
            self.company_id.currency_id.rounding,
        )
        return [
            {
                "name": row._get_label(),
                "account_id": account.id,
                "partner_id": self.client_id.id,
                "amount_currency": row.amount,
                "balance": worth,
                "date_maturity": row.date_maturity,
            }
            for row, worth in zip(rows, balances, strict=True)
        ]

    def _take_out(self, keep_payments=False):
        """Reverse the entry and the invoice; the old items are due again.

        On a day that is open: what was closed since stays as it was.

        :param bool keep_payments: what was paid of the instalments pays the old items,
            those due first at first
        """
        self.ensure_one()
        move, invoice = self.move_id, self.invoice_id
        day = self._get_today()
        old = self.item_ids.move_line_id
        payments = self._get_payment_lines() if keep_payments else old.browse()
        note = self.env._("Reversal of: %s", move.name)
        values = {
            "ref": note,
            "date": day,
            "client_renegotiation_source_id": self.id,
        }
        move._reverse_moves([values], cancel=True)
        if invoice:
            invoice._reverse_moves(
                [{**values, "invoice_date": day, "ref": self.number}], cancel=True
            )
        # sudo: a system field of the addon
        marked = self.env["account.move.line"].sudo()
        marked.search(
            [("client_renegotiation_id", "=", self.id)]
        ).client_renegotiation_id = False
        for account, lines in old.grouped("account_id").items():
            paid = payments.filtered(lambda line, a=account: line.account_id == a)
            open_lines = lines.filtered(lambda line: not line.reconciled)
            if paid and open_lines:
                (open_lines | paid).reconcile()

    def _get_payment_lines(self):
        """Return the journal items that paid instalments."""
        lines = self.instalment_ids.move_line_id
        partials = lines.matched_credit_ids
        return partials.credit_move_id.filtered(
            lambda line: not line.move_id.exchange_diff_partial_ids
        )

    def _has_missed(self, today=None):
        """Tell whether the rule says that the client broke it.

        :param date today: the day to look from
        """
        self.ensure_one()
        today = today or self._get_today()
        return plans.is_broken(
            [
                (row.date_maturity, not row.currency_id.is_zero(row.amount_open))
                for row in self.instalment_ids
            ],
            today,
            self.break_days,
            self.break_count,
        )
