import { registry } from "@web/core/registry";
import { chooseCustomersMenu, openCustomersMenu } from "./invoicing_tools";

// An accountant finds who pays late in Odoo's own list, renegotiates it, sends the
// statement and looks at the client's Billing tab: all from Invoicing's menus.
registry.category("web_tour.tours").add("client_hub_billing_legend", {
    url: "/odoo",
    steps: () => [
        ...openCustomersMenu("account.menu_action_move_out_invoice_type"),
        {
            content: "the legend is a column, with its word",
            trigger:
                ".o_data_row:contains('Azul Cosmetics') [name=client_legend]:contains('Due later')",
        },
        {
            trigger:
                ".o_data_row:contains('Azul Cosmetics') [name=client_legend]:contains('Paid late')",
        },
        {
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            trigger: ".o_filter_menu .o_menu_item:contains('Overdue')",
            run: "click",
        },
        {
            trigger: ".o_group_by_menu .o_menu_item:contains('Legend')",
            run: "click",
        },
        {
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            trigger: ".o_list_view:not(:has(.o_group_header:contains('Paid late')))",
        },
        {
            trigger: ".o_group_header:contains('Overdue (1)')",
            run: "click",
        },
        {
            content: "to be paid in another way",
            trigger:
                ".o_data_row:contains('Azul Cosmetics') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_cp_action_menus .dropdown-toggle:contains('Actions')",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item:contains('Renegotiate')",
            run: "click",
        },
        {
            trigger: "div[name=item_ids] .o_data_row:contains('1,000.00')",
        },
        {
            trigger: "div[name=total]:contains('1,000.00')",
        },
        // what the client reads of it: the statement
        ...chooseCustomersMenu("client_hub.client_statement_menu_accounting"),
        {
            trigger: ".modal div[name=client_ids] input",
            run: "edit Azul",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Azul Cosmetics')",
            run: "click",
        },
        {
            trigger:
                ".modal:has(div[name=client_ids] .o_tag:contains('Azul Cosmetics')) button[name=action_statement_send]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('1 statement')",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        ...chooseCustomersMenu("account.menu_account_customer"),
        {
            trigger: ".o_data_row:contains('Azul Cosmetics') .o_data_cell:first",
            run: "click",
        },
        {
            trigger: ".o_notebook .nav-link[name=client_billing]",
            run: "click",
        },
        {
            content: "what was billed, and the same legend",
            trigger: ".o_client_hub_billing_total:contains('1,250.00')",
        },
        {
            trigger:
                ".o_client_hub_billing .o_data_row [name=client_legend]:contains('Overdue')",
        },
        {
            trigger: ".o_client_hub_billing [data-list=orders]",
            run: "click",
        },
        {
            trigger: ".o_client_hub_billing .o_data_row:contains('Quotation')",
        },
        {
            content: "an order is changed over the client",
            trigger:
                ".o_client_hub_billing .o_data_row button[name=action_open_client_dialog]",
            run: "click",
        },
        {
            trigger: ".modal .o_notebook .nav-link[name=other_information]",
            run: "click",
        },
        {
            trigger: ".modal div[name=client_order_ref] input",
            run: "edit PO 77",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});
