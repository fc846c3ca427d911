"""Contracts that take their prices from a price list."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientContract(models.Model):
    """Knows its client's price list, as a quotation does."""

    _inherit = "client.contract"

    pricelist_id = fields.Many2one(
        comodel_name="product.pricelist",
        string="Price list",
        compute="_compute_pricelist_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        ondelete="restrict",
        groups="base.group_user",
        help="Gives the services their prices when they are added. A running contract "
        "keeps its prices when the list changes.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("client_id", "company_id", "currency_id")
    def _compute_pricelist_id(self):
        for contract in self:
            if contract._origin and contract.state != "draft":
                # what was agreed stays
                contract.pricelist_id = contract.pricelist_id
                continue
            client = contract.client_id.with_company(contract.company_id)
            pricelist = client.property_product_pricelist
            if pricelist.currency_id != contract.currency_id:
                # the list for all clients is of no use in another currency; one that
                # this client was given is converted
                pricelist = client.specific_property_product_pricelist
            contract.pricelist_id = pricelist

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_update_prices(self):
        """Give the services of a draft the prices of its price list.

        :raise UserError: once the contract went to the client
        """
        for contract in self:
            if contract.state != "draft":
                raise UserError(
                    self.env._(
                        "The prices of %s were sent to the client: set it back to "
                        "draft, or adjust its prices.",
                        contract.display_name,
                    )
                )
        self.line_ids.filtered("product_id")._compute_price_unit()
