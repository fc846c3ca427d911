"""How a client can pay an invoice: link, reference, code and documents."""

import base64
import io

import qrcode
from reportlab.graphics.utils import RenderPMError

from odoo import api, fields, models
from odoo.exceptions import UserError

from .account_move_legend import CLAIM_TYPES


class AccountMove(models.Model):
    """Gives Odoo's payment link and the code of the country's banks in one place."""

    _inherit = "account.move"

    client_payment_link = fields.Char(
        string="Payment link",
        compute="_compute_client_payment_link",
        groups="base.group_user",
    )
    client_kind = fields.Selection(
        selection=[
            ("out_invoice", "Invoice"),
            ("out_refund", "Credit note"),
            ("out_receipt", "Receipt"),
        ],
        string="Kind",
        compute="_compute_client_kind",
        groups="base.group_user",
    )
    client_open_amount = fields.Monetary(
        string="Open",
        compute="_compute_client_open_amount",
        groups="base.group_user",
        help="What the client still has to pay; less than nothing where it has credit.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("state", "move_type", "amount_residual", "access_token")
    def _compute_client_payment_link(self):
        for move in self:
            if not move._is_client_payable():
                move.client_payment_link = False
                continue
            base = move.get_base_url()
            # sudo: whoever reads the invoice may tell its client where to pay
            link = move.sudo()._get_portal_payment_link()
            link = link or f"{base}{move.get_portal_url()}"
            # Odoo joins the two with one slash too many
            move.client_payment_link = link.replace(f"{base}//", f"{base}/", 1)

    @api.depends("move_type")
    def _compute_client_kind(self):
        kinds = dict(self._fields["client_kind"].selection)
        for move in self:
            move.client_kind = move.move_type if move.move_type in kinds else False

    @api.depends("amount_residual", "move_type")
    def _compute_client_open_amount(self):
        for move in self:
            sign = -1 if move.move_type == "out_refund" else 1
            move.client_open_amount = sign * move.amount_residual

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_open_client_payment(self):
        """Open what the client needs to pay this, and the documents to send.

        :raise UserError: when it is not confirmed
        """
        self.ensure_one()
        if self.state != "posted":
            raise UserError(
                self.env._("Confirm %s first: a draft is not paid.", self.display_name)
            )
        slip = self.env["client.payment.slip"].create({"move_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "client.payment.slip",
            "res_id": slip.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _is_client_payable(self):
        """Return whether the client still has to pay something of this."""
        self.ensure_one()
        return (
            self.state == "posted"
            and self.move_type in CLAIM_TYPES
            and not self.currency_id.is_zero(self.amount_residual)
        )

    def _get_client_payment_code(self):
        """Return the code that the bank's app reads, where the country has one.

        :return: dict with name, image (base64 PNG) and text; empty without a code
        :rtype: dict
        """
        self.ensure_one()
        if not self._is_client_payable():
            return {}
        # sudo: the company's account stands on the invoice, which the user reads
        invoice = self.sudo()
        bank = invoice.partner_bank_id
        values = bank._build_qr_code_vals(
            invoice.amount_residual,
            invoice.payment_reference or invoice.name,
            invoice.payment_reference,
            invoice.currency_id,
            invoice.partner_id,
        )
        if not values:
            return {}
        names = dict(bank.get_available_qr_methods_in_sequence())
        text = bank._get_qr_vals(**values)
        text = text if isinstance(text, str) else "\n".join(text or [])
        try:
            image = bank._get_qr_code_base64(**values).partition(",")[2]
        except RenderPMError:
            # Odoo draws it with a part that not every system has
            buffer = io.BytesIO()
            qrcode.make(text).save(buffer, "PNG")
            image = base64.b64encode(buffer.getvalue()).decode()
        return {"name": names[values["qr_method"]], "image": image, "text": text}

    def _has_client_einvoice(self):
        """Return whether Odoo has a format of electronic invoices for this client."""
        self.ensure_one()
        if "ubl_cii_xml_id" not in self._fields:
            return False
        client = self.commercial_partner_id
        return bool(self.ubl_cii_xml_id or client._get_suggested_ubl_cii_edi_format())
