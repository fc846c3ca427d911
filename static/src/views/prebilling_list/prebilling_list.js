import { onWillStart, onWillUpdateProps, status } from "@odoo/owl";
import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { PrebillingSummary } from "./prebilling_summary";

/** Never adds up several currencies: it shows a sum of each. */
export class PrebillingListRenderer extends ListRenderer {
    static template = "client_hub.PrebillingListRenderer";
    static components = { ...ListRenderer.components, PrebillingSummary };

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.currencySums = {};
        onWillStart(() => this.loadCurrencySums(this.props.list));
        onWillUpdateProps(({ list }) => this.loadCurrencySums(list));
    }

    /** One query for all groups, and only where a group has several currencies. */
    async loadCurrencySums(list) {
        this.currencySums = {};
        const mixed =
            list.isGrouped &&
            list.groups.some(({ aggregates }) => aggregates.currency_id?.length > 1);
        if (!mixed) {
            return;
        }
        const [groupBy] = list.groupBy;
        const rows = await this.orm.formattedReadGroup(
            list.resModel,
            new Domain(list.domain).toList(),
            [groupBy, "currency_id"],
            this.sumFields.map((name) => `${name}:sum`)
        );
        for (const row of rows) {
            const value = row[groupBy];
            const key = String(Array.isArray(value) ? value[0] : value);
            this.currencySums[key] = [...(this.currencySums[key] || []), row];
        }
    }

    get sumFields() {
        return ["amount", "amount_previous", "amount_difference"];
    }

    computeAggregates() {
        const aggregates = super.computeAggregates();
        for (const [name, aggregate] of Object.entries(aggregates)) {
            if (aggregate.multiCurrency) {
                delete aggregates[name];
            }
        }
        return aggregates;
    }

    formatGroupAggregate(group, column) {
        const result = super.formatGroupAggregate(group, column);
        if (!result.multiCurrency) {
            return result;
        }
        // of the outer groups only: an inner one says no more than that they are several
        const isOuter = this.props.list.groups.some(({ id }) => id === group.id);
        const rows = isOuter && this.currencySums[String(group.serverValue)];
        if (!rows || !this.sumFields.includes(column.name)) {
            return { value: "", help: _t("Several currencies") };
        }
        const value = rows
            .map((row) =>
                formatMonetary(row[`${column.name}:sum`], {
                    currencyId: row.currency_id[0],
                })
            )
            .join("\n");
        return { value };
    }
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

    /** Bill everything that is due, whether it differs or not, without selecting. */
    async onBillDue() {
        const domain = new Domain(this.model.root.domain).toList();
        const action = await this.model.orm.call(
            this.props.resModel,
            "action_bill_due",
            [domain]
        );
        return this.action.doAction(action, {
            // after billing, its result has taken the place of the list
            onClose: () => status(this) !== "destroyed" && this.model.load(),
        });
    }
}

registry.category("views").add("client_hub_prebilling_list", {
    ...listView,
    Controller: PrebillingListController,
    Renderer: PrebillingListRenderer,
    buttonTemplate: "client_hub.PrebillingListButtons",
});
