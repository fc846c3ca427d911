"""The menus without what is switched off."""

from odoo import models

from ..tools.client_features import FEATURES, feature_group


class IrUiMenu(models.Model):
    """Hides the menus of a part of the client record."""

    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Hide the menus of what is switched off."""
        hidden = super()._load_menus_blacklist()
        data = self.env["ir.model.data"]
        for name, feature in FEATURES.items():
            if not self.env.user.has_group(feature_group(name)):
                for menu in feature.menus:
                    xmlid = f"client_hub.{menu}"
                    menu_id = data._xmlid_to_res_id(xmlid, raise_if_not_found=False)
                    if menu_id:
                        hidden.append(menu_id)
        return hidden
