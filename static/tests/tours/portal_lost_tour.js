import { registry } from "@web/core/registry";
import { PATIENCE, dropFiles } from "./portal_tools";

const tours = registry.category("web_tour.tours");

tours.add("client_hub_portal_closed_tab", {
    steps: () => [
        {
            trigger: "a[name='new_request']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#field_title",
            run: "edit Half a campaign",
        },
        {
            trigger: ".o_client_dropzone",
            run: () => dropFiles({ "early idea.pdf": "%PDF-1.4" }),
        },
        {
            trigger: ".o_client_file[data-state='done']:contains(early idea.pdf)",
        },
        {
            content: "the page goes before these words are saved, as with its tab",
            trigger: "#field_briefing",
            run: async (helpers) => {
                await helpers.edit("The last words");
                window.location.href = "/my/jobs";
            },
            expectUnloadPage: true,
        },
        {
            content: "the browser sends them by itself, after the page is gone",
            trigger: "a:contains(Half a campaign)",
            run: async ({ anchor }) => {
                let page = "";
                while (!page.includes("The last words")) {
                    page = await (await fetch(anchor.href)).text();
                }
            },
            timeout: PATIENCE,
        },
        {
            trigger: "a:contains(Half a campaign)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#field_title:value(Half a campaign)",
        },
        {
            trigger: "#field_briefing:value(The last words)",
        },
        {
            content: "with the file that was sent before",
            trigger: ".o_client_kept_file:contains(early idea.pdf)",
        },
        {
            content: "the session ends; what is typed now can't be saved",
            trigger: "#field_title",
            run: async (helpers) => {
                await fetch("/web/session/logout");
                await helpers.edit("Half a campaign, and more");
            },
        },
        {
            trigger: "[data-message='session']:not(.d-none) [data-act='login']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "input[name='login']",
            run: "edit paula@azul.example",
        },
        {
            trigger: "input[name='password']",
            run: "edit paula@azul.example",
        },
        {
            trigger: ".oe_login_form button[type='submit']",
            run: "click",
            // the form comes back, and brings back what was typed
            expectUnloadPage: true,
        },
        {
            trigger: "#field_title:value(Half a campaign, and more)",
        },
        {
            trigger: ".o_client_kept_file:contains(early idea.pdf)",
        },
    ],
});
