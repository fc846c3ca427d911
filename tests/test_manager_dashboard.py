"""The account manager's dashboard: the four blocks, and what is done there."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_job import ClientJobCommon

DASHBOARD = "client.manager.dashboard"


@tagged("post_install", "-at_install")
class TestManagerDashboard(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.request = cls._create_request()

    def _load(self, user=None, **kwargs):
        self.env.invalidate_all()
        dashboard = self.env[DASHBOARD].with_user(user or self.user_manager)
        return dashboard.load_dashboard(**kwargs)

    def _titles(self, block, user=None, **kwargs):
        """Return the titles of a block's rows, and check its count."""
        block = self._load(user, **kwargs)["blocks"][block]
        self.assertEqual(block["count"], len(block["rows"]))
        return [row["title"] for row in block["rows"]]

    def _open(self, block, user=None, **kwargs):
        """Return the records of the list behind a count."""
        dashboard = self.env[DASHBOARD].with_user(user or self.user_manager)
        action = dashboard.action_open_block(block, **kwargs)
        return (
            self.env[action["res_model"]]
            .with_user(user or self.user_manager)
            .search(action["domain"])
        )

    def test_a_request_is_opened_by_the_client(self):
        self.assertEqual(self._titles("requested"), ["A request"])
        self.request.requested_date = fields.Datetime.now() - timedelta(days=3)
        [row] = self._load()["blocks"]["requested"]["rows"]
        self.assertEqual(row["days"], 3)
        self.assertEqual(row["who"], self.contact_a.name)
        self.assertEqual(self._open("requested"), self.request)
        # authorised there, it is gone
        self.request.with_user(self.user_manager).action_authorize()
        self.assertFalse(self._titles("requested"))
        self.assertFalse(self._open("requested"))

    def test_whose_clients(self):
        # somebody else's clients, and no administrator
        self.assertFalse(self._titles("requested", user=self.user_outsider))
        self.assertFalse(
            self._titles("requested", user=self.user_outsider, scope="all")
        )
        self.client_a.assistant_ids = self.user_outsider
        self.assertTrue(self._titles("requested", user=self.user_outsider))
        # an administrator chooses
        self.assertFalse(self._titles("requested", user=self.user_admin_hub))
        every = self._titles("requested", user=self.user_admin_hub, scope="all")
        self.assertIn("A request", every)
        self.assertIn(
            self.request,
            self._open("requested", user=self.user_admin_hub, scope="all"),
        )
        # one client
        client = {"client_id": self.client_b.id}
        self.assertFalse(self._titles("requested", **client))
        self.assertEqual(self._load(**client)["client"]["id"], self.client_b.id)
        for user in (self.user_traffic, self.user_creation, self.portal_a):
            with self.assertRaises(AccessError):
                self._load(user)

    def test_a_restricted_client_stays_with_its_team(self):
        self.client_a.client_restricted = True
        self.env.flush_all()
        data = self._load(self.user_outsider, client_id=self.client_a.id)
        self.assertFalse(data["client"])
        self.assertNotIn(self.client_a.name, str(data))
        self.request.account_manager_id = self.user_admin_hub
        self.assertTrue(self._titles("requested"))

    def test_late_and_at_risk(self):
        yesterday = self.today - timedelta(days=1)
        self.request.with_user(self.user_manager).action_mark_at_risk()
        self.assertEqual(self._titles("at_risk"), ["A request"])
        self.assertFalse(self._titles("late"))
        # a late piece of a job in time, then the job itself
        self.request.piece_ids.deadline = yesterday
        self.assertEqual(self._titles("late"), ["Banner"])
        self.assertEqual(self._open("late_pieces"), self.request.piece_ids)
        self.request.deadline = yesterday
        self.assertEqual(self._titles("late"), ["A request"])
        self.assertEqual(self._open("late"), self.request)
        [row] = self._load()["blocks"]["late"]["rows"]
        self.assertEqual(row["days"], 1)
        # the client's word comes in
        self.request.with_user(self.user_manager).action_authorize()
        self.assertFalse(self._titles("at_risk"))

    def test_a_piece_waits_for_the_client_who_is_reminded_once_a_day(self):
        piece = self._create_sent_piece(name="Spring")
        self.assertEqual(self._titles("waiting"), ["Banner"])
        self.assertEqual(self._open("piece"), piece)
        dashboard = self.env[DASHBOARD].with_user(self.user_manager)
        before = self.env["mail.mail"].search([])
        message = dashboard.remind("piece", piece.id)["message"]
        self.assertIn(self.contact_a.name, message)
        [mail] = self.env["mail.mail"].search([]) - before
        self.assertEqual(mail.recipient_ids, self.contact_a)
        self.assertIn("Banner", mail.body_html)
        with self.assertRaisesRegex(UserError, "today already"):
            dashboard.remind("piece", piece.id)
        with self.assertRaises(AccessError):
            self.env[DASHBOARD].with_user(self.user_traffic).remind("piece", piece.id)
        piece.sudo()._portal_decide(
            piece.current_version_id, self.contact_a, "approved", ""
        )
        self.assertFalse(self._titles("waiting"))
        with self.assertRaisesRegex(UserError, "any more"):
            dashboard.remind("piece", piece.id)

    def test_a_budget_waits_for_the_client(self):
        self.budget.needs_consent = True
        self.client_a.client_budget_portal = "yes"
        revision = (
            self.env["client.budget.revision"]
            .with_user(self.user_manager)
            .create(
                {"budget_id": self.budget.id, "amount": 2000, "reason": "More of it"}
            )
        )
        self.assertEqual(revision.state, "waiting")
        self.assertEqual(self._titles("waiting"), ["Spring"])
        dashboard = self.env[DASHBOARD].with_user(self.user_manager)
        message = dashboard.remind("revision", revision.id)["message"]
        self.assertIn(self.contact_a.name, message)

    def test_the_cost_does_not_grow(self):
        def count():
            dashboard = self.env[DASHBOARD].with_user(self.user_manager)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            dashboard.load_dashboard()
            return self.env.cr.sql_log_count - before

        self._create_sent_piece(name="First").job_id.deadline = self.today - timedelta(
            1
        )
        count()
        few = count()
        for number in range(6):
            self._create_request(title=f"Request {number}")
            piece = self._create_sent_piece(name=f"Job {number}")
            piece.job_id.deadline = self.today - timedelta(days=number + 1)
        self.assertLessEqual(count(), few)
