import { status, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { CharField, charField } from "@web/views/fields/char/char_field";

/** Milliseconds after which the person is told to type on. */
const PATIENCE = 8000;
const FILLED = [
    "street",
    "street_name",
    "neighbourhood",
    "city",
    "city_id",
    "state_id",
];

/**
 * A postal code that fills in the rest of the address.
 *
 * The question runs beside the typing: nothing is blocked, and what the person typed
 * meanwhile is kept. What went wrong stands below the code.
 */
export class PostalCodeField extends CharField {
    static template = "client_hub.PostalCodeField";

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.lookup = useState({ isBusy: false, message: "" });
        this.question = 0;
    }

    async onChange(ev) {
        const code = ev.target.value.trim();
        const question = ++this.question;
        const { record } = this.props;
        const before = this.snapshot();
        this.lookup.message = "";
        this.lookup.isBusy = Boolean(code);
        if (!code) {
            return;
        }
        const answer = await this.ask(code, record.data.country_id?.id || false);
        const isOld = question !== this.question || record !== this.props.record;
        if (isOld || status(this) === "destroyed") {
            return;
        }
        this.lookup.isBusy = false;
        this.lookup.message = answer.message;
        if (answer.status === "found") {
            await this.fill(answer.values, before);
        }
    }

    /** Ask the server; never longer than a person waits, and without an error dialog. */
    async ask(code, countryId) {
        const silence = {
            status: "unavailable",
            message: _t("The postal code service does not answer: type the address."),
        };
        const patience = new Promise((resolve) =>
            browser.setTimeout(() => resolve(silence), PATIENCE)
        );
        const question = this.orm.silent
            .call("client.postal.code", "lookup", [code, countryId])
            .catch(() => silence);
        return Promise.race([question, patience]);
    }

    snapshot() {
        const { data } = this.props.record;
        return Object.fromEntries(FILLED.map((name) => [name, this.plain(data[name])]));
    }

    plain(value) {
        return (value && typeof value === "object" ? value.id : value) || "";
    }

    async fill(values, before) {
        const { record } = this.props;
        const now = this.snapshot();
        const isSplit =
            record.data.has_client_address && "street_name" in record.activeFields;
        const answers = {
            [isSplit ? "street_name" : "street"]: values.street,
            neighbourhood: record.data.has_client_address && values.neighbourhood,
            city: values.city,
            city_id: values.city_id,
            state_id: values.state_id,
        };
        const changes = {};
        for (const [name, value] of Object.entries(answers)) {
            const isTyped = now[name] !== before[name];
            if (value && name in record.activeFields && !isTyped) {
                changes[name] = value;
            }
        }
        if (
            values.country_id &&
            !record.data.country_id &&
            "country_id" in record.activeFields
        ) {
            changes.country_id = values.country_id;
        }
        changes[this.props.name] = values.zip;
        await record.update(changes);
    }
}

export const postalCodeField = {
    ...charField,
    component: PostalCodeField,
    displayName: _t("Postal code with lookup"),
    supportedTypes: ["char"],
};

registry.category("fields").add("client_postal_code", postalCodeField);
