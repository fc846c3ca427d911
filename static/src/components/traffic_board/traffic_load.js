import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

export function formatNumber(hours) {
    return formatFloat(hours, { digits: [16, 1], trailingZeros: false });
}

export function formatHours(hours) {
    return _t("%s h", formatNumber(hours));
}

/** Hours planned beside hours of work: a bar, figures, and words when it is too much. */
export class TrafficLoad extends Component {
    static template = "client_hub.TrafficLoad";
    static props = {
        load: Number,
        capacity: { type: [Number, { value: null }] },
        note: { type: String, optional: true },
        label: String,
    };

    get isOver() {
        const { load, capacity } = this.props;
        return capacity !== null && load > capacity + 0.01;
    }

    /** Nobody is there and nothing is planned: the reason is enough. */
    get isAway() {
        const { load, capacity, note } = this.props;
        return capacity === 0 && !load && Boolean(note);
    }

    get percentage() {
        const { load, capacity } = this.props;
        if (!load || capacity === null) {
            return 0;
        }
        return capacity ? Math.min(100, Math.round((100 * load) / capacity)) : 100;
    }

    get figures() {
        const { load, capacity } = this.props;
        if (capacity === null) {
            return formatHours(load);
        }
        return _t("%(load)s / %(capacity)s h", {
            load: formatNumber(load),
            capacity: formatNumber(capacity),
        });
    }

    get excess() {
        return formatHours(this.props.load - this.props.capacity);
    }

    get sentence() {
        const { label, load, capacity, note } = this.props;
        const values = {
            label,
            load: formatHours(load),
            capacity: formatHours(capacity || 0),
            excess: this.isOver ? this.excess : "",
        };
        let text =
            capacity === null
                ? _t("%(label)s: %(load)s planned, no fixed hours", values)
                : _t("%(label)s: %(load)s planned of %(capacity)s", values);
        if (this.isOver) {
            text = _t(
                "%(label)s: %(load)s planned of %(capacity)s, %(excess)s too much",
                values
            );
        }
        return note ? `${text} (${note})` : text;
    }
}
