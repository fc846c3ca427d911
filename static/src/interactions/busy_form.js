import { _t } from "@web/core/l10n/translation";

/**
 * Show that a form is on its way, or that it can be used again.
 *
 * Its buttons are switched off a moment later: what a switched-off button says is not
 * sent.
 *
 * @param {HTMLFormElement} form
 * @param {boolean} isBusy
 * @param {HTMLButtonElement} [button] that was pressed
 */
export function setBusy(form, isBusy, button) {
    const buttons = [...form.querySelectorAll("button[type='submit']")];
    for (const other of buttons) {
        const isPressed = isBusy && other === button;
        other.classList.toggle("o_client_busy", isPressed);
        other.toggleAttribute("aria-busy", isPressed);
        if (isPressed) {
            other.setAttribute("aria-busy", "true");
        }
    }
    form.dataset.busy = isBusy ? "1" : "";
    setTimeout(() => {
        const isStill = Boolean(form.dataset.busy);
        buttons.forEach((other) => (other.disabled = isStill));
    });
    let status = form.querySelector(".o_client_busy_status");
    if (!status && isBusy) {
        status = document.createElement("span");
        status.className = "o_client_busy_status visually-hidden";
        status.setAttribute("role", "status");
        form.append(status);
    }
    if (status) {
        status.textContent = isBusy ? _t("Sending, please wait…") : "";
    }
}
