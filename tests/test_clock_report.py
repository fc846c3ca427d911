"""The clock by month: a stretch counts in each month in which it lasts."""

import importlib.util
from datetime import date, datetime, timedelta
from pathlib import Path

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import BaseCase, freeze_time, tagged

from ..tools import clock
from .common_clock import ClientClockCommon

UPGRADES = Path(__file__).resolve().parent.parent / "migrations"
ZONES = ("UTC", "Europe/Lisbon", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia")
BEGIN = datetime(2011, 11, 1)  # Apia skips a day in December
minutes = st.integers(0, 400 * 24 * 60)
moments = minutes.map(lambda count: BEGIN + timedelta(minutes=count))
spans = st.lists(st.tuples(moments, moments), max_size=40)
# every evening from 20:00 to 23:00
EVENINGS = [
    Command.clear(),
    *(
        Command.create(
            {
                "name": day,
                "dayofweek": day,
                "hour_from": 20,
                "hour_to": 23,
                "day_period": "afternoon",
            }
        )
        for day in "0123456"
    ),
]


@tagged("post_install", "-at_install")
class TestClockMonths(BaseCase):
    @settings(deadline=None, max_examples=100)
    @given(moments, moments, st.sampled_from(ZONES))
    def test_each_part_of_a_stretch_lies_in_one_month(self, start, end, name):
        zone = pytz.timezone(name)
        parts = clock.split_months(start, end, zone)
        if start >= end:
            self.assertFalse(parts)
            return
        self.assertEqual((parts[0][1], parts[-1][2]), (start, end))
        for one, other in zip(parts, parts[1:], strict=False):
            self.assertEqual(one[2], other[1])
            self.assertLess(one[0], other[0])
        for month, first, last in parts:
            self.assertLess(first, last)
            for moment in (first, last - timedelta(seconds=1)):
                local = pytz.utc.localize(moment).astimezone(zone).date()
                self.assertEqual(local.replace(day=1), month)

    @settings(deadline=None, max_examples=60)
    @given(spans, moments, moments, st.sampled_from(ZONES))
    def test_months_add_up_to_the_stretch(self, working, start, end, name):
        time = clock.WorkingTime(working)
        parts = clock.split_months(start, end, pytz.timezone(name))
        self.assertEqual(
            sum(time.seconds_between(first, last) for _month, first, last in parts),
            time.seconds_between(start, end),
        )

    def test_months_begin_where_the_clocks_change_at_midnight(self):
        # a midnight that doesn't exist, and one that comes twice
        for name, month, expected in (
            ("Asia/Amman", date(2016, 4, 1), datetime(2016, 3, 31, 22)),
            ("America/Havana", date(2015, 11, 1), datetime(2015, 11, 1, 4)),
        ):
            start = clock.get_day_start(month, pytz.timezone(name))
            self.assertEqual(start, expected, name)
        # at 00:01 of 1 November the clocks went back to 23:01 of October
        start, end = datetime(2009, 11, 1, 3), datetime(2009, 11, 1, 9)
        parts = clock.split_months(start, end, pytz.timezone("America/St_Johns"))
        self.assertEqual(parts, [(date(2009, 11, 1), start, end)])

    @settings(deadline=None, max_examples=60)
    @given(
        st.integers(0, 10**7),
        st.dictionaries(
            st.integers(0, 20), st.integers(0, 10**6), min_size=1, max_size=8
        ),
    )
    def test_a_total_is_handed_out_wholly(self, total, weights):
        shares = clock.distribute(total, weights)
        self.assertEqual(sum(shares.values()), total)
        self.assertGreaterEqual(min(shares.values()), 0)
        whole = sum(weights.values())
        for key, weight in weights.items():
            if whole:
                self.assertLess(abs(shares[key] - total * weight / whole), 1 + 1e-6)


@tagged("post_install", "-at_install")
class TestClockReport(ClientClockCommon):
    def _report(self, user, job):
        """Return hours by holder and month, as the pivot adds them up."""
        rows = self.env["client.clock.report"].with_user(user or self.env.user)
        rows = rows._read_group(
            [("job_id", "=", job.id), ("piece_id", "=", False)],
            ["holder", "month:month"],
            ["hours:sum"],
        )
        return {(holder, str(month)[:7]): hours for holder, month, hours in rows}

    def _span_months(self):
        """Return a job in our hands from 30 January, with the client from 27 March."""
        with freeze_time("2026-01-30 09:00:00"):  # a Friday
            job = self._create_job()
            job.action_authorize()
        with freeze_time("2026-03-27 09:00:00"):
            job.write({"state": "awaiting_approval"})
        with freeze_time("2026-04-02 09:00:00"):
            job.action_done()
        return job

    def test_each_month_has_its_own_part_of_a_stretch(self):
        job = self._span_months()
        self.assertEqual(
            self._report(self.user_manager, job),
            {
                ("agency", "2026-01"): 7,
                ("agency", "2026-02"): 160,
                ("agency", "2026-03"): 153,
                ("client", "2026-03"): 23,
                ("client", "2026-04"): 10,
            },
        )
        for entry in job.clock_ids:
            rows = self.env["client.clock.report"].search([("entry_id", "=", entry.id)])
            self.assertAlmostEqual(sum(rows.mapped("hours")), entry.hours, 3)
            for row in rows:
                action = row.with_user(self.user_creation).action_open_record()
                self.assertEqual(action["res_id"], job.id)

    def test_a_month_ends_where_the_work_is_done(self):
        """An evening of 31 January in São Paulo is in February in UTC."""
        self.calendar.write({"tz": "America/Sao_Paulo", "attendance_ids": EVENINGS})
        with freeze_time("2026-01-31 22:00:00"):
            job = self._create_job()
        with freeze_time("2026-02-02 12:00:00"):
            job.action_cancel()
        self.assertEqual(
            self._report(None, job),
            {("agency", "2026-01"): 3, ("agency", "2026-02"): 3},
        )

    def test_what_still_lasts_is_brought_up_to_date(self):
        with freeze_time("2026-01-30 09:00:00"):
            job = self._create_job()
        with freeze_time("2026-02-02 12:00:00"):
            self.env["client.clock.entry"]._cron_count()
        self.assertEqual(
            self._report(None, job),
            {("agency", "2026-01"): 7, ("agency", "2026-02"): 4},
        )

    def test_who_reads_the_report(self):
        job = self._span_months()
        self.client_a.client_restricted = True
        self.env.flush_all()
        self.assertTrue(self._report(self.user_manager, job))
        self.assertFalse(self._report(self.user_outsider, job))
        with self.assertRaises(AccessError):
            self._report(self.portal_a, job)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.user_manager.company_ids = [Command.link(other.id)]
        self.env.invalidate_all()
        rows = self.env["client.clock.report"].with_user(self.user_manager)
        rows = rows.with_context(allowed_company_ids=other.ids)
        self.assertFalse(rows.search([("job_id", "=", job.id)]))

    def test_an_upgrade_spreads_what_was_counted(self):
        job = self._span_months()
        expected = self._report(None, job)
        self.env.cr.execute("UPDATE client_clock_entry SET month_seconds = NULL")
        # counted by a calendar of before: the total stays
        entry = job.clock_ids.sorted("date_start")[-1]
        self.env.cr.execute(
            "UPDATE client_clock_entry SET seconds = 59400 WHERE id = %s", [entry.id]
        )
        self.env.invalidate_all()
        path = UPGRADES / "19.0.1.5.0/post-clock.py"
        spec = importlib.util.spec_from_file_location("post_clock", path)
        upgrade = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(upgrade)
        for _twice in range(2):
            upgrade.migrate(self.env.cr, "19.0.1.4.0")
            self.env.invalidate_all()
            self.assertEqual(
                self._report(None, job),
                {
                    **expected,
                    ("client", "2026-03"): 11.5,
                    ("client", "2026-04"): 5,
                },
            )
