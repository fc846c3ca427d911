import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// An account manager opens a client and agrees a fee contract with it.
registry.category("web_tour.tours").add("client_hub_account_manager", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "the Clients app",
            trigger: '.o_app[data-menu-xmlid="client_hub.menu_root"]',
            run: "click",
        },
        {
            content: "what needs her today comes first",
            trigger: ".o_manager_block[data-block=requested]",
        },
        {
            trigger: 'button[data-menu-xmlid="client_hub.menu_clients"]',
            run: "click",
        },
        {
            trigger:
                '.dropdown-item[data-menu-xmlid="client_hub.res_partner_client_menu"]',
            run: "click",
        },
        {
            content: "the client",
            trigger: ".o_data_row td:contains('Azul Cosmetics')",
            run: "click",
        },
        {
            content: "who it is",
            trigger: "div[name=client_identity] .badge:contains('Lead')",
        },
        {
            content: "nothing but the open tab is loaded",
            trigger: ".o_notebook:not(:has(.o_client_hub_tab))",
        },
        {
            trigger: ".o_notebook a[name=client_contracts]",
            run: "click",
        },
        {
            content: "a new contract for this client",
            trigger: ".o_client_hub_tab .o_list_button_add",
            run: "click",
        },
        {
            trigger: "div[name=client_id] input:value('Azul Cosmetics')",
        },
        {
            trigger: "div[name=name] input",
            run: "edit Communication fee",
        },
        {
            trigger: "div[name=line_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: "div[name=line_ids] div[name=product_id] input",
            run: "edit Monthly fee",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Monthly fee')",
            run: "click",
        },
        {
            trigger: "div[name=amount_untaxed]:contains('1,000.00')",
        },
        ...stepUtils.saveForm(),
        {
            content: "the client said yes",
            trigger: "button[name=action_open_approval]",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains('Running')",
        },
        {
            content: "the coming year is there",
            trigger: ".o_notebook a[name=entries]",
            run: "click",
        },
        {
            trigger: "div[name=entry_ids] .o_data_row:contains('1,000.00')",
        },
        {
            content: "back on the client, the history knows",
            trigger: ".o_back_button, .breadcrumb-item a:contains('Azul Cosmetics')",
            run: "click",
        },
        {
            trigger: ".o_notebook a[name=client_history]",
            run: "click",
        },
        {
            trigger: ".o_client_hub_tab .o_data_row:contains('Communication fee')",
        },
    ],
});
