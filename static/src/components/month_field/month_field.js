import { registry } from "@web/core/registry";
import { DateTimeField, dateField } from "@web/views/fields/datetime/datetime_field";

/** A date that stands for its month: "November 2026" instead of "Nov 1". */
export class MonthField extends DateTimeField {
    getFormattedValue(valueIndex) {
        const value = this.values[valueIndex];
        return value ? value.toFormat("LLLL yyyy") : "";
    }
}

registry.category("fields").add("client_hub_month", {
    ...dateField,
    component: MonthField,
    listViewWidth: 130,
});
