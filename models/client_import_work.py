"""Works on imports: small ones at once, large ones in the background."""

import logging
import time

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import LockError
from odoo.tools.misc import clean_context

from ..tools.client_import_runner import ClientImportRunner, forget_cached
from .res_partner import ClientImportKey

_logger = logging.getLogger(__name__)

# Size of a file with about 500 lines: more would keep a person waiting.
SMALL_FILE = 32 * 1024
# Times that a part is tried again when somebody else changes the same records.
MAX_CONFLICTS = 5


class ClientImport(models.Model):
    """Jobs of an import.

    The scheduled job commits part after part, each with whole clients: killed in the
    middle, it goes on with the next part. A part that can't be imported takes back
    those before it.
    """

    _inherit = "client.import"

    # ------------------------------------------------------------------
    # START
    # ------------------------------------------------------------------

    def _is_small(self):
        return len(self._read_file()) <= SMALL_FILE

    def _start(self, job, is_small):
        """Do a job now, or have it done in the background.

        :param str job: a key of ``JOBS``
        :param bool is_small: few enough lines to wait for
        """
        # sudo: see OWN_FIELDS; rights were checked by the action
        self.sudo().write(
            {
                "job": job,
                "job_user_id": self.env.uid,
                "job_done": 0,
                "job_total": 0,
                "is_stopping": False,
            }
        )
        if job in ("check", "import"):
            self._clear_lines()
        if is_small:
            self._work_at_once()
        else:
            # sudo: people may not touch scheduled jobs; this only wakes ours
            self.env.ref("client_hub.ir_cron_client_import").sudo()._trigger()

    def action_stop(self):
        """Stop the job after the part at work; nothing of it stays."""
        self.ensure_one()
        self.check_access("write")
        if self.job in ("check", "import"):
            # sudo: see OWN_FIELDS
            self.sudo().is_stopping = True

    # ------------------------------------------------------------------
    # WORK
    # ------------------------------------------------------------------

    def _import_env(self):
        """Return the environment in which clients are written."""
        # no default_… of the screen that opened the import; the history's origin
        return self.with_company(self.company_id).env(
            context=clean_context(self.env.context)
            | {
                "allowed_company_ids": self.company_id.ids,
                "client_import_id": ClientImportKey(self.id),
            }
        )

    def _work_at_once(self):
        """Do the whole job in this transaction."""
        if self.job in ("undo_check", "undo"):
            self._run_undo()
            return
        runner = ClientImportRunner(self, self._import_env(), self.job == "check")
        parts = runner.parts()
        if not parts:
            runner.save()
        savepoint = self.env.cr.savepoint()
        with savepoint:
            is_right = all([runner.step(part)[1] for part in parts])
            if not is_right and self.job == "import":
                savepoint.rollback()
        if not is_right and self.job == "import":
            # what was right at the check is wrong now, and the lines say so
            runner.save_problems()
        self._finish()

    def _finish(self):
        """Set the state that a job leads to."""
        values = {"job": False, "is_stopping": False}
        if self.job == "check" or self._error_count():
            values["state"] = "checked"
        else:
            values |= {"state": "done", "done_date": fields.Datetime.now()}
        # sudo: see OWN_FIELDS
        self.sudo().write(values)

    # ------------------------------------------------------------------
    # BACKGROUND
    # ------------------------------------------------------------------

    @api.model
    def _cron_work(self):
        """Work on the imports that wait, oldest first, until the time is up."""
        cron = self.env["ir.cron"]
        waiting = self.search([("job", "!=", False)], order="id")
        cron._commit_progress(remaining=len(waiting))
        for record in waiting:
            user = record.job_user_id or record.user_id
            record = record.with_user(user).with_context(
                allowed_company_ids=record.company_id.ids, lang=user.lang, tz=user.tz
            )
            if not record._work_in_background(cron):
                return
            cron._commit_progress(1)

    def _work_in_background(self, cron):
        """Do the job, committing each part.

        :param cron: ir.cron, which keeps the time
        :return: False when the time is up before it is done
        """
        # sudo: the person may have lost his rights since; the job then fails by itself
        job = self.sudo().job
        try:
            if job in ("undo_check", "undo"):
                self._run_undo()
                is_done = True
            else:
                is_done = self._work_off(cron)
        except Exception:
            # the person is told; the job doesn't begin again and again
            self.env.cr.rollback()
            _logger.exception("Import %s: job %s failed", self.id, job)
            self._give_up()
            is_done = True
        if is_done:
            forget_cached()
            self._tell_done(job)
            cron._commit_progress()
        return is_done

    def _work_off(self, cron):
        """Handle the parts that are left; see :meth:`_work_in_background`."""
        runner = ClientImportRunner(self, self._import_env(), self.job == "check")
        parts = runner.parts()
        # sudo: see OWN_FIELDS
        self.sudo().job_total = runner.total
        if not parts and not runner.done:
            runner.save()
        # sudo: how many jobs wait in all, whoever started them
        others = self.sudo().search_count([("job", "!=", False)])
        cron._commit_progress(remaining=len(parts) + others)
        for part in parts:
            started = time.monotonic()
            count, is_right = self._step_safely(runner, part)
            if self.is_stopping:
                self._take_back_part_by_part("draft")
                return True
            if not is_right and self.job == "import":
                self._take_back_part_by_part("checked")
                runner.save_problems()
                return True
            self.sudo().job_done += count  # sudo: as above
            left = cron._commit_progress(1)
            # cached records of a part are not needed any more
            self.env.invalidate_all()
            if left < time.monotonic() - started and part is not parts[-1]:
                return False
        self._finish()
        return True

    def _step_safely(self, runner, part):
        """Do a part, again when somebody else changed the same records."""
        for attempt in range(MAX_CONFLICTS):
            try:
                self.lock_for_update(allow_referencing=True)
                return runner.step(part)
            except (psycopg2.OperationalError, LockError):
                if attempt == MAX_CONFLICTS - 1:
                    raise
                self.env.cr.rollback()
                self.env.invalidate_all()
                runner.start_again()
                time.sleep(attempt)
        raise AssertionError  # not reached

    def _take_back_part_by_part(self, state):
        """Take back what the parts before have imported, and end the job.

        :param str state: what the import is afterwards
        """
        self.env.cr.rollback()
        self.env.invalidate_all()
        if self.job == "import":
            self._take_back()
        self._clear_lines()
        # sudo: see OWN_FIELDS
        self.sudo().write(
            {
                "job": False,
                "is_stopping": False,
                "state": state,
                "created_words": False,
            }
        )

    def _give_up(self):
        """End a job that failed for a reason that is not in the workbook."""
        # sudo: see OWN_FIELDS; whoever started it, his job is ended
        record_sudo = self.sudo()
        is_undo = record_sudo.job in ("undo", "undo_check")
        if record_sudo.job == "import":
            record_sudo._take_back()
        if not is_undo:
            record_sudo._clear_lines()
            record_sudo.created_words = False
        record_sudo.write({"job": False, "is_stopping": False})
        self._save_lines(
            [
                {
                    "level": "error",
                    "message": self.env._(
                        "Something unforeseen happened: nothing was taken back. Ask an "
                        "administrator to look into the server's log."
                    )
                    if is_undo
                    else self.env._(
                        "Something unforeseen happened: nothing was imported. Ask an "
                        "administrator to look into the server's log, or check again."
                    ),
                }
            ]
        )
        if record_sudo.state == "draft":
            record_sudo.state = "checked"

    def _tell_done(self, job):
        """Tell the person who waits, wherever in Odoo he is now."""
        # sudo: the name of his own file
        label = dict(self._fields["job"]._description_selection(self.env))[job]
        self.env.user._bus_send(
            "simple_notification",
            {
                "type": "warning" if self._error_count() else "success",
                "title": label,
                "message": self.env._(
                    "“%s” is ready: look at it.", self.sudo().display_name
                ),
            },
        )
