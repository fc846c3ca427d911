"""Contracts and the terms of their client."""

from odoo import api, fields, models

from ..tools.payment_day import move_to_payment_day


class ClientContract(models.Model):
    """Takes discount, due day, method, withholding and salesperson from the client."""

    _name = "client.contract"
    _inherit = ["client.contract", "client.terms.mixin"]

    _client_terms_partner = "client_id"
    _client_terms = {
        "client_discount": "client_discount",
        "payment_term_id": "property_payment_term_id",
        "payment_method_line_id": "property_inbound_payment_method_line_id",
        "client_withholding_tax_id": "client_withholding_tax_id",
        "salesperson_id": "user_id",
        "billing_type_id": "client_billing_type_id",
    }

    due_day = fields.Integer(
        compute="_compute_due_day", store=True, readonly=False, precompute=True
    )
    payment_method_line_id = fields.Many2one(
        comodel_name="account.payment.method.line",
        string="Payment method",
        compute="_compute_client_terms",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('payment_type', '=', 'inbound')]",
        ondelete="restrict",
        groups="base.group_user",
        help="How the client pays the invoices of this contract.",
    )
    salesperson_id = fields.Many2one(
        comodel_name="res.users",
        compute="_compute_client_terms",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        domain="[('share', '=', False)]",
        groups="base.group_user",
        help="Salesperson of the invoices; empty: who is responsible for the contract.",
    )
    billing_type_id = fields.Many2one(
        comodel_name="client.billing.type",
        string="Agreed billing",
        compute="_compute_client_terms",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        groups="base.group_user",
        help="Decides, among others, on how many invoices its entries go.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def _client_terms_copied(self):
        return [
            *super()._client_terms_copied(),
            "payment_method_line_id",
            "salesperson_id",
            "billing_type_id",
        ]

    @api.depends("client_id", "company_id")
    def _compute_due_day(self):
        for contract in self:
            contract.due_day = contract._get_agreed_due_day() or contract.due_day

    @api.model
    def _schedule_fields(self):
        """The discount of the client reaches the lines, and so the schedule."""
        return super()._schedule_fields() | {"client_discount"}

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_agreed_due_day(self):
        """Return the client's first payment day, 0 when none was agreed."""
        client = self._get_terms_client()
        days = client._get_client_payment_days() if client else []
        return days[0] if days else 0

    def _get_client_term_lines_of_day(self):
        """Return the line of the note about the due day, as a list."""
        client = self._get_terms_client()
        days = client._get_client_payment_days() if client else []
        if not days:
            return []
        label = self._fields["due_day"]._description_string(self.env)
        if self.due_day in days:
            origin = self.env._("from the client")
        else:
            origin = self.env._(
                "other than agreed with the client (%s)", client.client_payment_day
            )
        return [f"{label}: {self.due_day or self.env._('none')} – {origin}"]

    @api.depends("due_day")
    def _compute_client_terms_note(self):
        return super()._compute_client_terms_note()

    def _get_client_terms_lines(self):
        lines = super()._get_client_terms_lines()
        return lines + self._get_client_term_lines_of_day()

    def _move_to_payment_day(self, due):
        """Return the day on which an invoice without terms is payable.

        :param date due: the last due date of its entries, or the invoice's date
        """
        client = self._get_terms_client()
        days = client._get_client_payment_days() if client else []
        if days and self.due_day:
            # this contract has a day of its own
            days = [self.due_day]
        return move_to_payment_day(due, days)

    def _prepare_invoice_terms(self):
        """Return the terms of this contract as values of its invoices (hook)."""
        self.ensure_one()
        contract = self.sudo()  # sudo: fields for internal users only, copied
        values = {"client_withholding_tax_id": contract.client_withholding_tax_id.id}
        if contract.payment_method_line_id:
            method = contract.payment_method_line_id
            values["preferred_payment_method_line_id"] = method.id
        return values
