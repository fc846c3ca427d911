"""How a company renegotiates."""

from odoo import fields, models


class ResCompany(models.Model):
    """Accounts, taxes and usual terms of renegotiations."""

    _inherit = "res.company"

    client_renegotiation_journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Journal of renegotiations",
        domain="[('type', '=', 'general')]",
        groups="base.group_user",
    )
    client_renegotiation_interest_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Account of interest",
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        groups="base.group_user",
    )
    client_renegotiation_fine_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Account of fines",
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        groups="base.group_user",
    )
    client_renegotiation_discount_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Account of discounts",
        domain="[('account_type', 'in', ('expense', 'income', 'income_other'))]",
        groups="base.group_user",
    )
    client_renegotiation_tax_ids = fields.Many2many(
        comodel_name="account.tax",
        relation="res_company_client_renegotiation_tax_rel",
        string="Taxes on interest and fines",
        domain="[('type_tax_use', '=', 'sale')]",
        groups="base.group_user",
        help="With taxes, interest and fine get an invoice; without, they are lines of "
        "the renegotiation's entry.",
    )
    client_renegotiation_fine_percent = fields.Float(
        string="Usual fine (%)", digits=(16, 4), groups="base.group_user"
    )
    client_renegotiation_late_percent = fields.Float(
        string="Usual interest on what is late (%)",
        digits=(16, 6),
        groups="base.group_user",
    )
    client_renegotiation_plan_percent = fields.Float(
        string="Usual interest until paid (%)",
        digits=(16, 6),
        groups="base.group_user",
    )
    client_renegotiation_rate_unit = fields.Selection(
        selection=[("month", "per month"), ("day", "per day")],
        string="Usual interest counts",
        default="month",
        required=True,
        groups="base.group_user",
    )
    client_renegotiation_compound = fields.Boolean(
        string="Usual interest is compound", groups="base.group_user"
    )
    client_renegotiation_break_days = fields.Integer(
        string="Usual days of grace", default=5, groups="base.group_user"
    )
    client_renegotiation_break_count = fields.Integer(
        string="Usually broken by", default=1, groups="base.group_user"
    )
    client_renegotiation_break_effect = fields.Selection(
        selection=[
            ("keep", "The instalments stay; somebody decides"),
            ("restore", "The old items are due again, less what was paid"),
        ],
        string="Usually then",
        default="keep",
        required=True,
        groups="base.group_user",
    )
