import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { ClientPostOnce } from "./post_once";

const USED = "client_hub.decide_used.";

/**
 * The decision on a piece: ask for the comment before it is sent, and send it once.
 */
export class ClientPieceDecision extends ClientPostOnce {
    static selector = ".o_client_decide";

    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit, "t-on-input": this.onInput },
        _window: { "t-on-pageshow": this.onPageShow },
        ".o_client_refuse": { "t-on-click.capture": this.onRefuse },
        "#decide_comment": { "t-on-input": () => this.setError("") },
    };

    start() {
        super.start();
        const field = this.el.querySelector("#decide_comment.is-invalid");
        field?.focus();
        this.followView();
    }

    /**
     * The button that leads here goes once this was on the screen: whoever goes back to
     * look again knows the way, and the button would cover what he looks at. After it
     * was used it stays away, also when the page is loaded again.
     */
    followView() {
        const jump = document.querySelector(".o_client_jump");
        if (!jump) {
            return;
        }
        const key = `${USED}${this.el.querySelector("[name='version_id']").value}`;
        if (readUsed(key)) {
            jump.classList.add("d-none");
            return;
        }
        const observer = new IntersectionObserver(([entry]) => {
            if (entry.isIntersecting) {
                jump.classList.add("d-none");
                observer.disconnect();
            }
        });
        observer.observe(this.el);
        this.registerCleanup(() => observer.disconnect());
        this.addListener(jump, "click", () => keepUsed(key));
    }

    onSubmit(ev) {
        const decision = ev.submitter?.value;
        if (
            !this.isSending &&
            (this.isCommentMissing(decision) || this.isConsentMissing(decision))
        ) {
            ev.preventDefault();
            return;
        }
        super.onSubmit(ev);
    }

    onRefuse(ev) {
        if (this.isCommentMissing("refused")) {
            // before Bootstrap opens the dialog
            ev.stopImmediatePropagation();
            ev.preventDefault();
        }
    }

    isCommentMissing(decision) {
        const field = this.el.querySelector("#decide_comment");
        const sentence = {
            changes: field.dataset.missingChanges,
            refused: field.dataset.missingRefused,
        }[decision];
        const written =
            document.querySelector("#client_remarks[data-own]") ||
            [...this.el.querySelectorAll("textarea")].some((text) => text.value.trim());
        if (!sentence || written) {
            return false;
        }
        this.setError(sentence);
        field.focus();
        return true;
    }

    isConsentMissing(decision) {
        const box = this.el.querySelector("#agreed_price");
        const isMissing = decision === "changes" && box && !box.checked;
        if (isMissing) {
            const error = this.el.querySelector("#error_agreed_price");
            error.textContent = error.dataset.missing;
            error.classList.add("d-block");
            box.focus();
        }
        return isMissing;
    }

    setError(sentence) {
        const field = this.el.querySelector("#decide_comment");
        const error = this.el.querySelector("#error_comment");
        field.classList.toggle("is-invalid", Boolean(sentence));
        if (sentence) {
            field.setAttribute("aria-invalid", "true");
        } else {
            field.removeAttribute("aria-invalid");
        }
        error.textContent = sentence;
        error.classList.toggle("d-block", Boolean(sentence));
    }
}

function readUsed(key) {
    try {
        return browser.sessionStorage.getItem(key);
    } catch {
        return null;
    }
}

function keepUsed(key) {
    try {
        browser.sessionStorage.setItem(key, "1");
    } catch {
        // switched off
    }
}

registry
    .category("public.interactions")
    .add("client_hub.piece_decision", ClientPieceDecision);
