import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useSetupAction } from "@web/search/action_hook";
import { WithSearch } from "@web/search/with_search/with_search";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { TrafficBoard } from "./traffic_board";

/** The traffic board below Odoo's own search bar, with its filters and favourites. */
export class TrafficBoardAction extends Component {
    static template = "client_hub.TrafficBoardAction";
    static components = { WithSearch, TrafficBoard };
    static props = { ...standardActionServiceProps };

    setup() {
        // the search below keeps its own state
        useSetupAction();
    }

    get searchProps() {
        const { action, globalState } = this.props;
        const props = {
            resModel: "client.job",
            searchViewId: action.params?.search_view_id || false,
            loadIrFilters: true,
            searchMenuTypes: ["filter", "favorite"],
            context: action.context || {},
            domain: [],
        };
        if (globalState) {
            props.globalState = globalState;
        }
        return props;
    }
}

registry.category("actions").add("client_hub.traffic_board", TrafficBoardAction);
