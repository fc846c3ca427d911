"""The client's form without what is switched off."""

from lxml import etree

from odoo import api, models

from ..tools.client_features import FEATURES, feature_group


class ResPartner(models.Model):
    """Hides tabs, smart buttons and fields."""

    _inherit = "res.partner"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Give what can be switched off its group, beside the groups it has.

        Two groups on one element mean either; inside ``<t groups>`` they mean both.
        """
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for name, feature in FEATURES.items():
                for node in arch.xpath(feature.xpath()):
                    switch = etree.Element("t", groups=feature_group(name))
                    node.getparent().replace(node, switch)
                    switch.append(node)
        return arch, view
