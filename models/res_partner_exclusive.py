"""Products exclusive to a client."""

from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Tells which exclusive products a partner may buy."""

    _inherit = "res.partner"

    client_exclusive_count = fields.Integer(
        string="Exclusive products",
        compute="_compute_client_exclusive_count",
        groups="base.group_user",
    )

    def _compute_client_exclusive_count(self):
        counts = dict(
            self.env["product.template"]._read_group(
                [("client_exclusive_id", "in", self.ids)],
                ["client_exclusive_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.client_exclusive_count = counts.get(partner, 0)

    def _get_group_top(self):
        """Return the company at the top of this one's group."""
        self.ensure_one()
        top = self.commercial_partner_id
        while top.parent_id:
            top = top.parent_id.commercial_partner_id
        return top

    @api.private
    def _get_exclusive_domain(self):
        """Return the domain of the products that these partners may buy.

        :return: Domain on product.template, or on product.product
        """
        # sudo: the group's companies, of which only ids are used
        entities = self.sudo().commercial_partner_id
        domain = Domain("client_exclusive_id", "=", False)
        if not entities:
            return domain
        domain |= Domain("client_exclusive_id", "in", entities.ids)
        tops = entities.browse().concat(*[e._get_group_top() for e in entities])
        if tops == entities and not tops.with_context(active_test=False).child_ids:
            return domain
        group = Domain("client_exclusive_group", "=", True) & Domain(
            "client_exclusive_id", "child_of", tops.ids
        )
        return domain | group

    def action_view_client_exclusive(self):
        """Open this client's exclusive products in the full, searchable list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.product_template_action_exclusive"
        )
        action["domain"] = [("client_exclusive_id", "=", self.id)]
        action["context"] = {"default_client_exclusive_id": self.id}
        return action
