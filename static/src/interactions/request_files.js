import { _t } from "@web/core/l10n/translation";
import { humanNumber } from "@web/core/utils/numbers";
import { rpc } from "@web/core/network/rpc";

/**
 * Create an element in one go.
 */
function make(tag, className, attributes = {}) {
    const el = document.createElement(tag);
    el.className = className;
    for (const [name, value] of Object.entries(attributes)) {
        if (name === "text") {
            el.textContent = value;
        } else {
            el.setAttribute(name, value);
        }
    }
    return el;
}

/**
 * The files of a request: each goes to the draft by itself, with its progress, and can
 * be cancelled or tried again.
 */
export class RequestFiles {
    /**
     * @param {Interaction} interaction of the form
     */
    constructor(interaction) {
        this.interaction = interaction;
        this.form = interaction.el;
        this.input = this.form.querySelector("#field_files");
        this.list = this.form.querySelector(".o_client_chosen");
        this.news = this.form.querySelector(".o_client_file_news");
        const { maxFile, maxTotal, maxCount, refused } = this.form.dataset;
        this.maxFile = parseInt(maxFile, 10);
        this.maxTotal = parseInt(maxTotal, 10);
        this.maxCount = parseInt(maxCount, 10);
        this.refused = new Set(refused.split(" "));
        this.entries = [];
        this.waiters = [];
        this.current = null;
        for (const row of this.form.querySelectorAll(".o_client_kept_file")) {
            this.takeOver(row);
        }
    }

    // --- state ---

    get isBusy() {
        return this.entries.some((entry) =>
            ["waiting", "sending"].includes(entry.state)
        );
    }

    get hasFailed() {
        return this.entries.some((entry) => entry.state === "failed");
    }

    /**
     * @returns {Promise} when nothing is under way any more
     */
    whenIdle() {
        return new Promise((resolve) => {
            this.waiters.push(resolve);
            this.wakeWaiters();
        });
    }

    wakeWaiters() {
        if (!this.isBusy) {
            this.waiters.splice(0).forEach((resolve) => resolve());
        }
    }

    // --- choosing ---

    /**
     * @param {File[]} files chosen or dropped
     */
    add(files) {
        const sentences = [];
        for (const file of files) {
            const isThere = this.entries.some(
                ({ file: other }) =>
                    other && other.name === file.name && other.size === file.size
            );
            const sentence = isThere ? "" : this.refuse(file);
            if (sentence) {
                sentences.push(sentence);
            } else if (!isThere) {
                this.addRow({ file, name: file.name, state: "waiting" });
            }
        }
        this.input.value = "";
        this.interaction.setError(this.input, sentences.join(" "));
        this.pump();
    }

    /**
     * @param {File} file
     * @returns {string} why it isn't taken, or ""
     */
    refuse(file) {
        const extension = file.name.includes(".")
            ? file.name.split(".").pop().toLowerCase()
            : "";
        if (this.refused.has(extension)) {
            return _t(
                "“%s” was not added: programs, scripts, web pages and SVG files are not accepted.",
                file.name
            );
        }
        if (!file.size) {
            return _t("“%s” was not added: the file is empty.", file.name);
        }
        if (file.size > this.maxFile) {
            return _t(
                "“%(name)s” was not added: it has %(size)s, and a file may have at most %(limit)s. Send a link to it in the briefing instead.",
                {
                    name: file.name,
                    size: this.humanSize(file.size),
                    limit: this.humanSize(this.maxFile),
                }
            );
        }
        const total = this.entries.reduce((sum, entry) => sum + entry.file.size, 0);
        if (total + file.size > this.maxTotal) {
            return _t(
                "“%(name)s” was not added: all files together may have at most %(limit)s, and %(left)s are left. Send a link to it in the briefing instead.",
                {
                    name: file.name,
                    limit: this.humanSize(this.maxTotal),
                    left: this.humanSize(this.maxTotal - total),
                }
            );
        }
        if (this.entries.length >= this.maxCount) {
            return _t("“%s” was not added: these are too many files.", file.name);
        }
        return "";
    }

    humanSize(size) {
        return _t("%sB", humanNumber(size, { decimals: 1, minDigits: 1 }));
    }

    // --- rows ---

    addRow(entry) {
        entry.row = make(
            "li",
            "o_client_file d-flex flex-wrap align-items-center gap-2"
        );
        entry.bar = make("progress", "o_client_file_bar", {
            max: 100,
            value: 0,
            "aria-label": _t("Sending %s", entry.name),
        });
        entry.text = make("span", "o_client_file_state small");
        entry.retry = make("button", "btn btn-light btn-sm", {
            type: "button",
            "data-act": "retry",
            "aria-label": _t("Try %s again", entry.name),
            text: _t("Try again"),
        });
        entry.drop = make("button", "btn btn-light btn-sm", {
            type: "button",
            "data-act": "drop",
        });
        entry.row.append(
            make("i", "fa fa-paperclip text-muted", { "aria-hidden": "true" }),
            make("span", "o_client_file_name text-break", { text: entry.name }),
            make("span", "small text-muted text-nowrap", {
                text: this.humanSize(entry.file.size),
            }),
            entry.bar,
            entry.text,
            make("span", "ms-auto"),
            entry.retry,
            entry.drop
        );
        this.entries.push(entry);
        this.list.append(entry.row);
        this.setState(entry, entry.state);
    }

    /**
     * Give a file that the page came with the same button as the new ones.
     */
    takeOver(row) {
        const name = row.querySelector(".o_client_file_name").textContent.trim();
        row.querySelector(".form-check")?.remove();
        const entry = {
            row,
            name,
            id: parseInt(row.dataset.fileId, 10),
            size: parseInt(row.dataset.fileSize, 10),
            isKept: true,
        };
        row.append(
            make("button", "btn btn-light btn-sm ms-auto", {
                type: "button",
                "data-act": "drop",
                "aria-label": _t("Remove %s", name),
                text: _t("Remove"),
            })
        );
        row.addEventListener("click", (ev) => {
            if (ev.target.closest("[data-act='drop']")) {
                this.drop(entry);
            }
        });
    }

    setState(entry, state, text = "") {
        entry.state = state;
        const isOpen = state === "waiting" || state === "sending";
        entry.bar.classList.toggle("d-none", !isOpen);
        entry.retry.classList.toggle("d-none", state !== "failed");
        entry.drop.textContent = isOpen ? _t("Cancel") : _t("Remove");
        entry.drop.setAttribute(
            "aria-label",
            isOpen ? _t("Cancel %s", entry.name) : _t("Remove %s", entry.name)
        );
        entry.row.classList.toggle("o_client_file_failed", state === "failed");
        entry.row.dataset.state = state;
        entry.text.textContent = text;
        if (text) {
            this.news.textContent = `${entry.name}: ${text}`;
        }
        this.wakeWaiters();
    }

    // --- sending ---

    /**
     * Send what waits, one file at a time.
     */
    async pump() {
        if (this.current) {
            return;
        }
        const entry = this.entries.find((other) => other.state === "waiting");
        if (!entry) {
            return;
        }
        this.current = entry;
        this.setState(entry, "sending");
        await this.send(entry);
        this.current = null;
        this.pump();
    }

    async send(entry, isAgain = false) {
        const draft = this.interaction.draft;
        await draft.save({ create: true });
        if (entry.state !== "sending") {
            return; // cancelled
        }
        if (!draft.jobId) {
            this.setState(entry, "failed", _t("The draft could not be saved."));
            return;
        }
        const { status, answer } = await this.post(entry, draft.jobId);
        if (entry.state !== "sending") {
            return;
        }
        if (answer?.file) {
            entry.id = answer.file.id;
            this.setState(entry, "done", _t("Added"));
        } else if (status === 400 && !isAgain) {
            // signed in anew in another tab: the draft's answer brings a new token
            await draft.save({ force: true });
            await this.send(entry, true);
        } else {
            const text = answer?.error || _t("It could not be sent.");
            this.setState(entry, "failed", text);
        }
    }

    post(entry, jobId) {
        return new Promise((resolve) => {
            const xhr = new XMLHttpRequest();
            entry.xhr = xhr;
            xhr.open("POST", `/my/jobs/${jobId}/upload`);
            xhr.upload.addEventListener("progress", (ev) => {
                entry.bar.value = ev.lengthComputable
                    ? (100 * ev.loaded) / ev.total
                    : 0;
            });
            xhr.addEventListener("loadend", () => {
                let answer = null;
                try {
                    answer = JSON.parse(xhr.responseText);
                } catch {
                    // an error page, or nothing at all
                }
                resolve({ status: xhr.status, answer });
            });
            const body = new FormData();
            const token = this.form.querySelector("input[name='csrf_token']");
            body.append("csrf_token", token.value);
            body.append("file", entry.file, entry.file.name);
            xhr.send(body);
        });
    }

    // --- buttons ---

    onClick(ev) {
        const button = ev.target.closest("button[data-act]");
        const row = button?.closest("li");
        const entry = this.entries.find((other) => other.row === row);
        if (!entry) {
            return;
        }
        if (button.dataset.act === "drop") {
            this.drop(entry);
        } else {
            entry.bar.value = 0;
            this.setState(entry, "waiting");
            this.pump();
        }
    }

    async drop(entry) {
        entry.state = "dropped";
        entry.xhr?.abort();
        entry.row.remove();
        this.entries = this.entries.filter((other) => other !== entry);
        if (entry.isKept) {
            this.maxCount++;
            this.maxTotal += entry.size;
        }
        this.input.focus();
        this.news.textContent = _t("%s was removed.", entry.name);
        this.interaction.setError(this.input, "");
        this.wakeWaiters();
        const jobId = this.interaction.draft.jobId;
        if (entry.id && jobId) {
            await rpc(
                `/my/jobs/${jobId}/file/${entry.id}/remove`,
                {},
                { silent: true }
            );
        }
    }
}
