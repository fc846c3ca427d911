"""The price adjustment that a contract template presets."""

from odoo import models

from .client_adjustment_rule_mixin import RULE_FIELDS


class ClientContractTemplate(models.Model):
    """Gives new contracts its rule."""

    _name = "client.contract.template"
    _inherit = ["client.contract.template", "client.adjustment.rule.mixin"]

    def _prepare_contract_values(self, contract):
        values = super()._prepare_contract_values(contract)
        for name in RULE_FIELDS:
            values[name] = self._fields[name].convert_to_write(self[name], self)
        return values
