import { registry } from "@web/core/registry";
import { ClientPostOnce } from "./post_once";

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

    /** The button that leads here covers nothing once this is on the screen. */
    followView() {
        const jump = document.querySelector(".o_client_jump");
        if (!jump) {
            return;
        }
        const observer = new IntersectionObserver(([entry]) =>
            jump.classList.toggle("invisible", entry.isIntersecting)
        );
        observer.observe(this.el);
        this.registerCleanup(() => observer.disconnect());
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

registry
    .category("public.interactions")
    .add("client_hub.piece_decision", ClientPieceDecision);
