import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dialog } from "@web/core/dialog/dialog";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { RecordSelector } from "@web/core/record_selectors/record_selector";

/** The same as dragging a card, by keyboard: who does it, and when. */
export class TrafficAssignDialog extends Component {
    static template = "client_hub.TrafficAssignDialog";
    static components = { DateTimeInput, Dialog, RecordSelector };
    static props = {
        card: Object,
        userId: [Number, { value: false }],
        day: [String, { value: false }],
        today: String,
        assign: Function,
        close: Function,
    };

    setup() {
        const { userId, day, today } = this.props;
        this.state = useState({
            userId,
            // what is late, or new, is for today at the earliest
            day: deserializeDate(day && day > today ? day : today),
        });
    }

    get userDomain() {
        return [["share", "=", false]];
    }

    get isReady() {
        return Boolean(this.state.userId || !this.props.card.is_returned);
    }

    assign() {
        const { card, userId, day } = this.props;
        const newDay = this.state.day ? serializeDate(this.state.day) : false;
        const target = {};
        if (this.state.userId !== userId || card.is_returned) {
            target.user_id = this.state.userId;
        }
        if (newDay !== day || card.is_returned) {
            target.day = newDay;
        }
        this.props.close();
        if (Object.keys(target).length) {
            this.props.assign(target);
        }
    }
}
