from odoo import models


class IrEmbeddedActions(models.Model):
    """Visibility that is found out as superuser leaves nothing of a hidden record."""

    _inherit = "ir.embedded.actions"

    def _compute_is_visible(self):
        """Forget what was read of the active record, if it is hidden from the user.

        Odoo filters it as superuser; the cache would give it to the next reader.
        """
        super()._compute_is_visible()
        active_id = self.env.context.get("active_id")
        wall = self.env["client.wall"]
        if not isinstance(active_id, int) or not wall._is_limited():
            return
        for model_name in set(self.mapped("parent_res_model")) & set(self.env):
            wall._hidden(self.env[model_name].browse(active_id)).invalidate_recordset()
