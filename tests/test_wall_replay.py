"""Who could see a client on a given day, against a replay of what happened."""

import random
from datetime import date, datetime, timedelta

import pytz
from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .test_wall_members import WallCommon

ZONE = pytz.timezone("America/Sao_Paulo")
START = datetime(2026, 1, 5, 12)
TRIPLES = 500


@tagged("post_install", "-at_install")
class TestWallReplay(WallCommon):
    """Two months of people coming and going, then 500 questions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_a.client_restricted = False
        cls.env.user.tz = ZONE.zone
        cls.random = random.Random(19)
        cls.people = [
            cls._create_user(f"hub_person_{number}", "client_hub.group_user")
            for number in range(6)
        ]
        cls.clients = [cls._create_client(f"Client {number}") for number in range(4)]
        cls.tasks = [
            cls.env["project.task"].create(
                {
                    "name": f"Task of {client.name}",
                    "project_id": cls.env["project.project"]
                    .create({"name": client.name, "partner_id": client.id})
                    .id,
                    "user_ids": False,
                }
            )
            for client in cls.clients
        ]

    def setUp(self):
        super().setUp()
        self.now = START
        # the replay: what the test did, in its own words
        self.restricted = [False] * len(self.clients)
        self.reasons = [[set() for _person in self.people] for _client in self.clients]
        self.seen = {}

    # --- what can happen -------------------------------------------------

    def _switch(self, client, _person):
        self.clients[client].client_restricted = not self.restricted[client]
        self.restricted[client] = not self.restricted[client]
        if not self.restricted[client]:
            for reasons in self.reasons[client]:
                reasons.discard("manual")

    def _toggle(self, client, person, reason):
        reasons = self.reasons[client][person]
        is_there = reason in reasons
        (reasons.discard if is_there else reasons.add)(reason)
        return not is_there

    def _assistant(self, client, person):
        come = self._toggle(client, person, "assistant")
        command = Command.link if come else Command.unlink
        self.clients[client].assistant_ids = [command(self.people[person].id)]

    def _follower(self, client, person):
        come = self._toggle(client, person, "follower")
        partner = self.people[person].partner_id
        if come:
            self.clients[client].message_subscribe(partner.ids)
        else:
            self.clients[client].message_unsubscribe(partner.ids)

    def _task(self, client, person):
        come = self._toggle(client, person, "task")
        command = Command.link if come else Command.unlink
        self.tasks[client].user_ids = [command(self.people[person].id)]

    def _manual(self, client, person):
        if not self.restricted[client]:
            return
        user = self.people[person]
        rows = self.env["client.wall.member"]
        if self._toggle(client, person, "manual"):
            wall = self.clients[client].client_wall_id
            rows.create({"wall_id": wall.id, "user_id": user.id, "note": "Helps out"})
        else:
            rows.search(
                [
                    ("user_id", "=", user.id),
                    ("client_id", "=", self.clients[client].id),
                    ("reason", "=", "manual"),
                    ("until", "=", False),
                ]
            ).action_end()

    # --- the replay ------------------------------------------------------

    def _note_day(self):
        """Remember who sees what now, on the day it is where the user lives."""
        today = pytz.utc.localize(self.now).astimezone(ZONE).date()
        for client, people in enumerate(self.reasons):
            for person, reasons in enumerate(people):
                if self.restricted[client] and reasons:
                    self.seen[person, client, today] = True

    def _live(self, events):
        actions = [
            self._switch,
            self._assistant,
            self._assistant,
            self._follower,
            self._task,
            self._task,
            self._manual,
        ]
        for _event in range(events):
            # nights between: what was true the day before is true that morning
            for _step in range(self.random.choice((1, 1, 1, 2, 3, 10))):
                self._note_day()
                self.now += timedelta(hours=self.random.choice((1, 3, 7)))
            self._note_day()
            with freeze_time(self.now):
                action = self.random.choice(actions)
                client = self.random.randrange(len(self.clients))
                action(client, self.random.randrange(len(self.people)))
                self.env.cr.flush()
            self._note_day()
        self._note_day()

    def test_five_hundred_questions(self):
        self._live(180)
        last = pytz.utc.localize(self.now).astimezone(ZONE).date()
        days = (last - START.date()).days
        self.assertGreater(days, 40)
        yes = 0
        for _number in range(TRIPLES):
            person = self.random.randrange(len(self.people))
            client = self.random.randrange(len(self.clients))
            day = START.date() + timedelta(days=self.random.randrange(days + 1))
            expected = self.seen.get((person, client, day), False)
            saw = self.env["client.wall"]._who_saw(self.clients[client], day)
            self.assertEqual(
                self.people[person] in saw, expected, (person, client, day)
            )
            yes += expected
        # both answers are asked for often enough to mean something
        self.assertGreater(yes, TRIPLES / 10)
        self.assertLess(yes, TRIPLES * 9 / 10)

    def test_days_of_the_user(self):
        """A quarter of an hour before midnight in São Paulo is tomorrow in UTC."""
        client, user = self.clients[0], self.people[0]
        with freeze_time("2026-03-11 02:45:00"):
            client.assistant_ids = user
            client.client_restricted = True
            self.env.cr.flush()
        with freeze_time("2026-03-11 02:50:00"):
            client.assistant_ids = False
            self.env.cr.flush()
        wall = self.env["client.wall"]
        self.assertIn(user, wall._who_saw(client, date(2026, 3, 10)))
        self.assertNotIn(user, wall._who_saw(client, date(2026, 3, 11)))
        wall.env.user.tz = "UTC"
        self.assertNotIn(user, wall._who_saw(client, date(2026, 3, 10)))
        self.assertIn(user, wall._who_saw(client, date(2026, 3, 11)))

    def test_while_the_client_was_open(self):
        client, wall = self.clients[0], self.env["client.wall"]
        with freeze_time("2026-03-10 15:00:00"):
            client.client_restricted = True
        with freeze_time("2026-03-12 15:00:00"):
            client.client_restricted = False
        for day, answer in (
            (9, "all"),
            (10, "some"),
            (11, ""),
            (12, "some"),
            (13, "all"),
        ):
            with self.subTest(day=day):
                self.assertEqual(wall._was_open(client, date(2026, 3, day)), answer)

    def test_the_question_on_the_screen(self):
        client, user = self.clients[0], self.people[0]
        client.account_manager_id = self.user_manager
        with freeze_time("2026-03-10 15:00:00"):
            client.assistant_ids = user
            client.client_restricted = True
        questions = self.env["client.wall.day"].with_user(self.user_manager)
        question = questions.create({"day": "2026-03-11", "client_id": client.id})
        self.assertEqual(question.row_ids.user_id, user | self.user_manager)
        self.assertIn("was restricted on", question.sentence)
        question = questions.create({"day": "2026-03-09", "client_id": client.id})
        self.assertFalse(question.row_ids)
        self.assertIn("everybody could see it", question.sentence)
        question = questions.create({"day": "2026-03-11", "user_id": user.id})
        self.assertEqual(question.row_ids.client_id, client)
        action = question.action_open_rows()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, question.row_ids)

    def test_rows_survive_archiving_and_merging(self):
        source, target, user = self.clients[0], self.clients[1], self.people[0]
        with freeze_time("2026-03-10 15:00:00"):
            source.assistant_ids = user
            (source | target).client_restricted = True
        with freeze_time("2026-03-12 15:00:00"):
            source.assistant_ids = False
            user.active = False
            self.env["base.partner.merge.automatic.wizard"]._merge(
                (source | target).ids, target
            )
            self.env.cr.flush()
        wall = self.env["client.wall"]
        self.assertIn(user, wall._who_saw(target, date(2026, 3, 11)))
        self.assertNotIn(user, wall._who_saw(target, date(2026, 3, 13)))
        self.assertEqual(wall._was_open(target, date(2026, 3, 11)), "")
