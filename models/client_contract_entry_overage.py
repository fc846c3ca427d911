"""Entries of what was consumed beyond the included."""

from odoo import api, fields, models


class ClientContractEntry(models.Model):
    """Knows the period whose extra it bills, and says why there is any."""

    _inherit = "client.contract.entry"

    consumption_id = fields.Many2one(
        comodel_name="client.contract.consumption",
        string="Included period",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    @api.model
    def _get_overage_taxes(self, line, product, company):
        """Return the taxes of some extra, before the fiscal position."""
        if product and product != line.product_id:
            return product._get_client_contract_taxes(company)
        return line.tax_ids

    def _get_taxes(self):
        self.ensure_one()
        if self.kind == "overage" and self.line_id:
            return self._get_overage_taxes(
                self.line_id, self.product_id, self.company_id
            )
        return super()._get_taxes()

    def _get_derivation_formula(self, data):
        text = super()._get_derivation_formula(data)
        if overage := data.get("overage"):
            text += "\n" + self._get_derivation_overage(overage)
        return text

    def _get_derivation_overage(self, data):
        """Return e.g. ``Consumed 25 h: 20 h included, 2 h carried over, 3 h extra``."""
        unit = self.env._("h") if data["kind"] == "hours" else self.env._("pieces")
        text = self.env._(
            "Consumed %(consumed)s %(unit)s: %(included)s included, %(carried)s "
            "carried over, %(extra)s extra",
            unit=unit,
            **{
                name: self._format_number(data[name])
                for name in ("consumed", "included", "carried", "extra")
            },
        )
        if data.get("settled"):
            text += ", " + self.env._(
                "%s entered before", self._format_number(data["settled"])
            )
        return text
