"""Default lines of a contract template."""

from odoo import fields, models


class ClientContractTemplateLine(models.Model):
    """A line that a template proposes."""

    _name = "client.contract.template.line"
    _description = "Contract Template Line"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        comodel_name="client.contract.template",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="template_id.company_id", store=True, index="btree_not_null"
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        comodel_name="product.product",
        domain="[('sale_ok', '=', True)]",
        required=True,
        ondelete="restrict",
        index=True,
    )
    name = fields.Text(
        string="Description", translate=True, help="Empty: the product's own text."
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    price_unit = fields.Float(
        string="Unit price",
        min_display_digits="Product Price",
        help="0: the product's price.",
    )

    def _prepare_contract_line_values(self):
        """Return the values of the contract line (hook)."""
        self.ensure_one()
        values = {"product_id": self.product_id.id, "quantity": self.quantity}
        if self.name:
            values["name"] = self.name
        if self.price_unit:
            values["price_unit"] = self.price_unit
        return values
