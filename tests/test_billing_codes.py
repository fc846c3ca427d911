"""The code that a bank's app reads, where the company's country has one.

See dev/test_modules.txt.
"""

import base64
import io
from unittest import SkipTest

from PIL import Image

from odoo.fields import Command
from odoo.tests import tagged

from .common import ClientHubCommon

PIX_KEY = "71d6c6e1-64ea-4a11-9560-a10870c40ca2"


@tagged("post_install", "-at_install")
class TestBillingCodes(ClientHubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("account_qr_code_sepa", "l10n_br"):
            if name not in cls.env.registry._init_modules:
                # Odoo's own runner has no other database for this file
                raise SkipTest(f"{name} is not installed")

    def _invoice(self, currency):
        """Return a posted invoice of 100.50 in a currency."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client_a.id,
                "invoice_user_id": False,
                "currency_id": self.setup_other_currency(currency).id,
                "invoice_line_ids": [
                    Command.create({"name": "Fee", "price_unit": 100.5, "tax_ids": []})
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _bank(self, **values):
        values.setdefault("allow_out_payment", True)
        values["partner_id"] = self.company.partner_id.id
        return self.env["res.partner.bank"].create(values)

    def _check_image(self, code):
        image = Image.open(io.BytesIO(base64.b64decode(code["image"])))
        self.assertGreaterEqual(min(image.size), 100)

    def test_sepa(self):
        invoice = self._invoice("EUR")
        self.assertFalse(invoice._get_client_payment_code())
        invoice.partner_bank_id = self._bank(acc_number="BE15001559627230")
        code = invoice.with_user(self.user_manager)._get_client_payment_code()
        self.assertIn("EUR100.5", code["text"])
        self.assertIn("BE15001559627230", code["text"])
        self._check_image(code)

    def test_pix(self):
        self.company.partner_id.write(
            {"country_id": self.env.ref("base.br").id, "city": "São Paulo"}
        )
        invoice = self._invoice("BRL")
        invoice.partner_bank_id = self._bank(
            acc_number="123456789",
            proxy_type="br_random",
            proxy_value=PIX_KEY,
            include_reference=True,
        )
        code = invoice.with_user(self.user_manager)._get_client_payment_code()
        for part in ("br.gov.bcb.pix", PIX_KEY, "5406100.50", "SAO PAULO"):
            self.assertIn(part, code["text"])
        self._check_image(code)
        # a part of it was paid: the code asks for the rest
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 50.0})._create_payments()
        rest = invoice.with_user(self.user_manager)._get_client_payment_code()
        self.assertIn("540550.50", rest["text"])
