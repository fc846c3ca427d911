import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError, rpc } from "@web/core/network/rpc";
import { browser } from "@web/core/browser/browser";

const PAUSE = 2000; // after the last key
const RETRY = 10000; // when the server was not reached
const SESSION_EXPIRED = 100;
const LEFT_OUT = new Set(["csrf_token", "action"]);

/**
 * A request that saves itself while it is written. What the server has not confirmed
 * yet stays in this browser as well, so that neither a closed tab, a lost connection
 * nor the end of the session loses it.
 */
export class RequestDraft {
    /**
     * @param {Interaction} interaction of the form
     */
    constructor(interaction) {
        this.interaction = interaction;
        this.form = interaction.el;
        this.jobId = parseInt(this.form.dataset.jobId, 10) || null;
        this.status = this.form.querySelector(".o_client_saved");
        this.running = Promise.resolve(true);
        this.isStuck = false;
        this.isLeaving = false;
        this.timer = null;
        this.initial = this.describe();
        this.saved = this.initial;
    }

    // --- what the form holds ---

    get key() {
        return `client_hub.request.${this.form.dataset.userId}.${this.jobId || "new"}`;
    }

    /**
     * @returns {Object} the fields as texts; of several with a name the first one counts,
     *     as on the server
     */
    collect() {
        const values = {};
        for (const [name, value] of new FormData(this.form)) {
            if (name.startsWith("choice_")) {
                // the boxes of a question are one answer
                const key = name.replace("choice_", "answer_");
                values[key] = [values[key], value].filter(Boolean).join("\n");
            } else if (
                typeof value === "string" &&
                !LEFT_OUT.has(name) &&
                !(name in values)
            ) {
                values[name] = value;
            }
        }
        return values;
    }

    describe() {
        return JSON.stringify({ ...this.collect(), revision: "" });
    }

    get isDirty() {
        return this.describe() !== this.saved;
    }

    setField(name, value) {
        this.form.querySelector(`input[name="${name}"]`).value = value;
    }

    // --- in this browser ---

    keepCopy(more = {}) {
        const copy = { values: this.collect(), ...more };
        try {
            browser.localStorage.setItem(this.key, JSON.stringify(copy));
        } catch {
            // full or switched off: the server still has the last state
        }
    }

    dropCopy() {
        try {
            browser.localStorage.removeItem(this.key);
        } catch {
            // as above
        }
    }

    findCopy() {
        try {
            return JSON.parse(browser.localStorage.getItem(this.key));
        } catch {
            return null;
        }
    }

    /**
     * Offer what an earlier visit could not save, if it is not what the form shows.
     */
    offerCopy() {
        const copy = this.findCopy();
        if (!copy) {
            return;
        }
        const { values } = copy;
        if (
            JSON.stringify({ ...values, revision: "", nonce: "" }) ===
            JSON.stringify({ ...this.collect(), revision: "", nonce: "" })
        ) {
            this.dropCopy();
        } else if (copy.isWanted) {
            this.restoreCopy();
        } else {
            this.show("copy");
        }
    }

    /**
     * Let the server show the form with what was kept.
     */
    restoreCopy() {
        const values = this.findCopy()?.values || {};
        this.dropCopy();
        this.isLeaving = true;
        const form = document.createElement("form");
        form.method = "post";
        // "form.action" are the buttons of that name
        form.setAttribute("action", this.form.getAttribute("action"));
        const current = this.form.querySelector("input[name='csrf_token']").value;
        const revision = this.form.querySelector("input[name='revision']").value;
        const all = { ...values, revision, csrf_token: current, action: "refresh" };
        if (!this.jobId) {
            // a draft of that form may be there: what it holds is older
            delete all.revision;
        }
        for (const [name, value] of Object.entries(all)) {
            const input = document.createElement("input");
            input.type = "hidden";
            input.name = name;
            input.value = value;
            form.append(input);
        }
        document.body.append(form);
        form.submit();
    }

    // --- messages ---

    show(name, text = "") {
        for (const el of document.querySelectorAll(".o_client_message")) {
            el.classList.toggle("d-none", el.dataset.message !== name);
        }
        if (text) {
            document.querySelector("[data-text='error']").textContent = text;
        }
        if (name) {
            const el = document.querySelector(`[data-message="${name}"]`);
            el.scrollIntoView({ block: "center" });
        }
    }

    say(text) {
        this.status.textContent = text;
    }

    // --- saving ---

    /**
     * Something was typed.
     */
    touch() {
        this.keepCopy();
        this.plan(PAUSE);
    }

    plan(delay) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.save(), delay);
    }

    stop() {
        clearTimeout(this.timer);
    }

    /**
     * Save now; one after the other, never two at a time.
     *
     * @param {Object} options
     * @param {boolean} options.force also over what another window has saved
     * @param {boolean} options.create even if nothing was typed yet
     * @returns {Promise<boolean>} whether the server has what the form holds
     */
    save(options = {}) {
        clearTimeout(this.timer);
        this.running = this.running.then(() => this.saveNow(options));
        return this.running;
    }

    async saveNow({ force = false, create = false }) {
        const described = this.describe();
        if (this.isLeaving || (described === this.saved && !force && !create)) {
            return !this.isLeaving;
        }
        if (create && this.jobId && described === this.saved) {
            return true;
        }
        let answer = null;
        try {
            answer = await rpc(
                "/my/jobs/autosave",
                { values: this.collect(), job_id: this.jobId, force },
                { silent: true }
            );
        } catch (error) {
            return this.onFailure(error);
        }
        return this.onAnswer(answer, described);
    }

    onFailure(error) {
        this.isStuck = true;
        if (error instanceof RPCError && error.code === SESSION_EXPIRED) {
            this.say("");
            this.show("session");
        } else {
            this.plan(RETRY);
            this.say(
                error instanceof ConnectionLostError
                    ? _t("Not saved: there is no connection. We try again.")
                    : _t("Not saved yet. We try again.")
            );
        }
        return false;
    }

    onAnswer(answer, described) {
        this.setField("csrf_token", answer.csrf_token);
        const problem = ["sent", "outdated", "error"].find((name) => answer[name]);
        this.isStuck = Boolean(problem);
        if (problem) {
            this.say("");
            this.show(problem, problem === "error" ? answer.error : "");
            if (problem === "sent") {
                this.dropCopy();
                document.querySelector("[data-act='open']").href = answer.sent;
            }
            return false;
        }
        this.show("");
        this.dropCopy();
        if (this.jobId !== answer.job_id) {
            this.jobId = answer.job_id;
            this.form.dataset.jobId = answer.job_id;
            const address = `/my/jobs/${answer.job_id}/edit`;
            this.form.setAttribute("action", address);
            browser.history.replaceState(null, "", address);
        }
        this.setField("revision", answer.revision);
        this.saved = described;
        if (answer.wrong.length) {
            // what the server could not take is still only here
            this.keepCopy();
        }
        this.say(_t("Draft saved at %s", answer.saved_at));
        return true;
    }

    /**
     * The page is closed: one last try, which the browser finishes by itself.
     */
    saveWhileLeaving() {
        if (this.isLeaving || this.isStuck || !this.isDirty) {
            return;
        }
        const params = { values: this.collect(), job_id: this.jobId };
        const body = JSON.stringify({ jsonrpc: "2.0", method: "call", params });
        navigator.sendBeacon(
            "/my/jobs/autosave",
            new Blob([body], { type: "application/json" })
        );
    }
}
