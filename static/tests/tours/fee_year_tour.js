import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

// In Portuguese: steps name fields and menus, few read words.

const KEPT_FORM = ".o_form_view[data-kept]";
const HISTORY = ".o_notebook a[name=history]:contains('Histórico')";

/**
 * Press a button, and open a tab while the form is being read again. The form must
 * stay the same one: a new one would open with the tab of the moment before.
 */
function pressAndOpenTab(button, tab) {
    button.closest(".o_form_view").dataset.kept = "1";
    rpcBus.addEventListener("RPC:REQUEST", function onRequest({ detail }) {
        if (detail.data.params.method === "web_read") {
            rpcBus.removeEventListener("RPC:REQUEST", onRequest);
            document.querySelector(`.o_notebook a[name=${tab}]`).click();
        }
    });
    button.click();
}

function openReport(menu) {
    return [
        {
            trigger: 'button[data-menu-xmlid="client_hub.menu_reporting"]',
            run: "click",
        },
        {
            trigger: `.dropdown-item[data-menu-xmlid="client_hub.${menu}"]`,
            run: "click",
        },
    ];
}

// An account manager looks back on a year of a fee: what was included and consumed, what
// happened, what is to come.
registry.category("web_tour.tours").add("client_hub_fee_year", {
    steps: () => [
        {
            content: "what the fee includes, and what was consumed",
            trigger: ".o_notebook a[name=included]:contains('Incluído')",
            run: "click",
        },
        {
            trigger: "div[name=consumption_ids] .o_data_row.text-danger",
        },
        {
            content: "what goes beyond becomes an entry; one need not wait for it",
            trigger: "button[name=action_enter_overage]",
            run: ({ anchor }) => pressAndOpenTab(anchor, "history"),
        },
        {
            trigger: ".o_notification:contains('1')",
        },
        {
            content: "the tab that was opened stays",
            trigger: `${KEPT_FORM} ${HISTORY}.active`,
        },
        {
            trigger: ".o_notebook a[name=included]",
            run: "click",
        },
        {
            content: "the form knows the entry: it was read again",
            trigger: `${KEPT_FORM} div[name=consumption_ids] td[name=entered]:contains('2,5')`,
        },
        {
            content: "the history says so, entry by entry",
            trigger: HISTORY,
            run: "click",
        },
        {
            trigger: "button[name=action_print_history]",
        },
        {
            trigger: ".o_client_hub_tab .o_data_row .o_data_cell",
            run: "click",
        },
        {
            trigger: ".modal .o_form_view",
        },
        {
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        ...openReport("client_contract_entry_menu_forecast"),
        {
            content: "what is to come, as bars and as numbers",
            trigger: ".o_graph_view canvas",
        },
        {
            trigger: ".o_switch_view.o_pivot",
            run: "click",
        },
        {
            trigger: ".o_pivot .o_pivot_cell_value:contains('1.000,00')",
        },
        ...openReport("client_mrr_report_menu"),
        {
            content: "what recurs each month",
            trigger: ".o_pivot .o_pivot_cell_value:contains('1.000,00')",
        },
    ],
});

// An accountant bills what a run could not bill, and takes an invoice back.
registry.category("web_tour.tours").add("client_hub_billing_retry", {
    steps: () => [
        {
            content: "which entry, and why",
            trigger:
                "div[name=failed_entry_ids] .o_data_row:contains('está arquivado')",
        },
        {
            content: "it was mended meanwhile",
            trigger: "button[name=action_retry]",
            run: "click",
        },
        {
            trigger: ".o_form_view:not(:has(button[name=action_view_failed]))",
        },
        {
            trigger: "button[name=action_view_invoices]",
            run: "click",
        },
        {
            content: "the invoice says which contract it bills",
            trigger: ".o_list_view .o_data_row .o_data_cell[name=name]",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_view_client_contracts]",
        },
        {
            trigger: "button[name=action_reverse]",
            run: "click",
        },
        {
            content: "what is credited is billed again, unless somebody says no",
            trigger: ".modal div[name=client_rebill] input:checked",
        },
        {
            trigger: ".modal button[name=refund_moves]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) button[name=action_post]",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=button_draft]",
        },
    ],
});
