import { Component } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * The answer to a briefing question, entered as its kind needs it. Answers are kept as
 * text: dates as YYYY-MM-DD, yes as "1", several choices one per line.
 */
export class JobAnswer extends Component {
    static template = "client_hub.JobAnswer";
    static components = { DateTimeInput };
    static props = { ...standardFieldProps };

    get kind() {
        return this.props.record.data.kind;
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    get lines() {
        return this.value.split("\n").filter(Boolean);
    }

    get options() {
        const options = this.props.record.data.options || "";
        return options.split("\n").filter(Boolean);
    }

    get date() {
        return this.value ? deserializeDate(this.value) : false;
    }

    get text() {
        if (this.kind === "date") {
            return this.date ? this.date.toLocaleString(luxon.DateTime.DATE_MED) : "";
        }
        return this.kind === "multiple" ? this.lines.join(", ") : this.value;
    }

    update(value) {
        return this.props.record.update({ [this.props.name]: value });
    }

    onDate(date) {
        return this.update(date ? serializeDate(date) : "");
    }

    onChoice(option, isChosen) {
        const chosen = new Set(this.lines);
        chosen[isChosen ? "add" : "delete"](option);
        return this.update(this.options.filter((text) => chosen.has(text)).join("\n"));
    }
}

export const jobAnswer = {
    component: JobAnswer,
    supportedTypes: ["text", "char"],
    fieldDependencies: [
        { name: "kind", type: "selection" },
        { name: "options", type: "text" },
    ],
};

registry.category("fields").add("client_hub_answer", jobAnswer);
