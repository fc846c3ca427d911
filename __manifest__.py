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
        # reports
        "report/client_budget_reports.xml",
        "report/client_piece_reports.xml",
        # views
        "views/client_hub_menus.xml",
        "views/res_partner_views.xml",
        "views/client_history_views.xml",
        "views/client_wall_member_views.xml",
        "views/client_configuration_views.xml",
        "views/res_config_settings_views.xml",
        # budgets, jobs and pieces
        "views/client_budget_views.xml",
        "views/client_job_template_views.xml",
        "views/client_piece_views.xml",
        "views/project_task_views.xml",
        "views/client_job_views.xml",
        "views/res_partner_jobs_views.xml",
        # menus last: they name the actions above
        "views/client_hub_client_menus.xml",
        "views/client_jobs_menus.xml",
    ],
    "demo": [
        "demo/res_users_demo.xml",
        "demo/res_partner_demo.xml",
        "demo/client_job_template_demo.xml",
        "demo/client_budget_demo.xml",
        "demo/client_job_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "client_hub/static/src/scss/client_hub.scss",
            "client_hub/static/src/scss/client_hub_talk.scss",
            "client_hub/static/src/components/**/*",
        ],
    },
    "application": True,
    "installable": True,
}
