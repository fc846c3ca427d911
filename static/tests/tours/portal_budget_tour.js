import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("client_hub_portal_budget_agree", {
    url: "/my",
    steps: () => [
        {
            content: "a question waits",
            trigger: "a[href='/my/budgets#questions']:contains(Budget questions)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "look at the budget before answering",
            trigger: "#questions a:contains(See the budget)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "what is left, and what it was used for",
            trigger: "section[aria-label='Amounts']:contains(Left):contains(600.00)",
        },
        {
            trigger: "#rows_title ~ ul a:contains(Summer campaign)",
        },
        {
            trigger: "#questions p:contains(Second film)",
        },
        {
            trigger: "#questions button[value='agree']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "[role='status']:contains(You agreed)",
        },
        {
            content: "the answer stands below, and what is left has grown",
            trigger: "#changes_title ~ ul:contains(Second film):contains(agreed by)",
        },
        {
            trigger: "section[aria-label='Amounts']:contains(1,100.00)",
        },
    ],
});

tours.add("client_hub_portal_budget_refuse", {
    url: "/my/budgets",
    steps: () => [
        {
            trigger: "#questions p:contains(Third film)",
        },
        {
            content: "refusing without a word says what is missing, beside the field",
            trigger: "#questions button[value='refuse']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#questions .invalid-feedback:contains(Please say why)",
        },
        {
            trigger: "#questions textarea",
            run: "edit One film is enough",
        },
        {
            trigger: "#questions button[value='refuse']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "[role='status']:contains(You refused)",
        },
        {
            trigger: "#changes_title ~ ul:contains(One film is enough)",
        },
        {
            content: "back to the list, where nothing waits any more",
            trigger: ".breadcrumb a[href='/my/budgets']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_client_jobs:contains(Spring budget):contains(1,100.00)",
        },
        {
            trigger: "body:not(:has(#questions))",
        },
    ],
});
