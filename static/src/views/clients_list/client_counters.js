import { Component, onMounted, useState } from "@odoo/owl";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { insertThousandsSep } from "@web/core/utils/numbers";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

const LABELS = {
    kind_client: _t("Active clients"),
    kind_lead: _t("Leads"),
    kind_contact: _t("Contacts"),
    kind_inactive: _t("Inactive"),
};
/** What is shown when no counter is chosen. */
const ALL = "clients";

/** Counters above the list of clients; each one filters when it is clicked. */
export class ClientCounters extends Component {
    static template = "client_hub.ClientCounters";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ counters: {} });
        // the list does not wait for them
        onMounted(() => this.load());
        useBus(this.env.searchModel, "update", () => this.load());
    }

    async load() {
        const counters = await this.keepLast.add(
            this.orm.call("res.partner", "get_client_counters", [])
        );
        this.state.counters = Object.fromEntries(
            counters.map((counter) => [counter.name, counter])
        );
    }

    get counters() {
        return Object.entries(LABELS).map(([name, label]) => ({
            name,
            label,
            text: this.text(this.state.counters[name]),
            isActive: this.items([name]).some((item) => item.isActive),
        }));
    }

    text(counter) {
        if (!counter) {
            return "…";
        }
        const { thousandsSep, grouping } = localization;
        const count = insertThousandsSep(`${counter.count}`, thousandsSep, grouping);
        return counter.more ? `${count}+` : count;
    }

    items(names) {
        return this.env.searchModel.getSearchItems((item) => names.includes(item.name));
    }

    /** Show what is counted; a second click shows all clients again. */
    choose(counter) {
        const { searchModel } = this.env;
        const name = counter.isActive ? ALL : counter.name;
        const items = this.items([ALL, ...Object.keys(LABELS)]);
        const ids = items.map((item) => item.id);
        // all at once: each toggling would load the list
        searchModel.query = searchModel.query.filter(
            ({ searchItemId }) => !ids.includes(searchItemId)
        );
        searchModel.toggleSearchItem(items.find((item) => item.name === name).id);
    }
}

class ClientsListRenderer extends ListRenderer {
    static template = "client_hub.ClientsListRenderer";
    static components = { ...ListRenderer.components, ClientCounters };
}

class ClientsKanbanRenderer extends KanbanRenderer {
    static template = "client_hub.ClientsKanbanRenderer";
    static components = { ...KanbanRenderer.components, ClientCounters };
}

registry.category("views").add("client_hub_clients_list", {
    ...listView,
    Renderer: ClientsListRenderer,
});
registry.category("views").add("client_hub_clients_kanban", {
    ...kanbanView,
    Renderer: ClientsKanbanRenderer,
});
