import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const { DateTime } = luxon;

// An account manager takes a contract from its template to its end.
registry.category("web_tour.tours").add("client_hub_contract_life", {
    url: "/odoo/client-contracts",
    steps: () => [
        {
            content: "a new contract",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            trigger: "div[name=client_id] input",
            run: "edit Azul",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Azul Cosmetics')",
            run: "click",
        },
        {
            content: "from a template",
            trigger: "div[name=template_id] input",
            run: "edit Year of",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Year of fees')",
            run: "click",
        },
        {
            content: "the template brings the services",
            trigger: "div[name=amount_untaxed]:contains('1,000.00')",
        },
        {
            trigger: "div[name=contact_id] input",
            run: "edit Paula",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Paula Azul')",
            run: "click",
        },
        ...stepUtils.saveForm(),
        {
            trigger: ".o_arrow_button_current:contains('Draft')",
        },
        {
            content: "the client gets it",
            trigger: "button[name=action_send]:contains('Send by e-mail')",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_send_mail]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains('Sent')",
        },
        {
            content: "the client said yes",
            trigger: "button[name=action_open_approval]",
            run: "click",
        },
        {
            trigger: ".modal div[name=activate] input",
            run: "uncheck",
        },
        {
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains('Approved')",
        },
        {
            trigger: "button[name=action_activate]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains('Running')",
        },
        {
            content: "the client gives notice",
            trigger: "button[name=action_open_notice]",
            run: "click",
        },
        {
            trigger: ".modal div[name=date_end] button",
            run: "click",
        },
        {
            content: "for today, which is too early",
            trigger: ".modal div[name=date_end] input",
            run: `edit ${DateTime.now().toFormat("MM/dd/yyyy")}`,
        },
        {
            trigger: ".modal div[name=note] input",
            run: "edit By e-mail",
        },
        {
            trigger: ".modal div[name=problem]:contains('at the earliest')",
        },
        {
            content: "but both sides agree",
            trigger: ".modal div[name=agreed] input",
            run: "check",
        },
        {
            trigger: ".modal:not(:has(div[name=problem])) button[name=action_confirm]",
            run: "click",
        },
        {
            trigger: "div[name=life_notice]:contains('The client gave notice')",
        },
        {
            trigger: "button[name=action_open_ending]",
            run: "click",
        },
        {
            trigger: ".modal div[name=reason] input",
            run: "edit Notice was given",
        },
        {
            trigger: ".modal button[name=action_confirm]:contains('End')",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains('Ended')",
        },
        {
            content: "its history knows",
            trigger: ".o_notebook a[name=history]",
            run: "click",
        },
        {
            trigger: ".o_client_hub_tab .o_data_row:contains('Notice was given')",
        },
        {
            content: "and takes what people add",
            trigger: "button[name=action_add_history_note]",
            run: "click",
        },
        {
            trigger: "div[name=name] input",
            run: "edit Farewell call",
        },
        {
            trigger: "div[name=body] textarea",
            run: "edit They may come back",
        },
        ...stepUtils.saveForm(),
        {
            trigger: "div[name=version_ids] .o_data_row:contains('They may come back')",
        },
    ],
});
