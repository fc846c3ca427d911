import { registry } from "@web/core/registry";
import {
    BLUE,
    GREY,
    PATIENCE,
    checkColour,
    checkPdf,
    clickAt,
    clickTwice,
    comeBack,
    markWords,
    openDialog,
} from "./portal_tools";

const tours = registry.category("web_tour.tours");

/**
 * Remarks on picture and text, and a comment; not yet the decision.
 */
const askForChanges = [
    {
        content: "something waits",
        trigger: "a[href='/my/pieces']:contains(1)",
        run: "click",
        expectUnloadPage: true,
    },
    {
        trigger: ".o_client_piece a:contains(Spring post)",
        run: "click",
        expectUnloadPage: true,
    },
    {
        trigger: ".o_client_viewer:contains(Spring is here)",
    },
    {
        content: "changes need a word",
        trigger: "button[value='changes']",
        run: "click",
    },
    {
        trigger: "#error_comment:contains(Write what should change)",
    },
    {
        content: "a click on the image asks what should change there",
        trigger: ".o_client_page img",
        run: () => clickAt(".o_client_page", 0.25, 0.5),
    },
    {
        trigger: ".o_client_page .o_client_pin_new",
    },
    {
        content: "an empty remark is not kept",
        trigger: "#client_remark_form.o_client_open #remark_body",
        run: "edit The sky is grey",
    },
    {
        trigger: "#client_remark_form button[type='submit']",
        run: ({ anchor }) => clickTwice(anchor),
    },
    {
        content: "it stands in the list, in the blue of the legend",
        trigger: "#client_remarks #remark_1:contains(The sky is grey)",
        run: ({ anchor }) => checkColour(anchor, BLUE),
    },
    {
        trigger: ".o_client_legend_remark:contains(Remark on a place)",
        run: ({ anchor }) => checkColour(anchor, BLUE),
    },
    {
        content: "and as a pin in its place",
        trigger: ".o_client_legend_comment:contains(Comment on the piece)",
        run: ({ anchor }) => checkColour(anchor, GREY),
    },
    {
        trigger: ".o_client_page .o_client_pin[data-number='1']:contains(1)",
    },
    {
        content: "without a mouse: a pin in the middle, moved by the arrow keys",
        trigger: ".o_client_place:not(.d-none)",
        run: "click",
    },
    {
        trigger: ".o_client_pin_new:focus",
        run: "press ArrowRight",
    },
    {
        trigger: ".o_client_remark_place:contains(51 %)",
    },
    {
        trigger: ".o_client_pin_new:focus",
        run: "press Enter",
    },
    {
        trigger: "#remark_body:focus",
        run: "press Escape",
    },
    {
        content: "nothing of it stays",
        trigger: ".o_client_piece_page:not(:has(.o_client_pin_new))",
    },
    {
        content: "words of the text",
        trigger: ".o_client_copy",
        run: () => markWords("Spring"),
    },
    {
        trigger: ".o_client_mark_words:not(.d-none)",
        run: "click",
    },
    {
        trigger: "#client_remark_form.o_client_open #remark_body",
        run: "edit Summer!",
    },
    {
        trigger: "#client_remark_form button[type='submit']",
        run: "click",
    },
    {
        trigger: "#remark_2 .o_client_quote:contains(Spring)",
    },
    {
        trigger: ".o_client_copy mark.o_client_words[data-numbers='2']",
    },
    {
        content: "an answer, sent without leaving the page",
        trigger: "#remark_1 .o_client_reply summary",
        run: "click",
    },
    {
        trigger: "#remark_1 textarea",
        run: "edit Or just brighter",
    },
    {
        trigger: "#remark_1 .o_client_reply button[type='submit']",
        run: ({ anchor }) => clickTwice(anchor),
    },
    {
        trigger: "#remark_1 .o_client_replies:contains(Or just brighter)",
    },
    {
        trigger: "#remark_layout",
        run: "edit More flowers",
    },
    {
        trigger: "#decide_comment",
        run: "edit Nearly there",
    },
];

const decide = [
    {
        trigger: "button[value='changes']",
        run: ({ anchor }) => clickTwice(anchor),
        expectUnloadPage: true,
    },
    {
        trigger: ".alert-success:contains(We work on the changes)",
    },
    { trigger: ".o_client_remark:contains(More flowers)" },
    { trigger: ".o_client_decisions:contains(Nearly there)" },
];

/**
 * The session ends while the comment is written.
 */
const signInAgain = [
    {
        trigger: "#decide_comment:value(Nearly there)",
        run: () => fetch("/web/session/logout"),
    },
    {
        trigger: "button[value='changes']",
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
        expectUnloadPage: true,
    },
    {
        content: "back on the page, all that was typed is there",
        trigger: "#decide_comment:value(Nearly there)",
    },
    {
        trigger: "#remark_layout:value(More flowers)",
    },
    {
        trigger: "#decide_comment ~ .o_client_kept:contains(not sent yet)",
    },
];

tours.add("client_hub_portal_changes", {
    url: "/my",
    steps: () => [...askForChanges, ...decide],
});

tours.add("client_hub_portal_changes_signed_out", {
    url: "/my",
    steps: () => [...askForChanges, ...signInAgain, ...decide],
});

tours.add("client_hub_portal_approve", {
    url: "/my/jobs",
    steps: () => [
        {
            trigger: ".o_client_waiting a:contains(Spring post)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#client_decide_title:contains(version 2)",
        },
        {
            content: "the first version is still there",
            trigger: "a.nav-link:contains(Version 1)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "div[name='older'] a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "what was open came along, with its pin",
            trigger: "#remark_1:contains(from version 1)",
        },
        {
            trigger: ".o_client_page .o_client_pin[data-number='1']",
        },
        {
            content: "solved, without leaving the page",
            trigger: "#remark_1 button:contains(Mark as solved)",
            run: "click",
        },
        {
            trigger: "#remark_1 .badge:contains(Solved)",
        },
        {
            content: "both versions side by side",
            trigger: ".o_client_compare_form button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_client_compare section:nth-child(2) ins:contains(flowers)",
        },
        {
            trigger: "a:contains(Back to the newest version)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "refusing asks again; going back changes nothing",
            trigger: "#decide_comment",
            run: "edit Beautiful",
        },
        {
            trigger: ".o_client_refuse",
            run: () => openDialog(".o_client_refuse", "#client_refuse"),
        },
        {
            trigger: "#client_refuse.show button[data-bs-dismiss]:contains(Go back)",
            run: "click",
        },
        {
            content: "a decision that Back takes from the browser's memory can be sent",
            trigger: "body:not(.modal-open) .o_client_decide",
            run: () => {
                const form = document.querySelector(".o_client_decide");
                form.addEventListener("submit", (ev) => ev.preventDefault(), {
                    once: true,
                });
                form.requestSubmit(form.querySelector("button[value='approved']"));
                comeBack();
            },
        },
        {
            trigger: "body:not(.modal-open) button[value='approved']:enabled",
            run: ({ anchor }) => clickTwice(anchor),
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-success:contains(The piece is approved)",
        },
        {
            content: "the certificate is a PDF",
            trigger: "a[name='certificate']",
            run: ({ anchor }) => checkPdf(anchor.href),
            timeout: PATIENCE,
        },
        {
            trigger: ".breadcrumb a[href^='/my/jobs/']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_client_piece:contains(Spring post) .badge:contains(Approved)",
        },
        { trigger: ".o_client_decisions:contains(Beautiful)" },
    ],
});
