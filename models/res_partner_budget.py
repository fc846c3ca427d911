"""Whether a client's people see its budgets on the portal."""

from odoo import fields, models

from .res_partner_portal import ACCESS


class ResPartner(models.Model):
    _inherit = "res.partner"

    client_budget_portal = fields.Selection(
        selection=ACCESS,
        string="Sees budgets on the portal",
        default="default",
        required=True,
        groups="base.group_user",
        help="Amounts, what is left, and the jobs and invoices behind it. Contacts who "
        "see only their own requests don't see budgets.",
    )

    def write(self, vals):
        """Write; what portal rules look at is cached."""
        result = super().write(vals)
        if "client_budget_portal" in vals:
            self.env.registry.clear_cache()
        return result

    def _is_budget_portal(self):
        """Tell whether the people of this client may see its budgets."""
        self.ensure_one()
        # sudo: an internal setting of the user's own client
        client = self.sudo()
        if client.client_budget_portal == "default":
            company = client.company_id or self.env.company
            return company.sudo().client_budget_portal_default  # sudo: as above
        return client.client_budget_portal == "yes"
