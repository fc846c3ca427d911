"""From one budget to another, and from one period to the next."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError

from .client_budget_consent import DECIDING


class ClientBudget(models.Model):
    """Transfers between budgets of a client."""

    _inherit = "client.budget"

    previous_id = fields.Many2one(
        comodel_name="client.budget",
        string="Period before",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
    )
    next_ids = fields.One2many(
        comodel_name="client.budget",
        inverse_name="previous_id",
        string="Next period",
        groups="base.group_user",
    )

    # === ACTION METHODS === #

    def action_transfer(self):
        """Open the dialog that moves an amount to another budget."""
        return self._open_transfer(self.env._("Transfer"), "transfer")

    def action_carry_forward(self):
        """Open the dialog that takes what is left to the next period."""
        return self._open_transfer(self.env._("Carry forward"), "carry")

    def _open_transfer(self, name, mode):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "client.budget.transfer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_budget_id": self.id, "default_mode": mode},
        }

    # === BUSINESS METHODS === #

    def _get_next_period(self):
        """Return first and last day of the period after this one.

        Whole months are followed by as many months, anything else by as many days.
        """
        self.ensure_one()
        start, end = self.date_start, self.date_end
        if not start or not end:
            return (end and end + timedelta(days=1)) or start, False
        after = end + timedelta(days=1)
        months = (after.year - start.year) * 12 + after.month - start.month
        if months and start + relativedelta(months=months) == after:
            return after, after + relativedelta(months=months) - timedelta(days=1)
        return after, after + (end - start)

    def _transfer(self, target, amount, reason, kind="transfer"):
        """Move an amount to another budget, or ask the client whether to.

        :param target: client.budget that gets it
        :param float amount: in the currency of both
        :param str reason: why
        :param str kind: "transfer" or "carry"
        :return: the two revisions, the giving one first
        :raise UserError: it can't be moved; the sentence says why
        """
        self.ensure_one()
        both = self | target
        both.check_access("write")
        both._lock()
        self._check_transfer(target, amount)
        # sudo: people don't write kind and other side; the right to both budgets was
        # checked above
        budgets_sudo = both.sudo()
        asks = any(
            budget.needs_consent and budget.state != "draft" for budget in budgets_sudo
        )
        revisions = self.env["client.budget.revision"].sudo()
        for budget, sign in ((self, -1), (target, 1)):
            revisions += revisions.create(
                {
                    "budget_id": budget.id,
                    "amount": budget.amount + sign * amount,
                    "reason": reason,
                    "kind": kind,
                    "asks": asks,
                    "is_paired": True,
                }
            )
        giving, getting = revisions
        for one, other in ((giving, getting), (getting, giving)):
            one.with_context(client_budget=DECIDING).counterpart_id = other
        asked = self.env["res.partner"]
        if asks:
            for side in revisions._get_open_sides():
                asked |= side._ask_contacts(but=asked)
        return revisions

    def _check_transfer(self, target, amount):
        """Raise when an amount can't go from here to ``target``."""
        if self == target:
            raise UserError(self.env._("Choose another budget to transfer to."))
        for name, sentence in (
            ("client_id", self.env._("Both budgets must be of the same client.")),
            ("company_id", self.env._("Both budgets must be of the same company.")),
            ("currency_id", self.env._("Both budgets must have the same currency.")),
        ):
            if self[name] != target[name]:
                raise UserError(sentence)
        if target.state not in ("draft", "running"):
            raise UserError(self.env._("“%(name)s” is not running.", name=target.name))
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("The amount must be more than zero."))
        if self.currency_id.compare_amounts(amount, self.amount_left) > 0:
            raise UserError(
                self.env._(
                    "“%(name)s” has only %(left)s left.",
                    name=self.name,
                    left=self._format_amount(self.amount_left),
                )
            )

    def _create_next(self, values):
        """Return the budget of the next period, set up as this one.

        :param dict values: name, date_start, date_end and amount
        """
        self.ensure_one()
        following = self.copy({**values, "state": "draft"})
        # sudo: a readonly field; the new budget is the user's own
        following.sudo().previous_id = self
        return following

    def _get_default_carry(self):
        """Return what may be carried forward."""
        self.ensure_one()
        return max(0.0, self.amount_left)
