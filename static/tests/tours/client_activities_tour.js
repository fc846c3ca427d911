import { registry } from "@web/core/registry";

const TAB = ".o_client_hub_activities";

// An account manager closes a task, plans a call, and finds what is closed.
registry.category("web_tour.tours").add("client_hub_activities", {
    steps: () => [
        {
            trigger: ".o_notebook a[name=client_activities]",
            run: "click",
        },
        {
            content: "the late task is done",
            trigger: `${TAB} .o_data_row:contains('Send the offer') button[name=action_done]`,
            run: "click",
        },
        {
            content: "done: no longer open",
            trigger: `${TAB}:not(:has(.o_data_row:contains('Send the offer')))`,
        },
        {
            trigger: `${TAB} .o_client_hub_add_activity`,
            run: "click",
        },
        {
            trigger: ".modal div[name=summary] input",
            run: "edit Ring Paula",
        },
        {
            trigger: ".modal footer button[name=action_schedule_activities]",
            run: "click",
        },
        {
            content: "it is in the list at once",
            trigger: `${TAB} .o_data_row:contains('Ring Paula')`,
        },
        {
            content: "all: without the filters",
            trigger: `${TAB} .o_searchview .o_facet_remove`,
            run: "click",
        },
        {
            trigger: `${TAB} .o_data_row:contains('Send the offer'):contains('Closed')`,
        },
        {
            content: "a click opens it in Odoo's own dialog",
            trigger: `${TAB} .o_data_row:contains('Ring Paula') td[name=name]`,
            run: "click",
        },
        {
            trigger: ".modal div[name=summary] input:value('Ring Paula')",
        },
        {
            trigger: ".modal footer button[special=cancel]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});
