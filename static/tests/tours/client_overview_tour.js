import { registry } from "@web/core/registry";

const counter = (name) => `.o_client_hub_counters [data-counter=${name}]`;

// An account manager looks for leads, then how a client is, and what is behind it.
registry.category("web_tour.tours").add("client_hub_overview", {
    url: "/odoo/clients",
    steps: () => [
        {
            content: "one lead more than there are clients",
            trigger: `${counter("kind_lead")}:not(.active)`,
            run: "click",
        },
        {
            content: "the counter is chosen, and so is its filter",
            trigger: `${counter("kind_lead")}.active[aria-pressed=true]`,
        },
        {
            trigger: ".o_facet_value:contains('Leads')",
        },
        {
            trigger: ".o_data_row:contains('Brisa Foods')",
        },
        {
            trigger: ".o_list_view:not(:has(.o_data_row:contains('Azul Cosmetics')))",
        },
        {
            content: "another counter takes its place",
            trigger: counter("kind_client"),
            run: "click",
        },
        {
            trigger: ".o_list_view:not(:has(.o_data_row:contains('Brisa Foods')))",
        },
        {
            trigger: ".o_searchview:not(:has(.o_facet_value:contains('Leads')))",
        },
        {
            content: "a second click shows all clients again",
            trigger: `${counter("kind_client")}.active`,
            run: "click",
        },
        {
            trigger: ".o_data_row:contains('Brisa Foods')",
        },
        {
            trigger: ".o_facet_value:contains('Clients')",
        },
        {
            trigger: ".o_data_row td:contains('Azul Cosmetics')",
            run: "click",
        },
        {
            content: "what is wrong, in a sentence",
            trigger:
                ".o_client_hub_health[data-level=attention]:contains('An invoice is overdue since')",
        },
        {
            trigger: ".o_client_hub_health button:contains('How is this judged?')",
            run: "click",
        },
        {
            trigger: ".o_client_hub_health:contains('Oldest overdue invoice')",
        },
        {
            trigger: ".o_client_hub_card_waiting [data-row=us]",
            run: "click",
        },
        {
            content: "the request itself, in Odoo's own list",
            trigger: ".o_last_breadcrumb_item:contains('Waiting for us')",
        },
        {
            trigger: ".o_kanban_record:contains('A request')",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item a:contains('Azul Cosmetics')",
            run: "click",
        },
        {
            trigger: ".o_client_hub_card_billing [data-figure=overdue]",
            run: "click",
        },
        {
            trigger: ".o_last_breadcrumb_item:contains('Overdue')",
        },
        {
            trigger: ".o_list_view .o_data_row",
        },
    ],
});
