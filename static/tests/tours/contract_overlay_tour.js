import { registry } from "@web/core/registry";

const { DateTime } = luxon;
const month = DateTime.now().startOf("month");
const day = (date) => date.toFormat("MM/dd/yyyy");

// An account manager agrees on a discount for three months, one of them billed already.
registry.category("web_tour.tours").add("client_hub_contract_overlay", {
    steps: () => [
        {
            trigger: ".o_notebook .nav-link[name=overlays]",
            run: "click",
        },
        {
            trigger: "button[name=action_new_overlay]",
            run: "click",
        },
        {
            trigger: ".modal div[name=kind] input[data-value=discount]",
            run: "click",
        },
        {
            trigger: ".modal div[name=discount] input",
            run: "edit 10",
        },
        {
            trigger: ".modal input[data-field=date_start]",
            run: `edit ${day(month.minus({ months: 1 }))}`,
        },
        {
            trigger: ".modal input[data-field=date_end]",
            run: `edit ${day(month.plus({ months: 1 }).endOf("month"))}`,
        },
        {
            content: "without a reason nothing is confirmed, and nothing is lost",
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            trigger: ".modal div[name=reason].o_field_invalid input",
            run: "edit Two campaigns were late",
        },
        {
            content: "what is billed gets a difference, the rest another amount",
            trigger:
                ".modal div[name=preview_html]:contains('-100.00'):contains('900.00')",
        },
        {
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            content: "the agreement stands on the contract",
            trigger:
                "body:not(:has(.modal)) div[name=overlay_ids] .o_data_row:contains('Discount 10')",
        },
        {
            trigger: ".o_notebook .nav-link[name=entries]",
            run: "click",
        },
        {
            content: "and its entries say why",
            trigger:
                "div[name=entry_ids] .o_data_row:contains('Two campaigns were late'):contains('900.00')",
        },
    ],
});

// The accountant finds it among what differs, with its cause.
registry.category("web_tour.tours").add("client_hub_contract_overlay_billing", {
    steps: () => [
        {
            trigger: ".o_group_header:contains('Agreement (2)')",
        },
        {
            content: "from the sums to the entries",
            trigger:
                ".o_client_hub_prebilling [data-cause=agreement]:contains('200.00')",
            run: "click",
        },
        {
            trigger:
                ".o_data_row:contains('difference'):contains('-100.00') button[name=action_why]",
            run: "click",
        },
        {
            trigger: ".modal .o_form_view:contains('Two campaigns were late')",
        },
    ],
});
