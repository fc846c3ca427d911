"""Why an entry can't be billed, in words for an accountant."""

from functools import cache

import psycopg2

from odoo import fields, models
from odoo.exceptions import RedirectWarning, UserError


class ClientBillingRun(models.Model):
    """Knows beforehand what Odoo would refuse, or would book without a word."""

    _inherit = "client.billing.run"

    common_problem = fields.Char(
        string="Problem",
        compute="_compute_common_problem",
        help="Why entries were not billed, if it is the same for all of them.",
    )

    def _compute_common_problem(self):
        # as the reader: the sentence may name a client
        groups = self.env["client.contract.entry"]._read_group(
            [("billing_run_id", "in", self.ids), ("billing_error", "!=", False)],
            ["billing_run_id", "billing_error"],
            ["__count"],
        )
        problems = {}
        for run, sentence, count in groups:
            problems.setdefault(run, []).append((sentence, count))
        for run in self:
            [(sentence, count), *others] = problems.get(run) or [("", 0)]
            # one that is said once stands beside its entry
            is_common = count > 1 and not others
            run.common_problem = sentence if is_common else False

    def _get_known_problems(self, entries):
        """Return ``{entry: sentence}`` of the entries that can't be billed.

        What is the same for many entries is looked up once.

        :param entries: client.contract.entry of a chunk
        """
        rate_problem = cache(self._get_rate_problem)
        account_problem = cache(self._get_account_problem)
        closed_problem = cache(self._get_closed_problem)
        default_journal = self._get_default_journal()
        problems = {}
        for entry in entries:
            contract = entry.contract_id
            journal = contract.journal_id or default_journal
            problem = (
                entry._get_billing_problem()
                or rate_problem(entry.currency_id)
                or account_problem(entry.product_id, journal)
                and self._get_mapped_account_problem(entry, journal)
                or closed_problem(journal, True)
                and closed_problem(journal, self._has_taxes(entry))
            )
            if problem:
                problems[entry] = problem
        return problems

    def _get_rate_problem(self, currency):
        """Return a sentence if Odoo would take a foreign currency one to one."""
        if currency == self.company_id.currency_id:
            return None
        rates = self.env["res.currency.rate"].search_count(
            [
                ("currency_id", "=", currency.id),
                ("company_id", "in", (False, self.company_id.root_id.id)),
            ],
            limit=1,
        )
        if rates:
            return None
        return self.env._("There is no exchange rate for %s: enter one.", currency.name)

    def _get_account_problem(self, product, journal, position=None):
        """Return a sentence if there is no account for the income, or an archived one.

        :param position: account.fiscal.position of the invoice
        """
        template = product.with_company(self.company_id).product_tmpl_id
        accounts = template.get_product_accounts(fiscal_pos=position)
        account = (accounts["income"] if product else None) or (
            journal.default_account_id
        )
        if not account:
            return self.env._(
                "No income account: set one for the product “%(product)s” or for the "
                "journal “%(journal)s”.",
                product=product.display_name or "",
                journal=journal.display_name,
            )
        if not account.active:
            return self.env._(
                "The income account “%(account)s” is archived: set another one for the "
                "product “%(product)s”.",
                account=account.display_name,
                product=product.display_name or "",
            )
        return None

    def _get_mapped_account_problem(self, entry, journal):
        """Look again with the fiscal position, which may lead to another account."""
        position = entry.contract_id._get_fiscal_position()
        return self._get_account_problem(entry.product_id, journal, position)

    def _has_taxes(self, entry):
        position = entry.contract_id._get_fiscal_position()
        return bool(position.map_tax(entry._get_taxes()))

    def _get_closed_problem(self, journal, has_taxes):
        """Return a sentence if the invoice date is in a closed period.

        Odoo would confirm the invoices with an accounting date in another period.  On a
        single invoice it says so first; here nobody would see it.
        """
        if not self.post:
            return None
        company = self.company_id
        dates = company._get_violated_lock_dates(self.invoice_date, has_taxes, journal)
        if not dates:
            return None
        return self.env._(
            "The invoice date is in a closed period: %s. Bill it with a later date, or "
            "have the period opened.",
            company._format_lock_dates(dates),
        )

    def _get_problem_sentence(self, error):
        """Return what an error says to an accountant, in one line.

        :param Exception error: what creating or confirming the invoice raised
        """
        if isinstance(error, UserError):
            sentence = str(error)
        elif isinstance(error, RedirectWarning):
            # a sentence with a button beside it
            sentence = error.args[0]
        elif isinstance(error, psycopg2.IntegrityError):
            table = error.diag.table_name
            names = (m for m, c in self.env.registry.items() if c._table == table)
            model = self.env[next(names, self._name)]
            sentence = model._sql_error_to_message(error)
        else:
            sentence = self.env._(
                "Something unforeseen stopped it (%s). Ask an administrator to look "
                "into the server's log, then try again.",
                str(error) or type(error).__name__,
            )
        return " ".join(sentence.split())
