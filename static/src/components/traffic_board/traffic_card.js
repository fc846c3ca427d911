import { Component } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatHours } from "./traffic_load";

/** A task, a piece or a change request on the traffic board. */
export class TrafficCard extends Component {
    static template = "client_hub.TrafficCard";
    static props = {
        card: Object,
        canAssign: Boolean,
        isMoving: Boolean,
        // in the column of what has no day of this week
        isBacklog: Boolean,
        open: Function,
        assign: Function,
    };

    get className() {
        const { card } = this.props;
        return {
            o_traffic_late: card.late > 0 && !card.is_returned,
            o_traffic_changes: this.isChange,
            o_traffic_client: ["awaiting_approval", "internal_review"].includes(
                card.state
            ),
            o_traffic_movable: this.props.canAssign,
            o_traffic_moving: this.props.isMoving,
        };
    }

    get isChange() {
        return ["02_changes_requested", "changes_requested"].includes(
            this.props.card.state
        );
    }

    /** Short words about what is not as usual; colours only repeat them. */
    get marks() {
        const { card, isBacklog } = this.props;
        const marks = [];
        if (this.isChange) {
            marks.push({
                text: card.round ? _t("Changes, round %s", card.round) : _t("Changes"),
                color: "o_traffic_warning",
            });
        } else if (!["01_in_progress", "planned", "in_progress"].includes(card.state)) {
            marks.push({ text: card.state_label, color: "o_traffic_neutral" });
        }
        if (card.is_returned) {
            marks.push({
                text:
                    card.age > 0
                        ? _t("back for %s d", card.age)
                        : _t("came back today"),
                color: card.age > 1 ? "o_traffic_danger" : "o_traffic_neutral",
            });
        } else if (card.late > 0) {
            marks.push({ text: _t("%s d late", card.late), color: "o_traffic_danger" });
        } else if (isBacklog && !card.deadline) {
            marks.push({ text: _t("No day"), color: "o_traffic_neutral" });
        }
        if (card.is_after_job) {
            marks.push({
                text: _t("after the job's deadline"),
                color: "o_traffic_neutral",
            });
        }
        return marks;
    }

    get hours() {
        return this.props.card.hours ? formatHours(this.props.card.hours) : "";
    }

    get tooltip() {
        const { card } = this.props;
        const parts = [card.title, `${card.job} ${card.job_name}`.trim(), card.client];
        parts.push(card.state_label);
        if (card.deadline) {
            parts.push(deserializeDate(card.deadline).toLocaleString());
        }
        return parts.join("\n");
    }

    onKeydown(ev) {
        if (this.props.canAssign && ev.key === "a" && !ev.ctrlKey && !ev.metaKey) {
            ev.preventDefault();
            this.props.assign();
        }
    }
}
