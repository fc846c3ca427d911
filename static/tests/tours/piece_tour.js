import { registry } from "@web/core/registry";
import { BLUE, GREY, PINK, checkColour, clickAt } from "./portal_tools";

const tours = registry.category("web_tour.tours");

/**
 * Type the code of the link: the test gives it behind the address.
 */
const typeCode = [
    {
        content: "the code from the mail",
        trigger: "#code",
        run() {
            const input = document.querySelector("#code");
            input.value = window.location.hash.slice(1);
        },
    },
    {
        trigger: "button:contains(Look at the piece)",
        run: "click",
        expectUnloadPage: true,
    },
];

tours.add("client_hub_guest_code", {
    steps: () => [
        {
            content: "nothing of the piece is shown yet",
            trigger: "h1:contains(First, a code)",
        },
        {
            trigger: "button:contains(Send me the code)",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#code" },
    ],
});

tours.add("client_hub_guest_changes", {
    steps: () => [
        ...typeCode,
        {
            content: "a place on the second page of the document",
            trigger: ".o_client_page_drawn[data-page='1']",
            run: () => clickAt(".o_client_page[data-page='2']", 0.5, 0.4),
        },
        {
            trigger: "#client_remark_form.o_client_open #remark_body",
            run: "edit Another picture",
        },
        {
            trigger: "#client_remark_form button[type='submit']",
            run: "click",
        },
        {
            trigger: ".o_client_page[data-page='2'] .o_client_pin[data-number='1']",
        },
        {
            content: "the remark says what should change: no comment is needed",
            trigger: "button[value='changes']",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".alert-success:contains(We work on the changes)" },
    ],
});

tours.add("client_hub_guest_approve", {
    steps: () => [
        ...typeCode,
        { trigger: "#client_decide_title:contains(version 2)" },
        {
            content: "what was remarked came along, on the picture of its page",
            trigger: "#remark_1:contains(from version 1)",
        },
        {
            trigger: ".o_client_page[data-page='2']:has(img) .o_client_pin",
        },
        {
            content: "one tap leads to the decision",
            trigger: ".o_client_jump:contains(Decide)",
            run: "click",
        },
        {
            content: "there, the button that leads there covers nothing",
            trigger: "body:not(:has(.o_client_jump:visible))",
        },
        {
            content: "back at the picture it covers nothing either",
            trigger: ".o_client_page[data-page='1']",
            run: async ({ anchor }) => {
                anchor.scrollIntoView();
                await new Promise((resolve) => setTimeout(resolve, 500));
                if (document.querySelector(".o_client_jump:not(.d-none)")) {
                    throw new Error("the button came back after it was used");
                }
            },
        },
        {
            trigger: "button[value='approved']",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".alert-success:contains(The piece is approved)" },
        { trigger: "a[name='certificate']" },
    ],
});

tours.add("client_hub_piece_review", {
    steps: () => [
        {
            content: "the legend of the talk, in words and colours",
            trigger: ".o_client_hub_legend_internal:contains(Internal note)",
            run: ({ anchor }) => checkColour(anchor, PINK),
        },
        {
            trigger: ".o_client_hub_legend_client:contains(The client reads it)",
            run: ({ anchor }) => checkColour(anchor, GREY),
        },
        {
            trigger: ".o_client_hub_legend_remark:contains(Remark on the piece)",
            run: ({ anchor }) => checkColour(anchor, BLUE),
        },
        {
            trigger: ".o-mail-Message:contains(They pay late) .o-mail-Message-body",
            run: ({ anchor }) => checkColour(anchor, PINK),
        },
        {
            trigger: ".o-mail-Message:contains(Good morning) .o-mail-Message-bubble",
            run: ({ anchor }) => checkColour(anchor, GREY),
        },
        {
            trigger: "a[name='remarks']",
            run: "click",
        },
        {
            content: "the client's pin is on the page",
            trigger: ".o_client_hub_review .o_client_page[data-page='2'] .o_client_pin",
            run: "click",
        },
        {
            trigger: "[data-remark='1']",
            run: ({ anchor }) => checkColour(anchor, BLUE),
        },
        {
            content: "answered, for colleagues only",
            trigger: "[data-remark='1'] button:contains(Answer)",
            run: "click",
        },
        {
            trigger: "[data-remark='1'] textarea",
            run: "edit Take the one of the shop",
        },
        {
            trigger: "[data-remark='1'] .o_client_hub_review_send",
            run: "click",
        },
        {
            trigger:
                "[data-remark='1'] .o_client_replies:contains(Take the one of the shop)" +
                " .badge:contains(Only for us)",
        },
        {
            content: "a remark of our own at a place",
            trigger: ".o_client_hub_review .o_client_page[data-page='1']",
            run: () => clickAt(".o_client_hub_review .o_client_page", 0.2, 0.2),
        },
        {
            trigger: ".o_client_hub_review_draft textarea",
            run: "edit Old logo",
        },
        {
            trigger: ".o_client_hub_review_draft .o_client_hub_review_send",
            run: "click",
        },
        { trigger: "[data-remark='2'].o_client_remark_internal" },
        { trigger: ".o_client_page[data-page='1'] .o_client_pin_internal" },
        {
            content: "solved remarks leave the open ones",
            trigger: "[data-remark='1'] .o_client_hub_review_resolve",
            run: "click",
        },
        {
            trigger: ".o_client_hub_review:not(:has([data-remark='1']))",
        },
        {
            trigger: ".o_client_hub_review_all",
            run: "click",
        },
        { trigger: "[data-remark='1'] .badge:contains(Solved)" },
    ],
});
