"""Documents beyond a client's credit limit that wait for an approver."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

TRANSITIONS = {"approved": {"waiting"}, "refused": {"waiting"}}


class ClientCreditRequest(models.Model):
    """Made by the system when a document must wait; decided by an approver."""

    _name = "client.credit.request"
    _description = "Credit Approval"
    _inherit = [
        "client.transition.mixin",
        "client.record",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _transitions = TRANSITIONS
    _transition_initial = "waiting"
    # an invoice of what was done before may still be posted
    _client_record_allow_inactive = True

    order_id = fields.Many2one(
        comodel_name="sale.order",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        readonly=True, help="What the document adds, in the company's currency."
    )
    amount_used = fields.Monetary(
        string="Owed before", readonly=True, help="With orders to be invoiced."
    )
    credit_limit = fields.Monetary(readonly=True)
    amount_beyond = fields.Monetary(string="Beyond", compute="_compute_amount_beyond")
    state = fields.Selection(
        string="Status",
        selection=[
            ("waiting", "Waiting"),
            ("approved", "Approved"),
            ("refused", "Refused"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="set null",
    )
    decided_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="set null"
    )
    date_decided = fields.Datetime(string="Decided on", readonly=True)
    reason = fields.Char(readonly=True)
    can_decide = fields.Boolean(compute="_compute_can_decide")

    _one_document = models.Constraint(
        "CHECK ((order_id IS NULL) <> (move_id IS NULL))",
        "A credit approval is about an order or an invoice.",
    )
    _one_waiting_order = models.UniqueIndex(
        "(order_id) WHERE state = 'waiting' AND order_id IS NOT NULL",
        "This order waits already.",
    )
    _one_waiting_move = models.UniqueIndex(
        "(move_id) WHERE state = 'waiting' AND move_id IS NOT NULL",
        "This invoice waits already.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("order_id", "move_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for request in self:
            request.display_name = request._get_document().display_name
        self.env["client.wall"]._mask(self)

    @api.depends("amount", "amount_used", "credit_limit")
    def _compute_amount_beyond(self):
        for request in self:
            total = request.amount_used + request.amount
            request.amount_beyond = max(total - request.credit_limit, 0.0)

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_can_decide(self):
        for request in self:
            request.can_decide = request.state == "waiting" and (
                self.env.user in request._get_approvers()
            )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_approve(self):
        """Let the documents pass, up to the amount that was asked for.

        :raise AccessError: for everybody but an approver
        """
        self._decide("approved", False)

    def action_open_refuse(self):
        """Ask why the document is refused."""
        self._check_approver()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse credit"),
            "res_model": "client.credit.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def action_open_document(self):
        """Open the order or the invoice."""
        self.ensure_one()
        document = self._get_document()
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _history_kind_of(self):
        return "order" if self.order_id else "invoice"

    def _get_document(self):
        """Return the sale.order or the account.move."""
        self.ensure_one()
        return self.order_id or self.move_id

    def _get_approvers(self):
        """Return who may decide, of those who may see the request."""
        self.ensure_one()
        users = self.client_id._get_credit_approvers(self.company_id)
        return users.filtered(lambda user: self.with_user(user).has_access("read"))

    def _check_approver(self):
        """Refuse a decision by anybody but an approver.

        :raise AccessError: naming who can decide
        """
        self.check_access("read")
        for request in self:
            approvers = request._get_approvers()
            if self.env.user not in approvers:
                raise AccessError(
                    self.env._(
                        "Only %s can decide about the credit of this client.",
                        ", ".join(approvers.mapped("name"))
                        or self.env._("the approver of the settings"),
                    )
                )

    def _decide(self, state, reason):
        """Record a decision, on the document and in the history, and tell who asked.

        :param str state: approved or refused
        :param str reason: why, may be empty
        """
        self._check_approver()
        # sudo: nobody writes requests but these lines; the approver was just checked
        requests_sudo = self.sudo()
        requests_sudo.write(
            {
                "state": state,
                "reason": reason,
                "decided_by_id": self.env.user.id,
                "date_decided": fields.Datetime.now(),
            }
        )
        requests_sudo.activity_unlink(["mail.mail_activity_data_todo"])
        for request in requests_sudo:
            request._tell_decision()

    def _tell_decision(self):
        """Write a note on the document and notify who asked for the approval."""
        sentence = self._get_decision_sentence()
        document = self._get_document()
        # the client's own people, who confirm on the portal, are not told
        asker = self.user_id if not self.user_id.share else document.user_id
        asker = asker.partner_id
        document.message_post(
            body=sentence,
            author_id=self.env.user.partner_id.id,
            partner_ids=(asker - self.env.user.partner_id).ids,
            subtype_xmlid="mail.mt_note",
        )
        self.env["client.history"]._log(
            self.client_id,
            self._history_kind_of(),
            document.display_name,
            record=document,
            note=sentence,
        )

    def _get_decision_sentence(self):
        amount = self._history_readable("amount")
        if self.state == "approved":
            return self.env._(
                "%(user)s approved %(amount)s beyond the credit limit: it can be "
                "confirmed now.",
                user=self.decided_by_id.name,
                amount=amount,
            )
        return self.env._(
            "%(user)s refused %(amount)s beyond the credit limit: %(reason)s",
            user=self.decided_by_id.name,
            amount=amount,
            reason=self.reason or "–",
        )

    @api.model
    @api.private
    def _ask(self, document, status, amount):
        """Have a document wait; a request that waits already is brought up to date.

        :param document: a sale.order or an account.move
        :param CreditStatus status: of its client
        :param float amount: what it adds, in the company's currency
        :return: client.credit.request
        """
        field = "order_id" if document._name == "sale.order" else "move_id"
        client = document.partner_id.commercial_partner_id
        values = {
            "amount": amount,
            "amount_used": status.used,
            "credit_limit": status.limit,
        }
        # sudo: made by the system for whoever confirmed, and for nobody else
        requests_sudo = self.sudo()
        request = requests_sudo.search(
            [(field, "=", document.id), ("state", "=", "waiting")]
        )
        if request:
            request.write(values)
            return request
        request = requests_sudo.create(
            {
                **values,
                field: document.id,
                "client_id": client.id,
                "company_id": document.company_id.id,
                "user_id": self.env.user.id,
            }
        )
        request._schedule_decision(status)
        return request

    def _schedule_decision(self, status):
        """Put the decision on the approvers' lists.

        :raise UserError: when nobody can decide
        """
        approvers = self._get_approvers()
        if not approvers:
            raise UserError(
                self.env._(
                    "Nobody can approve credit: choose a group with people in the "
                    "settings of Client Hub."
                )
            )
        for user in approvers:
            request = self._for_reader(user)
            request.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=request.env._("Credit of %s", request.display_name),
                note=request.client_id._get_credit_sentence(status, self.amount),
            )
