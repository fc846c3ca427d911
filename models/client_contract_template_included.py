"""Hours or deliverables that the services of a template include."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClientContractTemplateIncluded(models.Model):
    """What a service of a template includes; see ``client.contract.included``."""

    _name = "client.contract.template.included"
    _description = "Included in a Contract Template"
    _order = "template_id, sequence, id"
    _check_company_auto = True

    template_id = fields.Many2one(
        comodel_name="client.contract.template",
        required=True,
        copy=False,
        ondelete="cascade",
        index=True,
    )
    line_id = fields.Many2one(
        comodel_name="client.contract.template.line",
        string="Service",
        required=True,
        domain="[('template_id', '=', template_id)]",
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="template_id.company_id", store=True, index="btree_not_null"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(
        string="What",
        required=True,
        translate=True,
        help="As the client reads it, e.g. Hours of design.",
    )
    kind = fields.Selection(
        selection=lambda self: self._selection_included("kind"),
        default="hours",
        required=True,
    )
    quantity = fields.Float(
        string="Included per period", digits="Product Unit", required=True
    )
    scope = fields.Selection(
        # projects are of one client: they are chosen on the contract
        selection=lambda self: [
            choice
            for choice in self._selection_included("scope")
            if choice[0] != "projects"
        ],
        string="Counts",
        default="no_budget",
        required=True,
        help="Jobs with a budget are usually paid apart from the fee.",
    )
    piece_type_ids = fields.Many2many(
        comodel_name="client.piece.type",
        relation="client_contract_template_included_type_rel",
        string="Piece types",
        help="Empty: pieces of all types.",
    )
    policy = fields.Selection(
        selection=lambda self: self._selection_included("policy"),
        string="What is not used",
        default="expire",
        required=True,
    )
    months = fields.Integer(
        default=1, help="How long the rest can be used, or how long a span is."
    )
    cap = fields.Float(
        string="Up to",
        digits="Product Unit",
        help="The most that is carried over; 0 for no limit.",
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Billed as",
        domain="[('sale_ok', '=', True)]",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Product of the extra; empty: that of the service.",
    )
    price_unit = fields.Float(
        string="Price of the extra",
        min_display_digits="Product Price",
        help="Per hour or piece, untaxed. 0: that of the product, if one is chosen; "
        "without product the extra is not billed.",
    )
    is_portal_visible = fields.Boolean(string="Shown on the portal", default=True)

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0 AND cap >= 0 AND price_unit >= 0)",
        "What is included, its limit and the price of the extra can't be negative.",
    )
    _months_positive = models.Constraint(
        "CHECK (policy = 'expire' OR months BETWEEN 1 AND 120)",
        "The rest can be used, or made up for, within 1 to 120 months.",
    )

    @api.model
    def _selection_included(self, name):
        """Return the choices that a contract has.

        :param str name: a field of client.contract.included
        """
        field = self.env["client.contract.included"]._fields[name]
        return field._description_selection(self.env)

    @api.constrains("line_id", "template_id")
    def _check_line_of_template(self):
        for record in self:
            if record.line_id.template_id != record.template_id:
                raise ValidationError(
                    self.env._(
                        "“%s” is a service of another template.",
                        record.line_id.display_name,
                    )
                )

    @api.model
    def default_get(self, fields):
        """Propose the first service of the template."""
        values = super().default_get(fields)
        template_id = values.get("template_id")
        if "line_id" in fields and template_id and not values.get("line_id"):
            template = self.env["client.contract.template"].browse(template_id)
            values["line_id"] = template.line_ids[:1].id
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Create; the template is that of the service unless it is given."""
        lines = self.env["client.contract.template.line"]
        for vals in vals_list:
            if vals.get("line_id") and not vals.get("template_id"):
                vals["template_id"] = lines.browse(vals["line_id"]).template_id.id
        return super().create(vals_list)

    def _prepare_included_values(self, line):
        """Return what a contract's service includes (hook).

        :param line: the client.contract.line made from this service
        """
        self.ensure_one()
        values = {
            name: self[name]
            for name in (
                "sequence",
                "name",
                "kind",
                "quantity",
                "scope",
                "policy",
                "months",
                "cap",
                "is_portal_visible",
            )
        }
        values.update(
            line_id=line.id,
            piece_type_ids=self.piece_type_ids.ids,
            product_id=self.product_id.id,
        )
        if self.price_unit:
            values["price_unit"] = self.price_unit
        return values
