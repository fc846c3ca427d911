import { Component, onMounted, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Domain } from "@web/core/domain";
import { deserializeDate, formatDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatInteger, formatMonetary } from "@web/views/fields/formatters";

const UNTIL = {
    due_this_month: _t("End of this month"),
    due_next_month: _t("End of next month"),
};
const DIFFERS = "differs";
const CAUSE = "cause_";

/**
 * Sums of everything due by currency and cause, whatever the list leaves out of it,
 * so that last period plus the differences is this period.  Each one filters.
 */
export class PrebillingSummary extends Component {
    static template = "client_hub.PrebillingSummary";
    static components = { DateTimeInput };
    static props = { list: { type: Object } };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.choices = Object.entries(UNTIL);
        this.state = useState({ summary: null });
        // the list does not wait for it
        onMounted(() => this.load());
        useBus(this.props.list.model.bus, "update", () => this.load());
    }

    get domain() {
        return new Domain(this.props.list.domain).toList();
    }

    async load() {
        this.state.summary = await this.keepLast.add(
            this.orm.call(this.props.list.resModel, "get_prebilling_summary", [
                this.domain,
            ])
        );
    }

    get until() {
        const until = this.state.summary?.date_until;
        return until ? deserializeDate(until) : false;
    }

    count(value) {
        return formatInteger(value);
    }

    amount(value, currencyId, { signed = false } = {}) {
        const text = formatMonetary(value, { currencyId });
        return signed && value > 0 ? `+${text}` : text;
    }

    // ------------------------------------------------------------------
    // filters
    // ------------------------------------------------------------------

    items(predicate) {
        return this.env.searchModel.getSearchItems(
            (item) => ["filter", "dateFilter"].includes(item.type) && predicate(item)
        );
    }

    isActive(name) {
        return this.items((item) => item.name === name).some((item) => item.isActive);
    }

    /** Take filters out of the query without loading the list yet. */
    drop(items) {
        const { searchModel } = this.env;
        const ids = items.map((item) => item.id);
        searchModel.query = searchModel.query.filter(
            ({ searchItemId }) => !ids.includes(searchItemId)
        );
    }

    get dueItems() {
        return this.items(
            (item) => item.fieldName === "date_due" || item.domain?.includes("date_due")
        );
    }

    chooseUntil(name) {
        this.drop(this.dueItems);
        const [item] = this.items((candidate) => candidate.name === name);
        this.env.searchModel.toggleSearchItem(item.id);
    }

    chooseDate(date) {
        if (!date || (this.until && date.hasSame(this.until, "day"))) {
            return;
        }
        this.drop(this.dueItems);
        this.env.searchModel.createNewFilters([
            {
                description: _t("Due until %s", formatDate(date)),
                domain: `[("date_due", "<=", "${serializeDate(date)}")]`,
            },
        ]);
    }

    /** Show one cause; a second click shows all that differs again. */
    chooseCause(cause) {
        const name = `${CAUSE}${cause}`;
        const next = this.isActive(name) ? DIFFERS : name;
        this.drop(
            this.items((item) => item.name === DIFFERS || item.name?.startsWith(CAUSE))
        );
        const [item] = this.items((candidate) => candidate.name === next);
        this.env.searchModel.toggleSearchItem(item.id);
    }

    /** What a run could not bill, differing or not. */
    showProblems() {
        this.drop(
            this.items((item) => item.name === DIFFERS || item.name?.startsWith(CAUSE))
        );
        const [item] = this.items((candidate) => candidate.name === "problem");
        if (!item.isActive) {
            this.env.searchModel.toggleSearchItem(item.id);
        }
    }

    async openAside(aside) {
        const action = await this.orm.call(
            this.props.list.resModel,
            "action_view_prebilling_aside",
            [this.domain, aside]
        );
        return this.action.doAction(action);
    }
}
