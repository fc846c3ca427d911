"""What a company does when a client goes beyond its credit limit."""

from odoo import fields, models

from .res_partner_credit import CREDIT_POLICIES


class ResCompany(models.Model):
    """Policy and approver, for clients that have none of their own."""

    _inherit = "res.company"

    client_credit_policy = fields.Selection(
        selection=CREDIT_POLICIES,
        string="Beyond the credit limit",
        default="tell",
        required=True,
        help="For clients that have no policy of their own.",
        groups="base.group_user",
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
        groups="base.group_user",
    )
    client_credit_group_id = fields.Many2one(
        comodel_name="res.groups",
        string="Approving group",
        ondelete="set null",
        help="Empty: administrators of Invoicing.",
        groups="base.group_user",
    )
