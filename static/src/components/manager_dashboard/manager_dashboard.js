import {
    Component,
    onWillStart,
    status,
    useExternalListener,
    useState,
} from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "client.manager.dashboard";
// A dashboard that comes back into sight is read again if it is older than this (ms).
const STALE = 15_000;
const SENTENCES = ["UserError", "AccessError", "ValidationError", "MissingError"];

/** What needs the account manager: opened by client, waiting for client, late, at risk. */
export class ManagerDashboard extends Component {
    static template = "client_hub.ManagerDashboard";
    static components = { Layout, RecordSelector };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.state = useState({
            data: null,
            scope: this.props.state?.scope || "mine",
            clientId: this.props.state?.clientId || false,
            busy: null,
        });
        useSetupAction({
            getLocalState: () => ({
                scope: this.state.scope,
                clientId: this.state.clientId,
            }),
        });
        useExternalListener(document, "visibilitychange", () => {
            if (!document.hidden && Date.now() - this.loadedAt > STALE) {
                this.load();
            }
        });
        onWillStart(() => this.load());
    }

    get args() {
        return { scope: this.state.scope, client_id: this.state.clientId };
    }

    async load() {
        const data = await this.keepLast.add(
            this.orm.call(MODEL, "load_dashboard", [], this.args)
        );
        this.loadedAt = Date.now();
        this.state.data = data;
        this.state.scope = data.scope;
        this.state.clientId = data.client ? data.client.id : false;
    }

    setScope(scope) {
        this.state.scope = scope;
        return this.load();
    }

    setClient(clientId) {
        this.state.clientId = clientId;
        return this.load();
    }

    /** The blocks in the order in which they are read. */
    get blocks() {
        const { blocks } = this.state.data;
        return [
            {
                ...blocks.requested,
                name: "requested",
                title: _t("Opened by client"),
                icon: "fa-inbox",
                help: _t("Requests that clients send from the portal appear here."),
                describe: (row) => this.countDays(row, _t("today"), _t("%s d ago")),
            },
            {
                ...blocks.waiting,
                name: "waiting",
                title: _t("Waiting for client"),
                icon: "fa-hourglass-half",
                help: _t(
                    "Pieces, budgets, contracts and signatures that the client has to " +
                        "answer appear here."
                ),
                describe: (row) =>
                    this.countDays(row, _t("since today"), _t("for %s d")),
            },
            {
                ...blocks.late,
                name: "late",
                title: _t("Late"),
                icon: "fa-clock-o",
                help: _t("Jobs and pieces past their deadline appear here."),
                describe: (row) => this.countDays(row, "", _t("%s d late")),
            },
            {
                ...blocks.at_risk,
                name: "at_risk",
                title: _t("At risk"),
                icon: "fa-exclamation-triangle",
                help: _t("Jobs worked on before the client said yes appear here."),
                describe: (row) =>
                    this.countDays(row, _t("since today"), _t("for %s d")),
            },
        ];
    }

    /** Side by side two and two; below each other in their order. */
    get columns() {
        const blocks = this.blocks.map((block, order) => ({ ...block, order }));
        return [0, 1].map((side) => blocks.filter(({ order }) => order % 2 === side));
    }

    countDays({ days }, today, others) {
        return days > 0 ? others.replace("%s", days) : today;
    }

    formatDay(day) {
        return deserializeDate(day).toFormat("d LLL");
    }

    get isEmpty() {
        return this.blocks.every((block) => !block.count);
    }

    // ------------------------------------------------------------------
    // ACTIONS
    // ------------------------------------------------------------------

    /** Do something with a row, tell what the server refuses, and read anew. */
    async doWith(row, callback) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = row.key;
        try {
            await callback();
        } catch (error) {
            const name = error instanceof RPCError && error.exceptionName;
            if (!SENTENCES.some((kind) => name?.endsWith(`.${kind}`))) {
                throw error;
            }
            this.notification.add(error.data.message, { type: "danger" });
        } finally {
            this.state.busy = null;
        }
        await this.reload();
    }

    /** Read anew, unless a dialog has led elsewhere meanwhile. */
    async reload() {
        if (status(this) !== "destroyed") {
            await this.load();
        }
    }

    authorize(row) {
        return this.doWith(row, async () => {
            await this.orm.call("client.job", "action_authorize", [[row.id]]);
            this.notification.add(_t("“%s” is authorised.", row.title), {
                type: "success",
            });
        });
    }

    markAtRisk(row) {
        return this.doWith(row, async () => {
            await this.orm.call("client.job", "action_mark_at_risk", [[row.id]]);
            this.notification.add(_t("“%s” is worked on at risk.", row.title), {
                type: "warning",
            });
        });
    }

    refuse(row) {
        return this.doWith(row, async () => {
            const action = await this.orm.call("client.job", "action_refuse", [
                [row.id],
            ]);
            await this.action.doAction(action, { onClose: () => this.reload() });
        });
    }

    remind(row) {
        return this.doWith(row, async () => {
            const result = await this.orm.call(MODEL, "remind", [row.kind, row.id]);
            if (result.action) {
                await this.action.doAction(result.action, {
                    onClose: () => this.reload(),
                });
            } else {
                this.notification.add(result.message, { type: "success" });
            }
        });
    }

    openRow(row) {
        const { model, id } = row.open || row;
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async openBlock(block) {
        const action = await this.orm.call(
            MODEL,
            "action_open_block",
            [block],
            this.args
        );
        return this.action.doAction(action);
    }
}

registry.category("actions").add("client_hub.manager_dashboard", ManagerDashboard);
