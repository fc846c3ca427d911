import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { ClientTab, clientTab } from "../client_tab/client_tab";

/**
 * Tasks, calls and meetings of a client in one list, each opened in Odoo's own dialog.
 *
 *   <widget name="client_hub_activities" filters="open,planned" />
 */
export class ClientActivities extends ClientTab {
    static template = "client_hub.ClientActivities";
    static props = { ...ClientTab.props, model: { type: String, optional: true } };
    static defaultProps = { ...ClientTab.defaultProps, model: "client.activity" };

    setup() {
        super.setup();
        this.orm = useService("orm");
        // the key makes the list load again
        this.state = useState({ key: 0 });
    }

    get viewProps() {
        return {
            ...super.viewProps,
            noContentHelp: _t("Nothing here: plan a task, a call or a meeting."),
        };
    }

    async doInDialog(action) {
        await this.action.doAction(action, { onClose: () => this.state.key++ });
    }

    async open(resId) {
        await this.doInDialog(
            await this.orm.call("client.activity", "action_open", [resId])
        );
    }

    /** Plan a task or a call, in the dialog of the chatter. */
    async addActivity() {
        await this.props.record.save();
        await this.doInDialog({
            type: "ir.actions.act_window",
            res_model: "mail.activity.schedule",
            views: [[false, "form"]],
            target: "new",
            context: {
                active_id: this.clientId,
                active_ids: [this.clientId],
                active_model: "res.partner",
            },
        });
    }

    /** Plan a meeting with the client. */
    async addMeeting() {
        await this.props.record.save();
        await this.doInDialog({
            type: "ir.actions.act_window",
            res_model: "calendar.event",
            views: [[false, "form"]],
            target: "new",
            context: { default_partner_ids: [user.partnerId, this.clientId] },
        });
    }
}

registry.category("view_widgets").add("client_hub_activities", {
    ...clientTab,
    component: ClientActivities,
    extractProps: ({ attrs }) => ({
        filters: attrs.filters || "",
        limit: Number(attrs.limit || 20),
    }),
});
