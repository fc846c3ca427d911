import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// as in tools/legend.py; a test compares the two
export const LEGEND_ICONS = {
    due_later: "fa-clock-o",
    due_today: "fa-bell-o",
    overdue: "fa-exclamation-circle",
    paid_on_time: "fa-check",
    paid_late: "fa-history",
    renegotiated: "fa-handshake-o",
};

/** A status of payment as word, icon and colour. */
export class LegendBadge extends Component {
    static template = "client_hub.LegendBadge";
    static props = { status: { type: String }, label: { type: String } };

    get icon() {
        return LEGEND_ICONS[this.props.status];
    }
}

/** How an invoice or an instalment stands, the same as on the portal and on paper. */
export class LegendField extends Component {
    static template = "client_hub.LegendField";
    static components = { LegendBadge };
    static props = { ...standardFieldProps };

    get status() {
        return this.props.record.data[this.props.name];
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return Object.fromEntries(selection)[this.status] || "";
    }
}

registry.category("fields").add("client_legend", {
    component: LegendField,
    displayName: _t("Payment legend"),
    supportedTypes: ["selection"],
    listViewWidth: 125,
});
