"""Products on contracts."""

from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_client_contract_taxes(self, company):
        """Return the product's sale taxes in a company, as an invoice takes them.

        :param company: res.company
        """
        taxes = self.taxes_id.filtered_domain(
            self.env["account.tax"]._check_company_domain(company)
        )
        return taxes._filter_taxes_by_company(company)
