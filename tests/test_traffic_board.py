"""The traffic board: who sees what, who moves what, load beside capacity."""

from datetime import date, datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common_job import ClientJobCommon

BOARD = "client.traffic.board"
MONDAY = date(2027, 3, 1)


@tagged("post_install", "-at_install")
class TestTrafficBoard(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Six hours a day",
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [
                    (5, 0, 0),
                    *(
                        (
                            0,
                            0,
                            {
                                "name": day,
                                "dayofweek": day,
                                "hour_from": 9,
                                "hour_to": 15,
                                "day_period": "full_day",
                            },
                        )
                        for day in "01234"
                    ),
                ],
            }
        )
        cls.user_second = cls._create_user("hub_second", "client_hub.group_user")
        for user in (cls.user_creation, cls.user_second):
            cls.env["hr.employee"].create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "resource_calendar_id": cls.calendar.id,
                    "tz": "UTC",
                }
            )
        cls.job = cls._create_job(name="Spring", deadline="2027-03-31")
        cls.job.action_authorize()
        cls.piece = cls.job.piece_ids
        cls.task = cls.job.task_ids.filtered(lambda task: not task.client_piece_id)
        cls.task.write({"date_deadline": "2027-03-02 12:00:00", "allocated_hours": 4})
        cls.piece_task = cls.job.task_ids - cls.task
        cls.piece_task.date_deadline = "2027-03-03 12:00:00"
        cls.env.flush_all()

    def _load(self, user=None, **kwargs):
        board = self.env[BOARD].with_user(user or self.user_traffic)
        self.env.invalidate_all()
        return board.load_board(**{"date_from": str(MONDAY), **kwargs})

    def _find(self, data, record):
        """Return the cells in which a record has a card, and its card."""
        found = {
            place: card
            for place, cell in data["cells"].items()
            for card in cell["cards"]
            if (card["model"], card["id"]) == (record._name, record.id)
        }
        return list(found), next(iter(found.values()), None)

    def _move(self, record, target, user=None, **kwargs):
        """Move a record's card as the board shows it."""
        _places, card = self._find(self._load(), record)
        board = self.env[BOARD].with_user(user or self.user_traffic)
        return board.move_card(card, target, **kwargs)

    def _person(self, data, user):
        [row] = [row for row in data["people"] if row["id"] == user.id]
        return row

    def _request_changes(self):
        """Let the client send the piece back."""
        self._create_version(self.piece)
        self.piece.with_user(self.user_traffic).action_send_to_client()
        # sudo as the portal's controller does, after its own check
        self.piece.sudo()._portal_decide(
            self.piece.current_version_id, self.contact_a, "changes", "Bluer, please"
        )

    # ------------------------------------------------------------------
    # WHAT IS SHOWN
    # ------------------------------------------------------------------

    def test_cards_stand_by_person_and_day(self):
        data = self._load()
        places, card = self._find(data, self.task)
        self.assertEqual(places, [f"{self.user_creation.id}-2027-03-02"])
        self.assertEqual(card["title"], "Headline")
        self.assertEqual(card["client"], self.client_a.display_name)
        # nobody's, no day: in the inbox
        self.piece_task.date_deadline = False
        self.assertEqual(self._find(self._load(), self.piece_task)[0], ["0-"])

    def test_a_piece_has_a_card_while_no_task_stands_for_it(self):
        self.assertFalse(self._find(self._load(), self.piece)[0])
        self.piece_task.state = "1_done"
        self.piece.deadline = "2027-03-03"
        self.assertEqual(self._find(self._load(), self.piece)[0], ["0-2027-03-03"])

    def test_what_is_with_the_client_is_not_to_be_handed_out(self):
        """Unassigned, it waits for the client alone; assigned, it stays where it is."""
        self._create_version(self.piece)
        self.piece.with_user(self.user_traffic).action_send_to_client()
        self.assertFalse(self.piece_task.user_ids)
        cells = self._load()["cells"]
        self.assertFalse([place for place in cells if place.startswith("0-")])
        self.piece_task.user_ids = self.user_second
        places, card = self._find(self._load(), self.piece_task)
        self.assertEqual(places, [f"{self.user_second.id}-2027-03-03"])
        self.assertEqual(card["state"], "awaiting_approval")

    def test_the_week_begins_as_in_the_users_language(self):
        lang = self.env["res.lang"]._activate_lang("fr_FR")
        board = self.env[BOARD].with_user(self.user_traffic).with_context(lang="fr_FR")
        for first, expected in (("1", MONDAY), ("7", MONDAY - timedelta(days=1))):
            lang.week_start = first
            with freeze_time("2027-03-03 12:00:00"):
                self.assertEqual(board.load_board()["days"][0], str(expected))

    def test_done_held_and_archived_work_is_not_shown(self):
        self.task.state = "1_done"
        self.assertFalse(self._find(self._load(), self.task)[0])
        self.task.state = "01_in_progress"
        self.job.action_hold()
        self.assertFalse(self._find(self._load(), self.task)[0])
        self.job.action_resume()
        self.job.active = False
        self.assertFalse(self._find(self._load(), self.task)[0])

    def test_late_work_of_earlier_weeks_is_to_be_planned(self):
        self.task.date_deadline = datetime.now() - timedelta(days=20)
        today = fields.Date.to_string(fields.Date.today())
        data = self._load(date_from=today)
        places, card = self._find(data, self.task)
        self.assertEqual(places, [f"{self.user_creation.id}-"])
        self.assertEqual(card["late"], 20)
        # what is due between now and a later week is not late
        self.task.date_deadline = datetime.now() + timedelta(days=2)
        later = fields.Date.to_string(fields.Date.today() + timedelta(days=14))
        self.assertFalse(self._find(self._load(date_from=later), self.task)[0])

    def test_a_day_is_the_day_of_who_looks(self):
        self.user_traffic.tz = "America/Sao_Paulo"
        # 23:30 of 2 March there
        self.task.date_deadline = "2027-03-03 02:30:00"
        places, card = self._find(self._load(), self.task)
        self.assertEqual(places, [f"{self.user_creation.id}-2027-03-02"])
        self.assertEqual(card["deadline"], "2027-03-02")
        row = self._person(self._load(), self.user_creation)
        self.assertEqual(row["days"]["2027-03-02"]["load"], 4)
        # moving it to another day keeps the hour
        self._move(self.task, {"day": "2027-03-04"})
        self.assertEqual(self.task.date_deadline, datetime(2027, 3, 5, 2, 30))

    def test_the_search_filters_cards_but_not_the_load(self):
        domain = [("client_id", "=", self.client_b.id)]
        data = self._load(domain=domain)
        self.assertFalse(self._find(data, self.task)[0])
        row = self._person(data, self.user_creation)
        self.assertEqual(row["days"]["2027-03-02"]["load"], 4)
        # a condition on pieces is on the card's own piece
        by_type = [("piece_ids.type_id", "=", self.type_banner.id)]
        data = self._load(domain=by_type)
        self.assertFalse(self._find(data, self.task)[0])
        self.assertTrue(self._find(data, self.piece_task)[0])

    def test_load_stands_beside_capacity(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Dentist",
                "resource_id": self.user_creation.employee_id.resource_id.id,
                "date_from": "2027-03-02 12:00:00",
                "date_to": "2027-03-02 15:00:00",
            }
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Carnival",
                "company_id": self.company.id,
                "date_from": "2027-03-03 00:00:00",
                "date_to": "2027-03-03 23:59:59",
            }
        )
        row = self._person(self._load(), self.user_creation)
        days = row["days"]
        # why a colleague is away is his own matter
        tuesday = {"load": 4.0, "capacity": 3.0, "note": "Time off"}
        self.assertEqual(days["2027-03-02"], tuesday)
        self.assertEqual(days["2027-03-03"]["note"], "Carnival")
        self.assertEqual(days["2027-03-03"]["capacity"], 0)
        self.assertEqual(days["2027-03-06"]["note"], "Day off")
        self.assertEqual(row["capacity"], 6 + 3 + 0 + 6 + 6)
        # two people share a task
        self.task.user_ids |= self.user_second
        row = self._person(self._load(), self.user_second)
        self.assertEqual(row["days"]["2027-03-02"]["load"], 2)

    def test_more_cards_than_fit_open_as_a_list(self):
        tasks = self.task | self.env["project.task"].create(
            [
                {
                    "name": f"Task {number}",
                    "project_id": self.job.project_id.id,
                    "client_job_id": self.job.id,
                    "user_ids": [(6, 0, self.user_creation.ids)],
                    "date_deadline": "2027-03-02 12:00:00",
                }
                for number in range(6)
            ]
        )
        place = f"{self.user_creation.id}-2027-03-02"
        cell = self._load()["cells"][place]
        self.assertEqual((len(cell["cards"]), cell["tasks"]), (4, 3))
        self.assertEqual(cell["count"], 7)
        action = (
            self.env[BOARD]
            .with_user(self.user_traffic)
            .action_open_cell(
                "project.task", [], self.user_creation.id, "2027-03-02", str(MONDAY)
            )
        )
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, tasks)

    # ------------------------------------------------------------------
    # WHO SEES IT
    # ------------------------------------------------------------------

    def test_who_may_read_the_board(self):
        self.assertFalse(self._load(self.user_creation)["can_assign"])
        self.assertTrue(self._load(self.user_traffic)["can_assign"])
        self.assertTrue(self._load(self.user_manager)["can_assign"])
        for user in (self.user_accountant, self.portal_a):
            with self.assertRaises(AccessError):
                self._load(user)

    def test_a_restricted_client_is_seen_by_its_team_only(self):
        self.client_a.client_restricted = True
        self.env.flush_all()
        data = self._load(self.user_outsider)
        self.assertFalse(data["cells"])
        row = self._person(data, self.user_creation)
        self.assertEqual(row["days"]["2027-03-02"]["load"], 0)
        self.assertNotIn(self.client_a.name, str(data))
        self.assertTrue(self._find(self._load(self.user_traffic), self.task)[0])
        _places, card = self._find(self._load(), self.task)
        with self.assertRaises(AccessError):
            self.env[BOARD].with_user(self.user_outsider).move_card(
                card, {"user_id": self.user_second.id}
            )

    # ------------------------------------------------------------------
    # MOVING
    # ------------------------------------------------------------------

    def test_traffic_gives_a_task_to_somebody_and_takes_it_back(self):
        target = {"user_id": self.user_second.id, "day": "2027-03-04"}
        result = self._move(self.task, target, board={"date_from": str(MONDAY)})
        self.assertEqual(self.task.user_ids, self.user_second)
        self.assertEqual(self.task.date_deadline.date(), date(2027, 3, 4))
        self.assertFalse(result["notes"])
        # the answer holds the new board, with the load
        row = self._person(result["board"], self.user_second)
        self.assertEqual(row["days"]["2027-03-04"]["load"], 4)
        board = self.env[BOARD].with_user(self.user_traffic)
        board.undo_move(result["undo"])
        self.assertEqual(self.task.user_ids, self.user_creation)
        self.assertEqual(self.task.date_deadline, datetime(2027, 3, 2, 12))

    def test_others_on_the_task_stay(self):
        self.task.user_ids |= self.user_manager
        _places, card = self._find(self._load(), self.task)
        card["user_id"] = self.user_creation.id
        board = self.env[BOARD].with_user(self.user_traffic)
        board.move_card(card, {"user_id": self.user_second.id})
        self.assertEqual(self.task.user_ids, self.user_second | self.user_manager)

    def test_a_piece_follows_its_only_task(self):
        target = {"user_id": self.user_second.id, "day": "2027-03-05"}
        result = self._move(self.piece_task, target)
        self.assertEqual(self.piece.assigned_user_id, self.user_second)
        self.assertEqual(self.piece.deadline, date(2027, 3, 5))
        self.env[BOARD].with_user(self.user_traffic).undo_move(result["undo"])
        self.assertFalse(self.piece.assigned_user_id)
        self.assertFalse(self.piece_task.user_ids)

    def test_a_change_request_comes_back_to_the_inbox(self):
        self.piece.with_user(self.user_traffic).assigned_user_id = self.user_creation
        self._request_changes()
        places, card = self._find(self._load(), self.piece)
        self.assertEqual(places, ["0-"])
        self.assertTrue(card["is_returned"])
        self.assertEqual((card["round"], card["age"]), (1, 0))
        # its tasks wait with it
        self.assertFalse(self._find(self._load(), self.piece_task)[0])
        with self.assertRaisesRegex(UserError, "goes to a person"):
            self._move(self.piece, {"day": "2027-03-04"})
        target = {"user_id": self.user_second.id, "day": "2027-03-04"}
        result = self._move(self.piece, target)
        self.assertEqual(self.piece.state, "changes_requested")
        self.assertEqual(self.piece_task.user_ids, self.user_second)
        places, card = self._find(self._load(), self.piece_task)
        self.assertEqual(places, [f"{self.user_second.id}-2027-03-04"])
        self.assertEqual(card["round"], 1)
        # undone, it waits again, and since when it did
        self.env[BOARD].with_user(self.user_traffic).undo_move(result["undo"])
        places, card = self._find(self._load(), self.piece)
        self.assertEqual(places, ["0-"])
        self.assertEqual(self.piece_task.user_ids, self.user_creation)
        # whoever begins without the board takes it out of the inbox, too
        self.piece.with_user(self.user_creation).action_start()
        self.assertFalse(self.piece.returned_date)

    def test_assigning_on_the_form_hands_it_out_as_well(self):
        self._request_changes()
        self.piece.with_user(self.user_traffic).assigned_user_id = self.user_second
        self.assertFalse(self.piece.returned_date)
        with self.assertRaises(AccessError):
            self.piece.with_user(self.user_manager).returned_date = False

    def test_the_day_is_commented(self):
        self.task.allocated_hours = 8
        target = {"user_id": self.user_second.id, "day": "2027-03-04"}
        [note] = self._move(self.task, target)["notes"]
        self.assertIn("8 h", note)
        [note] = self._move(self.task, {"day": "2027-04-02"})["notes"]
        self.assertIn("deadline", note)
        target = {"user_id": self.user_creation.id, "day": "2027-03-06"}
        _places, card = self._find(self._load(date_from="2027-03-29"), self.task)
        board = self.env[BOARD].with_user(self.user_traffic)
        [note] = board.move_card(card, target)["notes"]
        self.assertIn("doesn't work", note)

    def test_creation_moves_nothing(self):
        with self.assertRaises(AccessError):
            self._move(
                self.task, {"user_id": self.user_second.id}, user=self.user_creation
            )
        with self.assertRaises(AccessError):
            self.env[BOARD].with_user(self.user_creation).undo_move([])
        self.assertEqual(self.task.user_ids, self.user_creation)

    def test_the_second_of_two_moves_is_refused(self):
        _places, card = self._find(self._load(), self.task)
        board = self.env[BOARD].with_user(self.user_traffic)
        # a moment later, somebody else moves the card
        self.task.with_user(self.user_manager).user_ids = self.user_second
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE project_task SET write_date = write_date + interval '1 second'"
            " WHERE id = %s",
            [self.task.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, self.user_manager.name):
            board.move_card(card, {"user_id": self.user_creation.id})
        self.assertEqual(self.task.user_ids, self.user_second)

    def test_other_boards_are_told_to_load_again(self):
        bus = self.env["bus.bus"].sudo()
        self.env.cr.precommit.run()
        before = bus.search([])
        self._move(self.task, {"day": "2027-03-05"}, origin="my screen")
        self.env.cr.precommit.run()
        told = (bus.search([]) - before).filtered(
            lambda row: "client_hub.traffic" in row.message
        )
        self.assertEqual(len(told), 1)
        self.assertIn("my screen", told.message)
        # that something moved, not what
        self.assertNotIn(self.task.name, told.message)

    def test_what_is_not_worked_on_is_refused_with_a_sentence(self):
        _places, card = self._find(self._load(), self.task)
        board = self.env[BOARD].with_user(self.user_traffic)

        def refused(pattern):
            self.env.flush_all()
            card["token"] = self.task.write_date.isoformat()
            with self.assertRaisesRegex(UserError, pattern):
                board.move_card(card, {"user_id": self.user_second.id})

        self.job.action_hold()
        refused("On hold")
        self.job.action_resume()
        self.job.active = False
        refused("archived")
        self.job.active = True
        self.task.active = False
        refused("archived")
        self.task.active = True
        self.task.state = "1_done"
        refused("Done")
        self.task.state = "01_in_progress"
        self.user_second.active = False
        refused("doesn't work here")

    def test_a_piece_of_a_job_that_is_not_authorised_is_refused(self):
        job = self._create_job(name="Too early")
        piece = job.piece_ids
        self.env.flush_all()
        self.assertFalse(self._find(self._load(), piece)[0])
        card = {
            "model": "client.piece",
            "id": piece.id,
            "token": piece.write_date.isoformat(),
            "user_id": 0,
        }
        board = self.env[BOARD].with_user(self.user_traffic)
        with self.assertRaisesRegex(UserError, "not authorised"):
            board.move_card(card, {"user_id": self.user_second.id})

    def test_a_restricted_client_is_opened_on_purpose_only(self):
        self.client_a.client_restricted = True
        self.env.flush_all()
        target = {"user_id": self.user_second.id}
        result = self._move(self.task, target, let_in=True)
        self.assertEqual(result["refused"], "restricted")
        self.assertFalse(result["may_let_in"])
        self.assertIn(self.user_second.name, result["message"])
        self.assertEqual(self.task.user_ids, self.user_creation)
        # the account manager is asked, and says so
        result = self._move(self.task, target, user=self.user_manager)
        self.assertTrue(result["may_let_in"])
        self.assertEqual(self.task.user_ids, self.user_creation)
        self._move(self.task, target, user=self.user_manager, let_in=True)
        self.assertEqual(self.task.user_ids, self.user_second)
        self.assertTrue(self.task.with_user(self.user_second).has_access("read"))

    def test_no_other_record_is_moved(self):
        board = self.env[BOARD].with_user(self.user_traffic)
        card = {"model": "res.partner", "id": self.client_a.id, "token": "x"}
        with self.assertRaises(UserError):
            board.move_card(card, {"user_id": self.user_second.id})

    # ------------------------------------------------------------------
    # COST
    # ------------------------------------------------------------------

    def _count_queries(self):
        board = self.env[BOARD].with_user(self.user_traffic)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        board.load_board(date_from=str(MONDAY))
        return self.env.cr.sql_log_count - before

    def _add_tasks(self, job, count):
        users = [self.user_creation.id, self.user_second.id, self.user_manager.id]
        self.env["project.task"].create(
            [
                {
                    "name": f"Task {number}",
                    "project_id": job.project_id.id,
                    "client_job_id": job.id,
                    "user_ids": [(6, 0, users[number % 4 : number % 4 + 1])],
                    "date_deadline": f"2027-03-0{number % 7 + 1} 12:00:00",
                }
                for number in range(count)
            ]
        )

    def test_the_cost_does_not_grow_with_the_tasks(self):
        """50 or 200 open tasks of two clients, one restricted: as many queries."""
        self.client_b.client_restricted = True
        other = self._create_job(
            name="Other", client_id=self.client_b.id, requester_id=self.contact_b.id
        )
        other.traffic_user_id = self.user_traffic
        other.action_authorize()
        for job in (self.job, other):
            self._add_tasks(job, 25)
        self._count_queries()
        few = self._count_queries()
        self.assertLess(few, 30)
        for job in (self.job, other):
            self._add_tasks(job, 75)
        self._count_queries()
        self.assertEqual(self._count_queries(), few)
