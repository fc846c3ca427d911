import { Component, useState } from "@odoo/owl";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const FORM = "client_hub.res_partner_view_form_address_only";

/**
 * All addresses of a client as cards, main one first.
 *
 * Loaded by one question when the tab is opened.
 */
export class ClientAddresses extends Component {
    static template = "client_hub.ClientAddresses";
    static components = { CopyButton };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({ cards: [], mayEdit: false });
        // also after the form was saved: the main address may be another now
        useRecordObserver((record) => {
            const isSaved = this.wasDirty && !record.dirty;
            this.wasDirty = record.dirty;
            if (record.resId !== this.shownId || isSaved) {
                return this.load(record.resId);
            }
        });
    }

    async load(clientId) {
        this.shownId = clientId;
        if (!clientId) {
            Object.assign(this.state, { cards: [], mayEdit: true });
            return;
        }
        const { cards, may_edit } = await this.orm.call(
            "res.partner",
            "get_client_addresses",
            [clientId]
        );
        Object.assign(this.state, { cards, mayEdit: may_edit });
    }

    /** Load the cards anew, and the form above, where the main address stands. */
    async reload() {
        await this.props.record.load();
        await this.load(this.props.record.resId);
    }

    async open(card) {
        if (await this.props.record.save()) {
            const title = _t("Address: %s", card.kind);
            this.openDialog({ resId: card.id, title });
        }
    }

    async add() {
        if (await this.props.record.save()) {
            const { resId, data } = this.props.record;
            this.openDialog({
                title: _t("New address"),
                context: {
                    default_parent_id: resId,
                    default_type: "invoice",
                    default_is_company: false,
                    default_country_id: data.country_id?.id || false,
                },
            });
        }
    }

    openDialog({ context = {}, ...props }) {
        this.dialog.add(FormViewDialog, {
            resModel: "res.partner",
            canExpand: false,
            size: "lg",
            preventEdit: !this.state.mayEdit,
            context: { ...context, form_view_ref: FORM },
            onRecordSaved: () => this.reload(),
            ...props,
        });
    }

    async toggleActive(card) {
        const method = card.active ? "action_archive" : "action_unarchive";
        await this.orm.call("res.partner", method, [[card.id]]);
        await this.reload();
    }

    toggleLabel(card) {
        return card.active ? _t("Make inactive") : _t("Make active");
    }

    get copied() {
        return _t("Copied");
    }
}

registry
    .category("view_widgets")
    .add("client_hub_addresses", { component: ClientAddresses });
