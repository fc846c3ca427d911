"""Billing runs: entries become invoices, in chunks, once."""

import logging
from collections import defaultdict

import psycopg2
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

_logger = logging.getLogger(__name__)

TRANSITIONS = {
    "running": {"draft", "stopped", "done"},
    "stopped": {"running"},
    "done": {"running", "stopped"},
}
# entries of one transaction: the fastest, and a commit every few seconds
CHUNK_SIZE = 250
# a run whose entries are still claimed
ACTIVE_STATES = ("running", "stopped")
# how often a chunk is tried again when another process was faster
MAX_CONFLICTS = 5


class _Probe(Exception):
    """Raised to roll back an entry that was billed only to see whether it can be."""


class ClientBillingRun(models.Model):
    """One start of the billing: which entries, how, and what came of it.

    The claim is on the entry (``billing_run_id``), taken under a row lock; the truth
    about what was billed is the invoice lines alone.  A run that is killed leaves
    whole chunks behind, and continues with the rest.
    """

    _name = "client.billing.run"
    _description = "Billing Run"
    _order = "id desc"
    _check_company_auto = True
    _transitions = TRANSITIONS
    _transition_field = "state"

    name = fields.Char(readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
        index=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Started by",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        index=True,
        help="The invoices are created with this person's rights.",
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("draft", "Draft"),
            ("running", "Running"),
            ("stopped", "Stopped"),
            ("done", "Done"),
        ],
        default="draft",
        required=True,
        copy=False,
        index=True,
    )
    group_by = fields.Selection(
        selection=[
            ("client", "One invoice per client"),
            ("contract", "One invoice per contract"),
        ],
        string="Grouping",
        default="contract",
        required=True,
    )
    post = fields.Boolean(string="Confirm the invoices", default=True)
    invoice_date = fields.Date(
        string="Invoice date", required=True, default=fields.Date.context_today
    )
    date_until = fields.Date(string="Due until")
    date_start = fields.Datetime(string="Started on", readonly=True, copy=False)
    date_done = fields.Datetime(string="Finished on", readonly=True, copy=False)
    entry_count = fields.Integer(string="Entries", readonly=True, copy=False)
    entry_ids = fields.One2many(
        comodel_name="client.contract.entry",
        inverse_name="billing_run_id",
        readonly=True,
    )
    failed_entry_ids = fields.One2many(
        comodel_name="client.contract.entry",
        inverse_name="billing_run_id",
        domain=[("billing_error", "!=", False)],
        string="Not billed",
        readonly=True,
    )
    invoice_ids = fields.One2many(
        comodel_name="account.move",
        inverse_name="client_billing_run_id",
        readonly=True,
    )
    done_count = fields.Integer(string="Billed", compute="_compute_counts")
    failed_count = fields.Integer(string="Problems", compute="_compute_counts")
    invoice_count = fields.Integer(string="Invoices", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _compute_counts(self):
        # sudo: figures only; the invoices themselves obey the reader's rules
        lines = self.env["account.move.line"].sudo()
        entries = self.env["client.contract.entry"].sudo()
        done = {
            run.id: (entry_count, move_count)
            for run, entry_count, move_count in lines._read_group(
                [
                    ("move_id.client_billing_run_id", "in", self.ids),
                    ("client_entry_id", "!=", False),
                ],
                ["move_id.client_billing_run_id"],
                ["client_entry_id:count_distinct", "move_id:count_distinct"],
            )
        }
        failed = dict(
            entries._read_group(
                [
                    ("billing_run_id", "in", self.ids),
                    ("billing_error", "!=", False),
                ],
                ["billing_run_id"],
                ["__count"],
            )
        )
        for run in self:
            run.done_count, run.invoice_count = done.get(run.id, (0, 0))
            run.failed_count = failed.get(run, 0)
            handled = run.done_count + run.failed_count
            total = max(run.entry_count, handled)
            run.progress = 100.0 * handled / total if total else 0.0

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft" and not self.env.su:
                raise UserError(self.env._("A billing run starts as a draft."))
            if vals.get("name", "/") == "/":
                company_id = vals.get("company_id") or self.env.company.id
                sequence = self.env["ir.sequence"].with_company(company_id)
                vals["name"] = sequence.next_by_code("client.billing.run") or "/"
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals:
            for run in self:
                allowed = TRANSITIONS.get(vals["state"], set())
                if run.state != vals["state"] and run.state not in allowed:
                    raise UserError(
                        self.env._("%s is in another state.", run.display_name)
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(run.state != "draft" for run in self):
            raise UserError(
                self.env._("A billing run that was started is kept as a record.")
            )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_stop(self):
        """Stop after the chunk at work; the entries left stay reserved."""
        self.write({"state": "stopped"})

    def action_resume(self):
        """Go on with what is left."""
        self.write({"state": "running", "date_done": False})
        self._trigger()

    def action_retry(self):
        """Try again what could not be billed."""
        for run in self:
            entries = run.failed_entry_ids.filtered(lambda e: e.state == "ready")
            if not entries:
                raise UserError(self.env._("Nothing is left to bill in this run."))
            entries.write({"billing_run_id": False, "billing_error": False})
            run.entry_count -= len(entries)
            run._start(entries)

    def action_release(self):
        """Close a stopped run; what it didn't bill goes back to pre-billing."""
        for run in self:
            run.write({"state": "done", "date_done": fields.Datetime.now()})
            left = run.entry_ids.filtered(lambda e: e.state == "ready")
            left.write({"billing_run_id": False, "billing_chunk": 0})
            run.entry_count -= len(left)

    def action_view_invoices(self):
        """Open the invoices that this run made."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        action["domain"] = [("client_billing_run_id", "=", self.id)]
        action["context"] = {"create": False}
        return action

    def action_view_failed(self):
        """Open the entries that could not be billed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_contract_entry_action"
        )
        action["domain"] = [
            ("billing_run_id", "=", self.id),
            ("billing_error", "!=", False),
        ]
        action["context"] = {}
        return action

    # ------------------------------------------------------------------
    # CLAIM
    # ------------------------------------------------------------------

    def _start(self, entries):
        """Claim the entries and bill them: a few at once, many in the background.

        :param entries: client.contract.entry of this run's company
        :raise UserError: when one of them is taken, billed or not approved
        """
        self.ensure_one()
        self._claim(entries)
        self.write(
            {
                "state": "running",
                "entry_count": self.entry_count + len(entries),
                "date_start": self.date_start or fields.Datetime.now(),
                "date_done": False,
            }
        )
        if len(entries) <= CHUNK_SIZE:
            self._bill_chunk(entries)
            self._finish_if_done()
        else:
            self._trigger()

    def _trigger(self):
        """Wake the billing job."""
        # sudo: accountants may not touch scheduled jobs; this only wakes ours
        self.env.ref("client_hub.ir_cron_client_billing_run").sudo()._trigger()

    def _claim(self, entries):
        """Reserve entries for this run, safe against other processes.

        The rows are locked first: a concurrent claim either finds them locked, or
        meets our change and is run again by Odoo, then finds them claimed.

        :raise UserError: nothing is claimed when one entry can't be
        """
        locked = entries.try_lock_for_update()
        if len(locked) < len(entries):
            raise UserError(
                self.env._(
                    "%s of these entries are being billed or changed by somebody else "
                    "at this moment. Wait a little and look again.",
                    len(entries) - len(locked),
                )
            )
        entries.invalidate_recordset(["state", "billing_run_id"])
        self._check_claimable(entries)
        for number, chunk in enumerate(self._split_chunks(entries), 1):
            chunk.write(
                {
                    "billing_run_id": self.id,
                    "billing_chunk": number,
                    "billing_error": False,
                }
            )

    def _check_claimable(self, entries):
        """Refuse entries that are billed, being billed, or not ready.

        :raise UserError: saying which run or what state is in the way
        """
        taken = entries.filtered(
            lambda e: e.billing_run_id.state in ACTIVE_STATES and e.state == "ready"
        )
        if taken:
            raise UserError(
                self.env._(
                    "%(count)s of these entries are already being billed by %(run)s.",
                    count=len(taken),
                    run=", ".join(taken.billing_run_id.mapped("name")),
                )
            )
        labels = dict(entries._fields["state"]._description_selection(self.env))
        late = entries.filtered(lambda e: e.state != "ready")
        if late:
            raise UserError(
                self.env._(
                    "%(count)s of these entries can't be billed (any more): the first "
                    "one, %(entry)s, is “%(state)s”.",
                    count=len(late),
                    entry=late[0].display_name,
                    state=labels[late[0].state],
                )
            )
        if entries.company_id - self.company_id:
            raise UserError(self.env._("A billing run bills one company."))

    def _group_key(self, entry):
        """Return what entries of one invoice share (hook)."""
        contract = entry.contract_id
        key = (
            entry.client_id.id,
            contract.partner_invoice_id.id,
            entry.currency_id.id,
            contract.journal_id.id,
            contract.payment_term_id.id,
        )
        return key if self.group_by == "client" else (*key, contract.id)

    def _group_entries(self, entries):
        """Return the entries of each invoice, in the order of the list."""
        groups = defaultdict(list)
        for entry in entries:
            groups[self._group_key(entry)].append(entry.id)
        # keep the prefetch of all: one query for every group's lines, not one each
        return [
            entries.browse(ids).with_prefetch(entries._prefetch_ids)
            for ids in groups.values()
        ]

    def _split_chunks(self, entries):
        """Return recordsets of about CHUNK_SIZE entries that don't cut an invoice."""
        chunks, ids = [], []
        for group in self._group_entries(entries):
            if ids and len(ids) + len(group) > CHUNK_SIZE:
                chunks.append(ids)
                ids = []
            ids = ids + group.ids
        if ids:
            chunks.append(ids)
        return [entries.browse(chunk) for chunk in chunks]

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

    def _bill_next_chunk(self):
        """Bill one chunk that no other process works on; the caller commits.

        :return: number of entries handled, 0 when nothing is left for us
        """
        self.ensure_one()
        for chunk in self._get_pending_chunks():
            entries = self._get_pending(chunk)
            # the first row stands for the chunk: whoever locks it has the chunk
            if not entries[:1].try_lock_for_update():
                continue
            locked = entries.try_lock_for_update()
            if locked:
                self._bill_chunk(locked)
                return len(locked)
        return 0

    def _finish_if_done(self):
        """Close the run when no entry waits any more."""
        if self.state == "running" and not self._get_pending_chunks():
            self.write({"state": "done", "date_done": fields.Datetime.now()})

    def _bill_chunk(self, entries):
        """Bill locked entries; what can't be billed gets its sentence."""
        groups = []
        for group in self._group_entries(entries):
            if group := self._drop_known_problems(group):
                groups.append(group)
        self._bill_groups(groups)

    def _drop_known_problems(self, group):
        """Record problems that can be told beforehand; return the other entries."""
        problems = {entry: entry._get_billing_problem() for entry in group}
        for entry, problem in problems.items():
            if problem:
                entry.billing_error = problem
        good = group.filtered(lambda entry: not problems[entry])
        return good.with_prefetch(group._prefetch_ids)

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

    def _probe(self, entry):
        """Return the error that billing this entry alone raises, or None."""
        try:
            with self.env.cr.savepoint():
                self._create_invoices([entry])
                raise _Probe
        except _Probe:
            return None
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            return error

    def _record_problem(self, entries, error):
        """Store why entries could not be billed, as a sentence for the accountant."""
        if isinstance(error, UserError):
            sentence = str(error)
        else:
            _logger.exception(
                "%s: entries %s", self.name, entries.ids, exc_info=error
            )
            sentence = self.env._(
                "An unexpected error stopped it: %s", str(error) or repr(error)
            )
        entries.write({"billing_error": " ".join(sentence.split())})

    def _create_invoices(self, groups):
        """Create, log and post the invoices of the groups, in one batch.

        :param groups: list of client.contract.entry recordsets, one per invoice
        :return: account.move
        """
        journal = self._get_default_journal()
        # one note per invoice in a batch, instead of Odoo's one by one
        moves = (
            self.env["account.move"]
            .with_context(mail_create_nolog=True)
            .with_company(self.company_id)
            .create(
                [self._prepare_invoice_values(group, journal) for group in groups]
            )
        )
        moves._message_log_batch(
            bodies={
                move.id: self._get_invoice_note(group)
                for move, group in zip(moves, groups, strict=True)
            }
        )
        if self.post:
            moves.action_post()
        self._log_invoices(moves, groups)
        return moves

    def _log_invoices(self, moves, groups):
        """Tell the clients' history which invoices were made of which contracts."""
        history = self.env["client.history"]
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
        refund = sum(entries.mapped("amount")) < 0
        position = self._get_fiscal_position(partner)
        lang = partner.lang
        values = {
            "move_type": "out_refund" if refund else "out_invoice",
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "currency_id": contract.currency_id.id,
            "fiscal_position_id": position.id,
            "invoice_date": self.invoice_date,
            "invoice_payment_term_id": contract.payment_term_id.id,
            "invoice_user_id": contract.responsible_id.id,
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
            due = max(entries.mapped("date_due"))
            values["invoice_date_due"] = max(due, self.invoice_date)
        return values

    def _get_default_journal(self):
        """Return the sales journal that Odoo gives an invoice in company currency."""
        journals = self.env["account.journal"]
        return journals.search(
            [*journals._check_company_domain(self.company_id), ("type", "=", "sale")],
            limit=1,
        )

    def _get_fiscal_position(self, partner):
        """Return the fiscal position that Odoo gives an invoice of this partner."""
        positions = self.env["account.fiscal.position"].with_company(self.company_id)
        delivery = partner.browse(partner.address_get(["delivery"])["delivery"])
        return positions._get_fiscal_position(partner, delivery=delivery)

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_bill(self):
        """Work on the running billing runs, chunk by chunk, until the time is up."""
        cron = self.env["ir.cron"]
        runs = self.search([("state", "=", "running")], order="id")
        cron._commit_progress(remaining=sum(len(r._get_pending()) for r in runs))
        for run in runs:
            # the person who started it: rights, author, lock date exceptions
            run = run.with_user(run.user_id).with_context(
                allowed_company_ids=run.company_id.ids
            )
            if not run._bill_all(cron):
                return

    def _bill_all(self, cron):
        """Bill chunk after chunk, committing each.

        :param cron: ir.cron environment that keeps the progress
        :return: False when the time is up
        """
        conflicts = 0
        while True:
            self.invalidate_recordset()
            if self.state != "running":
                return True
            try:
                handled = self._bill_next_chunk()
                if not handled:
                    self._finish_if_done()
                seconds_left = cron._commit_progress(handled)
            except psycopg2.OperationalError:
                self.env.cr.rollback()
                conflicts += 1
                if conflicts > MAX_CONFLICTS:
                    raise
                continue
            conflicts = 0
            if not handled:
                return True
            if not seconds_left:
                return False
