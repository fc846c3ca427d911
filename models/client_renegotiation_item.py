"""What a renegotiation replaces: one open instalment of an invoice."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import renegotiation as plans
from ..tools.allocation import from_units
from .client_renegotiation import OPEN_STATES


class ClientRenegotiationItem(models.Model):
    """An open receivable item, with its amount as of the proposal."""

    _name = "client.renegotiation.item"
    _description = "Renegotiated Item"
    _inherit = ["client.renegotiation.part.mixin"]
    _order = "date_maturity, id"
    _check_company_auto = True
    # checked in _check_item, in words that tell nothing of another client
    _guard_references = ()

    move_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Item",
        required=True,
        ondelete="restrict",
        index=True,
        groups="base.group_user",
        domain="[('account_id.account_type', '=', 'asset_receivable'),"
        " ('parent_state', '=', 'posted'), ('amount_residual_currency', '>', 0),"
        " ('partner_id', 'child_of', client_id), ('currency_id', '=', currency_id),"
        " ('company_id', '=', company_id)]",
    )
    name = fields.Char(
        string="Document", compute="_compute_facts", store=True, precompute=True
    )
    date_maturity = fields.Date(
        string="Due date", compute="_compute_facts", store=True, precompute=True
    )
    amount = fields.Monetary(
        string="Open amount", compute="_compute_facts", store=True, precompute=True
    )
    days_late = fields.Integer(
        string="Days late", compute="_compute_days_late", aggregator=None
    )
    interest = fields.Monetary(compute="_compute_charges", store=True)
    fine = fields.Monetary(compute="_compute_charges", store=True)
    # of two open renegotiations only one has an item: the database sees to it
    is_taken = fields.Boolean(compute="_compute_is_taken", store=True)

    _taken_once = models.UniqueIndex(
        "(move_line_id) WHERE is_taken",
        "Another renegotiation has one of these items already.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("move_line_id")
    def _compute_facts(self):
        # sudo: facts of an item that _check_item lets in
        for item in self.sudo():
            line = item.move_line_id
            item.name = line._get_renegotiation_name()
            item.date_maturity = line.date_maturity or line.date
            item.amount = line.amount_residual_currency

    @api.depends("date_maturity", "renegotiation_id.date")
    def _compute_days_late(self):
        for item in self:
            day = item.renegotiation_id.date
            due = item.date_maturity
            item.days_late = max((day - due).days, 0) if day and due else 0

    @api.depends(
        "amount",
        "date_maturity",
        "renegotiation_id.state",
        "renegotiation_id.date",
        "renegotiation_id.date_first",
        "renegotiation_id.fine_percent",
        "renegotiation_id.late_percent",
        "renegotiation_id.rate_unit",
        "renegotiation_id.compound",
    )
    def _compute_charges(self):
        for item in self:
            parent = item.renegotiation_id
            if parent.state != "draft":
                # what was proposed stays
                continue
            interest = fine = 0
            rounding = item.currency_id.rounding or 0.01
            if parent.date and parent.date_first:
                interest, fine = plans.charge_units(
                    item._get_debt(), parent._get_terms(), rounding
                )
            item.interest = from_units(interest, rounding)
            item.fine = from_units(fine, rounding)

    @api.depends("renegotiation_id.state")
    def _compute_is_taken(self):
        for item in self:
            item.is_taken = item.renegotiation_id.state in OPEN_STATES

    @api.depends("name")
    def _compute_display_name(self):
        for item in self:
            item.display_name = item.name or ""
        self.env["client.wall"]._mask(self)

    # ------------------------------------------------------------------
    # CONSTRAINT
    # ------------------------------------------------------------------

    @api.constrains("move_line_id", "renegotiation_id")
    def _check_item(self):
        for item in self:
            if item.renegotiation_id.state == "draft":
                item._check_possible()

    def _check_possible(self):
        """Refuse an item that can't be renegotiated.

        :raise UserError: names it and says why
        """
        self.ensure_one()
        # sudo: what the item is decides, whoever chose it
        row = self.sudo()
        line, parent = row.move_line_id, row.renegotiation_id
        if (
            line.partner_id.commercial_partner_id != parent.client_id
            or line.account_id.account_type != "asset_receivable"
        ):
            # nothing about it: it may be another client's
            raise UserError(
                self.env._(
                    "Choose open invoices of %s only.", parent.client_id.display_name
                )
            )
        sentence = row._get_refusal()
        if sentence:
            raise UserError(sentence)

    def _get_refusal(self):
        """Return why this item can't be renegotiated, as superuser; or ''."""
        line, parent = self.move_line_id, self.renegotiation_id
        if line.company_id != parent.company_id:
            return self.env._(
                "%(item)s belongs to %(company)s: a renegotiation is of one company.",
                item=self.name,
                company=line.company_id.name,
            )
        if line.currency_id != parent.currency_id:
            return self.env._(
                "%(item)s is in %(other)s, this renegotiation in %(currency)s: make "
                "one for each currency.",
                item=self.name,
                other=line.currency_id.name,
                currency=parent.currency_id.name,
            )
        if line.parent_state != "posted":
            return self.env._("%s is not posted.", self.name)
        if line.reconciled or line.amount_residual_currency <= 0:
            return self.env._("Nothing of %s is open to be renegotiated.", self.name)
        other = line._get_renegotiation_in_force()
        if other and other != parent:
            return self.env._(
                "%(item)s is an instalment of %(other)s, which is in force: undo it, "
                "or mark it as broken, first.",
                item=self.name,
                other=other.number,
            )
        return ""

    @api.model
    def _check_not_taken(self, vals_list):
        """Refuse what an open renegotiation has, before the database does.

        :param list vals_list: dicts with ``move_line_id``
        :raise UserError: names the item and the other renegotiation
        """
        # sudo: which one has it counts, whoever chooses
        taken = self.sudo().search(
            [
                (
                    "move_line_id",
                    "in",
                    [vals.get("move_line_id") for vals in vals_list],
                ),
                ("is_taken", "=", True),
            ],
            limit=1,
        )
        # of a client that the user can't read, he gets no name
        if taken and taken.client_id.with_env(self.env).has_access("read"):
            raise UserError(
                self.env._(
                    "%(item)s is in %(other)s already.",
                    item=taken.name,
                    other=taken.renegotiation_id.number,
                )
            )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create, in drafts only.

        :raise UserError: another renegotiation has one of the items
        """
        self._check_not_taken(vals_list)
        items = super().create(vals_list)
        items._check_draft()
        return items

    def write(self, vals):
        """Write, in drafts only."""
        self._check_draft()
        return super().write(vals)

    def unlink(self):
        """Remove, from drafts only; those of a deleted one go with it."""
        self._check_draft()
        return super().unlink()

    def _check_draft(self):
        if self.env.su:
            return
        for row in self.renegotiation_id:
            if row.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is not a draft any more: take it back before you change "
                        "what the client reads.",
                        row.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_document_name(self):
        """Return the document in the language of the context, as it is printed."""
        self.ensure_one()
        # sudo: the name of an item that _check_item let in
        return self.sudo().move_line_id._get_renegotiation_name()

    def _get_debt(self):
        """Return what is open, for the arithmetic."""
        self.ensure_one()
        due = self.date_maturity or self.renegotiation_id.date
        return plans.Debt(self.amount, due)

    def _check_unchanged(self):
        """Refuse when something was paid, or due otherwise, since the proposal.

        :raise UserError: names the item and its open amount now
        """
        for item in self.sudo():  # sudo: see _check_possible
            line = item.move_line_id
            if item.currency_id.compare_amounts(
                line.amount_residual_currency, item.amount
            ) or (line.date_maturity or line.date) != (item.date_maturity):
                raise UserError(
                    self.env._(
                        "%(item)s changed since %(day)s: %(before)s was open, now it "
                        "is %(now)s. Take the renegotiation back and send it anew.",
                        item=item.name,
                        day=format_date(self.env, item.renegotiation_id.date),
                        before=item.currency_id.format(item.amount),
                        now=item.currency_id.format(line.amount_residual_currency),
                    )
                )
