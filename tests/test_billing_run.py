"""The states of a billing run."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestBillingRun(ContractCommon):
    """One table, whoever writes: by a button, by RPC or by an import."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs = cls.env["client.billing.run"].with_user(cls.user_accountant)

    def test_begins_as_a_draft(self):
        with self.assertRaisesRegex(UserError, "begins as “Draft”"):
            self.runs.create({"state": "done"})
        run = self.runs.with_context(default_state="done").create({})
        self.assertEqual(run.state, "draft")

    def test_no_way_round_the_table(self):
        run = self.runs.create({})
        for state in ("stopped", "nonsense"):
            with self.assertRaises(UserError):
                run.state = state
        run.state = "running"
        with self.assertRaisesRegex(UserError, "is “Running” and can't become"):
            run.state = "draft"

    def test_who_may(self):
        run = self.runs.create({})
        for user in (self.user_creation, self.user_traffic, self.user_manager):
            with self.assertRaises(AccessError):
                run.with_user(user).state = "running"
        self.assertEqual(run.state, "draft")
