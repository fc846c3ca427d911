"""Billing runs: entries become invoices, in chunks, once."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

TRANSITIONS = {
    "running": {"draft", "stopped", "done"},
    "stopped": {"running"},
    "done": {"running", "stopped"},
}
# entries of one transaction: the fastest, and a commit every few seconds
CHUNK_SIZE = 250
# a run whose entries are still claimed
ACTIVE_STATES = ("running", "stopped")


class ClientBillingRun(models.Model):
    """One start of the billing: which entries, how, and what came of it.

    The claim is on the entry (``billing_run_id``), taken under a row lock; the truth
    about what was billed is the invoice lines alone.  A run that is killed leaves
    whole chunks behind, and continues with the rest.
    """

    _name = "client.billing.run"
    _description = "Billing Run"
    _inherit = ["client.transition.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _transitions = TRANSITIONS
    # the invoices are made with this person's rights
    _system_fields = frozenset({"user_id"})

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
            if vals.get("name", "/") == "/":
                company_id = vals.get("company_id") or self.env.company.id
                sequence = self.env["ir.sequence"].with_company(company_id)
                vals["name"] = sequence.next_by_code("client.billing.run") or "/"
        return super().create(vals_list)

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
        self.write({"state": "running", "date_done": False, "stop_reason": False})
        self._trigger()

    def action_retry(self):
        """Try again what could not be billed, and nothing else.

        :raise UserError: when nothing failed, or the run was stopped: it would go on
        """
        for run in self:
            if run.state == "stopped":
                raise UserError(
                    self.env._(
                        "%s is stopped. Resume it first, or close it and bill from "
                        "pre-billing what it didn't bill.",
                        run.name,
                    )
                )
            entries = run.failed_entry_ids.filtered(lambda e: e.state == "ready")
            if not entries:
                raise UserError(self.env._("Nothing is left to bill in this run."))
            entries._as_system().write(
                {"billing_run_id": False, "billing_error": False}
            )
            run.entry_count -= len(entries)
            run._start(entries)

    def action_release(self):
        """Close a stopped run; what it didn't bill goes back to pre-billing."""
        for run in self:
            run.write(
                {
                    "state": "done",
                    "date_done": fields.Datetime.now(),
                    "stop_reason": False,
                }
            )
            left = run.entry_ids.filtered(lambda e: e.state == "ready")
            left._as_system().write({"billing_run_id": False, "billing_chunk": 0})
            run.entry_count -= len(left)

    def action_view_invoices(self):
        """Open the invoices that this run made."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        action["domain"] = [("client_billing_run_id", "=", self.id)]
        # without the type Odoo's list leaves out the customer and the date
        action["context"] = {"create": False, "default_move_type": "out_invoice"}
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
        action["display_name"] = self.env._("Not billed: %s", self.name)
        action["context"] = {
            "client_billing_problems": True,
            # the problem needs the room
            "client_contract_short": True,
        }
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

    def _claim(self, entries):
        """Reserve entries for this run, safe against other processes.

        The rows are locked first: a concurrent claim either finds them locked, or
        meets our change and is run again by Odoo, then finds them claimed. The first
        row goes before the others: two who claim the same ones at the same moment
        would each lock a part, and both be refused.

        :raise UserError: nothing is claimed when one entry can't be
        """
        if not entries.sorted("id")[:1].try_lock_for_update():
            raise UserError(
                self.env._(
                    "These entries are being billed or changed by somebody else at "
                    "this moment. Wait a little and look again."
                )
            )
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
            chunk._as_system().write(
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

    @api.model
    def _get_invoice_key(self, contract, group_by):
        """Return what the contracts billed on one invoice share (hook).

        :param contract: client.contract
        :param str group_by: client or contract
        """
        key = (
            contract.client_id.id,
            contract.partner_invoice_id.id,
            contract.currency_id.id,
            contract.journal_id.id,
            contract.payment_term_id.id,
            contract.payment_method_line_id.id,
            contract.client_withholding_tax_id.id,
        )
        # what was agreed with the client counts more than what is usual
        agreed = contract.billing_type_id.invoice_grouping
        if agreed and agreed != "run":
            group_by = agreed
        return key if group_by == "client" else (*key, contract.id)

    def _group_entries(self, entries):
        """Return the entries of each invoice, in the order of the list."""
        groups = defaultdict(list)
        for entry in entries:
            key = self._get_invoice_key(entry.contract_id, self.group_by)
            groups[key].append(entry.id)
        # keep the prefetch of all: one query for every group's lines, not one each
        return [
            entries.browse(ids).with_prefetch(entries._prefetch_ids)
            for ids in groups.values()
        ]

    def _split_chunks(self, entries):
        """Return recordsets of about CHUNK_SIZE entries that don't cut an invoice.

        A client's invoices stay together as well: whoever bills it locks its history
        and its credit.
        """
        by_client = defaultdict(list)
        for group in self._group_entries(entries):
            by_client[next(iter(group)).client_id.id].append(group.ids)
        chunks, ids = [], []
        for groups in by_client.values():
            if ids and len(ids) + sum(map(len, groups)) > CHUNK_SIZE:
                chunks.append(ids)
                ids = []
            for group_ids in groups:
                if ids and len(ids) + len(group_ids) > CHUNK_SIZE:
                    chunks.append(ids)
                    ids = []
                ids = ids + group_ids
        if ids:
            chunks.append(ids)
        return [entries.browse(chunk) for chunk in chunks]
