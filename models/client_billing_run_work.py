"""The work of a billing run: chunk after chunk, each in its own transaction."""

import logging

import psycopg2
from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command

_logger = logging.getLogger(__name__)


class _Probe(Exception):
    """Raised to roll back an entry that was billed only to see whether it can be."""


class ClientBillingRun(models.Model):
    _inherit = "client.billing.run"

    # ------------------------------------------------------------------
    # BILL
    # ------------------------------------------------------------------

    def _get_pending(self, chunk=None):
        """Return the claimed entries that are neither billed nor failed."""
        domain = [
            ("billing_run_id", "=", self.id),
            ("state", "=", "ready"),
            ("billing_error", "=", False),
        ]
        if chunk is not None:
            domain.append(("billing_chunk", "=", chunk))
        return self.env["client.contract.entry"].search(domain)

    def _get_pending_chunks(self):
        """Return the numbers of the chunks that still have work, in order."""
        groups = self.env["client.contract.entry"]._read_group(
            [
                ("billing_run_id", "=", self.id),
                ("state", "=", "ready"),
                ("billing_error", "=", False),
            ],
            ["billing_chunk"],
            order="billing_chunk",
        )
        return [chunk for (chunk,) in groups]

    def _finish_if_done(self):
        """Close the run when no entry waits any more."""
        if self.state == "running" and not self._get_pending_chunks():
            self.write({"state": "done", "date_done": fields.Datetime.now()})

    def _bill_chunk(self, entries):
        """Bill locked entries; what can't be billed gets its sentence."""
        problems = self._get_known_problems(entries)
        self._record_known_problems(problems)
        good = entries.filtered(lambda entry: entry not in problems)
        # journals in one order: two workers that number in several can't wait for
        # each other
        self._bill_groups(sorted(self._group_entries(good), key=self._get_lock_order))

    def _get_lock_order(self, group):
        contract = next(iter(group)).contract_id
        return contract.journal_id.id or 0, contract.currency_id.id

    def _bill_groups(self, groups):
        """Create the invoices of these groups; halve them to isolate a failing one."""
        if not groups:
            return
        try:
            with self.env.cr.savepoint():
                self._create_invoices(groups)
        except psycopg2.OperationalError:
            # a conflict with another process: the whole transaction is run again
            raise
        except Exception as error:
            if len(groups) > 1:
                middle = len(groups) // 2
                self._bill_groups(groups[:middle])
                self._bill_groups(groups[middle:])
            else:
                self._bill_failing_group(groups[0], error)

    def _bill_failing_group(self, group, error):
        """Find the entries that keep an invoice from being made, bill the others."""
        good, failed = group.browse(), False
        for entry in group if len(group) > 1 else ():
            problem = self._probe(entry)
            if problem is None:
                good |= entry
            else:
                self._record_problem(entry, problem)
                failed = True
        if failed:
            self._bill_groups([good] if good else [])
        else:
            self._record_problem(group, error)

    def _probe(self, entries):
        """Return the error that billing these on an invoice raises, or None."""
        try:
            with self.env.cr.savepoint():
                self._create_invoices([entries])
                raise _Probe
        except _Probe:
            return None
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            return error

    def _record_problem(self, entries, error, again=True):
        """Store why entries could not be billed, as a sentence for the accountant.

        :param bool again: the entries are those of one invoice that can be tried again
        """
        if not isinstance(error, (UserError, RedirectWarning)):
            _logger.error("%s: entries %s", self.name, entries.ids, exc_info=error)
        self._record_error(entries, error, again)

    def _create_invoices(self, groups):
        """Create, log and post the invoices of the groups, in one batch.

        :param groups: list of client.contract.entry recordsets, one per invoice
        :return: account.move
        """
        # one note per invoice in a batch, instead of Odoo's one by one
        moves = (
            self.env["account.move"]
            .with_context(mail_create_nolog=True)
            .with_company(self.company_id)
            .create(self._prepare_batch_values(groups))
        )
        moves._message_log_batch(
            bodies={
                move.id: self._get_invoice_note(group)
                for move, group in zip(moves, groups, strict=True)
            }
        )
        if self.post:
            with moves._number_in_batch():
                moves.action_post()
        else:
            # a draft is billed as well: its client's credit is looked at now
            moves._filter_credit_open()._hold_by_credit()
        self._log_invoices(moves, groups)
        return moves

    def _log_invoices(self, moves, groups):
        """Tell the clients' history which invoices were made of which contracts."""
        history = self.env["client.history"]
        # in a sentence of the run, not also as a document that somebody made
        history._forget_pending(moves)
        for move, group in zip(moves, groups, strict=True):
            history._log(
                group.client_id,
                "invoice",
                move.name or self.env._("Draft invoice"),
                record=move,
                note=self.env._(
                    "Billed %(contracts)s by %(run)s.",
                    contracts=", ".join(group.contract_id.mapped("number")),
                    run=self.name,
                ),
            )

    def _get_invoice_note(self, entries):
        """Return the note that names the contracts an invoice comes from."""
        links = Markup(", ").join(c._get_html_link() for c in entries.contract_id)
        return Markup("%s %s (%s)") % (self.env._("Billed from"), links, self.name)

    def _prepare_invoice_values(self, entries, journal=None):
        """Return the values of the invoice for a group of entries (hook).

        :param entries: client.contract.entry of one invoice
        :param journal: the company's sales journal, to spare Odoo a search each
        """
        # iterating keeps the prefetch of the whole chunk, an index would lose it
        contract = next(iter(entries)).contract_id
        partner = contract.partner_invoice_id or contract.client_id
        amounts = entries.mapped("amount")
        refund = sum(amounts) < 0 and max(amounts) <= 0
        position = contract._get_fiscal_position()
        lang = partner.lang
        values = {
            "move_type": "out_refund" if refund else "out_invoice",
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "currency_id": contract.currency_id.id,
            "fiscal_position_id": position.id,
            "invoice_date": self.invoice_date,
            "invoice_payment_term_id": contract.payment_term_id.id,
            "invoice_user_id": (contract.salesperson_id or contract.responsible_id).id,
            **contract._prepare_invoice_terms(),
            "invoice_origin": ", ".join(
                c.number for c in entries.contract_id if c.number
            ),
            "client_billing_run_id": self.id,
            "invoice_line_ids": [
                Command.create(
                    entry._prepare_invoice_line_values(position, lang, refund)
                )
                for entry in entries
            ],
        }
        # a foreign currency may have a journal of its own: that choice stays Odoo's
        domestic = contract.currency_id == self.company_id.currency_id
        if contract.journal_id or (journal and domestic):
            values["journal_id"] = (contract.journal_id or journal).id
        if not contract.payment_term_id:
            due = max(*entries.mapped("date_due"), self.invoice_date)
            values["invoice_date_due"] = contract._move_to_payment_day(due)
        return values

    def _get_default_journal(self):
        """Return the sales journal that Odoo gives an invoice in company currency."""
        journals = self.env["account.journal"]
        return journals.search(
            [*journals._check_company_domain(self.company_id), ("type", "=", "sale")],
            limit=1,
        )
