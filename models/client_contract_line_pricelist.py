"""Prices of contract lines from the contract's price list."""

from odoo import api, fields, models


class ClientContractLine(models.Model):
    """Asks the price list for the price of the quantity agreed."""

    _inherit = "client.contract.line"

    @api.depends("product_id")
    def _compute_price_unit(self):
        listed = self.filtered(
            # sudo: a field for internal users only
            lambda line: line.product_id and line.contract_id.sudo().pricelist_id
        )
        for line in listed:
            line.price_unit = line._get_pricelist_price()
        return super(ClientContractLine, self - listed)._compute_price_unit()

    def _get_pricelist_price(self):
        """Return the price of the contract's list on its first day, before taxes."""
        self.ensure_one()
        contract = self.contract_id
        company = contract.company_id or self.env.company
        currency = contract.currency_id or company.currency_id
        day = contract.date_start or fields.Date.context_today(self)
        # sudo: as above; rules of a list the client was given
        price = contract.sudo().pricelist_id._get_product_price(
            self.product_id.with_company(company),
            self.quantity or 1.0,
            currency=currency,
            date=fields.Datetime.to_datetime(day),
        )
        return self.product_id._get_tax_included_unit_price(
            company,
            currency,
            day,
            "sale",
            product_price_unit=price,
            product_currency=currency,
        )
