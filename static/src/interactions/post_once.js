import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { setBusy } from "./busy_form";
import { KeptText, forgetSent } from "./kept_text";

/**
 * Send a form once, however often its buttons are clicked, and keep what is typed into
 * it until it has arrived.
 */
export class ClientPostOnce extends Interaction {
    static selector = ".o_client_post_once";

    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit, "t-on-input": this.onInput },
        _window: { "t-on-pageshow": this.onPageShow },
    };

    setup() {
        this.isSending = false;
        this.kept = this.el.dataset.keep ? new KeptText(this.el) : null;
    }

    start() {
        forgetSent(Boolean(document.querySelector(".o_client_notice")));
        this.kept?.restore();
    }

    onInput() {
        this.kept?.keep();
    }

    onSubmit(ev) {
        if (this.isSending) {
            ev.preventDefault();
            return;
        }
        this.isSending = true;
        this.kept?.keep({ isSent: true });
        setBusy(this.el, true, ev.submitter);
    }

    /**
     * Going back may bring the page from the browser's memory, just as it was left.
     */
    onPageShow(ev) {
        if (ev.persisted) {
            this.isSending = false;
            setBusy(this.el, false);
        }
    }
}

/**
 * The page confirms what was sent: its copy is not needed any more.
 */
export class ClientNotice extends Interaction {
    static selector = ".o_client_notice";

    start() {
        forgetSent(true);
    }
}

registry.category("public.interactions").add("client_hub.post_once", ClientPostOnce);
registry.category("public.interactions").add("client_hub.notice", ClientNotice);
