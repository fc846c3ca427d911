"""A year of a fee in the browser, by people who read Portuguese."""

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import tagged

from .common_browser import OneBrowser
from .common_included import IncludedCommon


@tagged("post_install", "-at_install")
class TestTourFeeYear(IncludedCommon, OneBrowser):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("pt_BR")
        cls.env["ir.module.module"]._load_module_terms(["client_hub"], ["pt_BR"])
        (cls.user_manager | cls.user_accountant).lang = "pt_BR"
        cls.service.taxes_id = False
        cls.month = fields.Date.start_of(fields.Date.today(), "month")

    def test_account_manager_looks_back_and_ahead(self):
        contract = self._create_contract(
            date_start=self.month - relativedelta(months=2),
            date_anchor=self.month - relativedelta(months=2),
        )
        included = self._include(contract, date_start=contract.date_start)
        self._log(contract.date_start, 12.5)
        self._log(self.month - relativedelta(months=1), 4)
        self.start_tour(
            f"/odoo/client-contracts/{contract.id}",
            "client_hub_fee_year",
            login=self.user_manager.login,
        )
        [extra] = self._overage(included)
        self.assertEqual(extra.amount, 2.5 * 90)
        self.assertEqual(extra.period_start, contract.date_start)

    def test_accountant_retries_and_takes_back(self):
        archived = self.env["product.product"].create({"name": "Old thing"})
        archived.taxes_id = False
        contract = self._create_contract(
            date_start=self.month,
            date_anchor=self.month,
            lines=[{"product_id": archived.id, "price_unit": 300.0}],
        )
        entry = contract.entry_ids.sorted("period_start")[:1]
        archived.active = False
        run = self._bill(entry)
        self.assertEqual(run.failed_entry_ids, entry)
        archived.active = True
        self.start_tour(
            f"/odoo/client-billing-runs/{run.id}",
            "client_hub_billing_retry",
            login=self.user_accountant.login,
        )
        invoice, credit = entry.invoice_line_ids.move_id.sorted("id")
        self.assertEqual((invoice.state, credit.state), ("posted", "posted"))
        self.assertEqual(credit.reversed_entry_id, invoice)
        self.assertEqual(entry.state, "ready", "it waits to be billed again")
        self.assertEqual(run.failed_count, 0)
