"""Signing in the same second, on real connections: one signature."""

from datetime import date
from functools import partial

from odoo.tests import tagged

from .common_concurrency import ConcurrencyCase
from .common_signature import DRAWN


@tagged("post_install", "-at_install")
class TestSignatureConcurrency(ConcurrencyCase):
    def _prepare(self, env, client):
        contact = env["res.partner"].create(
            {
                "name": f"Signer {self.mark}",
                "parent_id": client.id,
                "email": f"{self.mark}@client.example",
            }
        )
        product = env["product.product"].create(
            {"name": self.mark, "type": "service", "list_price": 10}
        )
        contract = env["client.contract"].create(
            {
                "name": self.mark,
                "client_id": client.id,
                "contact_id": contact.id,
                "line_ids": [(0, 0, {"product_id": product.id})],
            }
        )
        row = contract._request_signature(contact, date(2099, 1, 1))
        self.ids = (contract.id, row.id, contact.id, product.id)

    def _remove(self, cr):
        contract_id, row_id, contact_id, product_id = self.ids
        cr.execute(
            "DELETE FROM ir_attachment WHERE res_id = %s"
            " AND res_model = 'client.contract.signature'",
            [row_id],
        )
        for table, column, value in (
            ("mail_activity", "res_id", contract_id),
            ("client_contract_entry", "contract_id", contract_id),
            ("client_contract_signature", "id", row_id),
            ("client_contract_line", "contract_id", contract_id),
            ("client_contract", "id", contract_id),
        ):
            cr.execute(
                f"DELETE FROM {table} WHERE {column} = %s",  # noqa: S608
                [value],
            )
        cr.execute("UPDATE res_partner SET active = false WHERE id = %s", [contact_id])
        cr.execute(
            "UPDATE product_product SET active = false WHERE id = %s", [product_id]
        )

    def _get_row(self, env):
        return env["client.contract.signature"].browse(self.ids[1])

    def _look(self, env):
        return self._get_row(env).state

    def _sign(self, name, env):
        row = self._get_row(env)
        row._sign(name, DRAWN, row.fingerprint, ip_address="203.0.113.7")

    def _withdraw(self, env):
        self._get_row(env).action_withdraw()

    def _assert_one(self, outcomes):
        self.assertEqual(outcomes.count("done"), 1, outcomes)
        with self._environment() as env:
            row = self._get_row(env)
            contract = row.contract_id
            if row.state == "signed":
                self.assertEqual(contract.state, "approved")
                self.assertIn(row.signed_name, ("First", "Second"))
            else:
                self.assertEqual(contract.state, "sent")
                self.assertFalse(row.signature or row.signed_name)
            starts = contract.entry_ids.mapped("period_start")
            self.assertEqual(len(starts), len(set(starts)))
            return row.state

    def test_two_sign_at_once(self):
        outcomes = self._race(
            self._look, partial(self._sign, "First"), partial(self._sign, "Second")
        )
        self.assertEqual(self._assert_one(outcomes), "signed")

    def test_signed_and_withdrawn_at_once(self):
        outcomes = self._race(self._look, partial(self._sign, "First"), self._withdraw)
        self._assert_one(outcomes)
