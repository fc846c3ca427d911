"""Data of the printed client card."""

from odoo import api, models


class ReportClientCard(models.AbstractModel):
    """Cards of one or several clients."""

    _name = "report.client_hub.report_client_card"
    _description = "Client card report"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return the card of each client.

        :param list docids: ids of ``res.partner``; a contact stands for its client
        :raise AccessError: the user may not see one of them
        """
        partners = self.env["res.partner"].browse(docids)
        # before anything of them is read, and so that no name is told
        partners.check_access("read")
        clients = partners.commercial_partner_id
        return {
            "doc_ids": clients.ids,
            "doc_model": "res.partner",
            "docs": clients,
            "cards": {client.id: client._get_client_card() for client in clients},
        }
