"""Putting a renegotiation in force twice in the same second: one entry."""

from functools import partial

from odoo import fields
from odoo.tests import tagged

from .common_concurrency import ConcurrencyCase

CLEAN_UP = """
    UPDATE account_move_line
       SET client_renegotiation_id = NULL, full_reconcile_id = NULL
     WHERE partner_id = %(client)s;
    DELETE FROM account_partial_reconcile
     WHERE debit_move_id IN (
           SELECT id FROM account_move_line WHERE partner_id = %(client)s);
    DELETE FROM client_renegotiation_item WHERE client_id = %(client)s;
    DELETE FROM client_renegotiation_instalment WHERE client_id = %(client)s;
    UPDATE account_move SET client_renegotiation_source_id = NULL
     WHERE partner_id = %(client)s;
    DELETE FROM client_renegotiation WHERE client_id = %(client)s;
    DELETE FROM account_move WHERE partner_id = %(client)s;
"""


@tagged("post_install", "-at_install")
class TestRenegotiationConcurrency(ConcurrencyCase):
    def _prepare(self, env, client):
        if not env.company.chart_template:
            env["account.chart.template"].try_loading(
                "generic_coa", company=env.company, install_demo=False
            )
        invoice = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": client.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    (0, 0, {"name": "Work", "price_unit": 90.0, "tax_ids": []})
                ],
            }
        )
        invoice.action_post()
        line = invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        row = env["client.renegotiation"].create({"client_id": client.id})
        env["client.renegotiation.item"].create(
            {"renegotiation_id": row.id, "move_line_id": line.id}
        )
        # past the client's answer: only the books are raced for here
        env.flush_all()
        env.cr.execute(
            "UPDATE client_renegotiation SET state = 'accepted' WHERE id = %s",
            [row.id],
        )
        self.row_id = row.id

    def _remove(self, cr):
        cr.execute(CLEAN_UP, {"client": self.client_id})

    def _get_row(self, env):
        return env["client.renegotiation"].browse(self.row_id)

    def _look(self, env):
        return self._get_row(env).state

    def _do(self, method, env):
        getattr(self._get_row(env), method)()

    def test_two_accountants_at_once(self):
        apply = partial(self._do, "action_apply")
        outcomes = self._race(self._look, apply, apply)
        # the second one finds it in force already
        self.assertEqual(outcomes, ["done", "done"])
        with self._environment() as env:
            row = self._get_row(env)
            moves = env["account.move"].search(
                [("client_renegotiation_source_id", "=", row.id)]
            )
            self.assertEqual((row.state, moves), ("applied", row.move_id))
            self.assertEqual(row.amount_open, 90.0)

    def test_in_force_and_cancelled_at_once(self):
        outcomes = self._race(
            self._look,
            partial(self._do, "action_apply"),
            partial(self._do, "action_cancel"),
        )
        self.assertEqual(outcomes.count("done"), 1, outcomes)
        with self._environment() as env:
            row = self._get_row(env)
            self.assertEqual(bool(row.move_id), row.state == "applied")
            self.assertEqual(row.item_ids.is_taken, row.state == "applied")
