import { onMounted, onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

const REFRESH_MS = 2000;

/** Keeps the progress of an import at work up to date. */
export class ClientImportFormController extends FormController {
    setup() {
        super.setup();
        onMounted(() => {
            this.refreshTimer = setInterval(() => this.refresh(), REFRESH_MS);
        });
        onWillUnmount(() => clearInterval(this.refreshTimer));
    }

    refresh() {
        const record = this.model.root;
        if (record.data.job && !document.hidden) {
            return record.load();
        }
    }
}

registry.category("views").add("client_hub_import_form", {
    ...formView,
    Controller: ClientImportFormController,
});
