"""Orders and invoices that use a client's credit."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare

PASSED = "client_credit_passed"
# Who reads the requests; the documents belong to more people.
CREDIT_GROUPS = (
    "client_hub.group_account_manager,"
    "account.group_account_invoice,account.group_account_readonly"
)


class ClientCreditMixin(models.AbstractModel):
    """Checks a document when it starts to bind the client, wherever that is done."""

    _name = "client.credit.mixin"
    _description = "Uses a Client's Credit"

    client_credit_state = fields.Selection(
        selection=[
            ("waiting", "Waits for credit approval"),
            ("approved", "Credit approved"),
            ("refused", "Credit refused"),
        ],
        string="Credit approval",
        compute="_compute_client_credit",
        groups="base.group_user",
    )
    client_credit_note = fields.Char(
        compute="_compute_client_credit", groups="base.group_user"
    )
    can_decide_credit = fields.Boolean(
        compute="_compute_client_credit", groups="base.group_user"
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("client_credit_request_ids.state")
    @api.depends_context("uid")
    def _compute_client_credit(self):
        for document in self:
            # sudo: of a document already open; only state, decision and names
            request = document.sudo().client_credit_request_ids.sorted("id")[-1:]
            document.client_credit_state = request.state
            document.client_credit_note = document._get_credit_note(request)
            document.can_decide_credit = request.can_decide if request else False

    def _get_credit_note(self, request):
        """Return what is said above the document of its credit approval."""
        if not request or not self._is_credit_open():
            return False
        if request.state == "waiting":
            return self.env._(
                "Beyond the credit limit by %(amount)s: waits for %(approvers)s.",
                amount=request._history_readable("amount_beyond"),
                approvers=", ".join(request._get_approvers().mapped("name")),
            )
        return request._get_decision_sentence()

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_approve_credit(self):
        """Let this document pass (approvers only)."""
        self._get_waiting_request().action_approve()

    def action_refuse_credit(self):
        """Refuse this document, with a reason (approvers only)."""
        return self._get_waiting_request().action_open_refuse()

    def _get_waiting_request(self):
        self.ensure_one()
        # sudo: only to find it; what follows is checked as the user
        requests = self.sudo().client_credit_request_ids
        request = requests.filtered(lambda request: request.state == "waiting")
        if not request:
            raise UserError(
                self.env._("%s waits for no credit approval.", self.display_name)
            )
        return request.sudo(False).with_user(self.env.user)

    def _get_credit_waiting_action(self):
        """Return the notification that says that these documents wait."""
        names = ", ".join(self.mapped("display_name"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "title": self.env._("Waits for credit approval"),
                "message": self.env._(
                    "%s goes beyond the credit limit. The approver was asked; you are "
                    "told of the decision.",
                    names,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _is_credit_open(self):
        """Tell whether the document has not used the credit yet (hook)."""
        raise NotImplementedError

    def _get_credit_amount(self):
        """Return what the document adds, in the company's currency (hook)."""
        raise NotImplementedError

    def _hold_by_credit(self):
        """Check documents that are about to bind their clients.

        Within a client they are taken in their order: each uses what the ones before
        left. Beyond the limit the policy decides.

        :return: the documents that wait for an approver
        :raise UserError: when one is blocked
        """
        held = self.browse()
        for company, documents in self.grouped("company_id").items():
            statuses = documents.partner_id._get_credit_statuses(company)
            if not statuses:
                continue
            self._lock_credit(statuses.values())
            for document in documents:
                # sudo: keys of the statuses; the entity is only looked up
                client = document.partner_id.commercial_partner_id.sudo()
                status = statuses.get(client)
                if status and not document._use_credit(status):
                    held |= document
        return held

    @api.model
    def _lock_credit(self, statuses):
        """Have two transactions use the credit of a client one after the other.

        The second one waits, meets the change of the first and is run again by Odoo,
        then sees what the first has used.

        :param statuses: CreditStatus objects
        """
        ids = {status.holder.id for status in statuses if status.policy != "tell"}
        if ids:
            # SQL: touches the rows without changing anything, so without any trigger
            # of the ORM; a lock alone would not make the second one run again
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner SET write_date = write_date WHERE id IN %s",
                    tuple(sorted(ids)),
                )
            )

    def _use_credit(self, status):
        """Take this document's amount from the credit.

        :param CreditStatus status: of its client; what is used goes up
        :return: False when it must wait
        :raise UserError: when it is blocked
        """
        # sudo: amounts of a document that the user confirms
        amount = self.sudo()._get_credit_amount()
        digits = status.company.currency_id.decimal_places
        # a document that binds the client already is in what is used
        total = status.used + (amount if self._is_credit_open() else 0.0)
        if (
            amount > 0
            and float_compare(total, status.limit, precision_digits=digits) > 0
        ):
            if not self._is_credit_approved(amount, digits):
                if status.policy == "block":
                    self._raise_credit_block(status, amount)
                if status.policy == "ask":
                    self.env["client.credit.request"]._ask(self, status, amount)
                    return False
                self._tell_credit(status, amount)
        status.used = total
        return True

    def _is_credit_approved(self, amount, digits):
        """Tell whether an approver let at least this amount pass."""
        # sudo: only whether it was approved
        last = self.sudo().client_credit_request_ids.sorted("id")[-1:]
        return last.state == "approved" and (
            float_compare(amount, last.amount, precision_digits=digits) <= 0
        )

    def _raise_credit_block(self, status, amount):
        if self.env.user.share:
            # the client's own people are not told what the agency thinks of them
            raise UserError(
                self.env._(
                    "This can't be confirmed online at the moment. Please contact us."
                )
            )
        sentence = self.partner_id._get_credit_sentence(status, amount)
        raise UserError(
            self.env._(
                "%(sentence)s\nNothing more can be sold to this client until it pays "
                "or finance raises the limit.",
                sentence=sentence,
            )
        )

    def _tell_credit(self, status, amount):
        """Leave a note on the document and in the history."""
        sentence = self.partner_id._get_credit_sentence(status, amount)
        document = self.sudo()  # sudo: a note by the system, whoever confirms
        document._message_log(body=sentence)
        client = document.partner_id.commercial_partner_id
        kind = "order" if self._name == "sale.order" else "invoice"
        self.env["client.history"]._log(
            client, kind, document.display_name, record=document, note=sentence
        )

    def _refuse_without_credit(self):
        """Check documents whose state is written directly, not by their button.

        :raise UserError: when one is blocked or would have to wait
        """
        passed = self.env.cr.cache.get(PASSED, ())
        documents = self.filtered(lambda doc: (doc._name, doc.id) not in passed)
        if held := documents._hold_by_credit():
            raise UserError(
                self.env._(
                    "%s goes beyond the credit limit and needs an approval: use its "
                    "Confirm button to ask for it.",
                    ", ".join(held.mapped("display_name")),
                )
            )

    def _mark_credit_passed(self):
        """Remember that these documents were checked, until the caller forgets."""
        keys = {(document._name, document.id) for document in self}
        self.env.cr.cache.setdefault(PASSED, set()).update(keys)
        return keys

    def _forget_credit_passed(self, keys):
        self.env.cr.cache.get(PASSED, set()).difference_update(keys)
