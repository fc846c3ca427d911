"""The client's approval of single entries, where the contract asks for it."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare

from .client_contract_entry import EDITABLE_STATES

# written with the approval, never by hand
FACTS = ("approved_by_id", "approved_date")
# who records what the client approved
APPROVER_GROUP = "client_hub.group_account_manager"
# what the client approved is this amount
AMOUNT_FIELDS = {"amount_scheduled", "amount_adjusted", "is_adjusted"}


class ClientContractEntry(models.Model):
    """Keeps who recorded the client's approval of an entry, and when."""

    _inherit = "client.contract.entry"

    approval_required = fields.Boolean(
        related="contract_id.entry_approval_required", string="Needs approval"
    )
    approved = fields.Boolean(
        copy=False,
        help="The client approved this entry, at this amount: when the amount changes, "
        "it needs approval again.",
    )
    approved_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Approval by",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Who approved it on the portal, or recorded the approval here.",
    )
    approved_date = fields.Datetime(string="Approved on", readonly=True, copy=False)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """An entry that comes approved says by whom, like one approved later."""
        return super().create([self._prepare_approval(vals) for vals in vals_list])

    def write(self, vals):
        """Write; whoever approves is recorded, and another amount needs approval anew.

        :raise AccessError: for somebody who may not record approvals
        :raise UserError: for an entry that is invoiced
        """
        if "approved" in vals:
            self._check_approvable(vals["approved"])
        lapsing = self.browse()
        if AMOUNT_FIELDS & vals.keys() and "approved" not in vals:
            lapsing = self.filtered(
                lambda e: (
                    e.approved and e.approval_required and e.state in EDITABLE_STATES
                )
            )
        before = {entry: entry.amount for entry in lapsing}
        result = super().write(self._prepare_approval(vals))
        changed = lapsing.filtered(
            lambda entry: float_compare(
                entry.amount,
                before[entry],
                precision_rounding=entry.currency_id.rounding,
            )
        )
        if changed:
            # sudo: follows from the new amount, whoever may write that
            changed.sudo().write({"approved": False})
        return result

    @api.model
    def _prepare_approval(self, vals):
        """Return the values with who approves when, if they approve.

        :raise AccessError: when they bring these facts from outside
        """
        if not self.env.su and any(vals.get(name) for name in FACTS):
            raise AccessError(
                self.env._("Who approved an entry when is recorded by the system.")
            )
        if "approved" not in vals:
            return vals
        if vals["approved"]:
            self._check_approver()
        approved = bool(vals["approved"])
        return {
            **vals,
            "approved_by_id": approved and self.env.uid,
            "approved_date": approved and fields.Datetime.now(),
        }

    def _check_approver(self):
        """Refuse approvals by people who don't deal with the client.

        :raise AccessError: it does
        """
        if not self.env.su and not self.env.user.has_group(APPROVER_GROUP):
            raise AccessError(
                self.env._("Only an account manager records a client's approval.")
            )

    def _check_approvable(self, approved):
        """Refuse to change the approval of what is invoiced.

        :param bool approved: what it becomes
        """
        self._check_approver()
        for entry in self:
            if entry.approved != approved and entry.state not in EDITABLE_STATES:
                raise UserError(
                    self.env._(
                        "%s is on an invoice: its approval stays.", entry.display_name
                    )
                )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_approve(self):
        """Record that the client approved these entries.

        :raise AccessError: for somebody who may not record approvals
        :raise UserError: for an entry that is invoiced
        """
        self.filtered(lambda entry: not entry.approved).write({"approved": True})

    def action_unapprove(self):
        """Take the client's approval back: the entries wait for it again.

        :raise AccessError: for somebody who may not record approvals
        :raise UserError: for an entry that is invoiced
        """
        self.filtered("approved").write({"approved": False})
