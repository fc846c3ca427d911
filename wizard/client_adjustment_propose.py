"""Propose the price adjustments that are due."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.client_contract_adjustment import OPEN_STATES


class ClientAdjustmentPropose(models.TransientModel):
    """Up to which day, whose contracts, and how many there are."""

    _name = "client.adjustment.propose"
    _description = "Propose Price Adjustments"

    date_until = fields.Date(
        string="Due until",
        required=True,
        default=lambda self: self._default_date_until(),
        help="Contracts whose next adjustment is on this day or earlier.",
    )
    mine = fields.Boolean(string="Only my contracts")
    contract_ids = fields.Many2many(
        comodel_name="client.contract",
        string="Contracts due",
        compute="_compute_contract_ids",
    )
    contract_count = fields.Integer(compute="_compute_contract_ids")

    @api.model
    def _default_date_until(self):
        """Return the end of the next month: the letter goes out before."""
        today = fields.Date.context_today(self)
        return fields.Date.end_of(fields.Date.add(today, months=1), "month")

    @api.depends("date_until", "mine")
    def _compute_contract_ids(self):
        for wizard in self:
            contracts = wizard._get_contracts()
            wizard.contract_ids = contracts
            wizard.contract_count = len(contracts)

    def _get_contracts(self):
        """Return the contracts that the user sees and that wait for a proposal."""
        contracts = self.env["client.contract"]
        if not self.date_until:
            return contracts
        domain = contracts._get_adjustment_domain(self.date_until)
        # proposed already, but for those that waited for a value
        decided = [("state", "in", OPEN_STATES), ("problem_code", "=", False)]
        domain.append(("adjustment_ids", "not any", decided))
        if self.mine:
            domain.append(("responsible_id", "=", self.env.uid))
        return contracts.search(domain, order="adjustment_next_date, id")

    def action_confirm(self):
        """Create the proposals and open those that wait for a decision.

        :raise UserError: when no contract is due
        """
        self.ensure_one()
        contracts = self._get_contracts()
        if not contracts:
            raise UserError(
                self.env._(
                    "No contract is due a price adjustment until that day, or all "
                    "have their proposal already."
                )
            )
        contracts._propose_adjustments()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_price_adjustment_action"
        )
        action["context"] = {"search_default_open": 1}
        return action
