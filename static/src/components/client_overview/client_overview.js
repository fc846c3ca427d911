import { Component, onMounted, status, useState } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const HEALTH_CLASSES = {
    good: "text-bg-success",
    attention: "text-bg-warning",
    risk: "text-bg-danger",
    none: "text-bg-secondary",
    inactive: "text-bg-secondary",
};
const DATE_ICONS = {
    job: "fa-flag-o",
    contract: "fa-file-text-o",
    notice: "fa-file-text-o",
    entry: "fa-money",
    call: "fa-phone",
    meeting: "fa-users",
    task: "fa-check-square-o",
};
const CONTACT_ICONS = {
    sent: "fa-paper-plane-o",
    received: "fa-envelope-o",
    call: "fa-phone",
    meeting: "fa-users",
};

/**
 * How is this client? Cards that are asked for once the form stands.
 *
 *   <widget name="client_hub_overview" />
 */
export class ClientOverview extends Component {
    static template = "client_hub.ClientOverview";
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ data: null, showRule: false });
        let isMounted = false;
        // the form is shown first, so nothing waits for the figures
        onMounted(() => {
            isMounted = true;
            this.load();
        });
        useRecordObserver((record) => {
            const isSaved = this.wasDirty && !record.dirty;
            this.wasDirty = record.dirty;
            if (isMounted && (isSaved || record.resId !== this.shownId)) {
                this.load();
            }
        });
    }

    get clientId() {
        return this.props.record.resId;
    }

    async load() {
        const clientId = this.clientId;
        if (clientId !== this.shownId) {
            this.state.data = null;
        }
        this.shownId = clientId;
        if (clientId) {
            this.state.data = await this.keepLast.add(
                this.orm.call("res.partner", "get_client_overview", [clientId])
            );
        }
    }

    get healthClass() {
        return HEALTH_CLASSES[this.state.data.health.level];
    }

    levelLabel(level) {
        return level === "risk" ? _t("Risk") : _t("Attention");
    }

    dateIcon(kind) {
        return DATE_ICONS[kind] || "fa-calendar-o";
    }

    contactIcon(kind) {
        return CONTACT_ICONS[kind];
    }

    /** Open the list, the record or the activity that stands behind a figure. */
    async open(link) {
        if (link.activity) {
            const action = await this.orm.call("client.activity", "action_open", [
                link.activity,
            ]);
            return this.action.doAction(action, {
                // the activity may have led elsewhere
                onClose: () => status(this) !== "destroyed" && this.load(),
            });
        }
        if (link.model) {
            return this.action.doAction({
                type: "ir.actions.act_window",
                res_model: link.model,
                res_id: link.id,
                views: [[false, "form"]],
            });
        }
        const action = await this.action.loadAction(link.action);
        return this.action.doAction({
            ...action,
            name: link.name,
            display_name: link.name,
            domain: new Domain(link.domain).toList({}),
            // the domain says it all: no filter of the list on top of it
            context: {},
        });
    }
}

registry
    .category("view_widgets")
    .add("client_hub_overview", { component: ClientOverview });
