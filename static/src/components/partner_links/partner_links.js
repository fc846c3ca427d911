import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Names of contacts, each a link to a tab of its own: what is being typed stays. */
export class PartnerLinks extends Component {
    static template = "client_hub.PartnerLinks";
    static props = { ...standardFieldProps };

    get links() {
        return this.props.record.data[this.props.name].records.map((partner) => ({
            id: partner.resId,
            name: partner.data.display_name,
            url: `/odoo/res.partner/${partner.resId}`,
        }));
    }
}

registry.category("fields").add("client_hub_partner_links", {
    component: PartnerLinks,
    supportedTypes: ["many2many", "one2many"],
    relatedFields: [{ name: "display_name", type: "char" }],
});
