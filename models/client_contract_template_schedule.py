"""Broken periods and due dates of the contracts made from a template."""

from odoo import api, models
from odoo.exceptions import ValidationError

from .client_schedule_mixin import OTHER_DUE_RULES


class ClientContractTemplate(models.Model):
    """Presets how a contract's periods are billed and fall due."""

    _name = "client.contract.template"
    _inherit = ["client.contract.template", "client.schedule.mixin"]

    @api.constrains("due_rule", "due_day")
    def _check_due_rule(self):
        for template in self:
            if template.due_rule == "day" and not template.due_day:
                raise ValidationError(
                    self.env._(
                        "Choose the day of the month on which “%s” falls due, from 1 "
                        "to 31.",
                        template.name,
                    )
                )

    def _prepare_contract_values(self, contract):
        values = super()._prepare_contract_values(contract)
        values.update({name: self[name] for name in self._schedule_settings()})
        # what the client agreed on counts more than what is usual
        rule = self.due_rule
        if rule not in OTHER_DUE_RULES:
            rule = "day" if values["due_day"] else "period"
        values["due_rule"] = rule
        return values
