"""The scheduled jobs: one bad record never keeps the others waiting."""

from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_job import ClientJobCommon
from .common_signature import SignatureCommon

LOGGER = "odoo.addons.client_hub.tools.nightly"


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15")
class TestNightly(SignatureCommon, ClientJobCommon):
    """The poisoned record is always the first one that the job meets."""

    def _run(self, job):
        with self.enter_registry_test_mode(), mute_logger(LOGGER, "odoo.sql_db"):
            self.env.ref(f"client_hub.ir_cron_client_{job}").method_direct_trigger()
        self.env.invalidate_all()

    def _poison(self, event, table, condition, *params):
        """Have the database fail with an error that is not a matter of data."""
        self.env.flush_all()
        self.env.cr.execute(
            f"""
            CREATE FUNCTION test_fail() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '22012'; END $$;
            CREATE TRIGGER test_fail BEFORE {event} ON {table} FOR EACH ROW
                WHEN ({condition}) EXECUTE FUNCTION test_fail();
            """,
            params,
        )

    def _get_warnings(self, contract):
        warning = self.env.ref("mail.mail_activity_data_warning")
        return contract.activity_ids.filtered(lambda a: a.activity_type_id == warning)

    def _make_exclusive(self, product, client):
        """As it is after clients were merged: no form would let it pass."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_template SET client_exclusive_id = %s WHERE id = %s",
            [client.id or None, product.product_tmpl_id.id],
        )
        self.env.invalidate_all()

    def _create_film(self):
        return self.env["product.product"].create(
            {"name": "Film", "type": "service", "list_price": 500.0}
        )

    # ------------------------------------------------------------------
    # schedule
    # ------------------------------------------------------------------

    def test_schedule(self):
        """The product of the first one became exclusive to another client."""
        product = self._create_film()
        bad = self._create_contract(lines=[{"product_id": product.id}])
        good = self._create_contract(client=self.client_b)
        self.assertLess(bad.id, good.id)
        self._make_exclusive(product, self.client_b)
        last = max(good.entry_ids.mapped("period_end"))
        for night in ("2026-03-15", "2026-03-16"):
            with freeze_time(night):
                self._run("contract_schedule")
        self.assertGreater(max(good.entry_ids.mapped("period_end")), last)
        self.assertEqual(max(bad.entry_ids.mapped("period_end")), last)
        activity = self._get_warnings(bad)
        self.assertEqual(len(activity), 1, "told once, not every night")
        self.assertEqual(activity.user_id, self.user_manager)
        self.assertIn("entries", activity.summary)
        self.assertIn("exclusive to another client", activity.note)
        self.assertFalse(self._get_warnings(good))
        # mended, it catches up by itself, and nobody has to tick it off
        self._make_exclusive(product, self.env["res.partner"])
        with freeze_time("2026-03-17"):
            self._run("contract_schedule")
        self.assertEqual(
            max(bad.entry_ids.mapped("period_end")),
            max(good.entry_ids.mapped("period_end")),
        )
        self.assertFalse(self._get_warnings(bad))
        self.assertFalse(activity.active)
        self.assertIn("It worked since", activity.feedback)

    def test_mended_by_hand(self):
        """Somebody saved it: the job has nothing to do there, but to tick it off."""
        self.env["res.lang"]._activate_lang("pt_BR")
        self.user_manager.lang = "pt_BR"
        product = self._create_film()
        bad = self._create_contract(lines=[{"product_id": product.id}])
        other = self._create_contract(lines=[{"product_id": product.id}])
        self._make_exclusive(product, self.client_b)
        with freeze_time("2026-03-15"):
            self._run("contract_schedule")
            activity = self._get_warnings(bad)
            # told in the language of who reads it
            self.assertIn("lançamentos", activity.summary)
            self.assertIn("é exclusivo de outro cliente", activity.note)
            bad.line_ids.product_id = self.service
            self.assertTrue(self._get_warnings(bad))
            self._run("contract_schedule")
        self.assertFalse(self._get_warnings(bad))
        self.assertFalse(activity.active)
        self.assertEqual(len(self._get_warnings(other)), 1)

    def test_those_that_failed_come_last(self):
        """However many fail: they don't use up the time of those who wait."""
        product = self._create_film()
        bad = self._create_contract(lines=[{"product_id": product.id}])
        self._make_exclusive(product, self.client_b)
        with freeze_time("2026-03-15"):
            self._run("contract_schedule")
            good = self._create_contract(client=self.client_b)
        with freeze_time("2026-05-15"):
            waiting = self.env["client.contract"]._get_schedule_queue()
        self.assertLess(waiting.index(good.id), waiting.index(bad.id))

    # ------------------------------------------------------------------
    # life cycle
    # ------------------------------------------------------------------

    def test_life_cycle(self):
        """The database itself fails on one, with neither of the usual errors."""
        bad, good = (
            self._create_contract(
                name=name, date_end=date(2026, 12, 31), notice_days=30, renewal="tacit"
            )
            for name in ("Bad", "Good")
        )
        self._poison("UPDATE OF date_end", "client_contract", "NEW.id = %s", bad.id)
        with freeze_time("2026-12-15"):
            self._run("contract_life")
        self.assertEqual(good.date_end, date(2027, 12, 31))
        self.assertEqual(bad.date_end, date(2026, 12, 31))
        self.assertIn("renewed", self._get_warnings(bad).summary)
        self.assertFalse(self._get_warnings(good))
        self.env.cr.execute("DROP TRIGGER test_fail ON client_contract")
        with freeze_time("2026-12-16"):
            self._run("contract_life")
        self.assertEqual(bad.date_end, date(2027, 12, 31))
        self.assertFalse(self._get_warnings(bad))

    def test_the_day_is_the_companys(self):
        """21:30 of the last day in São Paulo is the next one in Greenwich."""
        self.company.partner_id.tz = "America/Sao_Paulo"
        contract = self._create_contract(date_end=date(2026, 6, 30), renewal="none")
        with freeze_time("2026-07-01 00:30:00"):
            self._run("contract_life")
        self.assertEqual(contract.state, "running")
        with freeze_time("2026-07-01 03:30:00"):
            self._run("contract_life")
        self.assertEqual(contract.state, "ended")
        self.assertEqual(contract.date_end, date(2026, 6, 30))

    def test_ending_later_is_not_ending_before(self):
        contract = self._create_contract().with_user(self.user_manager)
        for day in (date(2026, 1, 14), "2025-12-31", False):
            with self.subTest(day=day), self.assertRaisesRegex(UserError, "last day"):
                contract.action_end_later(day)
        self.assertFalse(contract.date_end)
        contract.action_end_later("2026-06-30")
        self.assertEqual(contract.date_end, date(2026, 6, 30))

    # ------------------------------------------------------------------
    # signatures
    # ------------------------------------------------------------------

    def test_signatures(self):
        """A mail that can't be made doesn't keep a late request open."""
        # not in a round-up, but by a mail of its own
        self.contact_a.client_reminder_mail = "none"
        reminded = self._request(days=20, reminder=3)
        other = self._create_contract(client=self.client_b, approve=False)
        late = self._request(other, signer=self.contact_b, days=2, reminder=0)
        self.assertLess(reminded.id, late.id)
        self._poison("INSERT", "mail_message", "NEW.subject LIKE 'Reminder%%'")
        with freeze_time("2026-01-20"):
            self._run("contract_signature")
        self.assertEqual(late.state, "expired")
        self.assertEqual(reminded.reminder_count, 0)
        self.assertIn("signature", self._get_warnings(self.contract).summary)

    def test_a_late_request_is_not_sent_again(self):
        row = self._request(days=2)
        mails = len(self._mails())
        with freeze_time(fields.Date.today() + timedelta(days=4)):
            with self.assertRaisesRegex(UserError, "could be signed until"):
                row.with_user(self.user_manager).action_remind()
            self.assertEqual(row.state, "requested")
            row.with_user(self.user_manager).action_withdraw()
        self.assertEqual(len(self._mails()), mails)
        self.assertEqual(row.state, "withdrawn")

    # ------------------------------------------------------------------
    # others
    # ------------------------------------------------------------------

    def test_important_dates(self):
        """The first responsible can't be given anything."""
        dates = self.env["client.profile.date"].create(
            [
                {
                    "client_id": client.id,
                    "name": "Launch",
                    "date": date(2026, 2, day),
                    "recurrence": "once",
                }
                for client, day in ((self.client_a, 1), (self.client_b, 2))
            ]
        )
        self._poison("INSERT", "mail_activity", "NEW.res_id = %s", self.client_a.id)
        with freeze_time("2026-02-02"):
            self._run("profile_date")
        self.assertEqual(dates.mapped("reminded_date"), [False, date(2026, 2, 2)])
