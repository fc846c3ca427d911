from odoo import api, models


class MailActivity(models.Model):
    """Activities are hidden with their document, whoever they are assigned to."""

    _inherit = "mail.activity"

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
