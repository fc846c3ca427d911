import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import { setBusy } from "./busy_form";
import { RequestDraft } from "./request_draft";
import { RequestFiles } from "./request_files";
import { RequestQuestions } from "./request_questions";

/**
 * The form of a request: rows of pieces, files by drag and drop, errors beside their
 * fields before anything is sent, and a draft that saves itself. Without JavaScript the
 * form works, too: the server does all of it again.
 */
export class ClientRequestForm extends Interaction {
    static selector = ".o_client_request_form";

    dynamicContent = {
        _root: {
            "t-on-submit": this.onSubmit,
            "t-on-input": this.onInput,
        },
        _window: {
            "t-on-beforeunload": this.onBeforeUnload,
            "t-on-pagehide": () => this.draft.saveWhileLeaving(),
            "t-on-pageshow": this.onPageShow,
        },
        _document: { "t-on-click": this.onMessageClick },
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
        ".o_client_chosen": { "t-on-click": (ev) => this.files.onClick(ev) },
    };

    setup() {
        this.isDragging = false;
        this.isSending = false;
        this.fileInput = this.el.querySelector("#field_files");
        this.rowCount = this.el.querySelectorAll(".o_client_piece_rows > li").length;
        this.questions = new RequestQuestions(this.el);
        this.draft = new RequestDraft(this);
        this.files = new RequestFiles(this);
        this.registerCleanup(() => this.draft.stop());
    }

    start() {
        const summary = document.querySelector("#client_errors:not(.d-none)");
        if (summary) {
            const first = this.el.querySelector(".is-invalid");
            (first || summary).focus();
            (first || summary).scrollIntoView({ block: "center" });
        } else {
            this.draft.offerCopy();
        }
    }

    // --- writing ---

    onInput(ev) {
        if (ev.target.matches(".is-invalid")) {
            this.setError(ev.target, "");
        }
        const choices = ev.target.closest(".o_client_choices.is-invalid");
        if (choices) {
            this.setError(choices, "");
        }
        this.questions.update();
        this.draft.touch();
    }

    /**
     * The answers to what the form had to tell in the meantime.
     */
    onMessageClick(ev) {
        const act = ev.target.closest(".o_client_message [data-act]")?.dataset.act;
        if (act === "restore") {
            this.draft.restoreCopy();
        } else if (act === "forget") {
            this.draft.dropCopy();
            this.draft.show("");
        } else if (act === "force") {
            this.draft.save({ force: true });
        } else if (act === "reload" || act === "open") {
            this.draft.dropCopy();
            this.draft.isLeaving = true;
            if (act === "reload") {
                window.location.reload();
            }
        } else if (act === "login") {
            this.draft.keepCopy({ isWanted: true });
            this.draft.isLeaving = true;
            const here = encodeURIComponent(window.location.pathname);
            ev.target.href = `/web/login?redirect=${here}`;
        }
    }

    // --- leaving ---

    onBeforeUnload(ev) {
        const isUnsaved = this.draft.isStuck && this.draft.isDirty;
        if (!this.draft.isLeaving && (isUnsaved || this.files.isBusy)) {
            ev.preventDefault();
        }
    }

    /**
     * Going back may bring the form from the browser's memory, just as it was left:
     * on its way, which may have ended at a lost connection.
     */
    onPageShow(ev) {
        if (ev.persisted) {
            this.draft.isLeaving = false;
            this.draft.say("");
            this.setSending(false);
        }
    }

    onRefresh() {
        this.send("refresh");
    }

    // --- sending ---

    onSubmit(ev) {
        ev.preventDefault();
        const action = ev.submitter?.value || "save";
        if (this.isSending || (action === "submit" && !this.checkFields())) {
            return;
        }
        this.send(action, ev.submitter);
    }

    /**
     * Hand the form in, once its files are there and the draft is saved.
     *
     * @param {string} action of the form
     * @param {HTMLButtonElement} [button] that was pressed
     */
    async send(action, button) {
        this.setSending(true, button);
        if (this.files.isBusy) {
            this.draft.say(
                _t("Your files are still on their way. One moment, please…")
            );
        }
        await this.waitFor(this.files.whenIdle());
        if (this.files.hasFailed && action === "submit") {
            this.setError(
                this.fileInput,
                _t("A file could not be sent: try it again or remove it.")
            );
            this.showSummary([[this.fileInput, _t("A file could not be sent.")]]);
            this.setSending(false);
            return;
        }
        this.draft.say(_t("Sending, please wait…"));
        if (!(await this.waitFor(this.draft.save()))) {
            this.setSending(false);
            return;
        }
        // of an earlier try
        this.el.querySelector("input.o_client_action")?.remove();
        const input = document.createElement("input");
        input.type = "hidden";
        input.name = "action";
        input.value = action;
        input.className = "o_client_action";
        this.el.prepend(input);
        this.draft.isLeaving = true;
        this.el.submit();
    }

    setSending(isSending, button) {
        this.isSending = isSending;
        setBusy(this.el, isSending, button);
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
            if (field.closest(".o_client_question.d-none")) {
                continue; // not asked
            }
            const validity = field.validity;
            const isBlank = field.matches(".o_client_choices")
                ? field.dataset.required && !field.querySelector(":checked")
                : field.required && field.type !== "checkbox" && !field.value.trim();
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
        const label =
            this.el.querySelector(`label[for="${field.id}"]`) ||
            field.querySelector("legend");
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
        this.draft.touch();
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
        this.draft.touch();
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
        this.files.add([...ev.dataTransfer.files]);
    }

    onFilesChosen() {
        this.files.add([...this.fileInput.files]);
    }
}

registry
    .category("public.interactions")
    .add("client_hub.request_form", ClientRequestForm);
