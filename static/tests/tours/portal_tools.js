// Of steps that do more than click, on a busy machine.
export const PATIENCE = 30_000;

/**
 * Drop files on the form, as a person drags them there from a folder.
 *
 * @param {Object} contents by name
 */
export function dropFiles(contents) {
    const dataTransfer = new DataTransfer();
    for (const [name, content] of Object.entries(contents)) {
        dataTransfer.items.add(new File([content], name));
    }
    const zone = document.querySelector(".o_client_dropzone");
    for (const type of ["dragover", "drop"]) {
        const event = new DragEvent(type, {
            bubbles: true,
            cancelable: true,
            dataTransfer,
        });
        if (zone.dispatchEvent(event)) {
            throw new Error(`The browser would open the file itself at ${type}`);
        }
    }
}

/**
 * Do something once the next file is on its way.
 *
 * @param {Function} act called with the XMLHttpRequest
 */
export function onNextUpload(act) {
    const { prototype } = XMLHttpRequest;
    const { send } = prototype;
    prototype.send = function (body) {
        send.call(this, body);
        if (body instanceof FormData) {
            prototype.send = send;
            act(this);
        }
    };
}

/**
 * The "edit" helper can't read an empty date field.
 */
export function setDate(selector, day) {
    const input = document.querySelector(selector);
    input.value = day;
    input.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Click, and wait until the dialog stands still: Bootstrap ignores clicks before.
 */
export async function openDialog(button, dialog) {
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
export function markWords(words) {
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
export function comeBack() {
    window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
}

/**
 * Click twice, faster than a page can change.
 *
 * The button must say that it works; wherever the form leads is for the next step.
 */
export function clickTwice(button) {
    button.click();
    if (button.getAttribute("aria-busy") !== "true") {
        throw new Error(`“${button.textContent.trim()}” does not show that it works`);
    }
    button.click();
}

/**
 * Throw unless something is filled with a colour that people see.
 *
 * @param {Element} el
 * @param {string} colour as the browser computes it, e.g. "rgb(252, 228, 236)"
 */
export function checkColour(el, colour) {
    const found = getComputedStyle(el).backgroundColor;
    if (found !== colour) {
        throw new Error(`${el.className}: ${found} instead of ${colour}`);
    }
}

/**
 * Throw unless an address hands out a PDF.
 */
export async function checkPdf(address) {
    const response = await fetch(address);
    const start = (await response.text()).slice(0, 5);
    const type = response.headers.get("Content-Type");
    if (!response.ok || start !== "%PDF-" || type !== "application/pdf") {
        throw new Error(`${address}: ${response.status} ${type} ${start}`);
    }
}

export const PINK = "rgb(252, 228, 236)";
export const GREY = "rgb(236, 239, 241)";
export const BLUE = "rgb(227, 242, 253)";
