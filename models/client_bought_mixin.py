"""Documents that make a lead a client."""

from odoo import api, models


class ClientBoughtMixin(models.AbstractModel):
    """Keeps who has bought right when a document comes, changes or goes.

    What counts as bought stands in ``res.partner._bought_sql``; here only whose facts
    are asked again.
    """

    _name = "client.bought.mixin"
    _description = "Document that makes a lead a client"

    # What can make or unmake a buyer; hook.
    _bought_fields = frozenset({"state", "partner_id", "company_id"})

    def _bought_records(self):
        """Return those that can count as bought at all; hook."""
        return self

    def _bought_partners(self):
        # sudo: a fact about all documents, whoever may read them
        records = self._bought_records().sudo()
        return records["partner_id" if "partner_id" in self._fields else "client_id"]

    @api.model_create_multi
    def create(self, vals_list):
        """Create; as a rule as drafts, which change nothing."""
        records = super().create(vals_list)
        if any(vals.get("state", "draft") != "draft" for vals in vals_list):
            records._bought_partners()._sync_client_bought()
        return records

    def write(self, vals):
        """Write; the clients of before and of after are asked again."""
        if not self._bought_fields & vals.keys():
            return super().write(vals)
        before = self._bought_partners()
        result = super().write(vals)
        (before | self._bought_partners())._sync_client_bought()
        return result

    def unlink(self):
        """Delete; it may have been all that the client bought."""
        partners = self._bought_partners()
        result = super().unlink()
        partners._sync_client_bought()
        return result
