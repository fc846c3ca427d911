"""Switches of the client record: what is off shows nowhere, and nothing is deleted."""

from odoo import fields, models

EMPLOYEES = "base.group_user"
# the portal shows it too
EVERYBODY = "base.group_user,base.group_portal"


class ResConfigSettings(models.TransientModel):
    """A switch is a group that everybody is in, or nobody."""

    _inherit = "res.config.settings"

    group_feature_contracts = fields.Boolean(
        string="Contracts",
        implied_group="client_hub.group_feature_contracts",
        group=EVERYBODY,
    )
    group_feature_budgets = fields.Boolean(
        string="Budgets",
        implied_group="client_hub.group_feature_budgets",
        group=EVERYBODY,
    )
    group_feature_jobs = fields.Boolean(
        string="Jobs and pieces",
        implied_group="client_hub.group_feature_jobs",
        group=EVERYBODY,
    )
    group_feature_profile = fields.Boolean(
        string="Profile",
        implied_group="client_hub.group_feature_profile",
        group=EMPLOYEES,
    )
    group_feature_terms = fields.Boolean(
        string="Additional information",
        implied_group="client_hub.group_feature_terms",
        group=EMPLOYEES,
    )
    group_feature_products = fields.Boolean(
        string="Exclusive products",
        implied_group="client_hub.group_feature_products",
        group=EMPLOYEES,
    )
    group_feature_activities = fields.Boolean(
        string="Activities",
        implied_group="client_hub.group_feature_activities",
        group=EMPLOYEES,
    )
    group_feature_files = fields.Boolean(
        string="Files",
        implied_group="client_hub.group_feature_files",
        group=EMPLOYEES,
    )
