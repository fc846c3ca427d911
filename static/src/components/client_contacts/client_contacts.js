import { onWillStart } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanRecord } from "@web/views/kanban/kanban_record";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ClientTab, clientTab } from "../client_tab/client_tab";

/** A card with a box to tick: Odoo's own selection, without a key to know of. */
export class ContactRecord extends KanbanRecord {
    static template = "client_hub.ContactRecord";

    onTick(ev) {
        this.props.toggleSelection(this.props.record, ev.shiftKey);
    }
}

export class ContactRenderer extends KanbanRenderer {
    static components = { ...KanbanRenderer.components, KanbanRecord: ContactRecord };
}

registry.category("views").add("client_hub_contacts_kanban", {
    ...kanbanView,
    Renderer: ContactRenderer,
});

/**
 * The people of a client as cards.
 *
 *   <widget name="client_hub_contacts" />
 */
export class ClientContacts extends ClientTab {
    static props = { ...ClientTab.props, model: { type: String, optional: true } };
    static defaultProps = { ...ClientTab.defaultProps, model: "res.partner" };

    setup() {
        super.setup();
        this.orm = useService("orm");
        onWillStart(async () => {
            this.mailingLists = await this.orm.call(
                "res.partner",
                "client_may_use_mailing_lists",
                []
            );
        });
    }

    get context() {
        return {
            kanban_view_ref: "client_hub.res_partner_view_kanban_contacts",
            search_view_ref: "client_hub.res_partner_view_search_contacts",
            client_hub_mailing_lists: this.mailingLists,
            ...this.defaults,
        };
    }

    get defaults() {
        return {
            default_parent_id: this.clientId,
            default_type: "contact",
            default_is_company: false,
        };
    }

    get viewProps() {
        const props = { ...super.viewProps };
        // known to lists only
        delete props.allowSelectors;
        return {
            ...props,
            type: "kanban",
            domain: [
                // its people, and the companies that belong to it
                "|",
                ["commercial_partner_id", "=", this.clientId],
                ["parent_id", "=", this.clientId],
                ["id", "!=", this.clientId],
                ["type", "=", "contact"],
            ],
            noContentHelp: _t("No contacts yet: add the people you talk to."),
        };
    }

    /** Open a contact in its own form, or a new one. */
    async open(resId) {
        await this.props.record.save();
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: resId || false,
            views: [[false, "form"]],
            context: resId ? {} : this.defaults,
        });
    }
}

registry.category("view_widgets").add("client_hub_contacts", {
    ...clientTab,
    component: ClientContacts,
    extractProps: ({ attrs }) => ({ limit: Number(attrs.limit || 40) }),
});
