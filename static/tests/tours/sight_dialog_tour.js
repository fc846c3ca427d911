import { registry } from "@web/core/registry";

const ASSISTANT = "div[name=assistant_ids] .o_tag:contains('Hub Outsider')";
const DIALOG = ".modal .o_client_hub_sight";

// Before the team of a restricted client changes, a dialog says who loses sight.
registry.category("web_tour.tours").add("client_hub_sight_dialog", {
    steps: () => [
        {
            content: "an assistant is taken off the team",
            trigger: ASSISTANT,
            run: "hover && click .o_delete",
        },
        {
            trigger: `.o_form_view:not(:has(${ASSISTANT})) .o_form_button_save`,
            run: "click",
        },
        {
            trigger: `${DIALOG}:contains('Hub Outsider will no longer see the client; was: Assistant')`,
        },
        {
            content: "not yet",
            trigger: ".modal button:contains('Cancel')",
            run: "click",
        },
        {
            content: "the form is as it was left: not saved, not undone",
            trigger: `body:not(:has(.modal)) .o_form_view:not(:has(${ASSISTANT})) .o_form_button_save:visible`,
            run: "click",
        },
        {
            trigger: `.modal:has(.o_client_hub_sight) button:contains('Save')`,
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_form_status_indicator_buttons.invisible",
        },
        {
            content: "what changes nobody's sight is saved without a word",
            trigger: "div[name=legal_name] input",
            run: "edit Azul Cosmetics SA",
        },
        {
            trigger: ".o_form_button_save:visible",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_form_status_indicator_buttons.invisible",
        },
        {
            content: "the restriction is lifted",
            trigger: "div[name=client_restricted] input",
            run: "click",
        },
        {
            trigger: ".o_form_button_save:visible",
            run: "click",
        },
        {
            trigger: `${DIALOG}:contains('Everybody in the company will see Azul Cosmetics again')`,
        },
        {
            trigger: ".modal button:contains('Save')",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_form_status_indicator_buttons.invisible",
        },
    ],
});
