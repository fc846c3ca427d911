"""Company settings of Client Hub."""

from odoo import fields, models

from .res_partner_credit import CREDIT_POLICIES


class ResCompany(models.Model):
    """Defaults that a company chooses once."""

    _inherit = "res.company"

    client_portal_default = fields.Boolean(
        string="Clients may use the portal",
        default=True,
        help="For clients whose portal access is “As in the settings”.",
    )

    client_credit_policy = fields.Selection(
        selection=CREDIT_POLICIES,
        string="Beyond the credit limit",
        default="tell",
        required=True,
        help="For clients that have no policy of their own.",
    )
    client_credit_approver = fields.Selection(
        selection=[
            ("group", "A group of people"),
            ("manager", "The account manager's manager"),
        ],
        string="Credit approver",
        default="group",
        required=True,
        help="The manager as in the employee's record; without one, the group.",
    )
    client_credit_group_id = fields.Many2one(
        comodel_name="res.groups",
        string="Approving group",
        ondelete="set null",
        help="Empty: administrators of Invoicing.",
    )

    def write(self, vals):
        """Write; the portal's rules, cached per user, look at the setting."""
        result = super().write(vals)
        if "client_portal_default" in vals:
            self.env.registry.clear_cache()
        return result
