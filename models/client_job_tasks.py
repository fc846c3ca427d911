from odoo import fields, models

from ..tools.claim import claim
from ..tools.clock import add_working_days
from .client_job import OPEN_STATES


class ClientJob(models.Model):
    """The tasks and the project of a job, and how it follows its pieces."""

    _inherit = "client.job"

    # === BUSINESS METHODS === #

    def _create_tasks(self):
        """Create the tasks of the template and of the pieces, once per job."""
        vals_list, rows = [], []
        for job in self:
            if job.task_ids:
                continue
            if not job.project_id:
                job.project_id = job._get_client_project()
            lines = job.template_id.task_ids
            rows += [(job, line) for line in lines]
            vals_list += [job._prepare_task_values(line) for line in lines]
            live = job.piece_ids.filtered(lambda piece: piece.state != "cancelled")
            for piece in live:
                piece._plan()
                rows.append((job, lines.browse()))
                vals_list.append(piece._prepare_task_values())
        tasks = self.env["project.task"].create(vals_list)
        self._link_tasks(dict(zip(rows, tasks, strict=False)))

    def _link_tasks(self, tasks):
        """Let tasks wait for each other as their template's lines do.

        :param dict tasks: ``{(job, line of the template): project.task}``
        """
        for (job, line), task in tasks.items():
            blocking = self.env["project.task"].union(
                *(
                    tasks.get((job, other), task.browse())
                    for other in line.depend_on_ids
                )
            )
            if blocking:
                # sudo: a setting of the client's own project
                task.project_id.sudo().allow_task_dependencies = True
                task.depend_on_ids = blocking

    def _prepare_task_values(self, line):
        """Return the values of the task made from a template's line."""
        self.ensure_one()
        return {
            "name": f"{self.name}: {line.name}",
            "project_id": self.project_id.id,
            "partner_id": self.client_id.id,
            "client_job_id": self.id,
            "user_ids": line._get_people(self).ids,
            "role_ids": line.role_id.ids,
            "allocated_hours": line.allocated_hours,
            "date_deadline": self._get_task_deadline(line),
            "priority": self.priority,
        }

    def _get_due_date(self, line):
        """Return the day that a template's line says, never after the deadline.

        :param line: a piece or task of the template, or empty
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        if not line or (line.offset_from == "deadline" and not self.deadline):
            return self.deadline
        is_working = self._get_clock_calendar()._get_working_day_test()
        days = line.days_offset
        if line.offset_from == "deadline":
            # not before the work can begin
            return max(add_working_days(self.deadline, -days, is_working), today)
        due = add_working_days(today, days, is_working)
        return min(due, self.deadline) if self.deadline else due

    def _get_task_deadline(self, line):
        """Return :meth:`_get_due_date` as the end of that day's work."""
        return self._get_end_of_day(self._get_due_date(line), line._get_people(self))

    def _get_end_of_day(self, day, users):
        """Return when the work of a day ends, for whoever does it.

        That of one person ends by the hours and the time zone of this person; that of
        several, or nobody yet, by those of the job.

        :param date day: or False
        :param users: res.users
        :return: naive UTC datetime, or False
        """
        self.ensure_one()
        if not day:
            return False
        # sudo: until when somebody works is no secret to who hands out work
        job_sudo = self.sudo()
        company = job_sudo.company_id
        calendar = job_sudo._get_clock_calendar()
        zone = calendar.tz or company.partner_id.tz
        if len(users) == 1:
            resources = job_sudo.env["resource.resource"].search(
                [
                    ("user_id", "=", users.id),
                    ("company_id", "in", [company.id, False]),
                ],
                limit=1,
            )
            if resources:
                zone = resources.tz or zone
                calendar = resources.calendar_id or calendar
        return calendar._get_end_of_day(day, zone)

    def _get_client_project(self):
        """Return the project that holds the work for the client, made on demand."""
        self.ensure_one()
        projects = self.env["project.project"]
        project = projects.search(
            [
                ("is_client_jobs", "=", True),
                ("partner_id", "=", self.client_id.id),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            limit=1,
        )
        if not project:
            # of two first jobs released at once, one finds the other's project
            claim(self.client_id)
            project = projects.create(self._prepare_project_values())
        return project

    def _prepare_project_values(self):
        """Return the values of the client's project. Hook."""
        self.ensure_one()
        stages = self.env["project.task.type"]
        for name in ("todo", "progress", "done"):
            stage = self.env.ref(f"client_hub.project_task_type_{name}", False)
            stages |= stage or stages
        return {
            "name": self.client_id.name,
            "is_client_jobs": True,
            "partner_id": self.client_id.id,
            "company_id": self.company_id.id,
            "privacy_visibility": "employees",
            "user_id": self._get_manager().id,
            "type_ids": [fields.Command.set(stages.ids)],
        }

    def _follow_pieces(self):
        """Let the state of the jobs follow the states of their pieces."""
        # sudo: whoever may move a piece (creation, a client's decision) moves the
        # job with it, as far as the table of states allows
        for job_sudo in self.sudo():
            target = job_sudo._get_state_from_pieces()
            if target and target != job_sudo.state:
                job_sudo.write({"state": target})

    def _get_state_from_pieces(self):
        """Return the state that the pieces ask for, or False."""
        self.ensure_one()
        if self.state not in OPEN_STATES or self.state in ("requested", "on_hold"):
            return False
        states = set(self.piece_ids.mapped("state")) - {"cancelled"}
        if not states or states == {"planned"}:
            return False
        if states <= {"approved", "refused"}:
            return "done" if "approved" in states else False
        if states <= {"approved", "refused", "awaiting_approval"}:
            return "awaiting_approval"
        return "in_production"
