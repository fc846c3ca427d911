import { registry } from "@web/core/registry";
import {
    GREY,
    PINK,
    checkColour,
    clickTwice,
    comeBack,
    dropFiles,
    onNextUpload,
    setDate,
} from "./portal_tools";

const tours = registry.category("web_tour.tours");
const SCRIPT_NAME = "<img src=x onerror=alert(1)>.svg";
const COMMENTS = "#chatterRoot:shadow";

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
            content: "files are dropped, several at once",
            trigger: ".o_client_dropzone",
            run: () =>
                dropFiles({
                    "brand book.pdf": "%PDF-1.4 brand",
                    "setup.exe": "MZ",
                    [SCRIPT_NAME]: "<svg/>",
                    "logo.png": "1",
                }),
        },
        {
            content: "what is not taken is named beside the field, as text",
            trigger: "#error_files.d-block:contains(setup.exe)",
            run: ({ anchor }) => {
                if (!anchor.textContent.includes(SCRIPT_NAME) || anchor.children[0]) {
                    throw new Error(anchor.innerHTML);
                }
            },
        },
        {
            content: "the others go to the draft by themselves",
            trigger: ".o_client_file[data-state='done']:contains(brand book.pdf)",
        },
        {
            trigger: ".o_client_file[data-state='done']:contains(logo.png)",
            run: ({ anchor }) => {
                if (anchor.querySelector("progress").value !== 100) {
                    throw new Error("The bar did not follow");
                }
            },
        },
        {
            content: "the connection breaks while a file is on its way",
            trigger: ".o_client_dropzone",
            run: () => {
                onNextUpload((upload) => upload.abort());
                dropFiles({ "sketch.pdf": "%PDF-1.4 sketch" });
            },
        },
        {
            content: "it says so, and can be tried again",
            trigger:
                ".o_client_file_failed:contains(could not be sent) [data-act='retry']",
            run: "click",
        },
        {
            trigger: ".o_client_file[data-state='done']:contains(sketch.pdf)",
        },
        {
            content: "somebody thinks better of a file that is on its way",
            trigger: ".o_client_dropzone",
            run: () => {
                onNextUpload(() =>
                    document
                        .querySelector("[data-state='sending'] [data-act='drop']")
                        .click()
                );
                dropFiles({ "salaries.pdf": "%PDF-1.4".padEnd(1_000_000) });
            },
        },
        {
            trigger: ".o_client_chosen:not(:contains(salaries.pdf))",
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
            content: "sent once, however often it is clicked",
            trigger: "button[value='submit']:enabled",
            run: ({ anchor }) => clickTwice(anchor),
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
            content: "a legend tells who reads what, and the colours follow it",
            trigger: ".o_client_hub_legend_internal:contains(Internal note)",
            run: ({ anchor }) => checkColour(anchor, PINK),
        },
        {
            trigger: ".o_client_hub_legend_client:contains(The client reads it)",
            run: ({ anchor }) => checkColour(anchor, GREY),
        },
        {
            trigger:
                ".o-mail-Message:contains(They pay late):has(small:contains(Internal)) .o-mail-Message-body",
            run: ({ anchor }) => checkColour(anchor, PINK),
        },
        {
            trigger:
                ".o-mail-Message:contains(Good morning):has(small:contains(Client)) .o-mail-Message-bubble",
            run: ({ anchor }) => checkColour(anchor, GREY),
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
        {
            content: "of the talk, the client sees his part",
            trigger: `${COMMENTS} .o-mail-Message:contains(Good morning) .o-mail-Message-bubble`,
            run: ({ anchor }) => checkColour(anchor, GREY),
        },
        {
            trigger: `${COMMENTS} .o-mail-Thread:not(:contains(They pay late))`,
        },
        {
            trigger: `${COMMENTS} .o-mail-Composer-input`,
            run: "edit When do we see it?",
        },
        {
            content: "a comment is sent once, however often it is clicked",
            trigger: `${COMMENTS} .o-mail-Composer-send:enabled`,
            run: ({ anchor }) => {
                anchor.click();
                anchor.click();
            },
        },
        {
            trigger: `${COMMENTS} .o-mail-Message:contains(When do we see it?)`,
        },
    ],
});

tours.add("client_hub_portal_comment_again", {
    steps: () => [
        {
            trigger: `${COMMENTS} .o-mail-Composer-input`,
            run: "edit First",
        },
        {
            trigger: `${COMMENTS} .o-mail-Composer-send:enabled`,
            run: "click",
        },
        {
            trigger: `${COMMENTS} .o-mail-Message:contains(First)`,
        },
        {
            trigger: `${COMMENTS} .o-mail-Composer-input`,
            run: "edit Second",
        },
        {
            trigger: `${COMMENTS} .o-mail-Composer-send:enabled`,
            run: "click",
        },
        {
            content: "it was too soon, and is still there",
            trigger: ".o_notification:contains(within a minute)",
        },
        {
            trigger: `${COMMENTS} .o-mail-Composer-input:value(Second)`,
            run: () => new Promise((resolve) => setTimeout(resolve, 2500)),
        },
        {
            trigger: `${COMMENTS} .o-mail-Composer-send:enabled`,
            run: "click",
        },
        {
            trigger: `${COMMENTS} .o-mail-Message:contains(Second)`,
        },
    ],
});
