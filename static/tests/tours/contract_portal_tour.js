import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/**
 * Draw a line into the signature pad, as a finger or a mouse does.
 */
function draw() {
    const canvas = document.querySelector("canvas.o_web_sign_signature");
    const box = canvas.getBoundingClientRect();
    const point = (type, x, y, buttons) =>
        canvas.dispatchEvent(
            new PointerEvent(type, {
                bubbles: true,
                cancelable: true,
                pointerId: 1,
                isPrimary: true,
                pointerType: "mouse",
                button: 0,
                buttons,
                clientX: box.left + box.width * x,
                clientY: box.top + box.height * y,
            })
        );
    point("pointerdown", 0.1, 0.8, 1);
    for (const [x, y] of [
        [0.3, 0.2],
        [0.5, 0.7],
        [0.7, 0.3],
        [0.9, 0.6],
    ]) {
        point("pointermove", x, y, 1);
    }
    point("pointerup", 0.9, 0.6, 0);
}

/**
 * Click, and wait until the dialog stands still: Bootstrap ignores clicks before.
 */
async function openDialog(dialog) {
    const modal = document.querySelector(dialog);
    const shown = new Promise((resolve) =>
        modal.addEventListener("shown.bs.modal", resolve, { once: true })
    );
    const buttons = document.querySelectorAll(`button[data-bs-target='${dialog}']`);
    [...buttons].find((button) => button.offsetParent).click();
    await shown;
}

tours.add("client_hub_portal_sign", {
    url: "/my",
    steps: () => [
        {
            content: "something waits",
            trigger: "a[href='/my/contracts']:contains(Contracts to sign)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_client_waiting a[name='sign']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the text is there for whoever can't read the PDF",
            trigger: ".o_client_sign",
            run: () => {
                const text = document.querySelector("#client_sign_text").textContent;
                if (!text.includes("Jurisdiction of Lisbon")) {
                    throw new Error("The text of the contract is missing");
                }
            },
        },
        {
            content: "so is the document",
            trigger: "a[name='open_document']",
        },
        {
            trigger: ".o_client_sign",
            run: () => openDialog("#client_sign"),
        },
        {
            content: "nothing is signed without a drawing",
            trigger: "#client_sign.show .o_portal_sign_submit[disabled]",
        },
        {
            trigger: "#client_sign canvas.o_web_sign_signature",
            run: draw,
        },
        {
            trigger: "#client_sign .o_portal_sign_submit:not([disabled])",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".alert-success:contains(The contract is signed)" },
        { trigger: ".alert-success:contains(Signed by)" },
        { trigger: "dd:contains(unchanged since it was signed)" },
        { trigger: "a[name='certificate']" },
        {
            trigger: ".breadcrumb a[href='/my/contracts']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger:
                ".o_client_contracts tr:contains(Monthly fee) .badge:contains(Approved)",
        },
    ],
});

tours.add("client_hub_portal_approve_entry", {
    url: "/my/contracts",
    steps: () => [
        {
            trigger: ".o_client_contracts a:contains(Retainer)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "a question needs words",
            trigger: "#entries button[value='ask']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-warning:contains(Write your question)",
        },
        {
            trigger: "#entries_comment",
            run: "edit Is the second month right?",
        },
        {
            trigger: "#entries button[value='ask']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-success:contains(your message was sent)",
        },
        {
            content: "by keyboard as well: the box has a label",
            trigger: "#entries tbody tr:first-child label",
            run: "click",
        },
        {
            trigger: "#entries tbody tr:first-child input:checked",
        },
        {
            trigger: "#entries button[value='approve']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#entries tbody tr:first-child:contains(Approved by Paula Azul)",
        },
        {
            content: "the second one still waits",
            trigger: "#entries tbody tr:nth-child(2) input[type='checkbox']",
        },
    ],
});
