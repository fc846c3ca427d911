import { registry } from "@web/core/registry";
import { openCustomersMenu } from "./invoicing_tools";

// An accountant checks what differs, corrects one amount and bills, in Invoicing.
registry.category("web_tour.tours").add("client_hub_prebilling", {
    url: "/odoo",
    steps: () => [
        ...openCustomersMenu(
            "client_hub.client_contract_entry_menu_prebilling_accounting"
        ),
        {
            content: "what differs, by cause",
            trigger: ".o_group_header:contains('Price adjusted (1)')",
        },
        {
            trigger: ".o_list_view:not(:has(.o_data_row:contains('Hosting')))",
        },
        {
            content: "the sums are of everything due",
            trigger:
                ".o_client_hub_prebilling_total:contains('1,450.00'):contains('2 entries')",
        },
        {
            content: "what ended has no row: it is told beside",
            trigger: ".o_client_hub_prebilling [data-aside=ended]:contains('500.00')",
        },
        {
            content: "why this amount",
            trigger: ".o_data_row:contains('Azul Cosmetics') button[name=action_why]",
            run: "click",
        },
        {
            trigger:
                ".modal div[name=comparison_text]:contains('1,000.00'):contains('1,200.00')",
        },
        {
            content: "the former price is too high: adjust it from here",
            trigger: ".modal footer button[name=action_open_decision]",
            run: "click",
        },
        {
            content: "without a reason nothing is changed, and nothing is lost",
            trigger: ".modal div[name=amount] input",
            run: "edit 1150",
        },
        {
            trigger: ".modal footer button[name=action_confirm]",
            run: "click",
        },
        {
            trigger: ".modal div[name=reason].o_field_invalid input",
            run: "edit Agreed by phone",
        },
        {
            trigger: ".modal footer button[name=action_confirm]",
            run: "click",
        },
        {
            content: "it is now among the manual ones",
            trigger: "body:not(:has(.modal)) .o_group_header:contains('Manual (1)')",
        },
        {
            content: "the rest is as last period",
            trigger: ".o_client_hub_prebilling [data-cause=same]",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains('Hosting')",
        },
        {
            content: "and back",
            trigger: ".o_client_hub_prebilling [data-cause=same].active",
            run: "click",
        },
        {
            content: "all of it, without the filter",
            trigger: ".o_group_header:contains('Manual (1)')",
        },
        {
            trigger:
                ".o_searchview_facet:contains('Differs from last period') .o_facet_remove",
            run: "click",
        },
        {
            trigger: ".o_group_header:contains('As last period (1)')",
        },
        {
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_bill]",
            run: "click",
        },
        {
            content: "what will come of it",
            trigger: ".modal div[name=total_ids] .o_data_row:contains('1,400.00')",
        },
        {
            trigger: ".modal button[name=action_bill]",
            run: "click",
        },
        {
            content: "straight to the invoice",
            trigger: ".o_list_view .o_data_row:contains('Azul Cosmetics')",
        },
    ],
});

// Everything due at once, without selecting: the dialog gives way to the invoices.
registry.category("web_tour.tours").add("client_hub_bill_due", {
    url: "/odoo/client-prebilling",
    steps: () => [
        {
            trigger: ".o_client_hub_bill_due",
            run: "click",
        },
        {
            trigger: ".modal div[name=total_ids] .o_data_row",
        },
        {
            trigger: ".modal button[name=action_bill]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_list_view .o_data_row:contains('Azul Cosmetics')",
        },
        {
            content: "and the page goes on",
            trigger: ".o_data_row:contains('Azul Cosmetics') .o_data_cell[name=name]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_form_view button[name=action_view_client_entries]",
        },
    ],
});
