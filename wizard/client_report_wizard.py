"""Choose period and kind, then print."""

import json

from dateutil.relativedelta import relativedelta
from werkzeug.urls import url_encode

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.client_history import KINDS

REPORTS = {
    "history": "client_hub.action_report_client_history",
    "statement": "client_hub.action_report_billing_statement",
}


class ClientReportWizard(models.TransientModel):
    """Print the history or the billing statement of clients."""

    _name = "client.report.wizard"
    _inherit = ["client.guard.mixin"]
    _description = "Print client reports"

    client_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Clients",
        required=True,
        domain="[('is_client', '=', True)]",
    )
    report = fields.Selection(
        selection=[("history", "Client history"), ("statement", "Billing statement")],
        default="history",
        required=True,
    )
    date_from = fields.Date(
        string="From",
        default=lambda self: (
            fields.Date.context_today(self)
            - relativedelta(years=1)
            + relativedelta(days=1)
        ),
    )
    date_to = fields.Date(
        string="To", default=lambda self: fields.Date.context_today(self)
    )
    kind = fields.Selection(selection=KINDS, help="Empty: everything.")
    contract_id = fields.Many2one(
        comodel_name="client.contract",
        domain="[('client_id', 'in', client_ids)]",
        help="Empty: everything.",
        groups="client_hub.group_account_manager,account.group_account_invoice,"
        "account.group_account_readonly",
    )
    output = fields.Selection(
        selection=[("pdf", "PDF"), ("xlsx", "Spreadsheet")],
        string="Format",
        default="pdf",
        required=True,
    )

    @api.model
    def default_get(self, fields):
        """Preset the clients that are open or selected."""
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "res.partner":
            partners = self.env["res.partner"].browse(
                self.env.context.get("active_ids", [])
            )
            clients = partners.commercial_partner_id.filtered("is_client")
            values.setdefault("client_ids", [(6, 0, clients.ids)])
        return values

    def action_print(self):
        """Return the report action.

        :raise UserError: when the period ends before it begins
        """
        self.ensure_one()
        if self.date_from and self.date_to and self.date_to < self.date_from:
            raise UserError(self.env._("The period ends before it begins."))
        data = {
            "date_from": fields.Date.to_string(self.date_from),
            "date_to": fields.Date.to_string(self.date_to),
            "kind": self.kind,
            "client_ids": self.client_ids.ids,
        }
        if self.report == "history":
            # creation and traffic have no such field
            data["contract_id"] = self._get_contract_id()
            if self.output == "xlsx":
                options = url_encode({"options": json.dumps(data)})
                return {
                    "type": "ir.actions.act_url",
                    "url": f"/client_hub/history.xlsx?{options}",
                    "target": "download",
                }
        report = self.env.ref(REPORTS[self.report])
        return report.report_action(self.client_ids, data=data)

    def _get_contract_id(self):
        """Return the id of the chosen contract, or False."""
        field = self._fields["contract_id"]
        if not self._has_field_access(field, "read"):
            return False
        return self.contract_id.id
