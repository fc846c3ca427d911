"""Commercial terms of a client: discount, billing, payment, withholding, supplier."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.payment_day import format_payment_days, parse_payment_days


class ResPartner(models.Model):
    """What was agreed with a client; documents take it from here."""

    _inherit = "res.partner"

    client_discount = fields.Float(
        string="Exclusive discount",
        digits="Discount",
        company_dependent=True,
        groups="base.group_user",
        help="In %, for every product that this client buys. Where the price list "
        "gives a discount as well, the larger one counts.",
    )
    client_billing_type_id = fields.Many2one(
        comodel_name="client.billing.type",
        string="Agreed billing",
        company_dependent=True,
        ondelete="restrict",
        groups="base.group_user",
    )
    client_payment_day = fields.Char(
        string="Payment day",
        company_dependent=True,
        groups="base.group_user",
        help="Day of the month on which the client pays, or several: 5, 20. Due dates "
        "move to the next one; 31 is the last day of a shorter month.",
    )
    client_withholding_tax_id = fields.Many2one(
        comodel_name="account.tax",
        string="Withholding tax",
        company_dependent=True,
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount', '<', 0)]",
        ondelete="restrict",
        groups="base.group_user",
        help="What the client keeps back from services and pays to the tax office, "
        "for example the Spanish IRPF. Added to the taxes of service lines.",
    )
    client_is_supplier = fields.Boolean(
        string="Is a supplier as well",
        compute="_compute_client_is_supplier",
        inverse="_inverse_client_is_supplier",
        search="_search_client_is_supplier",
        groups="base.group_user",
        help="Lists the client among the vendors, too. Vendor bills stay as they are.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("supplier_rank")
    def _compute_client_is_supplier(self):
        for partner in self:
            partner.client_is_supplier = partner.supplier_rank > 0

    def _inverse_client_is_supplier(self):
        for partner in self:
            if partner.client_is_supplier != (partner.supplier_rank > 0):
                partner.supplier_rank = int(partner.client_is_supplier)

    @api.model
    def _search_client_is_supplier(self, operator, value):
        if operator != "in":
            return NotImplemented
        suppliers = [("supplier_rank", ">", 0)]
        others = [("supplier_rank", "<=", 0)]
        if True in value and False in value:
            return [(1, "=", 1)]
        return suppliers if True in value else others

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("client_discount")
    def _check_client_discount(self):
        # sudo: a field for internal users only, checked whoever writes
        for partner in self.sudo():
            if not 0 <= partner.client_discount <= 100:
                raise ValidationError(
                    self.env._("The exclusive discount is between 0 and 100 %.")
                )

    @api.constrains("client_payment_day")
    def _check_client_payment_day(self):
        # sudo: as above
        for partner in self.sudo():
            partner._get_client_payment_days()

    @api.constrains("client_withholding_tax_id")
    def _check_client_withholding_tax(self):
        # sudo: as above
        for partner in self.sudo():
            tax = partner.client_withholding_tax_id
            if tax and (tax.type_tax_use != "sale" or tax.amount >= 0):
                raise ValidationError(
                    self.env._(
                        "“%s” withholds nothing: choose a sales tax with a negative "
                        "amount.",
                        tax.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create; payment days are kept as people read them."""
        return super().create([self._tidy_client_terms(vals) for vals in vals_list])

    def write(self, vals):
        """Write; payment days are kept as people read them."""
        return super().write(self._tidy_client_terms(vals))

    @api.model
    def _tidy_client_terms(self, vals):
        """Return values with the payment days in order: ``20;5`` is ``5, 20``."""
        if not vals.get("client_payment_day"):
            return vals
        days = self._parse_client_payment_days(vals["client_payment_day"])
        return {**vals, "client_payment_day": format_payment_days(days)}

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _parse_client_payment_days(self, text):
        """Return the days that a text names.

        :raise ValidationError: when it names something else
        """
        try:
            # an import may bring a number
            return parse_payment_days(str(text or ""))
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "“%s” is not a payment day: enter days of the month from 1 to 31, "
                    "for example 10, or 5, 20.",
                    text,
                )
            ) from error

    def _get_client_payment_days(self):
        """Return the days of the month on which the client pays."""
        self.ensure_one()
        return self._parse_client_payment_days(self.client_payment_day)

    @api.private
    def _get_client_terms(self, company):
        """Return the client whose terms hold for documents with these partners.

        :param company: res.company of the document
        :return: res.partner as superuser, in that company; empty when there is none
        """
        # sudo: terms go into documents that also portal users' actions make; contacts
        # have their client's
        client = self.sudo().with_company(company).commercial_partner_id
        return client if client.is_client else client.browse()
