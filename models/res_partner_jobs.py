from odoo import fields, models

from .account_move_contract import CONTRACT_READERS


class ResPartner(models.Model):
    """Budgets and jobs on the client's form."""

    _inherit = "res.partner"

    client_job_template_id = fields.Many2one(
        comodel_name="client.job.template",
        string="Job template",
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help="Preset when a job of this client is opened.",
    )
    client_budget_ids = fields.One2many(
        comodel_name="client.budget",
        inverse_name="client_id",
        string="Budgets",
        groups="client_hub.group_traffic",
    )
    client_budget_count = fields.Integer(
        compute="_compute_client_budget_count",
        # whoever sees the smart button, accountants included
        groups=f"client_hub.group_traffic,{CONTRACT_READERS}",
    )
    client_job_ids = fields.One2many(
        comodel_name="client.job",
        inverse_name="client_id",
        string="Jobs",
        groups="client_hub.group_user",
    )
    client_job_open_count = fields.Integer(
        string="Open jobs",
        compute="_compute_client_job_open_count",
        groups="client_hub.group_user",
    )

    # === COMPUTE METHODS === #

    def _compute_client_budget_count(self):
        counts = dict(
            self.env["client.budget"]._read_group(
                [("client_id", "in", self.ids), ("state", "=", "running")],
                ["client_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.client_budget_count = counts.get(partner, 0)

    def _compute_client_job_open_count(self):
        counts = dict(
            self.env["client.job"]._read_group(
                [
                    ("client_id", "in", self.ids),
                    ("state", "not in", ("draft", "done", "refused", "cancelled")),
                ],
                ["client_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.client_job_open_count = counts.get(partner, 0)

    # === ACTION METHODS === #

    def action_open_client_budgets(self):
        """Open the budgets of the client."""
        return self._get_client_action("client_hub.client_budget_action")

    def action_open_client_jobs(self):
        """Open the jobs of the client."""
        return self._get_client_action("client_hub.client_job_action")

    def _get_client_action(self, xmlid):
        """Return an action restricted to this client."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        client = self.commercial_partner_id
        action["domain"] = [("client_id", "=", client.id)]
        action["context"] = {"default_client_id": client.id}
        return action
