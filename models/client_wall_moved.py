"""Documents that come behind a wall, or leave it, with what they are about."""

from odoo import api, models

MOVED = "client_wall_moved"


class Base(models.AbstractModel):
    """Notices that a stored wall changes, by whatever path."""

    _inherit = "base"

    def _write_multi(self, vals_list):
        """Write; documents whose wall changed are looked at before the commit."""
        result = super()._write_multi(vals_list)
        if "client_wall_id" in self._fields:
            ids = [
                record.id
                for record, vals in zip(self, vals_list, strict=True)
                if "client_wall_id" in vals
            ]
            if ids:
                self.env["client.wall"]._queue_moved(self._name, ids)
        return result


class ClientWall(models.Model):
    """Takes care of single documents that change client."""

    _inherit = "client.wall"

    @api.model
    def _queue_moved(self, model, ids):
        """Remember documents until the transaction is about to be committed."""
        precommit = self.env.cr.precommit
        if MOVED not in precommit.data:
            precommit.data[MOVED] = {}
            # sudo: takes away what people no longer see, whoever moved it
            precommit.add(self.sudo()._settle_moved)
        precommit.data[MOVED].setdefault(model, set()).update(ids)

    @api.model
    def _unqueue_moved(self):
        """Forget the queue: the whole wall has just been looked at."""
        self.env.cr.precommit.data.get(MOVED, {}).clear()

    @api.model
    def _settle_moved(self):
        """Let the people of a moved document follow, or lose it.

        An order that comes behind a wall leaves its outside followers; whoever has an
        activity on it becomes a member, for as long as the activity stands.
        """
        moved = self.env.cr.precommit.data.pop(MOVED, {})
        documents = {}
        for model, ids in moved.items():
            records = self.env[model].browse(ids).exists()
            if "activity_ids" in self.env[model]._fields:
                self._sync_members(("activity", model, ids))
            if records._fields.keys() & {"message_follower_ids", "activity_ids"}:
                # sudo: only the ids of the walls
                for wall, behind in records.sudo().grouped("client_wall_id").items():
                    if wall:
                        documents.setdefault(wall, {})[model] = behind.ids
        for wall, behind in documents.items():
            wall._forget(documents=behind)
