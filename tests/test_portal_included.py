"""What a contract includes is shown before a request is sent."""

from datetime import date

from odoo import fields
from odoo.tests import tagged

from .common_contract import ContractCommon
from .common_portal import ClientPortalCommon


@tagged("post_install", "-at_install")
class TestPortalIncluded(ContractCommon, ClientPortalCommon):
    def test_the_form_says_what_is_included_and_left(self):
        today = fields.Date.today()
        contract = self._create_contract(date_start=date(today.year, 1, 1))
        self.env["client.contract.included"].with_user(self.user_manager).create(
            {
                "line_id": contract.line_ids[:1].id,
                "quantity": 12.0,
                "price_unit": 90.0,
                "date_start": date(today.year, 1, 1),
            }
        )
        self._login(self.portal_a)
        page = self._get("/my/jobs/new").text
        self.assertIn("Included in your contract", page)
        self.assertRegex(page, r"<strong>12</strong>\s*of\s*12\s*left")
        self._login(self.portal_b)
        self.assertNotIn("Included in your contract", self._get("/my/jobs/new").text)
