"""A contract that is sent to be signed, for tests."""

import base64
import io
from datetime import date, timedelta

from PIL import Image, ImageDraw

from odoo import fields

from .common_contract import ContractCommon


def draw_signature():
    """Return a drawn signature as the browser sends it: base64 of a PNG."""
    image = Image.new("RGBA", (300, 100), (255, 255, 255, 0))
    ImageDraw.Draw(image).line([(20, 80), (120, 20), (280, 70)], fill=(0, 0, 0, 255))
    content = io.BytesIO()
    image.save(content, "PNG")
    return base64.b64encode(content.getvalue()).decode()


DRAWN = draw_signature()


class SignatureCommon(ContractCommon):
    """Contracts of client A, Paula signs them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract = cls._create_contract(
            approve=False,
            date_start=date(2026, 1, 1),
            body_html="<p>Jurisdiction of Lisbon</p>",
        )

    def _request(self, contract=None, signer=None, days=14, reminder=3):
        """Ask for a signature as the account manager does, through the dialog."""
        contract = contract or self.contract
        wizard = (
            self.env["client.contract.signature.wizard"]
            .with_user(self.user_manager)
            .create(
                {
                    "contract_id": contract.id,
                    "signer_id": (signer or self.contact_a).id,
                    "date_expiry": fields.Date.today() + timedelta(days=days),
                    "reminder_days": reminder,
                }
            )
        )
        wizard.action_confirm()
        return contract.signature_ids.sorted("id")[-1:]

    def _sign(self, row, name="Paula Azul", image=DRAWN, fingerprint=None, user=None):
        """Sign as the page does for the client's person."""
        row.with_user(user or self.portal_a).sudo()._sign(
            name,
            image,
            fingerprint or row.fingerprint,
            ip_address="203.0.113.7",
            user_agent="Firefox",
            signed_user_id=(user or self.portal_a).id,
        )
        self.env.invalidate_all()

    def _mails(self):
        """Return the mails in the queue, newest first."""
        return self.env["mail.mail"].search([], order="id desc")
