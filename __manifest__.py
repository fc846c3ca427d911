{
    "name": "Client Hub",
    "summary": "The complete client record: contracts, budgets, jobs, approvals, history",
    "version": "19.0.1.0.0",
    "category": "Sales/Client Hub",
    "author": "Client Hub contributors",
    "license": "LGPL-3",
    "depends": [
        "contacts",
        "account",
        "base_vat",
        "analytic",
        "sale_management",
        "project",
        "hr_timesheet",
        "sale_project",
        "portal",
    ],
    "data": [
        # security
        "security/client_hub_groups.xml",
        "security/ir.model.access.csv",
        "security/client_hub_security.xml",
        "security/client_budget_security.xml",
        "security/client_job_security.xml",
        "security/client_piece_security.xml",
        # data
        "data/ir_sequence_data.xml",
        "data/client_job_data.xml",
        "data/client_piece_mail_template.xml",
        # views
        "views/client_hub_menus.xml",
        "views/res_partner_views.xml",
        "views/client_history_views.xml",
        "views/client_wall_member_views.xml",
        "views/client_configuration_views.xml",
        "views/res_config_settings_views.xml",
        # portal
        "views/client_portal_templates.xml",
        "views/client_job_templates.xml",
        "views/client_job_form_templates.xml",
        "views/client_piece_templates.xml",
        # menus last: they name the actions above
        "views/client_hub_client_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "client_hub/static/src/scss/client_hub.scss",
            "client_hub/static/src/components/**/*",
        ],
        "web.assets_frontend": [
            "client_hub/static/src/scss/client_portal.scss",
            "client_hub/static/src/interactions/**/*",
        ],
        "web.assets_tests": [
            "client_hub/static/tests/tours/**/*",
        ],
    },
    "application": True,
    "installable": True,
}
