import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// An account manager proposes this year's prices, changes one, and applies them.
registry.category("web_tour.tours").add("client_hub_price_adjustment", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            trigger: '.o_app[data-menu-xmlid="client_hub.menu_root"]',
            run: "click",
        },
        {
            trigger: 'button[data-menu-xmlid="client_hub.menu_contracts"]',
            run: "click",
        },
        {
            trigger:
                '.dropdown-item[data-menu-xmlid="client_hub.client_price_adjustment_menu"]',
            run: "click",
        },
        {
            content: "propose what is due",
            trigger: ".o_control_panel button:contains('Propose')",
            run: "click",
        },
        {
            trigger: ".modal div[name=contract_ids]:contains('Communication fee')",
        },
        {
            content: "no calendar lies over the contracts",
            trigger: ".modal div[name=mine] input:focus",
        },
        {
            trigger: ".modal footer button[name=action_confirm]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_data_row td:contains('Azul Cosmetics')",
            run: "click",
        },
        {
            content: "another price than the rule's needs a reason",
            trigger: "div[name=line_ids] .o_data_row td[name=price_new]",
            run: "click",
        },
        {
            trigger: "div[name=line_ids] td[name=price_new] input",
            run: "edit 1080",
        },
        {
            trigger: "div[name=line_ids] td[name=reason] input",
            run: "edit Agreed with the client",
        },
        ...stepUtils.saveForm(),
        {
            trigger: "button[name=action_review]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains('Reviewed')",
        },
        {
            trigger: "button[name=action_apply]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains('Applied')",
        },
    ],
});
