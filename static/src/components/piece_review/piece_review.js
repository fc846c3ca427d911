import {
    Component,
    onWillDestroy,
    onWillStart,
    onWillUpdateProps,
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import {
    movePin,
    placeOfClick,
    placePins,
    showDocument,
} from "@client_hub/piece/piece_pages";
import { markedWords } from "@client_hub/piece/piece_words";
import { formatDateTime, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * A version of a piece in its form: pins on its pages, marks on its text, and the
 * remarks beside them.
 *
 *   <widget name="client_hub_piece_review" />
 */
export class PieceReview extends Component {
    static template = "client_hub.PieceReview";
    static components = { RecordSelector };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.root = useRef("root");
        this.stops = [];
        this.words = null;
        this.state = useState({
            data: null,
            filter: "open",
            draft: null,
            replyTo: false,
            text: "",
            isInternal: true,
            hasWords: false,
            isBusy: false,
        });
        onWillStart(() => this.load());
        onWillUpdateProps((next) => {
            // also when the form was saved: a version may be new, or sent
            this.close();
            return this.load(next.record.resId, false);
        });
        onWillDestroy(() => this.stopDocuments());
        useExternalListener(document, "selectionchange", () => this.onSelection());
        useEffect(
            () => {
                this.showDocuments();
            },
            () => [this.state.data?.version?.id]
        );
        useEffect(
            () => {
                this.showPins();
            },
            () => [this.state.data, this.state.filter]
        );
        useEffect(
            () => {
                this.showDraft();
            },
            () => [this.state.draft]
        );
    }

    // --- what is there ---

    get remarks() {
        const { remarks } = this.state.data;
        return this.state.filter === "open"
            ? remarks.filter((row) => !row.resolved)
            : remarks;
    }

    get openCount() {
        return this.state.data.remarks.filter((row) => !row.resolved).length;
    }

    get userDomain() {
        return [["share", "=", false]];
    }

    async load(resId = this.props.record.resId, versionId = this.versionId) {
        this.state.data = resId
            ? await this.orm.call("client.piece", "get_review", [[resId]], {
                  version_id: versionId || false,
              })
            : null;
    }

    get versionId() {
        return this.state.data?.version?.id;
    }

    showVersion(id) {
        this.close();
        return this.load(this.props.record.resId, id);
    }

    place(remark) {
        if (remark.target === "layout") {
            return remark.page > 1
                ? _t("On the image, page %s", remark.page)
                : _t("On the image");
        }
        return remark.target === "text" ? _t("On the text") : _t("On the whole");
    }

    time(text) {
        return formatDateTime(deserializeDateTime(text), { showSeconds: false });
    }

    async showDocuments() {
        this.stopDocuments();
        const documents = this.root.el.querySelectorAll(".o_client_document[data-src]");
        for (const el of documents) {
            this.stops.push(await showDocument(el));
        }
        if (documents.length && this.root.el) {
            this.showPins();
        }
    }

    stopDocuments() {
        for (const stop of this.stops.splice(0)) {
            stop();
        }
    }

    showPins() {
        if (!this.state.data) {
            return;
        }
        placePins(
            this.root.el,
            this.remarks
                .filter((row) => row.place && "attachment_id" in row.place)
                .map((row) => ({
                    number: row.number,
                    label: `${row.number} ${row.author}: ${row.body}`,
                    solved: row.resolved,
                    place: row.place,
                    internal: row.is_internal,
                }))
        );
    }

    showRemark(number) {
        const row = this.root.el.querySelector(`[data-remark="${number}"]`);
        row?.scrollIntoView({ behavior: "smooth", block: "nearest" });
        row?.focus({ preventScroll: true });
    }

    showPin(remark) {
        this.root.el
            .querySelector(
                `.o_client_pin[data-number="${remark.number}"],` +
                    `.o_client_words[data-numbers~="${remark.number}"]`
            )
            ?.scrollIntoView({ behavior: "smooth", block: "center" });
    }

    // --- a new one ---

    onClick({ target, clientX, clientY }) {
        const pin = target.closest(".o_client_pin[data-number]");
        const words = target.closest(".o_client_words");
        const page = target.closest(".o_client_page");
        if (pin) {
            this.showRemark(pin.dataset.number);
        } else if (words && document.getSelection().isCollapsed) {
            this.showRemark(words.dataset.numbers.split(" ")[0]);
        } else if (page && this.state.data.may_write) {
            this.start({
                target: "layout",
                attachment_id: Number(page.dataset.attachment),
                page: Number(page.dataset.page),
                ...placeOfClick(page, { clientX, clientY }),
            });
        }
    }

    onSelection() {
        const words = markedWords(this.root.el?.querySelector(".o_client_copy"));
        this.words = words || this.words;
        this.state.hasWords = Boolean(words);
    }

    startOnWords() {
        if (this.words) {
            const { start, end, text } = this.words;
            this.start({ target: "text", text_start: start, text_end: end, text });
        }
    }

    start(draft = { target: "whole" }) {
        Object.assign(this.state, {
            draft,
            replyTo: false,
            text: "",
            isInternal: true,
        });
    }

    showDraft() {
        this.root.el?.querySelector(".o_client_pin_new")?.remove();
        const { draft } = this.state;
        if (!draft) {
            return;
        }
        if (draft.target === "layout") {
            const pin = document.createElement("span");
            pin.className = "o_client_pin o_client_pin_new";
            pin.textContent = "+";
            movePin(pin, draft);
            this.root.el
                .querySelector(
                    `.o_client_page[data-attachment="${draft.attachment_id}"]` +
                        `[data-page="${draft.page}"]`
                )
                .append(pin);
        }
        this.root.el.querySelector(".o_client_hub_review_draft textarea").focus();
    }

    get draftPlace() {
        const { draft } = this.state;
        if (draft.target === "text") {
            return _t("On the words “%s”", draft.text.slice(0, 80));
        }
        return this.place({ ...draft, page: draft.page || 1 });
    }

    startReply(remark) {
        Object.assign(this.state, {
            draft: null,
            replyTo: remark.id,
            text: "",
            isInternal: true,
        });
    }

    close() {
        Object.assign(this.state, { draft: null, replyTo: false, text: "" });
    }

    // --- writing ---

    /** Do one thing at a time, so that a second click does nothing. */
    async act(work) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            await work();
            await this.load();
        } finally {
            this.state.isBusy = false;
        }
    }

    async send() {
        const body = this.state.text.trim();
        if (!body) {
            this.notification.add(_t("Write the remark first."), { type: "warning" });
            return;
        }
        const { draft, replyTo, isInternal } = this.state;
        const values = { body, is_internal: isInternal };
        if (replyTo) {
            values.parent_id = replyTo;
            values.version_id = this.state.data.version.id;
        } else {
            Object.assign(values, draft, { version_id: this.versionId });
            // the marked words are only shown: the server takes them from the text
            delete values.text;
        }
        await this.act(async () => {
            await this.orm.create("client.piece.remark", [values]);
            this.close();
        });
    }

    resolve(remark) {
        return this.act(() =>
            this.orm.call("client.piece.remark", "action_resolve", [[remark.id]])
        );
    }

    assign(remark, userId) {
        return this.act(() =>
            this.orm.write("client.piece.remark", [remark.id], {
                assigned_user_id: userId,
            })
        );
    }
}

export const pieceReview = { component: PieceReview };

registry.category("view_widgets").add("client_hub_piece_review", pieceReview);
