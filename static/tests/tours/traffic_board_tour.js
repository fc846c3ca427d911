import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const CARD = ".o_traffic_card:contains('Banner')";
const INBOX = ".o_traffic_cell[data-person='0'][data-day='']";

/** The cell of today in a person's row. */
const today = (name) =>
    `.o_traffic_row:has(.o_traffic_name:contains('${name}')) .o_traffic_cell.o_traffic_today`;

// Traffic finds what a client sent back, drags it to a person, sees the load, undoes it,
// and does the same without a mouse.
registry.category("web_tour.tours").add("client_hub_traffic_board", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            trigger: '.o_app[data-menu-xmlid="client_hub.menu_root"]',
            run: "click",
        },
        {
            trigger: 'button[data-menu-xmlid="client_hub.menu_jobs"]',
            run: "click",
        },
        {
            trigger:
                '.dropdown-item[data-menu-xmlid="client_hub.project_task_menu_traffic"]',
            run: "click",
        },
        {
            content: "what the client sent back waits on top",
            trigger: `${INBOX} ${CARD}:contains('Changes, round 1'):contains('came back today')`,
        },
        {
            content: "the person is free today",
            trigger: `${today("Hub Second")} .o_traffic_load:contains('0 / 24')`,
        },
        {
            content: "drag it there",
            trigger: `${INBOX} ${CARD}`,
            run: `drag_and_drop ${today("Hub Second")}`,
        },
        {
            content: "the task of the piece stands there, and counts",
            trigger: `${today("Hub Second")} ${CARD}:contains('30 h')`,
        },
        {
            content: "too much, in figures",
            trigger: `${today("Hub Second")} .o_traffic_overload:contains('30 / 24'):contains('+6 h')`,
        },
        {
            trigger: `${INBOX}:not(:has(${CARD}))`,
        },
        {
            content: "a mistake",
            trigger: ".o_notification button:contains('Undo')",
            run: "click",
        },
        {
            trigger: `${INBOX} ${CARD}:contains('Changes, round 1')`,
        },
        {
            content: "the same by keyboard",
            trigger: `${INBOX} ${CARD} .o_traffic_title`,
            run: ({ anchor }) => anchor.focus(),
        },
        {
            trigger: `${INBOX} ${CARD} .o_traffic_title:focus`,
            run: "press a",
        },
        {
            trigger: ".o_traffic_dialog_person input",
            run: "edit Hub Second",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('Hub Second')",
            run: "click",
        },
        {
            trigger: ".modal-footer .btn-primary:enabled",
            run: "click",
        },
        {
            trigger: `${today("Hub Second")} ${CARD}`,
        },
        {
            content: "only what is at risk",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            trigger: ".o_filter_menu .o-dropdown-item:contains('At risk')",
            run: "click",
        },
        {
            trigger: `.o_traffic_grid:not(:has(${CARD}))`,
        },
        {
            content: "the load stays: he is as busy as before",
            trigger: `${today("Hub Second")} .o_traffic_overload:contains('30 / 24')`,
        },
    ],
});

// An account manager authorises what a client opened, on her first screen.
registry.category("web_tour.tours").add("client_hub_manager_dashboard", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            trigger: '.o_app[data-menu-xmlid="client_hub.menu_root"]',
            run: "click",
        },
        {
            trigger:
                ".o_manager_block[data-block=requested] .o_manager_row:contains('A request') .o_manager_authorize",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('authorised')",
        },
        {
            trigger:
                ".o_manager_block[data-block=requested]:not(:has(.o_manager_row)) .o_manager_empty",
        },
        {
            content: "what waits for the client, as a list",
            trigger:
                ".o_manager_block[data-block=waiting] .o_manager_links button:contains('Pieces')",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains('Banner')",
        },
        {
            trigger: ".o_back_button a, .breadcrumb-item a:contains('jobs')",
            run: "click",
        },
        {
            trigger:
                ".o_manager_block[data-block=waiting] .o_manager_row:contains('Banner') .o_manager_remind",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('Reminded: Paula Azul')",
        },
    ],
});
