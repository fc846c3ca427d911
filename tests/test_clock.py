"""The clock: who had a job or a piece, and for how much working time."""

import doctest
import importlib.util
from datetime import datetime, timedelta
from pathlib import Path

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..tools import clock
from .common_clock import ClientClockCommon

UPGRADE = Path(__file__).resolve().parent.parent / "migrations/19.0.1.4.0/post-job.py"
BEGIN = datetime(2026, 1, 1)
minutes = st.integers(0, 400 * 24 * 60)
moments = minutes.map(lambda count: BEGIN + timedelta(minutes=count))
spans = st.lists(st.tuples(moments, moments), max_size=40)
holders = st.sampled_from(["agency", "client", "third", False])
changes = st.lists(st.tuples(moments, holders), max_size=20).map(
    lambda rows: sorted(rows, key=lambda row: row[0])
)


@tagged("post_install", "-at_install")
class TestClock(ClientClockCommon):
    def _rows(self, record):
        entries = self.env["client.clock.entry"].search(
            record._get_clock_domain(), order="date_start"
        )
        return [(row.holder, row.third_party, row.hours) for row in entries]

    # --- arithmetic ---

    def test_examples_in_the_docstrings(self):
        result = doctest.testmod(clock)
        self.assertGreater(result.attempted, 4)
        self.assertFalse(result.failed)

    @settings(deadline=None, max_examples=60)
    @given(spans, changes, moments)
    def test_parts_add_up_to_the_whole(self, working, rows, end):
        time = clock.WorkingTime(working)
        rows = [row for row in rows if row[0] <= end]
        segments = clock.build_segments(rows, end)
        for one, other in zip(segments, segments[1:], strict=False):
            self.assertLessEqual(one[1], other[0])
            self.assertNotEqual(one[1:], (other[0], other[2]))
        total = sum(time.seconds_between(start, stop) for start, stop, _by in segments)
        held = rows and all(holder for _moment, holder in rows)
        if held:
            self.assertEqual(total, time.seconds_between(rows[0][0], end))
        self.assertLessEqual(
            total, time.seconds_between(rows[0][0], end) if rows else 0
        )

    @settings(deadline=None, max_examples=60)
    @given(st.dictionaries(st.text(max_size=3), st.floats(0, 1e4), max_size=5))
    def test_rounded_days_add_up(self, amounts):
        rounded = clock.share(amounts)
        self.assertAlmostEqual(
            sum(rounded.values()), round(sum(amounts.values()), 1), places=1
        )
        for key, amount in amounts.items():
            self.assertLess(abs(rounded[key] - amount), 0.1 + 1e-9)

    @settings(deadline=None, max_examples=15)
    @given(st.lists(moments, min_size=2, max_size=6))
    def test_the_companys_calendar_adds_up_over_dst_and_holidays(self, cuts):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 6, 10, 0, 0),
                "date_to": datetime(2026, 6, 10, 23, 59, 59),
            }
        )
        cuts = sorted(cuts)
        whole = self.calendar._get_working_time(cuts[0], cuts[-1])
        parts = sum(
            self.calendar._get_working_time(start, end).seconds_between(start, end)
            for start, end in zip(cuts, cuts[1:], strict=False)
        )
        self.assertEqual(parts, whole.seconds_between(cuts[0], cuts[-1]))

    def test_a_week_with_a_changed_clock_and_a_holiday(self):
        zone = pytz.timezone("Europe/Lisbon")

        def utc(*args):
            moment = zone.localize(datetime(*args))
            return moment.astimezone(pytz.utc).replace(tzinfo=None)

        # from Friday to Tuesday over the night of the change: two times eight hours
        time = self.calendar._get_working_time(
            utc(2026, 3, 27, 0, 0), utc(2026, 3, 31, 0, 0)
        )
        self.assertEqual(
            time.seconds_between(utc(2026, 3, 27, 0, 0), utc(2026, 3, 31, 0, 0)),
            16 * 3600,
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": utc(2026, 3, 30, 0, 0),
                "date_to": utc(2026, 3, 30, 23, 59),
            }
        )
        time = self.calendar._get_working_time(
            utc(2026, 3, 27, 0, 0), utc(2026, 3, 31, 0, 0)
        )
        self.assertEqual(
            time.seconds_between(utc(2026, 3, 27, 0, 0), utc(2026, 3, 31, 0, 0)),
            8 * 3600,
        )

    # --- a job's way ---

    def test_the_holder_follows_the_states(self):
        with freeze_time("2026-03-02 09:00:00"):  # a Monday
            job = self._create_job()
            self.assertEqual(self._rows(job), [("agency", False, 0)])
            self.assertFalse(self._rows(job.piece_ids))
            job.action_authorize()
        piece = self.env["client.piece"].browse(job.piece_ids.id)
        with freeze_time("2026-03-03 09:00:00"):
            self._create_version(
                piece, attachment_ids=[(6, 0, self._create_file().ids)]
            )
            piece.with_user(self.user_traffic).action_send_to_client()
        self.assertEqual(job.state, "awaiting_approval")
        self.assertEqual(job.clock_holder, "client")
        with freeze_time("2026-03-05 09:00:00"):
            piece._portal_decide(
                piece.current_version_id, self.contact_a, "changes", "Bluer"
            )
        self.assertEqual(
            self._rows(piece)[:2], [("agency", False, 8), ("client", False, 16)]
        )
        self.assertEqual(piece.clock_holder, "agency")
        with freeze_time("2026-03-06 09:00:00"):
            job.invalidate_recordset(["clock_bar"])
            days, total = job._get_clock_shares()
            self.assertEqual(total, 4)
            self.assertEqual(days, {"Agency": ("agency", 2), "Client": ("client", 2)})
            self.assertIn("2.0 d", job.clock_bar)
            job.action_done()
        self.assertFalse(job.clock_holder)
        self.assertEqual(
            self._rows(job),
            [("agency", False, 8), ("client", False, 16), ("agency", False, 8)],
        )
        open_entries = self.env["client.clock.entry"].search(
            [("job_id", "=", job.id), ("date_end", "=", False)]
        )
        self.assertFalse(open_entries)

    def test_a_third_party_has_its_own_time(self):
        with freeze_time("2026-03-02 09:00:00"):
            job = self._create_job()
            with self.assertRaises(AccessError), self.cr.savepoint():
                job.with_user(self.user_creation).action_give_to_third_party()
            job.action_authorize()
        with freeze_time("2026-03-03 09:00:00"):
            action = job.with_user(self.user_traffic).action_give_to_third_party()
            wizard = Form(
                self.env["client.clock.third"]
                .with_user(self.user_traffic)
                .with_context(**action["context"])
            )
            wizard.name = "Print shop"
            wizard.save().action_apply()
        self.assertEqual(job.clock_holder, "third")
        with freeze_time("2026-03-04 09:00:00"):
            job.with_user(self.user_traffic).action_take_back()
        with freeze_time("2026-03-05 09:00:00"):
            job.write({"state": "awaiting_approval"})
            with self.assertRaisesRegex(UserError, "not in our hands"):
                job.action_give_to_third_party()
        self.assertEqual(
            self._rows(job),
            [
                ("agency", False, 8),
                ("third", "Print shop", 8),
                ("agency", False, 8),
                ("client", False, 0),
            ],
        )

    def test_on_hold_says_whose_time_runs_and_pieces_wait_too(self):
        job = self._create_job()
        job.action_authorize()
        with freeze_time(datetime.now() + timedelta(days=10)):
            job.hold_holder = "client"
            job.action_hold()
            self.assertEqual(job.clock_holder, "client")
            self.assertEqual(job.piece_ids.clock_holder, "client")
        with freeze_time(datetime.now() + timedelta(days=20)):
            job.action_resume()
            self.assertEqual(job.clock_holder, "agency")
            self.assertEqual(job.piece_ids.clock_holder, "agency")
            self.assertFalse(job.hold_holder)
            job.action_cancel()
            self.assertFalse(job.clock_holder)
            self.assertFalse(job.piece_ids.clock_holder)

    # --- the entries ---

    @mute_logger("odoo.sql_db")
    def test_stretches_never_overlap(self):
        job = self._create_job()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.env["client.clock.entry"].create(
                {"job_id": job.id, "holder": "client", "date_start": datetime.now()}
            )
            self.env.flush_all()

    def test_nobody_writes_the_clock_by_hand(self):
        job = self._create_job()
        for user in (self.user_creation, self.user_manager, self.user_admin_hub):
            entries = job.with_user(user).clock_ids
            self.assertTrue(entries.mapped("holder"))
            for act in (
                lambda entries=entries: entries.write({"seconds": 1}),
                lambda entries=entries: entries.unlink(),
                lambda job=job, user=user: job.with_user(user).write(
                    {"clock_holder": "client"}
                ),
            ):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    act()
        with self.assertRaises(AccessError):
            job.with_user(self.portal_a).read(["clock_holder"])
        with self.assertRaises(AccessError):
            self.env["client.clock.entry"].with_user(self.portal_a).search([])

    def test_a_holiday_entered_later_counts_while_the_job_lasts(self):
        with freeze_time("2026-03-02 09:00:00"):
            job = self._create_job()
            job.action_authorize()
        with freeze_time("2026-03-04 09:00:00"):
            job.write({"state": "awaiting_approval"})
        self.assertEqual(self._rows(job)[0], ("agency", False, 16))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Carnival",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 3, 3),
                "date_to": datetime(2026, 3, 3, 23, 59, 59),
            }
        )
        with freeze_time("2026-03-05 09:00:00"):
            self.env["client.clock.entry"]._cron_count()
        self.assertEqual(self._rows(job), [("agency", False, 8), ("client", False, 8)])

    # --- jobs from before ---

    def _forget_clock(self, job):
        self.env["client.clock.entry"].search([("job_id", "=", job.id)]).unlink()
        job.sudo().clock_holder = False
        job.sudo().piece_ids.clock_holder = False

    def test_a_clock_is_rebuilt_from_what_is_known(self):
        with freeze_time("2026-03-02 09:00:00"):
            job = self._create_job()
            job.action_authorize()
        job = self.env["client.job"].browse(job.id)
        piece = job.piece_ids
        with freeze_time("2026-03-03 09:00:00"):
            file = self._create_file()
            self._create_version(piece, attachment_ids=[(6, 0, file.ids)])
            piece.with_user(self.user_traffic).action_send_to_client()
        with freeze_time("2026-03-05 09:00:00"):
            version = piece.current_version_id
            piece._portal_decide(version, self.contact_a, "changes", "Bluer")
        # the moment of creation is the database's own
        self.env.flush_all()
        self.cr.execute(
            "UPDATE client_job SET create_date = %s WHERE id = %s",
            [datetime(2026, 3, 2, 9), job.id],
        )
        self.cr.execute(
            "UPDATE client_piece SET create_date = %s WHERE id = %s",
            [datetime(2026, 3, 2, 9), piece.id],
        )
        self.env.invalidate_all()
        kept = self._rows(piece)
        self._forget_clock(job)
        with freeze_time("2026-03-05 09:00:00"):
            self.env["client.clock.entry"]._rebuild(job)
            rebuilt = self._rows(piece)
            self.assertEqual(rebuilt, kept)
            # the history of one transaction is one row: only the dates are left
            self.assertEqual(self._rows(job), [("agency", False, 24)])
            entries = self.env["client.clock.entry"].search([("job_id", "=", job.id)])
            self.assertTrue(all(entries.mapped("is_rebuilt")))
            self.env["client.clock.entry"]._rebuild(job)
            self.assertEqual(self._rows(piece), rebuilt)
        job.with_user(self.user_manager).action_cancel()
        self.assertFalse(job.clock_holder)

    def test_an_end_that_nobody_noted_is_not_made_up(self):
        job = self._create_job()
        job.action_authorize()
        job.action_cancel()
        self._forget_clock(job)
        with freeze_time(datetime.now() + timedelta(days=30)):
            self.env["client.clock.entry"]._rebuild(job)
        self.assertFalse([row for row in self._rows(job) if row[2] > 1])

    def test_an_upgrade_starts_the_clock_and_puts_work_away(self):
        job = self._create_job()
        job.action_authorize()
        held = self._create_job()
        held.action_authorize()
        held.action_hold()
        # as the version before left them
        for record in (job, held):
            self._forget_clock(record)
        held.task_ids.sudo().write({"client_parked_state": False})
        held.sudo().state = "authorized"
        held.task_ids.sudo().write({"active": True})
        self.env.flush_all()
        self.cr.execute(
            "UPDATE client_job SET state = 'on_hold' WHERE id = %s", [held.id]
        )
        self.cr.execute("UPDATE client_job_answer SET options = NULL")
        rule = self.env.ref("client_hub.client_job_answer_rule_portal")
        rule.domain_force = rule.domain_force.replace(
            "('is_internal', '=', False), ", ""
        )
        self.env.invalidate_all()
        spec = importlib.util.spec_from_file_location("post_job", UPGRADE)
        upgrade = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(upgrade)
        for _twice in range(2):
            upgrade.migrate(self.cr, "19.0.1.3.0")
            self.env.invalidate_all()
            self.assertEqual(len(job.clock_ids), 1)
            self.assertEqual(job.clock_holder, "agency")
            self.assertFalse(any(held.task_ids.mapped("active")))
            self.assertEqual(rule.domain_force.count("is_internal"), 1)
        choice = job.answer_ids.filtered(lambda row: row.kind == "selection")
        self.assertEqual(choice.options, "Print\nWeb")
        self.assertTrue(job.answer_ids.with_user(self.user_manager).mapped("name"))
        portal = self.env["client.job.answer"].with_user(self.portal_a)
        self.assertTrue(portal.search([]))
