"""The scheduled jobs that work on billing runs, together."""

import logging
import random
import time
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_logger = logging.getLogger(__name__)

JOB_CODE = "model._cron_bill()"
MAX_WORKERS = 16
# how often a chunk is tried again when another process was faster
MAX_CONFLICTS = 5
# a worker that finds nothing free looks again after this time
LOOK_AGAIN = timedelta(minutes=1)


class ClientBillingRun(models.Model):
    """Shares the chunks of a run among several jobs.

    Odoo locks a scheduled job while it runs, so one job is one worker at a time, on
    whatever host: several jobs with the same code are several workers.  They meet only
    in the lock on the chunk's entries, and when numbers are taken.
    """

    _inherit = "client.billing.run"

    # in the languages of colleagues, see client_billing_run_language.py
    stop_reason = fields.Char(
        readonly=True,
        copy=False,
        translate=True,
        help="Why it could not go on by itself.",
    )
    is_waiting_for_job = fields.Boolean(
        compute="_compute_is_waiting_for_job",
        help="It is at work, but the scheduled jobs that bill are switched off.",
    )

    @api.depends("state")
    def _compute_is_waiting_for_job(self):
        works = self._has_working_job()
        for run in self:
            run.is_waiting_for_job = run.state == "running" and not works

    # ------------------------------------------------------------------
    # JOBS
    # ------------------------------------------------------------------

    @api.model
    def _get_jobs(self):
        """Return the jobs of the billing workers, in order, the idle ones as well."""
        # sudo: accountants may not read scheduled jobs; these are ours
        return (
            self.env["ir.cron"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [("model_id.model", "=", self._name), ("code", "=", JOB_CODE)],
                order="id",
            )
        )

    @api.model
    def _has_working_job(self):
        """Tell whether a job that bills is switched on."""
        return bool(self._get_jobs().filtered("active"))

    @api.model
    def _set_worker_count(self, count):
        """Keep so many jobs; who has no right to scheduled jobs can't.

        :param int count: 1 to 16
        :raise ValidationError: for another number
        """
        if not 1 <= count <= MAX_WORKERS:
            raise ValidationError(
                self.env._("There can be 1 to %s billing workers.", MAX_WORKERS)
            )
        jobs = self._get_jobs().sudo(self.env.su)
        jobs[:count].filtered(lambda job: not job.active).active = True
        jobs[count:].filtered("active").active = False
        jobs.create(
            [
                {
                    "name": f"Client Hub: billing runs ({number})",
                    "model_id": self.env["ir.model"]._get_id(self._name),
                    "state": "code",
                    "code": JOB_CODE,
                    "interval_number": jobs[:1].interval_number or 10,
                    "interval_type": jobs[:1].interval_type or "minutes",
                    "user_id": self.env.ref("base.user_root").id,
                }
                for number in range(len(jobs) + 1, count + 1)
            ]
        )

    def _trigger(self):
        """Wake the billing jobs."""
        for job in self._get_jobs().filtered("active"):
            job._trigger()

    # ------------------------------------------------------------------
    # WORK
    # ------------------------------------------------------------------

    @api.model
    def _cron_bill(self):
        """Work on the running billing runs, chunk by chunk, until the time is up."""
        cron = self.env["ir.cron"]
        runs = self.search([("state", "=", "running")], order="id")
        seconds_left = cron._commit_progress(remaining=runs._count_pending())
        for run in runs:
            if not seconds_left:
                break
            try:
                seconds_left = run._as_its_user()._bill_all(cron)
            except Exception as error:
                self.env.cr.rollback()
                run._stop_by_error(error)
        if not seconds_left:
            # other jobs had their turn: go on at once, not at the next look of a server
            self._call_again()
        elif runs._count_pending():
            # the rest is in the hands of other workers; one of them may be killed
            cron._commit_progress(remaining=0)
            self._call_again(fields.Datetime.now() + LOOK_AGAIN)

    @api.model
    def _call_again(self, moment=None):
        """Have this job run again.

        :param datetime moment: when, None for now
        """
        if job_id := self.env.context.get("cron_id"):
            # sudo: the job itself asks
            self.env["ir.cron"].sudo().browse(job_id)._trigger(moment)
            self.env["ir.cron"]._commit_progress()

    def _as_its_user(self):
        """Return the run as the person who started it sees it.

        Rights, author, exceptions from lock dates and language are that person's.
        """
        user = self.user_id
        return self.with_user(user).with_context(
            allowed_company_ids=self.company_id.ids, lang=user.lang, tz=user.tz
        )

    def _count_pending(self):
        """Return how many entries of these runs wait."""
        running = self.filtered(lambda run: run.state == "running")
        entries = self.env["client.contract.entry"]
        return entries.search_count(
            [
                ("billing_run_id", "in", running.ids),
                ("state", "=", "ready"),
                ("billing_error", "=", False),
            ]
        )

    def _stop_by_error(self, error):
        """Stop a run that can't go on at all, and say why; other runs go on.

        :param Exception error: e.g. its person has no right to bill any more
        """
        _logger.error("%s can't go on", self.name, exc_info=error)
        self.write({"state": "stopped"})
        self._write_stop_reason(error)
        self.env["ir.cron"]._commit_progress()

    def _bill_all(self, cron):
        """Bill chunk after chunk, committing each.

        :param cron: ir.cron environment that keeps the progress
        :return: seconds left, 0 when the time is up
        """
        conflicts = 0
        seconds_left = float("inf")
        while seconds_left and conflicts <= MAX_CONFLICTS:
            self.invalidate_recordset()
            if self.state != "running":
                break
            chunk = self.env["client.contract.entry"]
            try:
                chunk = self._lock_next_chunk()
                if chunk:
                    self._bill_chunk(chunk)
                else:
                    self._finish_if_done()
                seconds_left = cron._commit_progress(len(chunk))
            except psycopg2.OperationalError:
                # another process was faster: it has what we wanted, or our number
                self.env.cr.rollback()
                conflicts += 1
                time.sleep(random.uniform(0, 0.2) * conflicts)  # noqa: S311
                continue
            except Exception as error:
                if not chunk:
                    raise
                self.env.cr.rollback()
                self._give_up_chunk(chunk, error)
                seconds_left = cron._commit_progress(len(chunk))
            if not chunk:
                break
            conflicts = 0
        return seconds_left

    def _lock_next_chunk(self):
        """Return the entries of a chunk that no other process works on, locked.

        :return: client.contract.entry, empty when nothing is left for us
        """
        self.ensure_one()
        for chunk in self._get_pending_chunks():
            entries = self._get_pending(chunk)
            # the first row stands for the chunk: whoever locks it has the chunk
            if not entries[:1].try_lock_for_update():
                continue
            if locked := entries.try_lock_for_update():
                return locked
        return self.env["client.contract.entry"]

    def _give_up_chunk(self, chunk, error):
        """Record an error that concerns no single invoice; the other chunks go on.

        :param chunk: entries as they were locked; the lock is gone
        """
        left = chunk.try_lock_for_update().filtered(lambda e: e.state == "ready")
        self._record_problem(left, error, again=False)
