import { registry } from "@web/core/registry";

const DATES = ".o_client_hub_tab:has(th[data-name=recurrence])";
const FILES = ".o_client_hub_files";

// An account manager answers a question, notes a date and adds a file.
registry.category("web_tour.tours").add("client_hub_profile", {
    steps: () => [
        {
            trigger: ".o_notebook a[name=client_profile]",
            run: "click",
        },
        {
            content: "questions stand under their heading",
            trigger: ".o_field_property_group_label:contains('Brand')",
        },
        {
            trigger: ".o_property_field[property-name=audience] textarea",
            run: "edit Night owls && press Tab",
        },
        {
            content: "nobody but administrators changes questions",
            trigger:
                ".o_notebook:not(:has(button:contains('Change the questions'))):not(:has(.o_field_property_open_popover))",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible",
        },
        {
            trigger: `${DATES} .o_list_button_add`,
            run: "click",
        },
        {
            trigger: `${DATES} .o_selected_row [name=name] input`,
            run: "edit Opening day",
        },
        {
            trigger: `${DATES} .o_list_button_save`,
            run: "click",
        },
        {
            trigger: `${DATES} .o_data_row:contains('Opening day'):not(.o_selected_row)`,
        },
        {
            trigger: `${FILES} .o_client_hub_files_upload`,
            run() {
                const transfer = new DataTransfer();
                const file = new File(["blue"], "colours.txt", { type: "text/plain" });
                transfer.items.add(file);
                const input = document.querySelector(`${FILES} input[type=file]`);
                input.files = transfer.files;
                input.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        {
            trigger: ".modal .o_client_hub_files_kind:not(:contains('No kind'))",
        },
        {
            trigger: ".modal .o_client_hub_files_confirm",
            run: "click",
        },
        {
            trigger: `${FILES} .o_data_row:contains('colours.txt')`,
        },
    ],
});

// Somebody remembers what a client said, not its name.
registry.category("web_tour.tours").add("client_hub_profile_search", {
    steps: () => [
        {
            trigger: ".o_searchview_input",
            run: "edit beekeepers",
        },
        {
            trigger:
                ".o_searchview_autocomplete .o-dropdown-item:contains('Profile answers')",
            run: "click",
        },
        {
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains('Brisa'))) .o_data_row:contains('Azul')",
        },
    ],
});
