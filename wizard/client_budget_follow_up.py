from odoo import fields, models
from odoo.exceptions import UserError


class ClientBudgetFollowUp(models.TransientModel):
    """Asks which budgets the printed follow-up shows."""

    _name = "client.budget.follow.up"
    _inherit = ["client.guard.mixin"]
    _description = "Print Budget Follow-up"

    client_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Clients",
        domain="[('is_client', '=', True)]",
        help="Empty: all clients.",
    )
    campaign = fields.Char(help="A part of it is enough.")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="Until")
    status = fields.Selection(
        selection=[
            ("running", "Running"),
            ("closed", "Closed"),
            ("all", "Running and closed"),
        ],
        default="running",
        required=True,
    )

    # === ACTION METHODS === #

    def action_print(self):
        """Return the printed follow-up.

        :raise UserError: the period ends before it begins, or nothing is found
        """
        self.ensure_one()
        budgets = self.env["client.budget"].search(self._get_domain())
        if not budgets:
            raise UserError(self.env._("No budget fits these filters."))
        report = self.env.ref("client_hub.action_report_client_budget_follow_up")
        return report.report_action(budgets)

    def action_open(self):
        """Return the list of the same budgets."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_budget_action"
        )
        action["domain"] = self._get_domain()
        action["context"] = {}
        return action

    # === BUSINESS METHODS === #

    def _get_domain(self):
        """Return the domain of the budgets that were asked for."""
        if self.date_from and self.date_to and self.date_to < self.date_from:
            raise UserError(self.env._("The period ends before it begins."))
        states = ("running", "closed") if self.status == "all" else (self.status,)
        domain = [("state", "in", states)]
        if self.client_ids:
            domain.append(("client_id", "in", self.client_ids.ids))
        if campaign := (self.campaign or "").strip():
            domain.append(("campaign", "ilike", campaign))
        # a budget without an end goes on
        if self.date_from:
            domain += [
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", self.date_from),
            ]
        if self.date_to:
            domain += [
                "|",
                ("date_start", "=", False),
                ("date_start", "<=", self.date_to),
            ]
        return domain
