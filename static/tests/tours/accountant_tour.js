import { registry } from "@web/core/registry";

// An accountant bills what is due, without leaving Invoicing.
registry.category("web_tour.tours").add("client_hub_accountant", {
    url: "/odoo/client-prebilling",
    steps: () => [
        {
            content: "what is due, with its total",
            trigger: ".o_list_view .o_data_row:contains('Azul Cosmetics')",
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
            trigger: ".modal div[name=total_ids] .o_data_row",
        },
        {
            trigger: ".modal button[name=action_bill]",
            run: "click",
        },
        {
            content: "straight to the invoices",
            trigger:
                ".o_form_view div[name=invoice_line_ids] .o_data_row:contains('Monthly fee'), .o_list_view .o_data_row:contains('INV/')",
        },
    ],
});
