"""What the web client is told of contacts beside the documents it opens."""

from odoo import models


class ResPartner(models.Model):
    """A hidden contact is told by a label only."""

    _inherit = "res.partner"

    def _to_store(self, store, fields, **kwargs):
        """Add the contacts to the store, hidden ones without anything of theirs."""
        hidden = self.env["client.wall"]._hidden(self)
        store.add_records_fields(self - hidden, fields)
        # the label only; the client draws initials for a contact without picture
        label = self.env._("Restricted contact")
        store.add_records_fields(hidden, [{"name": label, "is_company": False}])
