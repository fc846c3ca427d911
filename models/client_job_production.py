from datetime import datetime, time, timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html_escape

from .client_job import OPEN_STATES, RELEASED_STATES


class ClientJob(models.Model):
    """What happens when a job moves: template, tasks, budget, people."""

    _inherit = "client.job"

    # === ACTION METHODS === #

    def action_request(self):
        """Hand in a draft, as the client's people do on the portal."""
        self.write({"state": "requested"})

    def action_authorize(self):
        """Authorise: work begins, tasks are created.

        A job already worked on at risk only loses that mark.
        """
        confirmed = self.filtered(
            lambda job: job.is_at_risk
            and job.state in ("in_production", "awaiting_approval", "on_hold")
        )
        if confirmed:
            confirmed._check_manager()
            # sudo: a system field; the role was checked on the line above
            confirmed.sudo().write({"is_at_risk": False})
        (self - confirmed).write({"state": "authorized"})

    def action_mark_at_risk(self):
        """Begin the work although the client has not authorised it."""
        self.write({"state": "at_risk"})

    def action_start(self):
        """Say that production has begun."""
        self.write({"state": "in_production"})

    def action_refuse(self):
        """Open the dialog that asks why the request is refused."""
        self._check_manager()
        for job in self:
            if job.state != "requested":
                job._check_transition("refused")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse request"),
            "res_model": "client.job.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_job_ids": self.ids},
        }

    def action_hold(self):
        """Stop the work for a while."""
        self.write({"state": "on_hold"})

    def action_resume(self):
        """Go on where the job was put on hold."""
        for job in self:
            if job.state != "on_hold":
                raise UserError(
                    self.env._("“%(job)s” is not on hold.", job=job.display_name)
                )
            job.write({"state": job.held_from or "in_production"})

    def action_cancel(self):
        """Cancel the job, its open tasks and its open pieces."""
        self.write({"state": "cancelled"})

    def action_done(self):
        """Close the job."""
        self.write({"state": "done"})

    def action_reopen(self):
        """Take up a job that is done, cancelled or refused."""
        self._check_manager()
        for job in self:
            if job.state not in ("done", "cancelled", "refused"):
                raise UserError(
                    self.env._("“%(job)s” is still open.", job=job.display_name)
                )
            job.write(
                {"state": "in_production" if job.released_date else "requested"}
            )

    def action_open_tasks(self):
        """Open the tasks of the jobs."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.project_task_action_traffic"
        )
        action["domain"] = [("client_job_id", "in", self.ids)]
        action["context"] = {"default_client_job_id": self[:1].id}
        return action

    def action_open_pieces(self):
        """Open the pieces of the jobs."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_piece_action"
        )
        action["domain"] = [("job_id", "in", self.ids)]
        action["context"] = {"default_job_id": self[:1].id}
        return action

    # === BUSINESS METHODS === #

    def _check_manager(self):
        """Raise unless the user is an account manager or above."""
        if not self.env.su and not self.env.user.has_group(
            "client_hub.group_account_manager"
        ):
            raise AccessError(self.env._("Only account managers may do this."))

    def _apply_template(self, answers=True, pieces=True):
        """Give the job the questions and pieces of its template.

        Answers already given stay; untouched pieces of another template go.

        :param bool answers: add the questions
        :param bool pieces: add the pieces
        """
        self.ensure_one()
        # sudo: whoever may open the job (a portal request, too) gets what its
        # template holds, and none of it is read from the user
        job_sudo = self.sudo()
        template_sudo = job_sudo.template_id
        if answers:
            questions = template_sudo.question_ids
            job_sudo.answer_ids.filtered(
                lambda answer: answer.question_id
                and answer.question_id not in questions
                and not answer.value
            ).unlink()
            missing = questions - job_sudo.answer_ids.question_id
            self.env["client.job.answer"].sudo().create(
                [job_sudo._prepare_answer_values(question) for question in missing]
            )
        if pieces:
            others = job_sudo.piece_ids.filtered(
                lambda piece: piece.template_piece_id
                and piece.template_piece_id.template_id != template_sudo
                and piece.state == "planned"
                and not piece.version_ids
            )
            others.unlink()
            missing = template_sudo.piece_ids - job_sudo.piece_ids.template_piece_id
            self.env["client.piece"].sudo().create(
                [job_sudo._prepare_piece_values(line) for line in missing]
            )

    def _prepare_answer_values(self, question):
        """Return the values of an empty answer to a template's question."""
        self.ensure_one()
        return {
            "job_id": self.id,
            "question_id": question.id,
            "sequence": question.sequence,
            "name": question.name,
            "kind": question.kind,
            "is_required": question.required,
        }

    def _prepare_piece_values(self, line):
        """Return the values of a piece made from a template's line."""
        self.ensure_one()
        return {
            "job_id": self.id,
            "template_piece_id": line.id,
            "sequence": line.sequence,
            "name": line.name,
            "type_id": line.type_id.id,
            "rounds_agreed": line.rounds_agreed,
        }

    def _subscribe_team(self):
        """Make the job's people and its requester follow the job."""
        for job in self:
            # sudo: partners of the team may be out of a portal user's sight
            job_sudo = job.sudo()
            partners = job_sudo._wall_users().partner_id
            if job_sudo.state != "draft":
                partners |= job_sudo.requester_id
            job_sudo.message_subscribe(partners.ids)

    def _sync_budget(self):
        """Make the ledger of the budgets hold what the jobs now need of them."""
        kinds = {"requested": "reserved", "done": "spent"}
        # sudo: who moves the job moves its amounts, without reading budgets
        for job_sudo in self.sudo():
            kind = kinds.get(job_sudo.state)
            if not kind and job_sudo.state in RELEASED_STATES:
                kind = "committed"
            budget = job_sudo.budget_id
            holding = (
                self.env["client.budget.move"]
                .sudo()
                ._read_group([("job_id", "=", job_sudo.id)], ["budget_id"])
            )
            for (former,) in holding:
                if former != budget:
                    former._set_job_amounts(job_sudo, {})
            if not budget:
                continue
            amounts = {kind: job_sudo.budget_amount} if kind else {}
            if warning := budget._set_job_amounts(job_sudo, amounts):
                job_sudo._warn_budget(budget, warning)

    def _warn_budget(self, budget, warning):
        """Note on the job that it exceeds its budget; ask the responsible person."""
        self.ensure_one()
        self.message_post(
            body=warning, message_type="comment", subtype_xmlid="mail.mt_note"
        )
        if budget.policy == "ask" and budget.manager_id:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=budget.manager_id.id,
                summary=self.env._("Budget exceeded: may this job go on?"),
                note=warning,
            )

    def _on_transition(self, target, sources):
        """Note the moment and the state before, then run the hook of the state."""
        # sudo: system fields; the transition itself has just been checked
        jobs_sudo = self.sudo()
        now = fields.Datetime.now()
        if target == "requested":
            jobs_sudo.write({"requested_date": now, "refusal_reason": False})
        elif target in ("authorized", "at_risk"):
            jobs_sudo.write({"is_at_risk": target == "at_risk"})
            jobs_sudo.filtered(lambda job: not job.released_date).write(
                {"released_date": now, "released_by_id": self.env.uid}
            )
        elif target == "on_hold":
            for job_sudo in jobs_sudo:
                job_sudo.held_from = sources[job_sudo.id]
        jobs_sudo.filtered(lambda job: job.done_date or target == "done").write(
            {"done_date": now if target == "done" else False}
        )
        # before anybody is told: the budget may refuse
        self._sync_budget()
        # resuming is no new authorisation
        jobs = self
        if target in ("authorized", "at_risk"):
            jobs = self.filtered(lambda job: sources[job.id] != "on_hold")
        return super(ClientJob, jobs)._on_transition(target, sources)

    def _on_requested(self):
        """Tell the account manager of a new request."""
        self._subscribe_team()
        for job in self:
            # sudo: a portal request schedules an activity for the staff
            job_sudo = job.sudo()
            user = job_sudo._get_manager()
            if not user:
                continue
            job_sudo.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("New request: authorise or refuse it"),
            )
            job_sudo._notify_staff(
                user,
                self.env._("New request: %(job)s", job=job_sudo.display_name),
                job_sudo._prepare_request_body(),
            )

    def _prepare_request_body(self):
        """Return the text that tells the account manager of a new request."""
        self.ensure_one()
        sentence = self.env._(
            "%(person)s of %(client)s opened “%(job)s”.",
            person=self.requester_id.name or self.env.user.name,
            client=self.client_id.name,
            job=self.name,
        )
        body = Markup("<p>%s</p>") % sentence
        if self.deadline:
            body += Markup("<p>%s</p>") % self.env._(
                "Wanted by %(date)s.", date=fields.Date.to_string(self.deadline)
            )
        return body

    def _on_authorized(self):
        """Begin the work."""
        self._on_release()

    def _on_at_risk(self):
        """Begin the work."""
        self._on_release()

    def _on_release(self):
        """Create the tasks and close the account manager's to-do."""
        # sudo: the project and its tasks belong to the whole team; the role of the
        # user was checked with the transition
        jobs_sudo = self.sudo()
        jobs_sudo._create_tasks()
        jobs_sudo.activity_feedback(
            ["mail.mail_activity_data_todo"], user_id=self.env.uid
        )
        for job in self.filtered(lambda job: job.state == "authorized"):
            job._tell_client(
                self.env._("Your request is authorised: we start working on it.")
            )

    def _on_refused(self):
        """Close the to-do and tell the client why."""
        for job in self:
            job.activity_feedback(["mail.mail_activity_data_todo"])
            if job.refusal_reason:
                job._tell_client(
                    self.env._(
                        "We can't take this request: %(reason)s",
                        reason=job.refusal_reason,
                    )
                )

    def _on_cancelled(self):
        """Cancel what is still open."""
        # sudo: tasks and pieces of colleagues are part of the job
        jobs_sudo = self.sudo()
        jobs_sudo.task_ids.filtered(lambda task: not task.is_closed).write(
            {"state": "1_canceled"}
        )
        jobs_sudo.piece_ids.filtered(
            lambda piece: piece.state not in ("approved", "refused", "cancelled")
        ).write({"state": "cancelled"})

    def _tell_client(self, text):
        """Write a comment that the client's people see."""
        self.ensure_one()
        if self.requester_id:
            self.message_post(
                body=Markup("<p>%s</p>") % html_escape(text),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )

    def _get_manager(self):
        """Return the user who answers for the job."""
        self.ensure_one()
        return (
            self.account_manager_id
            or self.client_id.account_manager_id
            or self.assistant_ids[:1]
        )

    def _get_traffic(self):
        """Return the user who hands out the work of the job."""
        self.ensure_one()
        return self.traffic_user_id or self._get_manager()

    # --- tasks ---

    def _create_tasks(self):
        """Create the tasks of the template and of the pieces, once per job."""
        vals_list = []
        for job in self:
            if job.task_ids:
                continue
            if not job.project_id:
                job.project_id = job._get_client_project()
            lines = job.template_id.task_ids
            vals_list += [job._prepare_task_values(line) for line in lines]
            live = job.piece_ids.filtered(lambda piece: piece.state != "cancelled")
            for piece in live:
                piece._plan()
                vals_list.append(piece._prepare_task_values())
        self.env["project.task"].create(vals_list)

    def _prepare_task_values(self, line):
        """Return the values of the task made from a template's line."""
        self.ensure_one()
        return {
            "name": f"{self.name}: {line.name}",
            "project_id": self.project_id.id,
            "partner_id": self.client_id.id,
            "client_job_id": self.id,
            "user_ids": line.user_id.ids,
            "role_ids": line.role_id.ids,
            "allocated_hours": line.allocated_hours,
            "date_deadline": self._get_task_deadline(line.days_offset),
            "priority": self.priority,
        }

    def _get_due_date(self, days_offset):
        """Return the day that is an offset after today, never after the deadline."""
        self.ensure_one()
        if not days_offset:
            return self.deadline
        due = fields.Date.context_today(self) + timedelta(days=days_offset)
        return min(due, self.deadline) if self.deadline else due

    def _get_task_deadline(self, days_offset):
        """Return :meth:`_get_due_date` as the end of that day."""
        due = self._get_due_date(days_offset)
        return datetime.combine(due, time(17, 0)) if due else False

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
        return project or projects.create(self._prepare_project_values())

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

    # --- pieces ---

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
