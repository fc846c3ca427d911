import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { humanNumber } from "@web/core/utils/numbers";

/**
 * The form of a request: rows of pieces, files by drag and drop, and errors beside
 * their fields before anything is sent. Without JavaScript the form works, too: the
 * server does all of it again.
 */
export class ClientRequestForm extends Interaction {
    static selector = ".o_client_request_form";

    dynamicContent = {
        _root: {
            "t-on-submit": this.onSubmit,
            "t-on-input": this.onInput,
        },
        _window: { "t-on-beforeunload": this.onBeforeUnload },
        ".o_client_refresh": { "t-on-change": this.onRefresh },
        ".o_client_add_piece": { "t-on-click.prevent": this.onAddPiece },
        ".o_client_piece_rows": { "t-on-click": this.onRowsClick },
        "#field_files": { "t-on-change": this.onFilesChosen },
        ".o_client_dropzone": {
            "t-on-dragover.prevent": this.onDragOver,
            "t-on-dragleave": () => this.setDrag(false),
            "t-on-drop.prevent": this.onDrop,
            "t-att-class": () => ({ o_client_drag: this.isDragging }),
        },
        ".o_client_chosen": { "t-on-click": this.onChosenClick },
    };

    setup() {
        this.files = [];
        this.isDragging = false;
        this.isDirty = false;
        this.isSending = false;
        this.fileInput = this.el.querySelector("#field_files");
        const { maxFile, maxTotal, maxCount, refused } = this.el.dataset;
        this.limits = {
            file: parseInt(maxFile, 10),
            total: parseInt(maxTotal, 10),
            count: parseInt(maxCount, 10),
        };
        this.refused = new Set(refused.split(" "));
        this.rowCount = this.el.querySelectorAll(".o_client_piece_rows > li").length;
    }

    start() {
        const summary = document.querySelector("#client_errors:not(.d-none)");
        if (summary) {
            // what was typed was kept or sent back: leaving could still lose it
            this.isDirty = true;
            const first = this.el.querySelector(".is-invalid");
            (first || summary).focus();
            (first || summary).scrollIntoView({ block: "center" });
        }
    }

    // --- leaving ---

    onInput(ev) {
        this.isDirty = true;
        if (ev.target.matches(".is-invalid")) {
            this.setError(ev.target, "");
        }
    }

    onBeforeUnload(ev) {
        if (this.isDirty && !this.isSending) {
            ev.preventDefault();
        }
    }

    onRefresh() {
        const input = document.createElement("input");
        input.type = "hidden";
        input.name = "action";
        input.value = "refresh";
        this.el.prepend(input);
        this.isSending = true;
        this.el.submit();
    }

    // --- sending ---

    onSubmit(ev) {
        if (this.isSending) {
            ev.preventDefault(); // the second click
            return;
        }
        const action = ev.submitter?.value;
        if (action === "submit" && !this.checkFields()) {
            ev.preventDefault();
            return;
        }
        this.isSending = true;
        this.el.querySelector(".o_client_sending").classList.remove("d-none");
        // after the browser has collected the form: a disabled button sends nothing
        this.waitForTimeout(() => {
            for (const button of this.el.querySelectorAll("button[type='submit']")) {
                button.disabled = true;
            }
        }, 0);
    }

    /**
     * Put a sentence beside each field that is missing or wrong.
     *
     * @returns {boolean} whether all is well
     */
    checkFields() {
        const wrong = [];
        const budget = this.el.querySelector("#field_budget_id");
        const amount = this.el.querySelector("#field_budget_amount");
        if (amount) {
            amount.required = Boolean(budget.value);
        }
        for (const field of this.el.querySelectorAll("[data-missing], [data-wrong]")) {
            const validity = field.validity;
            const isBlank =
                field.required && field.type !== "checkbox" && !field.value.trim();
            let sentence = "";
            if (validity.valueMissing || isBlank) {
                sentence = field.dataset.missing;
            } else if (!validity.valid) {
                sentence = field.dataset.wrong || field.validationMessage;
            }
            this.setError(field, sentence);
            if (sentence) {
                wrong.push([field, sentence]);
            }
        }
        this.showSummary(wrong);
        return !wrong.length;
    }

    showSummary(wrong) {
        const summary = document.querySelector("#client_errors");
        summary.classList.toggle("d-none", !wrong.length);
        const list = summary.querySelector("ul");
        list.replaceChildren(
            ...wrong.map(([field, sentence]) => {
                const link = document.createElement("a");
                link.className = "alert-link";
                link.href = `#${field.id}`;
                link.textContent = this.describeError(field, sentence);
                const item = document.createElement("li");
                item.append(link);
                return item;
            })
        );
        if (wrong.length) {
            wrong[0][0].focus();
            wrong[0][0].scrollIntoView({ block: "center" });
        }
    }

    /**
     * In the summary, "Please answer this question" has to say which one.
     */
    describeError(field, sentence) {
        if (!field.id.startsWith("field_answer_")) {
            return sentence;
        }
        const label = this.el.querySelector(`label[for="${field.id}"]`);
        return `${label.firstChild.textContent.trim()} ${sentence}`;
    }

    setError(field, sentence) {
        const name = field.id.replace(/^field_/, "");
        const error = this.el.querySelector(`#error_${name}`);
        field.classList.toggle("is-invalid", Boolean(sentence));
        if (sentence) {
            field.setAttribute("aria-invalid", "true");
        } else {
            field.removeAttribute("aria-invalid");
        }
        error.textContent = sentence;
        error.classList.toggle("d-block", Boolean(sentence));
    }

    // --- pieces ---

    onAddPiece() {
        const rows = this.el.querySelector(".o_client_piece_rows");
        const max = parseInt(
            this.el.querySelector(".o_client_add_piece").dataset.max,
            10
        );
        if (rows.children.length >= max) {
            this.setError(
                this.el.querySelector("#field_pieces"),
                _t("Ask for at most %s pieces.", max)
            );
            return;
        }
        const blank = this.el.querySelector(".o_client_piece_blank");
        const row = blank.content.firstElementChild.cloneNode(true);
        for (const field of row.querySelectorAll("[name]")) {
            field.name = field.name.replace("NEW", this.rowCount);
        }
        this.rowCount++;
        rows.append(row);
        row.querySelector("input").focus();
        this.isDirty = true;
    }

    onRowsClick(ev) {
        const button = ev.target.closest(".o_client_remove_piece");
        if (!button) {
            return;
        }
        const row = button.closest("li");
        const next = row.nextElementSibling || row.previousElementSibling;
        row.remove();
        (
            next?.querySelector("input") || this.el.querySelector(".o_client_add_piece")
        ).focus();
        this.setError(this.el.querySelector("#field_pieces"), "");
        this.isDirty = true;
    }

    // --- files ---

    setDrag(isDragging) {
        this.isDragging = isDragging;
    }

    onDragOver(ev) {
        ev.dataTransfer.dropEffect = "copy";
        this.setDrag(true);
    }

    onDrop(ev) {
        this.setDrag(false);
        this.addFiles([...ev.dataTransfer.files]);
    }

    onFilesChosen() {
        // the browser has replaced what was chosen before: add both
        this.addFiles([...this.fileInput.files]);
    }

    addFiles(files) {
        const sentences = [];
        for (const file of files) {
            const isThere = this.files.some(
                (other) => other.name === file.name && other.size === file.size
            );
            if (isThere) {
                continue;
            }
            const sentence = this.refuseFile(file);
            if (sentence) {
                sentences.push(sentence);
            } else {
                this.files.push(file);
            }
        }
        this.isDirty = true;
        this.setError(this.fileInput, sentences.join(" "));
        this.showFiles();
    }

    /**
     * @param {File} file
     * @returns {string} why it isn't taken, or ""
     */
    refuseFile(file) {
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
        if (file.size > this.limits.file) {
            return _t(
                "“%(name)s” was not added: it has %(size)s, and a file may have at most %(limit)s. Send a link to it in the briefing instead.",
                {
                    name: file.name,
                    size: this.humanSize(file.size),
                    limit: this.humanSize(this.limits.file),
                }
            );
        }
        const total = this.files.reduce((sum, other) => sum + other.size, file.size);
        if (total > this.limits.total) {
            return _t(
                "“%(name)s” was not added: all files together may have at most %(limit)s at a time. Save the draft and add it then.",
                { name: file.name, limit: this.humanSize(this.limits.total) }
            );
        }
        if (this.files.length >= this.limits.count) {
            return _t("“%s” was not added: these are too many files.", file.name);
        }
        return "";
    }

    humanSize(size) {
        return _t("%sB", humanNumber(size, { decimals: 1, minDigits: 1 }));
    }

    showFiles() {
        const transfer = new DataTransfer();
        for (const file of this.files) {
            transfer.items.add(file);
        }
        this.fileInput.files = transfer.files;
        const rows = this.files.map((file, index) => {
            const row = document.createElement("li");
            row.className = "d-flex align-items-center gap-2 py-1";
            const icon = document.createElement("i");
            icon.className = "fa fa-paperclip text-muted";
            icon.setAttribute("aria-hidden", "true");
            const name = document.createElement("span");
            name.className = "text-break";
            name.textContent = file.name;
            const size = document.createElement("span");
            size.className = "small text-muted text-nowrap";
            size.textContent = this.humanSize(file.size);
            const button = document.createElement("button");
            button.type = "button";
            button.className = "btn btn-light btn-sm ms-auto";
            button.dataset.index = index;
            button.textContent = _t("Remove");
            button.setAttribute("aria-label", _t("Remove %s", file.name));
            row.append(icon, name, size, button);
            return row;
        });
        this.el.querySelector(".o_client_chosen").replaceChildren(...rows);
    }

    onChosenClick(ev) {
        const index = ev.target.closest("button")?.dataset.index;
        if (index === undefined) {
            return;
        }
        this.files.splice(parseInt(index, 10), 1);
        this.showFiles();
        this.fileInput.focus();
    }
}

registry
    .category("public.interactions")
    .add("client_hub.request_form", ClientRequestForm);
