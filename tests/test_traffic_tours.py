"""The traffic board and the account manager's dashboard in the browser."""

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_job import ClientJobCommon


@tagged("post_install", "-at_install")
class TestTrafficTours(ClientJobCommon, HttpCase):
    def test_traffic_hands_out_a_change_request(self):
        """Drag to a person and day, see the load change; undo; by keyboard; filter."""
        second = self._create_user("hub_second", "client_hub.group_user")
        # a calendar that works on any day, so that today is one
        second.action_create_employee()
        second.employee_id.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Day and night",
                "company_id": self.company.id,
                "attendance_ids": [
                    (5, 0, 0),
                    *(
                        (
                            0,
                            0,
                            {
                                "name": day,
                                "dayofweek": day,
                                "hour_from": 0,
                                "hour_to": 24,
                                "day_period": "full_day",
                            },
                        )
                        for day in "0123456"
                    ),
                ],
            }
        )
        piece = self._create_sent_piece(name="Spring")
        piece.task_ids.allocated_hours = 30
        piece.sudo()._portal_decide(
            piece.current_version_id, self.contact_a, "changes", "Bluer, please"
        )
        self.start_tour(
            "/odoo", "client_hub_traffic_board", login=self.user_traffic.login
        )
        piece.invalidate_recordset()
        self.assertEqual(piece.assigned_user_id, second)
        self.assertEqual(piece.task_ids.user_ids, second)
        self.assertEqual(piece.deadline, fields.Date.today())
        self.assertFalse(piece.returned_date)

    def test_account_manager_authorises_and_reminds(self):
        """On the first screen: authorise a request, open a list, remind the client."""
        request = self._create_request()
        self._create_sent_piece(name="Spring")
        self.start_tour(
            "/odoo", "client_hub_manager_dashboard", login=self.user_manager.login
        )
        request.invalidate_recordset()
        self.assertEqual(request.state, "authorized")
        self.assertTrue(request.task_ids)
