"""No route gives creation a task before its job is authorised or at risk.

Forms, RPC, imports, mails, copies, recurrences and the addon's own code as superuser
all pass ``create`` and ``write``, so the rule is a constraint here, and PostgreSQL
refuses what would come by another way.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.mail.tools.alias_error import AliasError

CLOSED_STATES = ("1_done", "1_canceled")


class ProjectTask(models.Model):
    """Tasks of a client's job exist, and are open, only while there is work."""

    _inherit = "project.task"

    client_parked_state = fields.Char(
        string="State before the job stopped",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The task left its people's lists when the job was put on hold or "
        "cancelled, and comes back when the job goes on.",
    )

    def init(self):
        """Let PostgreSQL itself refuse a task of a job that was not authorised."""
        result = super().init()
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION client_hub_task_released()
            RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT 1 FROM client_job
                            WHERE id = NEW.client_job_id
                              AND released_date IS NULL) THEN
                    RAISE EXCEPTION 'job % is not authorised: no task',
                        NEW.client_job_id USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END $$;
            DROP TRIGGER IF EXISTS client_hub_task_released ON project_task;
            CREATE TRIGGER client_hub_task_released
                BEFORE INSERT OR UPDATE OF client_job_id ON project_task
                FOR EACH ROW WHEN (NEW.client_job_id IS NOT NULL)
                EXECUTE FUNCTION client_hub_task_released();
            """
        )
        return result

    # === CONSTRAINT METHODS === #

    @api.constrains("client_job_id", "client_piece_id", "parent_id")
    def _check_client_job_released(self):
        """Refuse a task of a job that was not authorised, by whatever document."""
        # sudo: compares states and ids of jobs that the user may not read
        for task in self.sudo():
            job, piece = task.client_job_id, task.client_piece_id
            if job and not job.released_date:
                raise ValidationError(job.sudo(False)._get_work_refusal())
            if piece and piece.job_id != job:
                raise ValidationError(self.env._("The piece belongs to another job."))
            parent_job = task.parent_id.client_job_id
            if parent_job and parent_job != job:
                raise ValidationError(
                    self.env._(
                        "“%(task)s” is a sub-task: it belongs to the same job as the "
                        "task above it.",
                        task=task.name,
                    )
                )

    @api.constrains("client_job_id", "project_id")
    def _check_client_job_project(self):
        """Refuse work for a client that would pass by its jobs."""
        # sudo: as above
        for task in self.sudo():
            if (
                not task.client_job_id
                and task.project_id.is_client_jobs
                and not task.is_template
            ):
                raise ValidationError(
                    self.env._(
                        "The project “%(project)s” holds the work on a client's jobs: "
                        "choose the job that “%(task)s” is for.",
                        project=task.project_id.sudo(False).display_name,
                        task=task.name,
                    )
                )

    @api.constrains("active", "client_job_id", "state", "user_ids")
    def _check_client_job_workable(self):
        """Refuse open work of a job that is on hold or was cancelled."""
        # sudo: as above
        for task in self.sudo():
            job = task.client_job_id
            if not job or not task.active or task.state in CLOSED_STATES:
                continue
            if sentence := job.sudo(False)._get_work_refusal():
                raise ValidationError(sentence)

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        """Let sub-tasks follow when a copy goes to another job, or to none."""
        vals_list = super().copy_data(default)
        links = {
            name: (default or {})[name]
            for name in ("client_job_id", "client_piece_id")
            if name in (default or {})
        }
        # Odoo moves sub-tasks to the new project only afterwards
        if "project_id" in (default or {}) and not links.get("client_job_id"):
            links["project_id"] = default["project_id"]

        def pass_on(vals):
            for command in vals.get("child_ids") or []:
                child = command[2]
                child.update(links)
                pass_on(child)

        for vals in vals_list if "client_job_id" in links else []:
            pass_on(vals)
        return vals_list

    @api.model_create_multi
    def create(self, vals_list):
        """Create; a sub-task and a task of a piece take the job from there."""
        for vals in vals_list:
            self._check_client_parked(vals)
            job_id = vals.get("client_job_id") or self._find_client_job(vals)
            # portal users of a shared project don't write this field
            if job_id and (self.env.su or not self.env.user.share):
                vals["client_job_id"] = job_id
        default_id = self.env.context.get("default_client_job_id")
        self._check_client_jobs(
            {vals.get("client_job_id", default_id) for vals in vals_list}
        )
        return super().create(vals_list)

    def write(self, vals):
        """Write; sub-tasks stay with the job of the task above them."""
        self._check_client_parked(vals)
        names = {"client_job_id", "client_piece_id", "parent_id"} & vals.keys()
        if not names:
            return super().write(vals)
        if "client_job_id" not in vals and not self.env.user.share:
            if job_id := self._find_client_job(vals):
                vals = dict(vals, client_job_id=job_id)
        self._check_client_jobs({vals.get("client_job_id")})
        result = super().write(vals)
        if "client_job_id" in vals:
            # sudo: sub-tasks of colleagues go along; the job itself was checked
            children_sudo = self.sudo().with_context(active_test=False).child_ids
            strays = children_sudo.filtered(
                lambda child: child.client_job_id != child.parent_id.client_job_id
            )
            if strays:
                strays.write(
                    {"client_job_id": vals["client_job_id"], "client_piece_id": False}
                )
        return result

    # === BUSINESS METHODS === #

    def _find_client_job(self, vals):
        """Return the id of the job of the task above or of the piece, or False."""
        parent_id = vals.get("parent_id") or (
            not self and self.env.context.get("default_parent_id")
        )
        # sudo: only which job it is; whether the user may point there is checked with
        # the values
        self_sudo = self.sudo()
        if isinstance(parent_id, int) and parent_id:
            job_sudo = self_sudo.browse(parent_id).exists().client_job_id
            if job_sudo:
                return job_sudo.id
        piece_id = vals.get("client_piece_id")
        # a task that has a job keeps it: its piece is one of that job
        if isinstance(piece_id, int) and piece_id and not self_sudo.client_job_id:
            piece_sudo = self_sudo.env["client.piece"].browse(piece_id)
            return piece_sudo.exists().job_id.id
        return False

    def _check_client_jobs(self, job_ids):
        """Raise a sentence where PostgreSQL would only refuse; see :meth:`init`.

        :param set job_ids: ids of the jobs that tasks are about to get
        """
        job_ids = [job_id for job_id in job_ids if isinstance(job_id, int) and job_id]
        # sudo: whether they were authorised; no name is told that the user can't read
        jobs_sudo = self.env["client.job"].sudo().browse(job_ids).exists()
        for job_sudo in jobs_sudo:
            if not job_sudo.released_date:
                job = job_sudo.sudo(False)
                if not self.env.su:
                    # who can't read the job learns nothing of it, not even its state
                    job.check_access("read")
                raise ValidationError(job._get_work_refusal())
        jobs_sudo.flush_recordset(["released_date"])

    def _check_client_parked(self, vals):
        """Raise if a person writes what only the job's own flow writes."""
        if "client_parked_state" in vals and not self.env.su:
            raise AccessError(
                self.env._("The state before the job stopped is set by the system.")
            )

    def _client_park(self, cancel=False):
        """Take open tasks from their people's lists, as their job has stopped.

        :param bool cancel: cancel them, instead of putting them away
        """
        open_tasks = self.filtered(
            lambda task: (
                task.state not in CLOSED_STATES
                and (task.active or task.client_parked_state)
            )
        )
        for state, tasks in open_tasks.grouped("state").items():
            values = {"client_parked_state": state, "active": cancel}
            if cancel:
                values["state"] = "1_canceled"
            tasks.write(values)

    def _client_unpark(self):
        """Give people back what they had when the job stopped."""
        states = dict(self._fields["state"]._description_selection(self.env))
        for state, tasks in self.grouped("client_parked_state").items():
            if not state:
                continue
            values = {"client_parked_state": False, "active": True}
            # a task that somebody closed meanwhile stays closed
            closed = tasks.filtered(lambda task: task.state == "1_done")
            closed.write(values)
            if state in states:
                values["state"] = state
            (tasks - closed).write(values)

    def _alias_get_error(self, message, message_dict, alias):
        """Answer a mail that would make a task without a job, or too early."""
        defaults = alias._get_alias_defaults_of_tasks()
        job = self.env["client.job"].browse(defaults.get("client_job_id") or [])
        project = self.env["project.project"].browse(defaults.get("project_id") or [])
        # sudo: the settings of the address
        job_sudo, project_sudo = job.sudo().exists(), project.sudo().exists()
        sentence = False
        if not self and job_sudo:
            sentence = job_sudo._get_work_refusal()
        elif not self and project_sudo.is_client_jobs:
            sentence = self.env._(
                "Work for this client is asked for as a job: please open a request, or "
                "write to your contact person."
            )
        if sentence:
            return AliasError("client_job", sentence)
        return super()._alias_get_error(message, message_dict, alias)
