import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const TAB = ".o_client_hub_tab";
const tab = (name) => ({
    trigger: `.o_notebook a[name=${name}]`,
    run: "click",
});
const fill = (name, value) => ({
    content: `${name}: ${value}`,
    trigger: `.o_form_view div[name=${name}] input`,
    run: `edit ${value}`,
});
const pick = (name, value) => [
    fill(name, value),
    {
        trigger: `.o-autocomplete--dropdown-item:contains('${value}'):not(:contains('Create'))`,
        run: "click",
    },
];
const save = stepUtils.saveForm();
let number = "";
const findBy = (what, text) => [
    {
        content: `by its ${what}`,
        trigger: ".o_searchview_input",
        run: ({ edit }) => edit(text || number),
    },
    {
        trigger: ".o_searchview_autocomplete .o-dropdown-item:contains('Client')",
        run: "click",
    },
    {
        trigger: `.o_searchview .o_facet_value:contains('${text || "C0"}')`,
    },
    {
        content: "the new client, and nobody else",
        trigger:
            ".o_list_view:not(:has(.o_data_row:contains('Azul Cosmetics'))) .o_data_row:contains('Nova Nurseries')",
    },
    {
        trigger: `.o_searchview_facet:contains('${text || "C0"}') .o_facet_remove`,
        run: "click",
    },
    {
        trigger: ".o_data_row:contains('Azul Cosmetics')",
    },
];

const identity = [
    {
        content: "no lead but those there were",
        trigger: ".o_client_hub_counters [data-counter=kind_lead]:contains('2')",
    },
    {
        trigger: ".o_list_button_add",
        run: "click",
    },
    {
        content: "a company that is a client",
        trigger: ".o_form_view .o_notebook a[name=client_overview].active",
    },
    {
        trigger: ".o_client_hub_overview:contains('Save the client')",
    },
    {
        trigger: ".o_form_view h1 div[name=name] input",
        run: "edit Nova Nurseries",
    },
    fill("phone", "+351 213 000 777"),
    fill("legal_name", "Nova Viveiros Lda"),
    fill("street_name", "Rua das Flores"),
    fill("street_number", "7"),
    fill("city", "Setúbal"),
    fill("zip", "2900-001"),
    ...pick("country_id", "Portugal"),
    fill("vat", "PT501442600"),
    ...pick("account_manager_id", "Hub Manager"),
    ...save,
    {
        content: "a number, and a lead so far",
        trigger: "div[name=client_identity]:contains('Lead') .badge:contains('C0')",
        run() {
            number = this.anchor.textContent.trim();
        },
    },
    {
        content: "what was typed stays",
        trigger: ".o_form_view div[name=zip] input:value('2900-001')",
    },
    {
        trigger:
            ".o_client_hub_health:contains('No jobs, invoices, budgets or messages')",
    },
];

const people = [
    tab("client_people"),
    {
        content: "an empty tab says what belongs there",
        trigger: `${TAB}:contains('No contacts yet')`,
    },
    {
        trigger: `${TAB} .o-kanban-button-new`,
        run: "click",
    },
    {
        trigger: ".o_form_view div[name=parent_id] input:value('Nova')",
    },
    {
        trigger: ".o_form_view h1 div[name=name] input",
        run: "edit Nuno Novo",
    },
    fill("email", "nuno@nova.example"),
    ...pick("client_role_ids", "Finance"),
    ...save,
    {
        trigger: ".o_breadcrumb a:contains('Nova Nurseries')",
        run: "click",
    },
    {
        content: "the card, on the tab that was left",
        trigger: `${TAB} .o_kanban_record:contains('Nuno Novo'):contains('Finance')`,
    },
];

const terms = [
    tab("client_terms"),
    {
        trigger: `${TAB}:contains('Nothing bought yet')`,
    },
    fill("client_payment_day", "10"),
    ...pick("property_payment_term_id", "30 Days"),
    fill("client_discount", "7.5"),
    ...save,
];

const addresses = [
    tab("client_addresses"),
    {
        content: "the main address, from the head of the form",
        trigger:
            ".o_client_hub_address:contains('Main'):contains('Rua das Flores 7'):contains('2900-001')",
    },
    {
        trigger: ".o_client_hub_address_add",
        run: "click",
    },
    {
        trigger: ".modal div[name=type] label:contains('Delivery')",
        run: "click",
    },
    {
        trigger: ".modal div[name=name] input",
        run: "edit Greenhouse",
    },
    {
        trigger: ".modal div[name=street_name] input",
        run: "edit Estrada do Campo",
    },
    {
        trigger: ".modal div[name=city] input",
        run: "edit Palmela",
    },
    {
        trigger: ".modal .o_form_button_save",
        run: "click",
    },
    {
        trigger:
            ".o_client_hub_address:contains('Delivery'):contains('Greenhouse'):contains('Palmela')",
    },
];

const DATES = `${TAB}:has(th[data-name=recurrence])`;
const profile = [
    tab("client_profile"),
    {
        trigger: ".o_property_field[property-name=audience] textarea",
        run: "edit Gardeners && press Tab",
    },
    ...save,
    {
        trigger: `.o_client_hub_dates ${TAB}:contains('No dates here')`,
    },
    {
        trigger: ".o_client_hub_dates .o_list_button_add",
        run: "click",
    },
    {
        trigger: `${DATES} .o_selected_row [name=name] input`,
        run: "edit Spring market",
    },
    {
        trigger: `${DATES} .o_list_button_save`,
        run: "click",
    },
    {
        trigger: `${DATES} .o_data_row:contains('Spring market'):not(.o_selected_row)`,
    },
];

const diary = [
    tab("client_files"),
    {
        trigger: `${TAB}:contains('No files yet')`,
    },
    tab("client_activities"),
    {
        trigger: ".o_client_hub_add_activity",
        run: "click",
    },
    {
        trigger:
            ".modal div[name=activity_type_id] .o_selection_badge:contains('Call')",
        run: "click",
    },
    {
        trigger: ".modal div[name=summary] input",
        run: "edit Welcome call",
    },
    {
        trigger: ".modal footer button[name=action_schedule_activities]",
        run: "click",
    },
    {
        trigger: `${TAB} .o_data_row:contains('Welcome call'):contains('Call')`,
    },
];

const overview = [
    tab("client_overview"),
    {
        content: "the call is the next date",
        trigger: ".o_client_hub_card_dates li:contains('Welcome call')",
    },
    {
        trigger: ".o_client_hub_card_waiting:contains('Nobody waits for anybody')",
    },
    tab("client_history"),
    {
        content: "who did what is on record",
        trigger: `${TAB} .o_data_row:contains('Hub Manager'):contains('Payment day: 10')`,
    },
];

// An account manager enters a new client, from its name to its first call.
registry.category("web_tour.tours").add("client_hub_new_client", {
    url: "/odoo/clients",
    steps: () => [
        ...identity,
        ...people,
        ...terms,
        ...addresses,
        ...profile,
        ...diary,
        ...overview,
        {
            trigger: ".o_breadcrumb a:contains('Clients')",
            run: "click",
        },
        {
            content: "one lead more",
            trigger: ".o_client_hub_counters [data-counter=kind_lead]:contains('3')",
        },
        ...findBy("number"),
        ...findBy("city", "Setúbal"),
        ...findBy("phone", "213 000 777"),
        ...findBy("tax id", "501442600"),
    ],
});

// Creation reads clients; it makes none.
registry.category("web_tour.tours").add("client_hub_no_new_client", {
    url: "/odoo/clients",
    steps: () => [
        {
            trigger: ".o_list_view:not(:has(.o_list_button_add)) .o_data_row",
        },
    ],
});
