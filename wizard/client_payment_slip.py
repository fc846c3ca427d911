"""What a client needs to pay an invoice, to copy, send or download."""

from odoo import api, fields, models


class ClientPaymentSlip(models.TransientModel):
    """Link, reference, code and documents of one invoice.

    Its fields are read with the user's own rights: who may not read the invoice sees
    nothing of it here.
    """

    _name = "client.payment.slip"
    _description = "How to pay an invoice"

    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="move_id.currency_id", related_sudo=False)
    amount_residual = fields.Monetary(
        related="move_id.amount_residual", string="To pay", related_sudo=False
    )
    client_legend = fields.Selection(
        related="move_id.client_legend", related_sudo=False
    )
    invoice_date_due = fields.Date(
        related="move_id.invoice_date_due", related_sudo=False
    )
    payment_reference = fields.Char(
        related="move_id.payment_reference", related_sudo=False
    )
    link = fields.Char(related="move_id.client_payment_link", related_sudo=False)
    code_name = fields.Char(string="Code", compute="_compute_code")
    code_image = fields.Binary(string="QR code", compute="_compute_code")
    code_text = fields.Char(string="Code to copy", compute="_compute_code")
    has_einvoice = fields.Boolean(compute="_compute_has_einvoice")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("move_id")
    def _compute_code(self):
        self.move_id.check_access("read")
        for slip in self:
            code = slip.move_id._get_client_payment_code()
            slip.code_name = code.get("name")
            slip.code_image = code.get("image")
            slip.code_text = code.get("text")

    @api.depends("move_id")
    def _compute_has_einvoice(self):
        for slip in self:
            slip.has_einvoice = slip.move_id._has_client_einvoice()

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_send(self):
        """Open the mail with link and reference, to check and send."""
        self.ensure_one()
        self.move_id.check_access("read")
        template = self.env.ref(
            "client_hub.account_move_mail_template_payment", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the payment link"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "account.move",
                "default_res_ids": self.move_id.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id if template else False,
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_"
                "responsible_signature",
                "force_email": True,
            },
        }

    def action_download_pdf(self):
        """Download the invoice as it was sent, or as it would be."""
        return self._get_download("/account/download_invoice_documents/%s/pdf")

    def action_download_einvoice(self):
        """Download the electronic invoice in the client's format."""
        return self._get_download("/account/download_invoice_documents/%s/ubl")

    def action_download_xlsx(self):
        """Download the invoice as a spreadsheet."""
        return self._get_download("/client_hub/invoice/%s/xlsx")

    def _get_download(self, url):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": url % self.move_id.id,
            "target": "download",
        }
