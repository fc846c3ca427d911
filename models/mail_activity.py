"""An activity about a restricted client is a reason to see it."""

from odoo import api, models

ORIGIN_FIELDS = frozenset({"active", "res_id", "res_model", "res_model_id", "user_id"})


class MailActivity(models.Model):
    """Activities are hidden with their document, and open it to whoever has them."""

    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        """Create, then open the wall to those who have the activity."""
        wall = self.env["client.wall"]
        if not wall._has_walls():
            return super().create(vals_list)
        entered = wall._entered()
        # Odoo makes the person follow the client: a reason that would stay when the
        # activity is done; see res.partner.message_subscribe
        self_activity = self.with_context(client_wall_by_activity=True)
        activities = super(MailActivity, self_activity).create(vals_list)
        activities = activities.with_env(self.env)
        activities._sync_walls(entered)
        return activities

    def write(self, vals):
        """Write, then let the walls follow."""
        wall = self.env["client.wall"]
        if not ORIGIN_FIELDS & vals.keys() or not wall._has_walls():
            return super().write(vals)
        entered = wall._entered()
        before = self._guarded_documents()
        self_activity = self.with_context(client_wall_by_activity=True)
        result = super(MailActivity, self_activity).write(vals)
        self._sync_walls(entered, before)
        return result

    def unlink(self):
        """Delete, then close the wall to those who had no other reason."""
        if not self.env["client.wall"]._has_walls():
            return super().unlink()
        before = self._guarded_documents()
        result = super().unlink()
        self.browse()._sync_walls(None, before)
        return result

    def _guarded_documents(self):
        """Return ``{model: ids}`` of the guarded documents of these activities."""
        guarded = self.env["client.wall"]._activity_models()
        documents = {}
        # sudo: only which documents they are
        for activity in self.sudo():
            if activity.res_model in guarded and activity.res_id:
                documents.setdefault(activity.res_model, set()).add(activity.res_id)
        return documents

    def _sync_walls(self, entered, before=None):
        """Let the walls of the documents follow.

        :param set entered: what ``client.wall._entered`` returned before the change
        :param dict before: documents of the activities before the change
        """
        wall = self.env["client.wall"]
        documents = self._guarded_documents()
        for model, ids in documents.items():
            wall._check_entered(entered, self.env[model].browse(ids).exists())
        for model, ids in (before or {}).items():
            documents.setdefault(model, set()).update(ids)
        for model, ids in documents.items():
            # sudo: the wall is kept up by the system
            wall.sudo()._sync_members(("activity", model, ids))

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Leave out activities of documents that are hidden from the user."""
        query = super()._search(domain, offset, limit, order, **kwargs)
        if self.env.su or kwargs.get("bypass_access"):
            return query
        return self.env["client.wall"]._filter_query(query, self, order)

    def _check_access(self, operation):
        """Forbid activities of documents that are hidden from the user."""
        result = super()._check_access(operation)
        return self.env["client.wall"]._check_documents(self, operation, result)
