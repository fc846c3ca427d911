import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/**
 * Put a file into the form's file input, as dropping it there does.
 */
function addFile(name, content) {
    const input = document.querySelector("#field_files");
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], name, { type: "application/pdf" }));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * The "edit" helper can't read an empty date field.
 */
function setDate(selector, day) {
    const input = document.querySelector(selector);
    input.value = day;
    input.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Click, and wait until the dialog stands still: Bootstrap ignores clicks before.
 */
async function openDialog(button, dialog) {
    const modal = document.querySelector(dialog);
    const shown = new Promise((resolve) =>
        modal.addEventListener("shown.bs.modal", resolve, { once: true })
    );
    document.querySelector(button).click();
    await shown;
}

tours.add("client_hub_portal_request", {
    url: "/my",
    steps: () => [
        {
            content: "open the requests",
            trigger: "a[href='/my/jobs']:contains(Requests)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "write a new one",
            trigger: "a[name='new_request']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "sending it empty says what is missing, beside the field",
            trigger: "button[value='submit']",
            run: "click",
        },
        {
            trigger: "#error_title:contains(Give the request a title)",
        },
        {
            content: "and the cursor is where the first one is",
            trigger: "#field_title:focus",
            run: "edit Spring campaign",
        },
        {
            content: "choose a day",
            trigger: "#field_deadline",
            run: () => setDate("#field_deadline", "2099-03-20"),
        },
        {
            content: "answer the template's question",
            trigger: "textarea[id^='field_answer_']",
            run: "edit Everybody who likes flowers",
        },
        {
            trigger: "#field_briefing",
            run: "edit Keep it light, please.",
        },
        {
            content: "the template brings a piece; add another one",
            trigger: ".o_client_add_piece",
            run: "click",
        },
        {
            trigger: ".o_client_piece_line:nth-child(2) select",
            run: "selectByLabel Social post",
        },
        {
            trigger: ".o_client_piece_line:nth-child(2) input",
            run: "edit Spring post",
        },
        {
            content: "a program is not taken",
            trigger: "#field_files",
            run: () => addFile("setup.exe", "MZ"),
        },
        {
            trigger: "#error_files:contains(setup.exe)",
        },
        {
            content: "a PDF is",
            trigger: "#field_files",
            run: () => addFile("brand book.pdf", "%PDF-1.4 brand"),
        },
        {
            trigger: ".o_client_chosen:contains(brand book.pdf)",
        },
        {
            trigger: "#field_budget_id",
            run: "selectByIndex 1",
        },
        {
            content: "the amount is asked for",
            trigger: "button[value='submit']",
            run: "click",
        },
        {
            trigger: "#error_budget_amount:contains(Enter the amount)",
        },
        {
            trigger: "#field_budget_amount:focus",
            run: "edit 400",
        },
        {
            trigger: "button[value='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-success:contains(your request was sent)",
        },
        {
            content: "the page shows what was asked for",
            trigger: "h1:contains(Spring campaign) ~ .badge:contains(Sent)",
        },
        { trigger: ".o_client_piece_closed:contains(Spring post)" },
        { trigger: "div[name='files'] a:contains(brand book.pdf)" },
        { trigger: ".o_client_details:contains(400.00)" },
    ],
});

tours.add("client_hub_portal_changes", {
    url: "/my",
    steps: () => [
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
            trigger: "#remark_layout",
            run: "edit More flowers",
        },
        {
            trigger: "#decide_comment",
            run: "edit Nearly there",
        },
        {
            trigger: "button[value='changes']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-success:contains(We work on the changes)",
        },
        { trigger: ".o_client_remark:contains(More flowers)" },
        { trigger: ".o_client_decisions:contains(Nearly there)" },
    ],
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
            trigger: "body:not(.modal-open) button[value='approved']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-success:contains(The piece is approved)",
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
