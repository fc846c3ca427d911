"""One entry in a hundred can't be billed: the others are, and it says why."""

from datetime import date

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_contract import ContractCommon

WORK_LOGGER = "odoo.addons.client_hub.models.client_billing_run_work"
CRON_LOGGER = "odoo.addons.client_hub.models.client_billing_run_cron"
JUNE = date(2026, 6, 30)


@tagged("post_install", "-at_install")
@freeze_time("2026-02-15")
class TestBillingPoison(ContractCommon):
    """500 entries of which 5 are poisoned, each in its own way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-02-15"):
            cls.untaxed = {"tax_ids": [Command.clear()]}
            cls.sound = cls.env["client.contract"].browse()
            for _number in range(11):
                cls.sound |= cls._create_contract(
                    date_end=JUNE, lines=[{**cls.untaxed, "quantity": 1}] * 9
                )
            cls.sound_entries = cls.sound.entry_ids[:495]

    def _speak_two_languages(self):
        """Make a colleague who reads Portuguese."""
        self.env["res.lang"]._activate_lang("pt_BR")
        self.user_portuguese = self.user_accountant.copy(
            {"name": "Alda", "login": "alda.portuguese", "lang": "pt_BR"}
        )

    def _one_entry(self, client, line=None, **values):
        contract = self._create_contract(
            client=client,
            date_end=date(2026, 1, 31),
            lines=[{**self.untaxed, **(line or {})}],
            **values,
        )
        return contract.entry_ids

    def _poison(self):
        """Return ``{entry: (words of its sentence, what mends it)}``."""
        archived = self.env["product.product"].create({"name": "Old thing"})
        accounts = self.env["account.account"].create(
            {"name": "Closed income", "code": "499987", "account_type": "income"}
        )
        lost = self.env["product.product"].create(
            {"name": "Lost thing", "property_account_income_id": accounts.id}
        )
        quiet = self._create_client("Quiet Ltd")
        currency = self.env["res.currency"].create({"name": "XQZ", "symbol": "Q"})
        poisoned = {
            self._one_entry(self.client_b, {"product_id": archived.id}): (
                "“Old thing” is archived",
                lambda: archived.write({"active": True}),
            ),
            self._one_entry(self.client_b, {"product_id": lost.id}): (
                "income account .*Closed income.* is archived.*“Lost thing”",
                lambda: accounts.write({"active": True}),
            ),
            self._one_entry(quiet): (
                "client is inactive",
                lambda: quiet.write({"client_status": "active"}),
            ),
            self._one_entry(self.client_b, currency_id=currency.id): (
                "no exchange rate for XQZ",
                lambda: currency.rate_ids.create(
                    {"currency_id": currency.id, "name": "2026-01-01", "rate": 2.0}
                ),
            ),
            # the tax period is closed, which is nothing to invoices without taxes
            self._one_entry(self.client_b, {"tax_ids": [Command.set(self.tax.ids)]}): (
                "closed period: .*02/28/2026",
                lambda: self.company.write({"tax_lock_date": False}),
            ),
        }
        archived.active = False
        accounts.active = False
        quiet.client_status = "inactive"
        self.company.tax_lock_date = date(2026, 2, 28)
        return poisoned

    def _work(self):
        cron = self.env.ref("client_hub.ir_cron_client_billing_run")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_one_percent(self):
        poisoned = self._poison()
        bad = self.env["client.contract.entry"].concat(*poisoned)
        entries = self.sound_entries | bad
        self.assertEqual(len(entries), 500)
        run = self._bill(entries)
        self._work()
        self.assertEqual(run.state, "done")
        self.assertEqual((run.done_count, run.failed_count), (495, 5))
        self.assertEqual(set(self.sound_entries.mapped("state")), {"billed"})
        self.assertFalse(any(self.sound_entries.mapped("billing_error")))
        self.assertEqual(run.failed_entry_ids, bad.sorted())
        for number, (entry, (words, mend)) in enumerate(poisoned.items(), 1):
            with self.subTest(words=words):
                self.assertEqual(entry.state, "ready")
                self.assertFalse(entry.invoice_line_ids)
                self.assertRegex(entry.billing_error, words)
                self.assertNotIn("\n", entry.billing_error)
                mend()
                run.with_user(self.user_accountant).action_retry()
                self.env.invalidate_all()
                self.assertEqual(entry.state, "billed")
                self.assertFalse(entry.billing_error)
                self.assertEqual(run.failed_count, 5 - number)
        self.assertEqual((run.state, run.progress), ("done", 100.0))
        self.assertEqual(run.done_count, 500)

    @mute_logger(WORK_LOGGER)
    def test_what_the_database_refuses_is_a_sentence(self):
        entry = self._one_entry(self.client_b)
        run = self.env["client.billing.run"].create({})
        with self.assertRaises(psycopg2.IntegrityError) as refused:
            with mute_logger("odoo.sql_db"), self.cr.savepoint():
                self.env.cr.execute(
                    "UPDATE client_contract_entry SET period_end = '2000-01-01'"
                    " WHERE id = %s",
                    [entry.id],
                )
        run._record_problem(entry, refused.exception)
        self.assertEqual(entry.billing_error, "A period can't end before it starts.")
        run._record_problem(entry, ZeroDivisionError("division by zero"))
        self.assertRegex(entry.billing_error, "unforeseen .*division by zero")

    def test_closed_for_all_but_drafts(self):
        """A draft gets its date later; confirming now would move it silently."""
        self.company.fiscalyear_lock_date = date(2026, 2, 28)
        entries = self.sound_entries[:2]
        run = self._bill(entries)
        self.assertEqual(run.failed_count, 2)
        self.assertRegex(entries[0].billing_error, "closed period")
        run = self._bill(entries, invoice_date=date(2026, 3, 1), post="draft")
        self.assertEqual(set(entries.mapped("state")), {"drafted"})
        self._bill(self.sound_entries[2:4], post="draft")
        self.assertEqual(set(self.sound_entries[2:4].mapped("state")), {"drafted"})

    @mute_logger(CRON_LOGGER)
    def test_a_run_that_cannot_go_on_stops_and_says_why(self):
        """Its person may not bill any more: other runs are not held up."""
        run = self._bill(self.sound_entries[:300])
        self.assertEqual(run.state, "running")
        self.user_accountant.group_ids -= self.env.ref("account.group_account_invoice")
        self._work()
        self.assertEqual(run.state, "stopped")
        self.assertTrue(run.stop_reason)
        self.user_accountant.group_ids += self.env.ref("account.group_account_invoice")
        run.with_user(self.user_accountant).action_resume()
        self.assertFalse(run.stop_reason)
        self._work()
        self.assertEqual((run.state, run.done_count), ("done", 300))

    @mute_logger(CRON_LOGGER)
    def test_each_reads_a_stop_in_his_language(self):
        self._speak_two_languages()
        run = self._bill(self.sound_entries[:300])
        self.user_accountant.group_ids -= self.env.ref("account.group_account_invoice")
        self._work()
        english = run.with_context(lang="en_US").stop_reason
        portuguese = run.with_context(lang="pt_BR").stop_reason
        self.assertTrue(english.isascii() and portuguese)
        self.assertNotEqual(english, portuguese)
        # a reason is gone in all languages once the run goes on
        self.user_accountant.group_ids += self.env.ref("account.group_account_invoice")
        run.with_user(self.user_accountant).action_resume()
        self.env.invalidate_all()
        self.assertFalse(run.with_context(lang="pt_BR").stop_reason)

    def test_each_reads_a_problem_in_his_language(self):
        """Whoever started the run: its problems are for all who mend them."""
        self._speak_two_languages()
        archived = self.env["product.product"].create({"name": "Old thing"})
        known = self._one_entry(self.client_b, {"product_id": archived.id})
        archived.active = False
        # Odoo's own question on confirming, which nothing foresees
        self.company.client_invoice_address = True
        self.client_a.write({"street": False, "zip": False, "city": False})
        asked = self.sound_entries[:1]
        expected = {
            known: ("“Old thing” is archived", "“Old thing” está arquivado"),
            asked: ("is not complete. Missing: street", "não está completo. Falta"),
        }
        for starter in (self.user_accountant, self.user_portuguese):
            run = self._bill(known | asked, user=starter)
            self.assertEqual(run.failed_count, 2)
            for entry, sentences in expected.items():
                for reader, words in zip(
                    (self.user_accountant, self.user_portuguese), sentences, strict=True
                ):
                    with self.subTest(starter=starter.login, words=words):
                        entry.invalidate_recordset()
                        mine = entry.with_user(reader).with_context(lang=reader.lang)
                        self.assertIn(words, mine.billing_error)
        archived.active = True
        self.company.client_invoice_address = False
        run.with_user(self.user_accountant).action_retry()
        self.env.invalidate_all()
        self.assertFalse(known.with_context(lang="pt_BR").billing_error)
        self.assertEqual(known.state, "billed")

    def test_a_run_that_waits_for_its_jobs_says_so(self):
        """An administrator switched them off: nobody wonders why nothing happens."""
        entries = self.sound_entries[:300]
        wizard = self.env["client.billing.wizard"].with_user(self.user_accountant)
        wizard = wizard.with_context(
            active_model="client.contract.entry", active_ids=entries.ids
        ).create({})
        self.assertFalse(wizard.is_waiting_for_job)
        jobs = self._jobs().filtered("active")
        jobs.active = False
        wizard.invalidate_recordset()
        self.assertTrue(wizard.is_waiting_for_job)
        few = wizard.with_context(active_ids=entries[:2].ids).create({})
        self.assertFalse(few.is_waiting_for_job, "these are billed at once")
        wizard.action_bill()
        run = entries.billing_run_id.with_user(self.user_accountant)
        self.assertEqual((run.state, run.is_waiting_for_job), ("running", True))
        jobs.active = True
        run.invalidate_recordset()
        self.assertFalse(run.is_waiting_for_job)
        self._work()
        self.assertEqual((run.state, run.done_count), ("done", 300))

    @mute_logger(WORK_LOGGER)
    def test_an_error_outside_of_invoices_gives_up_one_chunk(self):
        """It is recorded where it can be retried; what was billed since stays so."""
        run = self._bill(self.sound_entries[:300])
        chunk = run.entry_ids.filtered(lambda entry: entry.billing_chunk == 1)
        run._bill_chunk(chunk[:9])
        run._give_up_chunk(chunk, OSError("no space left on device"))
        failed = chunk.filtered("billing_error")
        self.assertEqual(failed, chunk.filtered(lambda entry: entry.state == "ready"))
        self.assertTrue(failed)
        self.assertRegex(failed[0].billing_error, "no space left")
        self._work()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.failed_count, len(failed))
        self.assertEqual(run.done_count, 300 - len(failed))

    def test_missing_account(self):
        """Neither the product, its category, the company nor the journal has one."""
        income = self.company_data["default_account_revenue"]
        self.service.property_account_income_id = income
        lost = self.env["product.product"].create({"name": "Lost thing"})
        lost.categ_id.property_account_income_categ_id = False
        self.company.income_account_id = False
        journal = self.company_data["default_journal_sale"].copy(
            {"name": "Bare", "code": "BARE", "default_account_id": False}
        )
        bad = self._one_entry(
            self.client_b, {"product_id": lost.id}, journal_id=journal.id
        )
        good = self.sound_entries[:3]
        run = self._bill(good | bad)
        self.assertEqual((run.state, run.done_count), ("done", 3))
        self.assertEqual(set(good.mapped("state")), {"billed"})
        self.assertEqual(run.failed_entry_ids, bad)
        self.assertRegex(
            bad.billing_error,
            r"^No income account: set one for the product “Lost thing” or for the "
            r"journal “.+”\.$",
        )
        lost.property_account_income_id = income
        run.with_user(self.user_accountant).action_retry()
        self.env.invalidate_all()
        self.assertEqual(bad.state, "billed")
        self.assertEqual(bad.invoice_line_ids.account_id, income)
        self.assertEqual(bad.invoice_line_ids.move_id.journal_id, journal)
        self.assertEqual((run.failed_count, run.done_count), (0, 4))

    # ------------------------------------------------------------------
    # stop
    # ------------------------------------------------------------------

    def _bill_one_chunk(self, run):
        """As a worker does before the accountant stops it."""
        chunk = run._lock_next_chunk()
        run._bill_chunk(chunk)
        self.env.invalidate_all()
        return len(chunk)

    def test_stopped_in_the_middle(self):
        run = self._bill(self.sound_entries).with_user(self.user_accountant)
        broken = self.sound_entries[-1]
        broken.billing_error = "Some reason"
        first = self._bill_one_chunk(run)
        self.assertLess(first, 490)
        run.action_stop()
        self._work()
        self.assertEqual((run.state, run.done_count), ("stopped", first))
        # nobody else bills what is reserved, and trying the one does not start all
        with self.assertRaisesRegex(UserError, f"already being billed by {run.name}"):
            self._bill(run._get_pending()[:1])
        with self.assertRaisesRegex(UserError, f"{run.name} is stopped"):
            run.action_retry()
        self.assertEqual((run.state, run.done_count), ("stopped", first))
        with self.assertRaises(AccessError):
            run.with_user(self.user_manager).action_resume()
        run.action_resume()
        self._work()
        self.assertEqual((run.state, run.done_count), ("done", 494))
        run.action_retry()
        self.env.invalidate_all()
        self.assertEqual((run.done_count, run.failed_count), (495, 0))
        for entry in self.sound_entries:
            self.assertEqual(len(entry.invoice_line_ids), 1)

    def test_stopped_and_released(self):
        run = self._bill(self.sound_entries).with_user(self.user_accountant)
        first = self._bill_one_chunk(run)
        run.action_stop()
        run.action_release()
        self._work()
        self.assertEqual((run.state, run.done_count), ("done", first))
        self.assertEqual((run.entry_count, run.progress), (first, 100.0))
        left = self.sound_entries.filtered(lambda entry: entry.state == "ready")
        self.assertEqual(len(left), 495 - first)
        self.assertFalse(left.billing_run_id)
        other = self._bill(left)
        self._work()
        self.assertNotEqual(other, run)
        self.assertEqual((other.state, other.done_count), ("done", 495 - first))
        self.assertEqual(set(self.sound_entries.mapped("state")), {"billed"})

    # ------------------------------------------------------------------
    # workers
    # ------------------------------------------------------------------

    def _jobs(self):
        return self.env["client.billing.run"]._get_jobs()

    def test_number_of_workers(self):
        """The settings keep as many jobs as wanted; all are woken."""
        self.assertEqual(len(self._jobs().filtered("active")), 2)
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.client_billing_workers, 2)
        settings.client_billing_workers = 4
        settings.set_values()
        self.assertEqual(len(self._jobs().filtered("active")), 4)
        self.assertEqual(len(set(self._jobs().mapped("name"))), 4)
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search([])
        self._bill(self.sound_entries[:300])
        self.assertEqual((triggers.search([]) - before).cron_id, self._jobs())
        settings.client_billing_workers = 1
        settings.set_values()
        self.assertEqual(len(self._jobs().filtered("active")), 1)
        settings.client_billing_workers = 3
        settings.set_values()
        self.assertEqual(len(self._jobs()), 4, "the archived ones come back")
        self.assertEqual(len(self._jobs().filtered("active")), 3)
        with self.assertRaisesRegex(UserError, "1 to 16"):
            self.env["client.billing.run"]._set_worker_count(0)
        with self.assertRaises(AccessError):
            self.env["client.billing.run"].with_user(
                self.user_accountant
            )._set_worker_count(5)

    def test_a_client_is_never_in_two_chunks(self):
        """Its history and credit are locked by whoever bills it."""
        contracts = self.env["client.contract"]
        for number in range(5):
            client = self._create_client(f"Client {number}")
            for _contract in range(2):
                contracts |= self._create_contract(
                    client=client, date_end=JUNE, lines=[self.untaxed] * 6
                )
        entries = contracts.entry_ids.sorted("date_due")
        self.assertEqual(len(entries), 360)
        run = self.env["client.billing.run"].create({})
        run._claim(entries)
        self.assertEqual(len(set(entries.mapped("billing_chunk"))), 2)
        for client, mine in entries.grouped("client_id").items():
            with self.subTest(client=client.name):
                self.assertEqual(len(set(mine.mapped("billing_chunk"))), 1)
