"""Products that only one client, or its group, may buy."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ProductTemplate(models.Model):
    """An exclusive product can't be sold or invoiced to anybody else."""

    _inherit = "product.template"

    client_exclusive_id = fields.Many2one(
        comodel_name="res.partner",
        string="Exclusive to",
        domain="[('is_client', '=', True)]",
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
        help="Only this client can buy it: in orders, contracts and invoices.",
    )
    client_exclusive_group = fields.Boolean(
        string="And to its group",
        groups="base.group_user",
        help="The companies of the client's group can buy it as well.",
    )
    client_usable_id = fields.Many2one(
        comodel_name="res.partner",
        string="Can be sold to",
        store=False,
        search="_search_client_usable_id",
        compute="_compute_client_usable_id",
        groups="base.group_user",
        help="To find the products that a client can buy.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("client_exclusive_id")
    def _compute_client_usable_id(self):
        for product in self:
            product.client_usable_id = product.client_exclusive_id

    @api.model
    def _search_client_usable_id(self, operator, value):
        """Return the domain of what some partners can buy.

        Without a partner only products that are nobody's are found.
        """
        if operator != "in":
            return NotImplemented
        ids = [key for key in value if isinstance(key, int) and key]
        # sudo: whose products these are is asked of the database, not shown
        partners = self.env["res.partner"].sudo().browse(ids).exists()
        return partners._get_exclusive_domain()

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("client_exclusive_id")
    def _check_client_exclusive(self):
        # sudo: checked whoever writes
        for product in self.sudo():
            client = product.client_exclusive_id
            if client and (
                not client.is_client or client != client.commercial_partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "“%s” is not a client: a product is exclusive to a client, not "
                        "to one of its contacts.",
                        client.display_name,
                    )
                )

    @api.constrains("client_exclusive_id", "client_exclusive_group")
    def _check_not_sold_to_others(self):
        """Refuse to make a product exclusive that others have in open documents."""
        for product in self.sudo().filtered("client_exclusive_id"):
            # sudo: all documents count, whoever may read them
            if others := product._find_other_buyers():
                raise ValidationError(
                    self.env._(
                        "“%(product)s” can't be exclusive to %(client)s: it is in "
                        "running contracts or open quotations of others (%(count)s).",
                        product=product.display_name,
                        client=product.client_exclusive_id.display_name,
                        count=len(others),
                    )
                )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _find_other_buyers(self):
        """Return the clients that may not buy it and have it in open documents."""
        self.ensure_one()
        variants = self.with_context(active_test=False).product_variant_ids
        lines = self.env["sale.order.line"].search(
            [
                ("product_id", "in", variants.ids),
                ("state", "in", ("draft", "sent")),
            ]
        )
        agreed = self.env["client.contract.line"].search(
            [
                ("product_id", "in", variants.ids),
                ("contract_id.state", "not in", ("ended", "cancelled")),
            ]
        )
        buyers = lines.order_id.partner_id.commercial_partner_id | agreed.client_id
        return buyers.filtered(lambda buyer: not self._is_usable_by(buyer))

    def _is_usable_by(self, partner):
        """Tell whether a partner may buy this product.

        :param partner: res.partner, a client or one of its contacts
        """
        self.ensure_one()
        # sudo: two fields of the product and the partner's place in its group
        product, partner = self.sudo(), partner.sudo()
        owner = product.client_exclusive_id
        if not owner:
            return True
        entity = partner.commercial_partner_id
        if entity == owner:
            return True
        return product.client_exclusive_group and (
            entity._get_group_top() == owner._get_group_top()
        )

    @api.model
    @api.private
    def _check_usable_by(self, products, partner):
        """Refuse products that are exclusive to another client.

        :param products: product.product records
        :param partner: res.partner of the document
        :raise ValidationError: names the product, never whose it is
        """
        # sudo: only whether it is exclusive
        exclusive = products.sudo().filtered("client_exclusive_id")
        for product in exclusive:
            if not product.product_tmpl_id._is_usable_by(partner):
                raise ValidationError(
                    self.env._(
                        "“%(product)s” is exclusive to another client and can't be "
                        "sold to %(client)s.",
                        product=product.sudo(False).display_name,
                        client=partner.commercial_partner_id.display_name
                        or self.env._("nobody in particular"),
                    )
                )

    @api.model
    def _get_usable_domain(self, partner):
        """Return the domain of the products that a partner may buy."""
        return Domain("client_usable_id", "=", partner.id)
