"""Renegotiations: open debts of a client become new instalments."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# target -> allowed sources
TRANSITIONS = {
    "draft": {"proposed", "refused", "cancelled"},
    "proposed": {"draft"},
    "accepted": {"proposed"},
    "refused": {"proposed"},
    "applied": {"accepted", "kept"},
    "kept": {"applied"},
    "broken": {"applied"},
    "undone": {"applied"},
    "cancelled": {"draft", "proposed", "refused", "accepted"},
}
# in which no other renegotiation takes the same items
OPEN_STATES = ("draft", "proposed", "refused", "accepted", "applied", "kept")
READERS = (
    "account.group_account_invoice,account.group_account_readonly,"
    "client_hub.group_account_manager"
)
ACCOUNTANT = "account.group_account_invoice"
# the settings that a new one takes from its company
COMPANY_DEFAULTS = (
    "fine_percent",
    "late_percent",
    "plan_percent",
    "rate_unit",
    "compound",
    "break_days",
    "break_count",
    "break_effect",
)


class ClientRenegotiation(models.Model):
    """Items that are due, the terms, the instalments, and what became of them.

    An account manager proposes, the client accepts, an accountant applies: only then
    is anything written into the books.
    """

    _name = "client.renegotiation"
    _description = "Renegotiation"
    _inherit = [
        "client.record",
        "client.transition.mixin",
        "client.sealed.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True
    _mail_post_access = "read"
    _history_kind = "invoice"
    # the key of the link; what the portal tells about the reader's browser
    _history_exclude = frozenset({"access_token", "user_agent", "document"})
    # those who left still owe
    _client_record_allow_inactive = True
    _transitions = TRANSITIONS
    _transition_groups = {
        "applied": ACCOUNTANT,
        "undone": ACCOUNTANT,
        "broken": ACCOUNTANT,
        "kept": ACCOUNTANT,
    }
    _system_fields = frozenset(
        {
            "accepted_name",
            "accepted_time",
            "accepted_user_id",
            "access_token",
            "applied_by_id",
            "closed_reason",
            "date_applied",
            "document",
            "document_name",
            "fingerprint",
            "invoice_id",
            "ip_address",
            "move_id",
            "number",
            "user_agent",
            "viewed_time",
        }
    )

    number = fields.Char(readonly=True, copy=False, index=True)
    state = fields.Selection(
        string="Status",
        selection=[
            ("draft", "Draft"),
            ("proposed", "With the client"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("applied", "In force"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("undone", "Undone"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Sent to",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('id', 'child_of', client_id), ('email', '!=', False)]",
        help="The client's person who reads and accepts it on the portal.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        tracking=True,
        groups="base.group_user",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        ondelete="restrict",
    )
    note = fields.Html(string="Other terms", help="Printed below the instalments.")

    # the terms
    date = fields.Date(
        string="Interest until",
        required=True,
        default=fields.Date.context_today,
        copy=False,
        help="The day of the agreement: interest on what is late counts up to it.",
    )
    date_expiry = fields.Date(
        string="Can be accepted until",
        default=lambda self: fields.Date.context_today(self) + timedelta(days=14),
        copy=False,
    )
    discount_percent = fields.Float(string="Discount (%)", digits=(16, 4))
    discount_amount = fields.Monetary(string="and an amount")
    fine_percent = fields.Float(
        string="Fine (%)", digits=(16, 4), help="Once, of what is late."
    )
    late_percent = fields.Float(
        string="Interest on what is late (%)", digits=(16, 6), aggregator=None
    )
    plan_percent = fields.Float(
        string="Interest until it is paid (%)",
        digits=(16, 6),
        aggregator=None,
        help="On each instalment, from the day of the agreement until it is due.",
    )
    rate_unit = fields.Selection(
        selection=[("month", "per month"), ("day", "per day")],
        string="Interest counts",
        default="month",
        required=True,
        help="A month counts 30 days, in parts as well.",
    )
    compound = fields.Boolean(
        string="Compound interest", help="Interest bears interest."
    )
    count = fields.Integer(
        string="Number of instalments", default=3, required=True, aggregator=None
    )
    date_first = fields.Date(
        string="First instalment",
        required=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=1),
        copy=False,
    )
    interval = fields.Integer(default=1, required=True, aggregator=None)
    unit = fields.Selection(
        selection=[("day", "days"), ("week", "weeks"), ("month", "months")],
        default="month",
        required=True,
    )
    down_payment = fields.Monetary(
        help="What the first instalment pays, before interest until then; the others "
        "share the rest. Empty: all are equal."
    )

    # when it is broken, and what then
    break_days = fields.Integer(
        string="Days of grace", default=5, required=True, aggregator=None
    )
    break_count = fields.Integer(
        string="Broken by", default=1, required=True, aggregator=None
    )
    break_effect = fields.Selection(
        selection=[
            ("keep", "The instalments stay; somebody decides"),
            ("restore", "The old items are due again, less what was paid"),
        ],
        string="Then",
        default="keep",
        required=True,
    )

    item_ids = fields.One2many(
        comodel_name="client.renegotiation.item",
        inverse_name="renegotiation_id",
        string="Old items",
        copy=False,
    )
    # what the client answered
    accepted_name = fields.Char(string="Accepted by", readonly=True, copy=False)
    accepted_time = fields.Datetime(string="Accepted on", readonly=True, copy=False)
    accepted_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Signed in as",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="base.group_user",
        help="Empty: the person came through the link of the e-mail.",
    )
    ip_address = fields.Char(
        string="IP address", readonly=True, copy=False, groups="base.group_user"
    )
    user_agent = fields.Char(
        string="Browser", readonly=True, copy=False, groups="base.group_user"
    )
    viewed_time = fields.Datetime(
        string="First opened on", readonly=True, copy=False, groups="base.group_user"
    )
    closed_reason = fields.Text(string="Reason", readonly=True, copy=False)
    # whoever has it accepts as the client's person, so nobody reads it
    access_token = fields.Char(readonly=True, copy=False, groups="base.group_system")

    # what it became in the books
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Journal entry",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups=READERS,
    )
    invoice_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice of interest and fine",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups=READERS,
    )
    date_applied = fields.Date(string="In force since", readonly=True, copy=False)
    applied_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Applied by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="base.group_user",
    )

    _terms_positive = models.Constraint(
        "CHECK (discount_percent >= 0 AND discount_percent <= 100"
        " AND discount_amount >= 0 AND fine_percent >= 0 AND late_percent >= 0"
        " AND plan_percent >= 0 AND down_payment >= 0)",
        "Discount, fine, interest and down payment can't be negative, nor the discount "
        "above 100 %.",
    )
    _instalments_positive = models.Constraint(
        "CHECK (count BETWEEN 1 AND 120 AND interval >= 1 AND break_days >= 0"
        " AND break_count >= 1)",
        "There are 1 to 120 instalments, at least one day apart; grace can't be "
        "negative, and it takes a missed instalment to break an agreement.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("number", "client_id")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.number or self.env._("New renegotiation")
        self.env["client.wall"]._mask(self)

    @api.depends("client_id")
    def _compute_contact_id(self):
        for row in self:
            client = row.client_id
            if row.contact_id.commercial_partner_id == client and client:
                continue
            invoiced = client.browse(client.address_get(["invoice"])["invoice"])
            people = client.child_ids.filtered(
                lambda contact: contact.email and contact.type == "contact"
            )
            if client and invoiced.is_company and people:
                invoiced = people[0]
            row.contact_id = invoiced if invoiced.email else people[:1]

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """Take rates and rule from the company's settings."""
        values = super().default_get(fields)
        # sudo: settings that everybody who proposes one feels
        company = self.env.company.sudo()
        for name in COMPANY_DEFAULTS:
            if name in fields and f"default_{name}" not in self.env.context:
                values[name] = company[f"client_renegotiation_{name}"]
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Create, with a number."""
        rows = super().create(vals_list)
        rows._draw_numbers("client.renegotiation")
        return rows

    def write(self, vals):
        """Write; what the client reads or has accepted stays.

        :raise UserError: names the renegotiation and how to go on
        """
        if not self.env.su and vals.keys() & self._get_agreed_fields():
            for row in self:
                if row.state != "draft":
                    raise UserError(
                        self.env._(
                            "%s is not a draft any more: take it back before you "
                            "change what the client reads.",
                            row.display_name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for row in self:
            if row.state not in ("draft", "cancelled") or row.date_applied:
                raise UserError(
                    self.env._(
                        "%s was sent to the client: cancel it instead of deleting it.",
                        row.display_name,
                    )
                )

    @api.model
    def _get_agreed_fields(self):
        """Return what the client's document says, and so stays once it is sent."""
        return {
            "break_count",
            "break_days",
            "break_effect",
            "client_id",
            "company_id",
            "compound",
            "count",
            "currency_id",
            "date",
            "date_first",
            "discount_amount",
            "discount_percent",
            "down_payment",
            "fine_percent",
            "interval",
            "item_ids",
            "late_percent",
            "note",
            "plan_percent",
            "rate_unit",
            "unit",
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_today(self):
        """Return the date of today where the company is."""
        self.ensure_one()
        # sudo: the day of the books, whoever looks
        zone = self.company_id.sudo().partner_id.tz or self.env.context.get("tz")
        return fields.Date.context_today(self.with_context(tz=zone or "UTC"))
