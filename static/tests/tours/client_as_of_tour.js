import { registry } from "@web/core/registry";

const page = ".o_field_widget[name=page]";

// An account manager looks at a client as it was, and at what changed since.
registry.category("web_tour.tours").add("client_hub_as_of", {
    steps: () => [
        {
            trigger: ".o_notebook a[name=client_history]",
            run: "click",
        },
        {
            content: "what was created has thirty lines: the list shows the first ones",
            trigger:
                ".o_notebook .o_data_row .o_client_hub_summary:contains('Currency')",
            run({ anchor }) {
                const lines = anchor.scrollHeight / anchor.clientHeight;
                if (lines < 3) {
                    throw new Error("The list shows all that the entry says");
                }
            },
        },
        {
            trigger: "button[name=action_client_as_of]",
            run: "click",
        },
        {
            content:
                "a month ago: the old city, the contact that left since, the old price",
            trigger: `${page} .o_client_hub_as_of_mark:contains('read-only')`,
        },
        {
            trigger: `${page} .o_client_hub_as_of_identity:contains('Lisbon')`,
        },
        {
            trigger: `${page} .o_client_hub_as_of_contacts:contains('Gil Gone')`,
        },
        {
            trigger: `${page} .o_client_hub_as_of_contracts:contains('1,000.00')`,
        },
        {
            trigger: `${page}:not(:has(input, button, [contenteditable=true]))`,
        },
        {
            content: "beside today: only what changed",
            trigger: "button[name=action_compare_today]",
            run: "click",
        },
        {
            trigger: `${page} .o_client_hub_as_of_identity tr:contains('Lisbon'):contains('Porto')`,
        },
        {
            trigger: `${page} .o_client_hub_as_of_contacts:contains('Gil Gone'):contains('Removed')`,
        },
        {
            trigger: `${page}:not(:contains('Same Street 7'))`,
        },
        {
            content: "all of it",
            trigger: ".o_field_widget[name=only_differences] input",
            run: "click",
        },
        {
            trigger: `${page}:contains('Same Street 7')`,
        },
        {
            content: "a day to come is refused beside the field, and nothing is lost",
            trigger:
                ".o_field_widget[name=compare_date] input, .o_field_widget[name=compare_date] button",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=compare_date] input",
            run: "edit 01/01/2099 && press Enter",
        },
        {
            trigger: `${page}:contains('Choose a day that is not in the future.')`,
        },
        {
            trigger:
                ".o_field_widget[name=compare_date] input, .o_field_widget[name=compare_date] button",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=compare_date] input",
            run: "edit && press Enter",
        },
        {
            trigger: `${page}:contains('Lisbon'):not(:contains('Porto'))`,
        },
        {
            content: "what happened since",
            trigger: "button[name=action_open_history]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('Porto')",
        },
        {
            trigger: ".breadcrumb-item a:contains('As of')",
            run: "click",
        },
        {
            trigger: `${page} .o_client_hub_as_of_identity:contains('Lisbon')`,
        },
    ],
});
