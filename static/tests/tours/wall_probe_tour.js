import { registry } from "@web/core/registry";

// A colleague looks for a client on the screens of the web client. The pages are opened
// one after the other by the test; each step only searches, groups and reads the page.

const HINT = "Qyzz";
const SECRET = "qyzzyx";
const KEY = "client_hub_wall_seen";

/**
 * Text of the page and of its fields, in small letters.
 */
function pageText() {
    const values = [...document.querySelectorAll("input, textarea")].map(
        (el) => el.value
    );
    const titles = [...document.querySelectorAll("[title], [alt], [data-tooltip]")].map(
        (el) => `${el.title} ${el.alt} ${el.dataset.tooltip}`
    );
    return [document.body.textContent, ...values, ...titles].join(" ").toLowerCase();
}

/**
 * Note that a page shows the client; pages follow each other, so the session keeps it.
 *
 * @param {String} where name of the page
 */
function look(where) {
    if (pageText().includes(SECRET)) {
        const seen = sessionStorage.getItem(KEY) || "";
        sessionStorage.setItem(KEY, `${seen}; ${where}`);
    }
}

/**
 * Give the list the time to show what came.
 */
function wait() {
    return new Promise((resolve) => setTimeout(resolve, 500));
}

/**
 * Steps that type a hint into the search bar of a list and look what comes.
 */
function searchSteps(where) {
    return [
        {
            content: `${where}: as it opens`,
            trigger: ".o_view_controller .o_searchview_input",
            async run() {
                await wait();
                look(`${where}, as it opens`);
            },
        },
        {
            content: `${where}: type what the client may be called`,
            trigger: ".o_searchview_input",
            run: `edit ${HINT}`,
        },
        {
            content: `${where}: search for it`,
            trigger: ".o_searchview_autocomplete .o-dropdown-item:first",
            run: "click",
        },
        {
            content: `${where}: what was found`,
            trigger: ".o_searchview_facet",
            async run() {
                await wait();
                look(`${where}, searched`);
            },
        },
    ];
}

/**
 * Steps that go to a screen by its address.
 */
function goTo(path) {
    return {
        content: `go to ${path}`,
        trigger: ".o_main_navbar",
        run() {
            window.location = path;
        },
        expectUnloadPage: true,
    };
}

const PAGES = [
    "contacts",
    "action-project.action_view_all_task",
    "action-sale.action_orders",
    "action-client_hub.client_job_action",
    "action-account.action_move_out_invoice_type",
];

function steps(isFound) {
    return [
        ...PAGES.flatMap((name) => [goTo(`/odoo/${name}`), ...searchSteps(name)]),
        {
            content: "what the pages showed",
            trigger: "body",
            run() {
                const seen = sessionStorage.getItem(KEY);
                if (isFound !== Boolean(seen)) {
                    throw new Error(`The hidden client is on: ${seen || "no page"}`);
                }
            },
        },
    ];
}

registry.category("web_tour.tours").add("client_hub_wall_outside", {
    url: "/odoo/contacts",
    steps: () => steps(false),
});

registry.category("web_tour.tours").add("client_hub_wall_control", {
    url: "/odoo/contacts",
    steps: () => steps(true),
});
