{
    "name": "Client Hub",
    "summary": "The complete client record: contracts, jobs, approvals, history",
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
        "security/client_contract_security.xml",
        # data
        "data/ir_sequence_data.xml",
        # reports
        "report/client_reports.xml",
        "report/client_history_templates.xml",
        "report/billing_statement_templates.xml",
        # wizards
        "wizard/client_report_wizard_views.xml",
        # reports before the mails that attach them
        "report/client_contract_reports.xml",
        "report/client_contract_templates.xml",
        "data/client_contract_data.xml",
        "data/client_contract_mail_template_data.xml",
        # views
        "views/client_hub_menus.xml",
        "views/res_partner_views.xml",
        "views/client_history_views.xml",
        "views/client_wall_member_views.xml",
        "views/client_configuration_views.xml",
        "views/res_config_settings_views.xml",
        # contracts and billing
        "wizard/client_contract_wizard_views.xml",
        "views/client_contract_views.xml",
        "views/client_contract_entry_views.xml",
        "views/client_contract_template_views.xml",
        "views/client_billing_run_views.xml",
        "views/account_move_contract_views.xml",
        "views/res_partner_contract_views.xml",
        "views/client_contract_portal_templates.xml",
        # menus last: they name the actions above
        "views/client_hub_client_menus.xml",
        "views/client_contract_menus.xml",
    ],
    "demo": [
        "demo/res_users_demo.xml",
        "demo/res_partner_demo.xml",
        "demo/client_contract_demo.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "client_hub/static/src/scss/client_hub.scss",
            "client_hub/static/src/components/**/*",
            "client_hub/static/src/views/**/*",
        ],
    },
    "uninstall_hook": "uninstall_hook",
    "application": True,
    "installable": True,
}
