"""Price adjustments: who may do what, history, letter."""

from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_price_adjustment import PriceAdjustmentCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-12-05")
class TestPriceAdjustmentAccess(PriceAdjustmentCommon):
    """Account managers adjust prices; the client gets a letter."""

    # ------------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------------

    def test_roles(self):
        contract = self._create_contract(**self.rule)
        adjustment = self._propose(contract)
        expected = {
            self.user_manager: (True, True),
            self.user_accountant: (True, False),
            self.user_creation: (False, False),
            self.portal_a: (False, False),
        }
        for user, (read, write) in expected.items():
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                for record in (adjustment, adjustment.line_ids):
                    record = record.with_user(user)
                    self.assertEqual(record.has_access("read"), read)
                    self.assertEqual(record.has_access("write"), write)
        adjustment.action_review()
        for user in (self.user_accountant, self.user_creation):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                adjustment.with_user(user).action_apply()
        with self.assertRaises(AccessError):
            adjustment.write({"factor": 2})
        with self.assertRaises(AccessError):
            adjustment.line_ids.write({"price_before": 1})
        with self.assertRaises(AccessError):
            adjustment.create({"contract_id": contract.id})
        with self.assertRaises(AccessError):
            self.rates[0].with_user(self.user_manager).value = 9
        self.assertEqual(self.rates[0].with_user(self.user_manager).value, 0.53)

    def test_outsider_proposes_nothing_of_a_restricted_client(self):
        self.client_a.client_restricted = True
        contract = self._create_contract(**self.rule)
        other = self._create_contract(client=self.client_b, **self.rule)
        wizard = (
            self.env["client.adjustment.propose"]
            .with_user(self.user_outsider)
            .create({"date_until": date(2027, 1, 31)})
        )
        self.assertEqual(wizard.contract_ids, other)
        wizard.action_confirm()
        self.assertFalse(contract.adjustment_ids)
        proposal = self._propose(contract)
        self.assertTrue(proposal)
        seen = self.env["client.price.adjustment"].with_user(self.user_outsider)
        self.assertEqual(seen.search([]).contract_id, other)
        with self.assertRaises(AccessError):
            proposal.with_user(self.user_outsider).read(["factor"])

    def test_other_company_is_not_proposed(self):
        other = self.setup_other_company()["company"]
        contract = self._create_contract(**self.rule)
        stranger = self._create_user("stranger", "client_hub.group_account_manager")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        wizard = (
            self.env["client.adjustment.propose"]
            .with_user(stranger)
            .with_context(allowed_company_ids=other.ids)
            .create({"date_until": date(2027, 1, 31)})
        )
        self.assertNotIn(contract, wizard.contract_ids)

    # ------------------------------------------------------------------
    # HISTORY, LETTER
    # ------------------------------------------------------------------

    def test_history_tells_the_new_price(self):
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        self.env.cr.precommit.run()
        rows = self.env["client.history"].search([("client_id", "=", self.client_a.id)])
        changes = rows.filtered(
            lambda r: (
                r.model == "client.contract.line"
                and r.res_id == contract.line_ids.id
                and r.action == "write"
            )
        ).mapped("changes")
        self.assertIn("1046.21", str(changes))
        states = rows.filtered(
            lambda r: r.model == adjustment._name and r.res_id == adjustment.id
        )
        self.assertIn("Applied", str(states.mapped("changes")))

    def test_letter(self):
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("client_hub.report_price_adjustment", adjustment.ids)[0]
            .decode()
        )
        for text in ("1,046.21", "1,000.00", "1.04621114", "Paula Azul", "01/01/2027"):
            self.assertIn(text, html)
        self.assertIn("IPCA-T", html)
        self.assertIn("Periods that began before keep their price.", html)
        self.assertNotIn("at both prices", html)

    def test_letter_says_what_becomes_of_the_period_under_way(self):
        contract = self._create_contract(**self.rule, adjustment_split=True)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "client_hub.report_price_adjustment", self._apply(contract).ids
        )[0]
        self.assertIn("at both prices", html.decode())
        self.assertNotIn("keep their price", html.decode())

    def test_no_letter_without_new_prices(self):
        contract = self._create_contract(**dict(self.rule, adjustment_lag=1))
        adjustment = self._propose(contract)
        letters = self.env["ir.actions.report"].with_user(self.user_manager)
        report = "client_hub.report_price_adjustment"
        with self.assertRaisesRegex(UserError, "No value of IPCA-T for December 2026"):
            letters._render_qweb_html(report, adjustment.ids)
        self.env["client.price.index.rate"].create(
            {"index_id": self.index.id, "month": date(2026, 12, 1), "value": 0.5}
        )
        self._propose(contract)
        html = letters._render_qweb_html(report, adjustment.ids)[0].decode()
        self.assertNotIn("+0.00 %", html)
        adjustment.line_ids.left_out = True
        with self.assertRaisesRegex(UserError, "adjusts no service"):
            letters._render_qweb_html(report, adjustment.ids)
        with self.assertRaises(AccessError):
            letters.with_user(self.user_creation)._render_qweb_html(
                report, adjustment.ids
            )

    def test_letter_is_sent_by_choice(self):
        contract = self._create_contract(**self.rule)
        adjustment = self._apply(contract)
        self.assertFalse(adjustment.date_letter)
        action = adjustment.action_send_letter()
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.user_manager)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(composer.partner_ids, self.contact_a)
        self.assertTrue(composer.attachment_ids)
        composer._action_send_mail()
        self.assertEqual(adjustment.date_letter, date(2026, 12, 5))
