"""Fee contracts: what was agreed with a client, and its life cycle."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .res_partner import ClientImportKey

# target -> allowed sources
TRANSITIONS = {
    "draft": {"sent", "cancelled"},
    "sent": {"draft"},
    "approved": {"draft", "sent"},
    "running": {"approved", "suspended", "ended"},
    "suspended": {"running"},
    "ended": {"approved", "running", "suspended"},
    "cancelled": {"draft", "sent", "approved"},
}
# states in which the schedule of entries exists and follows the lines
SCHEDULED_STATES = ("approved", "running", "suspended")
# states whose entries may be billed: an ended contract keeps the entries of its
# last periods until they are billed
BILLABLE_STATES = ("approved", "running", "ended")
# Context value: the entries follow later, all at once. An object, since a context that
# comes by RPC can't hold it: nobody changes lines that the entries don't follow.
DEFERRED = object()
# what an import may set although people may not
IMPORTED_SYSTEM_FIELDS = frozenset({"number", "date_activated"})


class ClientContract(models.Model):
    """An agreement with a client that is billed period by period."""

    _name = "client.contract"
    _description = "Client Contract"
    _inherit = [
        "client.record",
        "client.bought.mixin",
        "client.currency.mixin",
        "client.transition.mixin",
        "portal.mixin",
        "mail.thread.main.attachment",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_names_search = ["number", "name"]
    _check_company_auto = True
    _mail_post_access = "read"
    _history_kind = "contract"
    # hints for the daily jobs, not something that anybody decided
    _history_exclude = frozenset({"schedule_next_date", "notice_reminded_for"})
    _bought_fields = frozenset({"state", "client_id", "company_id"})
    _transitions = TRANSITIONS
    # who sent and approved it is recorded by the buttons
    _system_fields = frozenset(
        {
            "approval_note",
            "approval_recorded_by_id",
            "approved_contact_id",
            "date_activated",
            "date_approved",
            "date_sent",
            "number",
            "schedule_next_date",
            "sent_by_id",
        }
    )

    # its name may be that of an internal file
    message_main_attachment_id = fields.Many2one(groups="base.group_user")
    name = fields.Char(
        string="Title",
        required=True,
        tracking=True,
        help="What the client calls it, e.g. Monthly fee 2026.",
    )
    number = fields.Char(readonly=True, copy=False, index="trigram")
    kind = fields.Selection(
        selection=[
            ("fee", "Fee"),
            ("project", "Project"),
            ("media", "Media management"),
            ("maintenance", "Maintenance and hosting"),
            ("other", "Other"),
        ],
        default="fee",
        required=True,
    )
    template_id = fields.Many2one(
        comodel_name="client.contract.template",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
        groups="base.group_user",
        help="Fills the text, the lines and the recurrence.",
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("approved", "Approved by client"),
            ("running", "Running"),
            ("suspended", "Suspended"),
            ("ended", "Ended"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        copy=False,
        index=True,
        tracking=True,
    )

    # people
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client contact",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=', client_id), ('id', '!=', client_id)]",
        help="Receives the contract and approves it for the client.",
    )
    partner_invoice_id = fields.Many2one(
        comodel_name="res.partner",
        string="Invoice address",
        compute="_compute_partner_invoice_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=', client_id)]",
        groups="base.group_user",
    )
    responsible_id = fields.Many2one(
        comodel_name="res.users",
        compute="_compute_responsible_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        tracking=True,
    )

    # dates
    date_start = fields.Date(
        string="Start",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="First day that is billed.",
    )
    date_end = fields.Date(
        string="End", copy=False, tracking=True, help="Last day that is billed."
    )
    date_anchor = fields.Date(
        string="Periods count from",
        compute="_compute_date_anchor",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="First day of a whole billing period. Set it to the first of a month to "
        "bill calendar months; a broken first period is then billed by its days.",
    )
    renewal = fields.Selection(
        selection=[
            ("none", "Ends"),
            ("tacit", "Renews by itself"),
            ("offer", "Renewal is offered"),
        ],
        default="tacit",
        required=True,
        help="What happens at the end date.",
    )
    notice_days = fields.Integer(
        string="Notice period", default=30, help="Days before the end date."
    )
    notice_date = fields.Date(
        string="Notice until", compute="_compute_notice_date", store=True
    )

    # money
    currency_id = fields.Many2one(tracking=True)
    journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Invoicing journal",
        domain="[('type', '=', 'sale')]",
        check_company=True,
        ondelete="restrict",
        groups="base.group_user",
        help="Empty: the company's first sales journal.",
    )
    payment_term_id = fields.Many2one(
        comodel_name="account.payment.term",
        string="Payment terms",
        compute="_compute_payment_term_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        ondelete="restrict",
        help="Empty: an invoice is payable on the due date of its entries.",
    )
    recurring_interval = fields.Integer(string="Every", default=1, required=True)
    recurring_unit = fields.Selection(
        selection=[
            ("day", "Days"),
            ("week", "Weeks"),
            ("month", "Months"),
            ("year", "Years"),
        ],
        string="Recurrence unit",
        default="month",
        required=True,
    )
    billing_timing = fields.Selection(
        selection=[("advance", "In advance"), ("arrears", "In arrears")],
        string="Billed",
        default="advance",
        required=True,
        help="In advance: due at the start of the period. In arrears: after its end.",
    )
    due_day = fields.Integer(
        string="Due day",
        help="Day of the month, 1 to 31 (31 is the last day of a shorter month). "
        "0: at the start of the period, or the day after it in arrears.",
    )
    entry_approval_required = fields.Boolean(
        string="Approve each entry",
        help="Each entry needs the client's approval before it can be billed.",
    )
    amount_untaxed = fields.Monetary(
        string="Untaxed per period", compute="_compute_amounts", store=True
    )
    amount_tax = fields.Monetary(
        string="Taxes per period", compute="_compute_amounts", store=True
    )
    amount_total = fields.Monetary(
        string="Total per period", compute="_compute_amounts", store=True, tracking=True
    )

    # text
    body_html = fields.Html(
        string="Contract text", copy=True, sanitize_attributes=False
    )

    # schedule and invoices
    line_ids = fields.One2many(
        comodel_name="client.contract.line",
        inverse_name="contract_id",
        string="Lines",
        copy=True,
    )
    entry_ids = fields.One2many(
        comodel_name="client.contract.entry",
        inverse_name="contract_id",
        string="Entries",
        groups="base.group_user",
    )
    schedule_next_date = fields.Date(
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="Start of the first period that has no entry yet. Only tells the daily "
        "job whom to look at: the entries themselves are the schedule.",
    )
    entry_count = fields.Integer(
        compute="_compute_entry_counts", groups="base.group_user"
    )
    ready_count = fields.Integer(
        string="To bill", compute="_compute_entry_counts", groups="base.group_user"
    )
    invoice_count = fields.Integer(
        compute="_compute_invoice_count",
        groups="account.group_account_invoice,account.group_account_readonly,"
        "client_hub.group_account_manager",
    )

    _number_company_unique = models.UniqueIndex(
        "(number, company_id) WHERE number IS NOT NULL",
        "The contract number must be unique in a company.",
    )
    _interval_positive = models.Constraint(
        "CHECK (recurring_interval > 0)",
        "A contract recurs at least every 1 day, week, month or year.",
    )
    _due_day_in_month = models.Constraint(
        "CHECK (due_day BETWEEN 0 AND 31)", "The due day is between 0 and 31."
    )
    _end_after_start = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "The contract can't end before it starts.",
    )
    _notice_positive = models.Constraint(
        "CHECK (notice_days >= 0)", "The notice period can't be negative."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("number", "name")
    @api.depends_context("client_contract_short", "uid")
    def _compute_display_name(self):
        short = self.env.context.get("client_contract_short")
        for contract in self:
            # lists with the service beside it have room for the number only
            name = "" if short and contract.number else contract.name
            parts = [contract.number, name]
            contract.display_name = " · ".join(part for part in parts if part)
        self.env["client.wall"]._mask(self)

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for contract in self:
            contract.access_url = f"/my/contracts/{contract.id}"
        return result

    @api.depends("client_id")
    def _compute_partner_invoice_id(self):
        for contract in self:
            address = contract.client_id.address_get(["invoice"])["invoice"]
            contract.partner_invoice_id = address if contract.client_id else False

    @api.depends("client_id")
    def _compute_responsible_id(self):
        for contract in self:
            manager = contract.client_id.account_manager_id
            contract.responsible_id = (
                manager or contract.responsible_id or self.env.user
            )

    @api.depends("client_id", "company_id")
    def _compute_payment_term_id(self):
        for contract in self:
            client = contract.client_id.with_company(contract.company_id)
            contract.payment_term_id = client.property_payment_term_id

    @api.depends("date_start")
    def _compute_date_anchor(self):
        for contract in self:
            if not contract.date_anchor or contract.state == "draft":
                contract.date_anchor = contract.date_start

    @api.depends("date_end", "notice_days")
    def _compute_notice_date(self):
        for contract in self:
            contract.notice_date = contract.date_end and (
                contract.date_end - relativedelta(days=contract.notice_days)
            )

    @api.depends("line_ids.price_subtotal", "line_ids.price_total")
    def _compute_amounts(self):
        for contract in self:
            lines = contract.line_ids.filtered(lambda line: not line.date_end)
            lines = lines or contract.line_ids
            contract.amount_untaxed = sum(lines.mapped("price_subtotal"))
            contract.amount_total = sum(lines.mapped("price_total"))
            contract.amount_tax = contract.amount_total - contract.amount_untaxed

    def _compute_entry_counts(self):
        counts = {}
        for contract, state, count in self.env["client.contract.entry"]._read_group(
            [("contract_id", "in", self.ids)], ["contract_id", "state"], ["__count"]
        ):
            counts[contract.id, state] = count
        states = self.env["client.contract.entry"]._fields["state"].get_values(self.env)
        for contract in self:
            contract.entry_count = sum(
                counts.get((contract.id, state), 0) for state in states
            )
            contract.ready_count = counts.get((contract.id, "ready"), 0)

    def _compute_invoice_count(self):
        # sudo: only how many; opening them obeys the reader's own rules
        lines_sudo = self.env["account.move.line"].sudo()
        groups = lines_sudo._read_group(
            [("client_contract_id", "in", self.ids)],
            ["client_contract_id"],
            ["move_id:count_distinct"],
        )
        counts = {contract.id: count for contract, count in groups}
        for contract in self:
            contract.invoice_count = counts.get(contract.id, 0)

    # ------------------------------------------------------------------
    # CONSTRAINT
    # ------------------------------------------------------------------

    @api.constrains(
        "approved_contact_id", "contact_id", "partner_invoice_id", "client_id"
    )
    def _check_partners_of_client(self):
        for contract in self:
            partners = contract.contact_id | contract.partner_invoice_id
            for partner in partners | contract.approved_contact_id:
                if partner.commercial_partner_id != contract.client_id:
                    raise ValidationError(
                        self.env._(
                            "%(partner)s does not belong to the client %(client)s.",
                            partner=partner.display_name,
                            client=contract.client_id.display_name,
                        )
                    )

    @api.constrains("client_id", "currency_id", "company_id")
    def _check_nothing_billed(self):
        """What the invoices are made of can't change under billed entries."""
        # sudo: the answer must not depend on who may see the invoices
        billed = self.sudo().entry_ids.filtered("invoice_line_ids")
        for entry in billed:
            contract, lines = entry.contract_id, entry.invoice_line_ids
            moves = lines.move_id
            if (
                moves.currency_id != contract.currency_id
                or moves.company_id != contract.company_id
                or moves.commercial_partner_id != contract.client_id
            ):
                raise ValidationError(
                    self.env._(
                        "%s is already billed: client, company and currency stay "
                        "as they are. End it and write a new contract instead.",
                        contract.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        contracts = super().create(vals_list)
        contracts._draw_numbers("client.contract")
        contracts._fill_from_template()
        contracts.filtered(lambda c: c.state in SCHEDULED_STATES)._sync_schedule()
        return contracts

    def write(self, vals):
        if "date_end" in vals or "date_start" in vals:
            self.filtered(lambda c: c.state in ("ended", "cancelled"))._raise_closed()
        follow = self._schedule_fields() & vals.keys()
        # lines saved with the contract must not rebuild the schedule one by one
        contracts = self.with_context(client_schedule_deferred=DEFERRED)
        result = super(ClientContract, contracts).write(vals)
        if follow:
            self.filtered(lambda c: c.state in SCHEDULED_STATES)._sync_schedule()
        return result

    def _check_system_fields(self, vals):
        """An import brings the number and the start that a contract has elsewhere."""
        context = self.env.context
        keys = context.get("client_import_id"), context.get("client_import_undo")
        if any(isinstance(key, ClientImportKey) for key in keys):
            vals = {
                name: value
                for name, value in vals.items()
                if name not in IMPORTED_SYSTEM_FIELDS
            }
        return super()._check_system_fields(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # what an import made and nobody used since goes, see ClientImportUndo
        undo = self.env.context.get("client_import_undo")
        if isinstance(undo, ClientImportKey):
            return
        for contract in self:
            if contract.state not in ("draft", "cancelled"):
                raise UserError(
                    self.env._(
                        "%s can't be deleted: cancel or end it.", contract.display_name
                    )
                )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for contract, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("name"):
                vals["name"] = self.env._("%s (copy)", contract.name)
        return vals_list
