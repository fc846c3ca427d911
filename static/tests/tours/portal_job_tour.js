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

/**
 * Click at a place of a picture, given from 0 to 1.
 */
export function clickAt(selector, x, y) {
    const el = document.querySelector(selector);
    const box = el.getBoundingClientRect();
    el.dispatchEvent(
        new MouseEvent("click", {
            bubbles: true,
            cancelable: true,
            clientX: box.left + box.width * x,
            clientY: box.top + box.height * y,
        })
    );
}

/**
 * Mark words of the piece's text, as a person does with the mouse or a finger.
 */
function markWords(words) {
    const copy = document.querySelector(".o_client_copy");
    const walker = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const start = node.data.indexOf(words);
        if (start >= 0) {
            const range = document.createRange();
            range.setStart(node, start);
            range.setEnd(node, start + words.length);
            document.getSelection().removeAllRanges();
            document.getSelection().addRange(range);
        }
    }
}

/**
 * Show the page as browsers do when Back finds it in their memory.
 */
function comeBack() {
    window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
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
            content: "it goes to the draft by itself",
            trigger: ".o_client_file[data-state='done']:contains(brand book.pdf)",
        },
        {
            content: "and so does what was typed",
            trigger: ".o_client_saved:contains(Draft saved)",
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
            content: "a form that Back takes from the browser's memory is alive",
            trigger: ".o_client_request_form",
            run: () => {
                const buttons = document.querySelectorAll("button[type='submit']");
                buttons.forEach((button) => (button.disabled = true));
                comeBack();
            },
        },
        {
            trigger: "button[value='submit']:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "it says what happens next",
            trigger: "div[name='sent'] h1:contains(we have your request)",
        },
        {
            trigger: "div[name='sent'] a:contains(See the request)",
            run: "click",
            expectUnloadPage: true,
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

tours.add("client_hub_authorise_request", {
    steps: () => [
        {
            content: "the account manager opens what the client asked for",
            trigger: ".o_breadcrumb:contains(Spring campaign)",
        },
        {
            trigger: "button[name='action_authorize']",
            run: "click",
        },
        {
            trigger:
                ".o_statusbar_status button.o_arrow_button_current:contains(Authorised)",
        },
        {
            content: "work begins",
            trigger: "button[name='action_start']",
            run: "click",
        },
        {
            trigger:
                ".o_statusbar_status button.o_arrow_button_current:contains(In production)",
        },
    ],
});

tours.add("client_hub_portal_follow", {
    url: "/my/jobs",
    steps: () => [
        {
            content: "the client sees that work began, and what it is",
            trigger: "tr:contains(Spring campaign) .badge:contains(In production)",
        },
        {
            trigger: "a:contains(Spring campaign)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_client_way_current:contains(In production)",
        },
        { trigger: "#history:contains(Accepted)" },
        {
            content: "pieces in progress are grey and no links",
            trigger: ".o_client_piece_closed:contains(Spring post):not(:has(a))",
        },
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
            run: "click",
        },
        {
            content: "it stands in the list, and as a pin in its place",
            trigger: "#client_remarks #remark_1:contains(The sky is grey)",
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
            run: "click",
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
