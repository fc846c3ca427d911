"""Large imports: in the background, part by part."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import client_import_work
from ..tools import client_import_runner
from .common_import import ClientImportCommon
from .test_client_workbook import CLIENT, make_workbook


def lines(count):
    """Return lines of clients, each with a contact."""
    clients = [
        {**CLIENT, "Client number*": f"L{place}", "Trade name*": f"Firm {place}"}
        for place in range(count)
    ]
    contacts = [
        {"Client number*": f"L{place}", "Name*": f"Rita {place}"}
        for place in range(count)
    ]
    return clients, [], contacts


class Killed(BaseException):
    """What stops a job without any clean-up."""


@tagged("post_install", "-at_install")
class TestClientImportWork(ClientImportCommon):
    def setUp(self):
        super().setUp()
        # small parts, and no file that is small enough to be done at once
        self.patch(client_import_runner, "PART", 4)
        self.patch(client_import_work, "SMALL_FILE", 0)
        self.commits = []
        self.patch(
            self.registry["ir.cron"],
            "_commit_progress",
            lambda cron, *args, **kwargs: self.commits.append(1) or 100.0,
        )

    def _start(self, *sheets, user=None):
        record = self._import(make_workbook(*sheets), user)
        record.action_check()
        return record

    def test_check_and_import_in_the_background(self):
        record = self._start(*lines(9))
        self.assertEqual((record.state, record.job), ("draft", "check"))
        self.assertFalse(record.line_ids)
        with self.assertRaisesRegex(UserError, "a job is at work"):
            record.action_check()
        with self.assertRaisesRegex(UserError, "a job is at work"):
            record.file = b"eA=="
        with self.assertRaisesRegex(UserError, "a job is at work"):
            record.unlink()
        self._in_background()
        self.assertEqual((record.state, record.job), ("checked", False))
        self.assertEqual((record.new_count, record.job_done), (18, 18))
        self.assertFalse(self._client("L0"))
        record.action_import()
        self.assertEqual((record.state, record.job), ("checked", "import"))
        self._in_background()
        self.assertEqual(record.state, "done")
        self.assertEqual(record.new_count, 18)
        self.assertEqual(len(self._client("L8").child_ids), 1)
        self.assertEqual(self._client("L8").create_uid, self.user_manager)
        # each part of two clients is committed by itself
        self.assertGreater(len(self.commits), 8)
        record.action_check_undo()
        self._in_background()
        record.action_undo()
        self._in_background()
        self.assertFalse(self._client("L0") | self._client("L8"))

    def test_killed_in_the_middle_it_goes_on_with_the_next_part(self):
        record = self._start(*lines(9))
        self._in_background()
        record.action_import()
        step = client_import_runner.ClientImportRunner.step
        steps = []

        def killed_step(runner, numbers):
            steps.append(numbers)
            result = step(runner, numbers)
            if len(steps) == 3:
                raise Killed
            return result

        with patch.object(client_import_runner.ClientImportRunner, "step", killed_step):
            with self.assertRaises(Killed), self.env.cr.savepoint():
                self._in_background()
        self.env.invalidate_all()
        # the transaction of the part at work is gone with all it wrote; the savepoint
        # above stands for all of them here, so the job is as it was when it began
        self.assertEqual(record.job, "import")
        self.assertFalse(self._client("L4"))
        self._in_background()
        self.assertEqual(record.state, "done")
        self.assertEqual(record.new_count, 18)

    def test_time_is_up_and_the_next_run_goes_on(self):
        record = self._start(*lines(9))
        self.patch(
            self.registry["ir.cron"], "_commit_progress", lambda *_args, **_kw: 0.0
        )
        self.env["client.import"]._cron_work()
        self.assertEqual((record.job, record.job_done), ("check", 4))
        self._in_background()
        self.assertEqual((record.state, record.new_count), ("checked", 18))
        record.action_import()
        self.env["client.import"]._cron_work()
        self.assertTrue(self._client("L0"))
        self.assertFalse(self._client("L8"))
        self._in_background()
        self.assertEqual((record.state, record.new_count), ("done", 18))
        partners = self.env["res.partner"].search([("client_number", "=like", "L%")])
        self.assertEqual(len(partners), 9)

    def test_a_part_that_fails_takes_back_those_before(self):
        record = self._start(*lines(9), user=self.user_outsider)
        self._in_background()
        record.action_import()
        # somebody else takes a number between the check and its part
        self._create_client("Sooner", client_number="L8").client_restricted = True
        self.patch(self.env.cr, "rollback", lambda: None)
        self._in_background()
        self.assertEqual((record.state, record.job), ("checked", False))
        self.assertEqual(self._errors(record), [("Clients", 10, "Client number")])
        self.assertFalse(self._client("L0") | self._client("L4"))

    def test_stop_leaves_nothing(self):
        record = self._start(*lines(9))
        self._in_background()
        record.action_import()
        record.action_stop()
        self.patch(self.env.cr, "rollback", lambda: None)
        self._in_background()
        self.assertEqual((record.state, record.job), ("draft", False))
        self.assertFalse(self._client("L0"))
        self.assertFalse(record.line_ids)
