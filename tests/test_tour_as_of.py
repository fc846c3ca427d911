"""A client as it was, in the browser."""

from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common_browser import OneBrowser
from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestTourAsOf(ContractCommon, OneBrowser):
    def _settle(self):
        self.env.flush_all()
        self.env["client.history"]._write_pending()

    def test_account_manager_looks_back(self):
        with freeze_time(fields.Datetime.now() - timedelta(days=60)):
            client = self._create_client(
                "Corvo Books",
                manager=self.user_manager,
                city="Lisbon",
                street="Same Street 7",
            )
            gone = self.env["res.partner"].create(
                {"name": "Gil Gone", "parent_id": client.id, "phone": "555 01"}
            )
            stays = self.env["res.partner"].create(
                {"name": "Rita Corvo", "parent_id": client.id}
            )
            contract = self._create_contract(client, approve=False, contact_id=stays.id)
            self._settle()
        with freeze_time(fields.Datetime.now() - timedelta(days=10)):
            client.city = "Porto"
            gone.unlink()
            contract.line_ids.price_unit = 1500
            self._settle()
        self.start_tour(
            f"/odoo/contacts/{client.id}",
            "client_hub_as_of",
            login=self.user_manager.login,
        )
        printed = self.env["client.history"].search(
            [
                ("client_id", "=", client.id),
                ("date", ">", fields.Datetime.now() - timedelta(days=1)),
            ]
        )
        self.assertFalse(printed, "looking back writes nothing")
