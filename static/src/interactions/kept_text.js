import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";

const PREFIX = "client_hub.text.";
const MAX_AGE = 14 * 24 * 3600 * 1000;

/**
 * What is typed into a form stays in this browser until the server has taken it:
 * neither a closed tab nor the end of the session loses it.
 *
 * The form says by `data-keep` whose text it is, and about what.
 */
export class KeptText {
    /**
     * @param {HTMLFormElement} form
     */
    constructor(form) {
        this.form = form;
        this.key = `${PREFIX}${form.dataset.keep}`;
    }

    get texts() {
        return [...this.form.querySelectorAll("textarea")];
    }

    /**
     * @param {Object} more what is to be known of the copy besides
     */
    keep(more = {}) {
        if (!this.texts.some((text) => text.value.trim())) {
            this.drop();
            return;
        }
        const values = Object.fromEntries(
            [...new FormData(this.form)].filter(
                ([name, value]) => typeof value === "string" && name !== "csrf_token"
            )
        );
        const path = this.form.getAttribute("action");
        const copy = { values, path, time: Date.now(), ...more };
        try {
            browser.localStorage.setItem(this.key, JSON.stringify(copy));
        } catch {
            // full or switched off
        }
    }

    drop() {
        forget(this.key);
    }

    /**
     * Fill in what was kept, where nothing is written.
     *
     * @returns {Object|null} the values that were kept, if they brought anything back
     */
    restore() {
        const { values } = readCopy(this.key) || {};
        const blank = values
            ? this.texts.filter((text) => !text.value.trim() && values[text.name])
            : [];
        for (const text of blank) {
            text.value = values[text.name];
            const hint = document.createElement("div");
            hint.className = "o_client_kept form-text";
            hint.setAttribute("role", "status");
            hint.textContent = _t("You wrote this earlier. It was not sent yet.");
            text.after(hint);
        }
        return blank.length ? values : null;
    }
}

function readCopy(key) {
    try {
        return JSON.parse(browser.localStorage.getItem(key));
    } catch {
        return null;
    }
}

function forget(key) {
    try {
        browser.localStorage.removeItem(key);
    } catch {
        // switched off
    }
}

/**
 * Forget what this page says has arrived, and what is very old.
 *
 * @param {boolean} hasArrived the page confirms what was sent from it
 */
export function forgetSent(hasArrived) {
    let keys = [];
    try {
        keys = Object.keys(browser.localStorage);
    } catch {
        // switched off
    }
    for (const key of keys.filter((name) => name.startsWith(PREFIX))) {
        const copy = readCopy(key);
        const isOld = !copy || Date.now() - copy.time > MAX_AGE;
        const isFromHere =
            copy?.isSent && copy.path.startsWith(window.location.pathname);
        if (isOld || (hasArrived && isFromHere)) {
            forget(key);
        }
    }
}
