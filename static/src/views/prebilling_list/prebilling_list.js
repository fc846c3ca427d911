import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

/** Totals per currency of all entries that the list's filters let through. */
export class PrebillingTotals extends Component {
    static template = "client_hub.PrebillingTotals";
    static props = { list: { type: Object } };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ totals: [] });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((nextProps) => this.load(nextProps));
    }

    async load({ list }) {
        this.state.totals = await this.orm.call(
            list.resModel,
            "get_prebilling_totals",
            [new Domain(list.domain).toList()]
        );
    }

    format(total) {
        return formatMonetary(total.amount, { currencyId: total.currency_id });
    }
}

export class PrebillingListRenderer extends ListRenderer {
    static template = "client_hub.PrebillingListRenderer";
    static components = { ...ListRenderer.components, PrebillingTotals };
}

export class PrebillingListController extends ListController {
    static template = "client_hub.PrebillingListView";

    setup() {
        super.setup();
        this.action = useService("action");
        onWillStart(async () => {
            this.canBill = await user.hasGroup("account.group_account_invoice");
        });
    }

    /** Bill everything that is due up to a date, without selecting. */
    onBillDue() {
        return this.action.doAction("client_hub.client_billing_wizard_action", {
            onClose: () => this.model.root.load(),
        });
    }
}

registry.category("views").add("client_hub_prebilling_list", {
    ...listView,
    Controller: PrebillingListController,
    Renderer: PrebillingListRenderer,
    buttonTemplate: "client_hub.PrebillingListButtons",
});
