import { Component, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { getDefaultConfig, View } from "@web/views/view";

/**
 * A whole list of another model inside a tab of the client's form.
 *
 * The notebook renders only the open tab, so the list, its count and its search cost
 * nothing until someone looks; it is paged and searched like the full list. ``help`` is
 * what an empty list says; with ``dialog`` a record opens on top of the client.
 *
 *   <widget name="client_hub_tab" model="client.job" help="No jobs here." />
 */
export class ClientTab extends Component {
    static template = "client_hub.ClientTab";
    static components = { View };
    static props = {
        ...standardWidgetProps,
        model: { type: String },
        field: { type: String, optional: true },
        filters: { type: String, optional: true },
        viewRef: { type: String, optional: true },
        searchRef: { type: String, optional: true },
        domain: { type: Array, optional: true },
        context: { type: Object, optional: true },
        help: { type: String, optional: true },
        limit: { type: Number, optional: true },
        dialog: { type: Boolean, optional: true },
    };
    static defaultProps = { field: "client_id", limit: 20 };

    setup() {
        this.action = useService("action");
        // the embedded view must not write into the form's breadcrumbs and pager
        useSubEnv({ config: { ...getDefaultConfig() } });
    }

    get clientId() {
        return this.props.record.resId;
    }

    get context() {
        // lists leave out their client column where it would say the same on each line
        const context = { ...this.props.context, client_hub_tab: true };
        // a path through another record is nothing to begin a new one with
        if (!this.props.field.includes(".")) {
            context[`default_${this.props.field}`] = this.clientId;
        }
        for (const name of (this.props.filters || "").split(",").filter(Boolean)) {
            context[`search_default_${name}`] = 1;
        }
        if (this.props.viewRef) {
            context.list_view_ref = this.props.viewRef;
        }
        if (this.props.searchRef) {
            context.search_view_ref = this.props.searchRef;
        }
        return context;
    }

    get viewProps() {
        return {
            type: "list",
            resModel: this.props.model,
            domain: [
                [this.props.field, "=", this.clientId],
                ...(this.props.domain || []),
            ],
            context: this.context,
            display: { controlPanel: { "top-right": true } },
            limit: this.props.limit,
            allowSelectors: false,
            selectRecord: (resId) => this.open(resId),
            createRecord: () => this.open(false),
            noBreadcrumbs: true,
            loadIrFilters: false,
            noContentHelp: this.props.help || _t("Nothing here."),
            // the default search view: filters and their defaults come from it
            searchViewId: false,
        };
    }

    /** Open a record of the tab in its own form, or a new one. */
    async open(resId) {
        await this.props.record.save();
        return this.action.doAction({
            type: "ir.actions.act_window",
            // the title of the dialog
            name: this.props.dialog ? _t("Details") : undefined,
            res_model: this.props.model,
            res_id: resId || false,
            views: [[false, "form"]],
            target: this.props.dialog ? "new" : "current",
            context: this.props.field.includes(".")
                ? {}
                : { [`default_${this.props.field}`]: this.clientId },
        });
    }
}

export const clientTab = {
    component: ClientTab,
    extractProps: ({ attrs }) => ({
        model: attrs.model,
        field: attrs.field || "client_id",
        filters: attrs.filters || "",
        viewRef: attrs.view_ref || "",
        help: attrs.help || "",
        limit: Number(attrs.limit || 20),
        dialog: Boolean(attrs.dialog),
    }),
};

registry.category("view_widgets").add("client_hub_tab", clientTab);
