from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_budget import REVISING
from .client_budget_consent import DECIDING


class ClientBudgetRevision(models.Model):
    """One change of a budget's amount, with reason and author. Never edited.

    Where the budget asks the client, it waits for the answer and changes nothing until
    then. A transfer is a pair of them, one on each budget.
    """

    _name = "client.budget.revision"
    _description = "Budget Revision"
    _inherit = ["client.budget.consent.mixin", "client.record"]
    _order = "id desc"
    _rec_name = "reason"
    _client_record_allow_inactive = True
    _history_kind = "budget"

    budget_id = fields.Many2one(
        comodel_name="client.budget", required=True, ondelete="cascade", index=True
    )
    client_id = fields.Many2one(
        related="budget_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="budget_id.company_id", store=True, precompute=True, default=None
    )
    currency_id = fields.Many2one(related="budget_id.currency_id", store=True)
    kind = fields.Selection(
        selection=[
            ("first", "First amount"),
            ("revision", "Revision"),
            ("transfer", "Transfer"),
            ("carry", "Carried forward"),
        ],
        default="revision",
        required=True,
        readonly=True,
    )
    amount_before = fields.Monetary(string="Before", readonly=True)
    amount = fields.Monetary(string="New amount", required=True)
    amount_change = fields.Monetary(
        string="Change", compute="_compute_amount_change", store=True
    )
    reason = fields.Char(required=True)
    counterpart_id = fields.Many2one(
        comodel_name="client.budget.revision",
        string="Other side",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    counterpart_budget_id = fields.Many2one(
        related="counterpart_id.budget_id", string="From or to"
    )
    author_id = fields.Many2one(
        comodel_name="res.users",
        default=lambda self: self.env.user,
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    date = fields.Datetime(default=fields.Datetime.now, required=True, readonly=True)

    _amount_not_negative = models.Constraint(
        "CHECK (amount >= 0)", "A budget can't be negative."
    )
    _one_waiting = models.UniqueIndex(
        "(budget_id) WHERE state = 'waiting'",
        "A change of this budget waits for the client already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("amount", "amount_before")
    def _compute_amount_change(self):
        for revision in self:
            revision.amount_change = revision.amount - revision.amount_before

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Change the amounts of the budgets, or ask the client first."""
        budgets = self.env["client.budget"].browse(
            [vals["budget_id"] for vals in vals_list]
        )
        budgets.check_access("write")
        budgets._lock()
        revisions = self.browse()
        for vals, budget in zip(vals_list, budgets, strict=True):
            values = self._prepare_revision_values(budget, vals)
            self._check_change(budget, values)
            revision = super().create([values])
            revisions += revision
            if revision.state == "approved":
                revision._apply()
            elif not vals.get("is_paired"):
                revision._ask_contacts()
        return revisions

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A revision can't be deleted: make a new one."))

    # === BUSINESS METHODS === #

    def _prepare_revision_values(self, budget, vals):
        """Return the values of a revision, of which a person gives two."""
        is_system = self.env.su
        kind = vals.get("kind", "revision") if is_system else "revision"
        # sudo: a setting of the budget
        asks = budget.sudo().needs_consent and budget.state != "draft"
        if is_system and "asks" in vals:
            asks = vals["asks"]
        return {
            "budget_id": budget.id,
            "amount": vals.get("amount", 0.0),
            "amount_before": budget.amount,
            "reason": (vals.get("reason") or "").strip(),
            "kind": kind,
            "state": "waiting" if asks and kind != "first" else "approved",
            "author_id": self.env.user.id,
            "date": fields.Datetime.now(),
        }

    def _check_change(self, budget, values):
        """Raise when the budget can't take this change."""
        if not values["reason"]:
            raise UserError(self.env._("Say why the amount changes."))
        self._check_budget_state(
            budget, values["kind"], values["amount"] - values["amount_before"]
        )
        # sudo: only whether there is one
        if self.sudo().search_count(
            [("budget_id", "=", budget.id), ("state", "=", "waiting")], limit=1
        ):
            raise UserError(
                self.env._(
                    "A change of “%(name)s” waits for the client: withdraw it first.",
                    name=budget.name,
                )
            )
        self._check_enough(budget, values["amount"])

    def _check_budget_state(self, budget, kind, change):
        """Raise when a budget is not in use; a closed one may still give."""
        is_giving = kind in ("transfer", "carry") and change <= 0
        if budget.state == "cancelled" or (budget.state == "closed" and not is_giving):
            raise UserError(
                self.env._("A closed budget can't be revised: run it again.")
            )

    def _check_enough(self, budget, amount):
        """Raise when jobs already use more than the new amount."""
        used = budget.amount - budget.amount_left
        # an exceeded budget may get more, if not yet enough
        least = min(used, budget.amount)
        if budget.currency_id.compare_amounts(amount, least) < 0:
            raise UserError(
                self.env._(
                    "Jobs already use %(used)s of “%(name)s”: it can't be less.",
                    used=budget._format_amount(used),
                    name=budget.name,
                )
            )

    def _apply(self):
        """Give the budget its new amount, with a row in its ledger."""
        self.ensure_one()
        budget = self.budget_id
        budget.with_context(client_budget=REVISING).write({"amount": self.amount})
        if not budget.currency_id.is_zero(self.amount_change):
            # sudo: people have no right to write the ledger themselves; the right to
            # revise the budget was checked on creation
            self.env["client.budget.move"].sudo().create(
                {
                    "budget_id": budget.id,
                    "kind": "planned",
                    "amount": self.amount_change,
                    "res_model": self._name,
                    "res_id": self.id,
                    "name": self.reason,
                }
            )
        budget._rearm_thresholds()
        # sudo: what is left may suffice now for what the client was asked
        budget.sudo()._withdraw_settled()

    def _get_together(self):
        """Return both sides of a transfer."""
        return self | self.counterpart_id

    def _get_open_sides(self):
        """Return the revisions that still need somebody's yes (as superuser).

        Of a transfer, each budget that asks its client before it changes.
        """
        together = self._get_together()
        asking = together.filtered(
            lambda side: (
                side.budget_id.needs_consent and side.budget_id.state != "draft"
            )
        )
        # the setting was taken back in the meantime
        asking = asking or together
        return asking.filtered(
            lambda side: side.state == "waiting" and not side.contact_id
        )

    def _get_asked_budgets(self):
        """Return the sides of a transfer that have to agree yet."""
        return self._get_open_sides().budget_id

    def _keep_consent(self, contact, values):
        """Keep the yes of one side of a transfer while the other has to agree.

        :raise UserError: this side has agreed already
        """
        self.ensure_one()
        if self.contact_id:
            raise UserError(
                self.env._(
                    "%(person)s has agreed already; “%(budget)s” has to agree, too.",
                    person=self.contact_id.name,
                    budget=self.counterpart_id.budget_id.name,
                )
            )
        sides = self._get_open_sides()
        spoken = sides.filtered(
            lambda side: (
                side == self
                or side.budget_id._may_decide(contact)
                # by phone: the address book says who answers
                or (
                    values["recorded_by_id"]
                    and side.budget_id.approver_contact_id
                    in (contact.browse(), contact)
                )
            )
        )
        if not sides - spoken:
            return False
        spoken.with_context(client_budget=DECIDING).write(values)
        for side in spoken:
            side.budget_id.message_post(
                body=self.env._(
                    "%(person)s agreed, the other budget has to agree, too: "
                    "%(question)s",
                    person=contact.name,
                    question=side._get_question(),
                ),
                subtype_xmlid="mail.mt_note",
            )
        return True

    def _on_answer(self):
        """Apply a change that was agreed to; the other side of a transfer goes along.

        :raise UserError: the budget is not in use any more, or its use has outgrown
            the change
        """
        both = self._get_together()
        both.budget_id._lock()
        other = self.counterpart_id.with_context(client_budget=DECIDING)
        if other and other.contact_id and self.state == "approved":
            # by somebody else, who is kept
            other.write({"state": self.state})
        elif other:
            other.write(
                {
                    "state": self.state,
                    "contact_id": self.contact_id.id,
                    "decided_date": self.decided_date,
                    "comment": self.comment,
                }
            )
        if self.state == "approved":
            for revision in both.sorted("id"):
                budget = revision.budget_id
                self._check_budget_state(budget, revision.kind, revision.amount_change)
                self._check_enough(budget, revision.amount)
                revision._apply()

    def _get_question(self):
        """Return the change as a sentence that the client reads."""
        self.ensure_one()
        budget = self.budget_id
        values = {
            "budget": budget.name,
            "before": budget._format_amount(self.amount_before),
            "after": budget._format_amount(self.amount),
            "reason": self.reason,
            "change": budget._format_amount(abs(self.amount_change)),
            "other": self.counterpart_id.budget_id.name,
        }
        if not self.counterpart_id:
            return self.env._(
                "Change the budget “%(budget)s” from %(before)s to %(after)s? Reason: "
                "%(reason)s",
                **values,
            )
        if self.amount_change < 0:
            return self.env._(
                "Move %(change)s from “%(budget)s” to “%(other)s”? Reason: %(reason)s",
                **values,
            )
        return self.env._(
            "Move %(change)s from “%(other)s” to “%(budget)s”? Reason: %(reason)s",
            **values,
        )
