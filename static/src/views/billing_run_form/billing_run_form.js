import { onMounted, onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

const REFRESH_MS = 3000;

/** Keeps the progress bar of a run at work up to date. */
export class BillingRunFormController extends FormController {
    setup() {
        super.setup();
        onMounted(() => {
            this.refreshTimer = setInterval(() => this.refresh(), REFRESH_MS);
        });
        onWillUnmount(() => clearInterval(this.refreshTimer));
    }

    refresh() {
        const record = this.model.root;
        if (record.data.state === "running" && !document.hidden) {
            return record.load();
        }
    }
}

registry.category("views").add("client_hub_billing_run_form", {
    ...formView,
    Controller: BillingRunFormController,
});
