"""The PDF that is signed is complete, or is not made."""

import socket
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_signature import SignatureCommon


@tagged("post_install", "-at_install")
class TestSignaturePdf(SignatureCommon):
    """With wkhtmltopdf, as in production."""

    @mute_logger("odoo.addons.base.models.ir_actions_report")
    def test_without_styles_nothing_is_sent(self):
        """The server can't reach itself: said before the client gets a bare page."""
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{closed.getsockname()[1]}"
            self.env["ir.config_parameter"].set_param("report.url", address)
            contract = self.contract.with_user(self.user_manager)
            contract = contract.with_context(force_report_rendering=True)
            mails = self._mails()
            with self.assertRaises(UserError) as caught, self.cr.savepoint():
                contract._request_signature(self.contact_a, date(2099, 1, 1))
        self.assertIn(address, str(caught.exception))
        self.assertIn("report.url", str(caught.exception))
        self.env.invalidate_all()
        self.assertFalse(self.contract.signature_ids)
        self.assertEqual(self.contract.state, "draft")
        self.assertEqual(self._mails(), mails)
