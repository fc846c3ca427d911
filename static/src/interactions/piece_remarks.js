import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import {
    movePin,
    placeOfClick,
    placePins,
    showDocument,
} from "@client_hub/piece/piece_pages";
import { markedWords } from "@client_hub/piece/piece_words";
import { setBusy } from "./busy_form";
import { KeptText } from "./kept_text";

const STEP = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
};
const PLACE_FIELDS = ["attachment_id", "page", "x", "y", "text_start", "text_end"];

/**
 * Remarks on a piece: pins on its images and pages, marks on its text.
 *
 * Without scripts everything goes by the plain forms of the page; here they are sent
 * in the background, so that a decision half written below is not lost.
 */
export class ClientPieceRemarks extends Interaction {
    static selector = ".o_client_piece_page";

    dynamicContent = {
        _root: {
            "t-on-click": this.onClick,
            "t-on-submit": this.onSubmit,
            "t-on-keydown": this.onKeydown,
            "t-on-input": this.onInput,
        },
        _document: { "t-on-selectionchange": this.onSelection },
    };

    setup() {
        this.isSending = false;
        this.mayRemark = Boolean(this.el.dataset.mayRemark);
        this.words = null;
    }

    async willStart() {
        // those without pictures of their pages
        const documents = [...this.el.querySelectorAll(".o_client_document[data-src]")];
        for (const stop of await Promise.all(documents.map(showDocument))) {
            this.registerCleanup(stop);
        }
    }

    start() {
        if (this.mayRemark) {
            this.form = this.el.querySelector("#client_remark_form");
            this.home = this.form.parentElement;
            for (const hidden of this.el.querySelectorAll(
                ".o_client_hint, .o_client_place, .o_client_remark_cancel"
            )) {
                hidden.classList.remove("d-none");
            }
            this.el.classList.add("o_client_may_remark");
            this.addWordsButton();
        }
        this.showPins();
        this.restoreTexts();
    }

    // --- what was not sent ---

    onInput(ev) {
        const form = ev.target.closest(".o_client_remark_post[data-keep]");
        if (form) {
            new KeptText(form).keep();
        }
    }

    restoreTexts() {
        for (const form of this.el.querySelectorAll(
            ".o_client_remark_post[data-keep]"
        )) {
            const values = new KeptText(form).restore();
            if (values && form === this.form) {
                this.restorePlace(values);
            } else if (values) {
                form.querySelector("details").open = true;
            }
        }
    }

    /**
     * Put a remark where it stood; on another version, it is about the whole.
     */
    restorePlace(values) {
        const isSame = values.version_id === this.form.elements.version_id.value;
        const page =
            isSame &&
            [...this.el.querySelectorAll(".o_client_page")].find(
                ({ dataset }) =>
                    dataset.attachment === values.attachment_id &&
                    dataset.page === values.page
            );
        if (page) {
            this.startAt(page, { x: Number(values.x), y: Number(values.y) });
        } else if (isSame && values.text_end) {
            const copy = this.el.querySelector(".o_client_copy");
            const [start, end] = [Number(values.text_start), Number(values.text_end)];
            // counted as the server counts them
            const text = [...copy.textContent].slice(start, end).join("");
            this.words = { start, end, text };
            this.startOnWords();
        } else {
            this.home.open = true;
        }
    }

    // --- what is there ---

    showPins() {
        const rows = [...this.el.querySelectorAll("#client_remarks [data-place]")];
        placePins(
            this.el,
            rows
                .map((row) => ({
                    number: row.dataset.number,
                    label: row.innerText.split("\n").slice(0, 3).join(" ").trim(),
                    solved: row.dataset.solved,
                    place: JSON.parse(row.dataset.place),
                }))
                .filter((pin) => "attachment_id" in pin.place)
        );
    }

    showRemark(number) {
        const row = this.el.querySelector(`#remark_${number}`);
        row?.scrollIntoView({ behavior: "smooth", block: "nearest" });
        row?.focus({ preventScroll: true });
    }

    // --- a new one ---

    onClick(ev) {
        const { target } = ev;
        const pin = target.closest(".o_client_pin[data-number]");
        const words = target.closest(".o_client_words");
        if (pin) {
            this.showRemark(pin.dataset.number);
        } else if (target.closest(".o_client_remark_cancel")) {
            this.close();
        } else if (target.closest(".o_client_place")) {
            this.startInMiddle(target.closest(".o_client_place").dataset.attachment);
        } else if (words && document.getSelection().isCollapsed) {
            this.showRemark(words.dataset.numbers.split(" ")[0]);
        } else if (this.mayRemark && !target.closest("form, button")) {
            const page = target.closest(".o_client_page");
            if (page) {
                this.startAt(page, placeOfClick(page, ev));
                this.form.elements.body.focus();
            }
        }
    }

    startInMiddle(attachment) {
        const pages = [
            ...this.el.querySelectorAll(
                `.o_client_page[data-attachment="${attachment}"]`
            ),
        ];
        // the page that one looks at
        const middle = window.innerHeight / 2;
        const page =
            pages.find((row) => {
                const box = row.getBoundingClientRect();
                return box.top <= middle && box.bottom >= middle;
            }) || pages[0];
        if (page) {
            this.startAt(page, { x: 0.5, y: 0.5 });
            this.marker.scrollIntoView({ block: "center" });
            this.marker.focus();
        }
    }

    startAt(page, place) {
        this.setPlace({
            target: "layout",
            attachment_id: page.dataset.attachment,
            page: page.dataset.page,
        });
        this.marker?.remove();
        this.marker = document.createElement("button");
        this.marker.type = "button";
        this.marker.className = "o_client_pin o_client_pin_new";
        this.marker.textContent = "+";
        page.append(this.marker);
        this.moveMarker(place);
        page.after(this.form);
        this.open();
    }

    moveMarker(place) {
        this.place = place;
        movePin(this.marker, place);
        this.form.elements.x.value = place.x.toFixed(5);
        this.form.elements.y.value = place.y.toFixed(5);
        const text = this.form.querySelector(".o_client_remark_place");
        const { page } = this.form.elements;
        const where = this.marker.closest(".o_client_document")
            ? `${text.dataset.page} ${page.value}`
            : text.dataset.image;
        const percent = (value) => `${Math.round(value * 100)} %`;
        text.textContent = `${where}: ← ${percent(place.x)}, ↑ ${percent(place.y)}`;
        this.marker.setAttribute("aria-label", text.textContent);
    }

    onKeydown(ev) {
        if (ev.key === "Escape" && this.form?.classList.contains("o_client_open")) {
            this.close();
            return;
        }
        if (!this.marker || ev.target !== this.marker) {
            return;
        }
        if (ev.key in STEP) {
            ev.preventDefault();
            const step = ev.shiftKey ? 0.1 : 0.01;
            const move = (value, by) => Math.min(Math.max(value + by * step, 0), 1);
            const [x, y] = STEP[ev.key];
            this.moveMarker({ x: move(this.place.x, x), y: move(this.place.y, y) });
        } else if (ev.key === "Enter") {
            ev.preventDefault();
            this.form.elements.body.focus();
        }
    }

    // --- words of the text ---

    addWordsButton() {
        const copy = this.el.querySelector(".o_client_copy");
        if (!copy) {
            return;
        }
        this.wordsButton = document.createElement("button");
        this.wordsButton.type = "button";
        this.wordsButton.className =
            "o_client_mark_words btn btn-sm btn-primary mb-3 d-none";
        this.wordsButton.textContent = this.el.dataset.wordsLabel;
        // before the click takes the selection away
        this.addListener(this.wordsButton, "pointerdown", (ev) => {
            ev.preventDefault();
            this.startOnWords();
        });
        this.addListener(this.wordsButton, "click", () => this.startOnWords());
        this.insert(this.wordsButton, copy.closest(".o_client_body"), "afterend");
    }

    onSelection() {
        if (!this.wordsButton) {
            return;
        }
        const words = markedWords(this.el.querySelector(".o_client_copy"));
        // pressing the button may take the selection away: keep the last words
        this.words = words || this.words;
        this.wordsButton.classList.toggle("d-none", !words);
    }

    startOnWords() {
        if (!this.words) {
            return;
        }
        const { start, end, text } = this.words;
        this.marker?.remove();
        this.marker = null;
        this.setPlace({ target: "text", text_start: start, text_end: end });
        const sentence = this.form.querySelector(".o_client_remark_place");
        sentence.textContent = `${sentence.dataset.words} “${text.slice(0, 80)}”`;
        this.wordsButton.after(this.form);
        this.wordsButton.classList.add("d-none");
        this.words = null;
        this.open();
        this.form.elements.body.focus();
    }

    // --- the form ---

    setPlace(values) {
        for (const name of PLACE_FIELDS) {
            this.form.elements[name].value = values[name] ?? "";
        }
        this.form.elements.target.value = values.target || "whole";
        if (this.form.elements.quote) {
            this.form.elements.quote.value = "";
        }
    }

    open() {
        this.form.classList.add("o_client_open");
        this.form.querySelector(".o_client_remark_place").classList.remove("d-none");
    }

    close() {
        this.marker?.remove();
        this.marker = null;
        this.form.reset();
        this.form.querySelector(".o_client_kept")?.remove();
        new KeptText(this.form).drop();
        this.setPlace({});
        this.setError("");
        this.form.classList.remove("o_client_open");
        this.form.querySelector(".o_client_remark_place").classList.add("d-none");
        this.home.append(this.form);
        this.home.open = false;
    }

    setError(sentence) {
        const error = this.form.querySelector("#remark_error");
        error.textContent = sentence;
        error.classList.toggle("d-block", Boolean(sentence));
    }

    // --- sending ---

    async onSubmit(ev) {
        const form = ev.target.closest(".o_client_remark_post");
        if (!form) {
            return;
        }
        ev.preventDefault();
        if (this.isSending) {
            return;
        }
        this.isSending = true;
        // the button may say where to, and what
        const button = ev.submitter;
        const body = new FormData(form, button);
        setBusy(form, true, button);
        try {
            const response = await this.waitFor(
                fetch(button?.getAttribute("formaction") || form.action, {
                    method: "POST",
                    body,
                })
            );
            const page = new DOMParser().parseFromString(
                await this.waitFor(response.text()),
                "text/html"
            );
            this.show(page, form);
        } finally {
            this.isSending = false;
            setBusy(form, false);
        }
    }

    show(page, form) {
        const fresh = page.querySelector("#client_remarks");
        if (!fresh) {
            // signed out, or the piece is gone: let the browser tell
            window.location.reload();
            return;
        }
        const refusal = page.querySelector("#remark_error.d-block");
        if (form === this.form) {
            if (refusal) {
                this.setError(refusal.textContent.trim());
                return;
            }
            this.close();
        } else if (!page.querySelector("[name='remark_error']")) {
            new KeptText(form).drop();
        }
        const list = this.el.querySelector("#client_remarks");
        list.replaceWith(fresh);
        if (this.mayRemark) {
            // ours has the listeners and perhaps a text half written
            fresh.querySelector("#client_remark_form").replaceWith(this.form);
            this.home = this.form.parentElement;
        }
        const copies = page.querySelectorAll(".o_client_copy");
        this.el.querySelectorAll(".o_client_copy").forEach((copy, index) => {
            copy.replaceChildren(...copies[index].childNodes);
        });
        this.showPins();
        fresh.focus({ preventScroll: true });
    }
}

registry
    .category("public.interactions")
    .add("client_hub.piece_remarks", ClientPieceRemarks);
