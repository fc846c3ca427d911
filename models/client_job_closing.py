"""All pieces are decided, but there is work left: the job waits for it."""

from markupsafe import Markup

from odoo import api, fields, models

# States of a job that may close by itself.
CLOSING_STATES = frozenset({"authorized", "at_risk", "in_production"})
DECIDED_PIECES = frozenset({"approved", "refused"})


class ClientJob(models.Model):
    """A job is done when its pieces are approved and nobody works on it any more."""

    _inherit = "client.job"
    _system_fields = frozenset({"closes_with_tasks"})
    # Follow from the pieces and the tasks.
    _history_exclude = _system_fields

    closes_with_tasks = fields.Boolean(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="All pieces are decided: the job closes with its last task.",
    )
    closing_sentence = fields.Char(
        compute="_compute_closing_sentence", groups="base.group_user"
    )

    # === COMPUTE METHODS === #

    @api.depends("closes_with_tasks", "state", "task_ids.state", "task_ids.active")
    @api.depends_context("lang")
    def _compute_closing_sentence(self):
        for job in self:
            tasks = job._get_left_tasks() if job.closes_with_tasks else ()
            job.closing_sentence = job._get_closing_sentence(len(tasks))

    # === BUSINESS METHODS === #

    def _get_closing_sentence(self, count):
        """Return what the job waits for, or False.

        :param int count: open tasks
        """
        if not count:
            return False
        if count == 1:
            return self.env._(
                "All pieces are decided. One task is still open: the job is done when "
                "it is closed, or when you close the job."
            )
        return self.env._(
            "All pieces are decided. %(count)s tasks are still open: the job is done "
            "when they are closed, or when you close the job.",
            count=count,
        )

    def _get_left_tasks(self):
        """Return the open tasks of these jobs that the decisions leave to be done.

        While a job is on hold its tasks are archived, but left all the same.
        """
        # sudo: the work of colleagues is part of the job
        jobs_sudo = self.sudo().with_context(active_test=False)
        return jobs_sudo.task_ids.filtered(
            lambda task: (
                not task.is_closed
                and (task.active or task.client_parked_state)
                and task.client_piece_id.state not in ("refused", "cancelled")
            )
        )

    def _get_state_from_pieces(self):
        """A job with work left is not done."""
        target = super()._get_state_from_pieces()
        if target == "done" and self._get_left_tasks():
            return "in_production"
        return target

    def _follow_pieces(self):
        """Tell the account manager of a job that only waits for its tasks."""
        result = super()._follow_pieces()
        # sudo: as in _follow_pieces
        for job_sudo in self.sudo():
            states = set(job_sudo.piece_ids.mapped("state")) - {"cancelled"}
            waits = (
                job_sudo.state in CLOSING_STATES
                and "approved" in states
                and states <= DECIDED_PIECES
                and bool(job_sudo._get_left_tasks())
            )
            if waits != job_sudo.closes_with_tasks:
                job_sudo.closes_with_tasks = waits
                job_sudo._sync_closing_activity()
        return result

    def _follow_tasks(self):
        """Close the jobs that waited for their last task."""
        # sudo: whoever closes a task closes the job with it; only a flag is read
        jobs_sudo = self.sudo().filtered(
            lambda job: job.closes_with_tasks and job.state != "on_hold"
        )
        if jobs_sudo:
            jobs_sudo._follow_pieces()

    def _sync_closing_activity(self):
        """Ask the account manager to see to what is left; or no more, as superuser."""
        self.ensure_one()
        tasks = self._get_left_tasks() if self.closes_with_tasks else ()

        def prepare(job):
            names = Markup().join(Markup("<li>%s</li>") % task.name for task in tasks)
            return {
                "summary": job.env._(
                    "All pieces are decided: %(count)s open", count=len(tasks)
                ),
                "note": Markup("<p>%s</p><ul>%s</ul>")
                % (job._get_closing_sentence(len(tasks)), names),
            }

        # the decision itself was mailed already
        self._set_reminder(
            "closing_activity_id", prepare if tasks else None, is_told=False
        )

    def _on_transition(self, target, sources):
        """Forget what only concerned a job that was about to close."""
        result = super()._on_transition(target, sources)
        if target not in CLOSING_STATES | {"on_hold"}:
            # sudo: the transition was checked; the to-do is the manager's
            jobs_sudo = self.sudo().filtered("closes_with_tasks")
            jobs_sudo.write({"closes_with_tasks": False})
            for job_sudo in jobs_sudo:
                job_sudo._set_reminder("closing_activity_id")
        return result
