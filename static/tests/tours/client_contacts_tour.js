import { registry } from "@web/core/registry";

const TAB = ".o_client_hub_tab .o_kanban_view";
const card = (name) => `${TAB} .o_kanban_record:contains('${name}')`;

// An account manager writes one e-mail to two people.
registry.category("web_tour.tours").add("client_hub_contacts", {
    steps: () => [
        {
            trigger: ".o_notebook a[name=client_people]",
            run: "click",
        },
        {
            content: "cards with role and company",
            trigger: `${card("Rita Receipts")}:contains('Finance'):contains('Azul')`,
        },
        {
            content: "filter by role",
            trigger:
                ".o_search_panel .o_search_panel_filter_value:contains('Finance') input",
            run: "click",
        },
        {
            trigger: `${TAB}:not(:has(.o_kanban_record:contains('Paula Azul')))`,
        },
        {
            trigger:
                ".o_search_panel .o_search_panel_filter_value:contains('Finance') input",
            run: "click",
        },
        {
            trigger: `${card("Paula Azul")} .o_client_hub_contact_tick`,
            run: "click",
        },
        {
            trigger: `${card("Rita Receipts")} .o_client_hub_contact_tick`,
            run: "click",
        },
        {
            trigger: `${TAB} .o_selection_container:contains('2')`,
        },
        {
            trigger: "button[name=action_client_mail]:contains('Send e-mail')",
            run: "click",
        },
        {
            trigger: ".modal div[name=subject] input",
            run: "edit To both",
        },
        {
            trigger: ".modal div[name=body] .odoo-editor-editable",
            run: "editor We moved.",
        },
        {
            trigger: ".modal button[name=action_send_mail]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});

const BACK = ".o_breadcrumb .o_back_button a, .o_breadcrumb .breadcrumb-item a";
const name = (value) => [
    {
        trigger: ".o_client_hub_tab .o-kanban-button-new",
        run: "click",
    },
    {
        content: "its company is known",
        trigger: ".o_form_view div[name=parent_id] input:value(Azul)",
    },
    {
        trigger: ".o_form_view h1 div[name=name] input",
        run: `edit ${value}`,
    },
];

// An account manager adds contacts, and finds their cards when he comes back.
registry.category("web_tour.tours").add("client_hub_contact_add", {
    steps: () => [
        {
            trigger: ".o_notebook a[name=client_people]",
            run: "click",
        },
        ...name("Nadia Newcomer"),
        {
            trigger: ".o_form_button_save:visible",
            run: "click",
        },
        {
            trigger: ".o_breadcrumb:contains('Nadia Newcomer')",
        },
        {
            trigger: BACK,
            run: "click",
        },
        {
            content: "the card is there, on the tab that was left",
            trigger: card("Nadia Newcomer"),
        },
        ...name("Hugo Hurry"),
        {
            content: "back without saving: Odoo saves by itself",
            trigger: BACK,
            run: "click",
        },
        {
            trigger: card("Hugo Hurry"),
        },
    ],
});

const selectRita = [
    {
        trigger: ".o_notebook a[name=client_people]",
        run: "click",
    },
    {
        trigger: `${card("Rita Receipts")} .o_client_hub_contact_tick`,
        run: "click",
    },
    {
        trigger: "button[name=action_client_mail]:contains('Send e-mail')",
    },
];

// With Email Marketing: a selected contact goes to a mailing list.
registry.category("web_tour.tours").add("client_hub_mailing_list", {
    steps: () => [
        ...selectRita,
        {
            trigger: "button[name=action_client_mailing_list]",
            run: "click",
        },
        {
            trigger: ".modal div[name=new_name] input",
            run: "edit Friends of Azul",
        },
        {
            trigger: ".modal button[name=action_add]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('1 of 1 contacts added')",
        },
    ],
});

// Without it nobody is shown what does not work.
registry.category("web_tour.tours").add("client_hub_no_mailing_list", {
    steps: () => [
        ...selectRita,
        {
            trigger: "body:not(:has(button[name=action_client_mailing_list]))",
        },
    ],
});
