from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, html_escape

from .client_job import OPEN_STATES
from .mail_thread_pace import COUNTED

REQUEST_ACTIVITY = "client_hub.mail_activity_type_job_request"


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
            lambda job: (
                job.is_at_risk
                and job.state in ("in_production", "awaiting_approval", "on_hold")
            )
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
        # the client may have decided meanwhile
        self._follow_pieces()

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
            job.write({"state": "in_production" if job.released_date else "requested"})

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

    def _check_transition(self, target):
        """Beside the table: no state of work without an authorisation."""
        result = super()._check_transition(target)
        for job in self:
            if target in ("in_production", "awaiting_approval", "done", "on_hold"):
                if not job.released_date:
                    raise UserError(
                        self.env._(
                            "“%(job)s” was never authorised.", job=job.display_name
                        )
                    )
            elif target in ("authorized", "at_risk"):
                self._check_client_active(job.client_id)
                job._check_internal_answers()
                # sudo: the budget says itself who may exceed it
                if budget := job.sudo().budget_id:
                    budget.with_user(self.env.user).sudo(self.env.su)._check_approver(
                        job
                    )
        return result

    def _check_budget_raise(self):
        """Have a budget that asks first decide anew when a released job takes more.

        :raise UserError: somebody else decides; the sentence says who
        """
        # sudo: as above
        for job_sudo in self.sudo():
            budget = job_sudo.budget_id
            if not budget or not job_sudo.released_date:
                continue
            held = budget._get_held(job_sudo)
            if budget.currency_id.compare_amounts(job_sudo.budget_amount, held) > 0:
                budget.with_user(self.env.user).sudo(self.env.su)._check_approver(
                    job_sudo
                )

    def _wall_users(self):
        """Return the people of the job, who may see a restricted client."""
        # sudo: the wall is kept up by the system
        job_sudo = self.sudo()
        return (
            job_sudo.account_manager_id
            | job_sudo.assistant_ids
            | job_sudo.traffic_user_id
        )

    def _wall_sync_members(self):
        """Let the walls follow the job, and what goes with it to another client."""
        result = super()._wall_sync_members()
        # sudo: the wall is kept up by the system
        jobs_sudo = self.sudo().exists().with_context(active_test=False)
        for records in (jobs_sudo.piece_ids, jobs_sudo.task_ids):
            if records:
                records._wall_sync_members()
        return result

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
            job_sudo._apply_questions()
        if pieces:
            others = job_sudo.piece_ids.filtered(
                lambda piece: (
                    piece.template_piece_id
                    and piece.template_piece_id.template_id != template_sudo
                    and piece.state == "planned"
                    and not piece.version_ids
                )
            )
            others.unlink()
            missing = template_sudo.piece_ids - job_sudo.piece_ids.template_piece_id
            # sudo: as above
            self.env["client.piece"].sudo().create(
                [job_sudo._prepare_piece_values(line) for line in missing]
            )

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

    def _sync_budget(self, is_checked=True):
        """Make the ledger of the budgets hold what the jobs now need of them.

        :param bool is_checked: whether the budgets' policies are asked
        """
        # sudo: who moves the job moves its amounts, without reading budgets
        for job_sudo in self.sudo():
            state = "done" if job_sudo.state == "done" else False
            if not state and job_sudo.state in OPEN_STATES:
                state = "open"
            budget = job_sudo.budget_id
            # sudo: what this job holds, wherever; only compared
            holding = (
                self.env["client.budget.move"]
                .sudo()
                ._read_group(
                    [("res_model", "=", self._name), ("res_id", "=", job_sudo.id)],
                    ["budget_id"],
                )
            )
            for (former,) in holding:
                if former != budget:
                    former._set_job_amounts(job_sudo, {})
            job_sudo._withdraw_budget_questions()
            if not budget:
                continue
            amounts = budget._get_job_amounts(job_sudo, state)
            warning = budget._set_job_amounts(job_sudo, amounts, is_checked)
            if warning:
                job_sudo._warn_budget(budget, warning)

    def _warn_budget(self, budget, warning):
        """Note on the job that it exceeds its budget; ask the responsible person."""
        self.ensure_one()
        self.with_context(client_talk=COUNTED).message_post(
            body=warning, message_type="comment", subtype_xmlid="mail.mt_note"
        )
        if budget.policy != "ask":
            return
        if budget.approver == "client" and budget._get_deciders():
            budget._ask_client(self)
        elif self._may_have_activity(budget.manager_id):
            job = self.with_context(lang=budget.manager_id.lang or self.env.lang)
            job.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=budget.manager_id.id,
                summary=job.env._("Budget exceeded: may this job go on?"),
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
            if job_sudo._may_have_activity(user):
                quick_sudo = job_sudo.with_context(
                    mail_activity_quick_update=True, lang=user.lang or self.env.lang
                )
                quick_sudo.activity_schedule(
                    REQUEST_ACTIVITY,
                    user_id=user.id,
                    summary=quick_sudo.env._("New request: authorise or refuse it"),
                )
            job_sudo._tell_staff(user, lambda told: told._prepare_request_notice())

    def _prepare_request_notice(self):
        """Return the subject and the text that tell of a new request."""
        self.ensure_one()
        subject = self.env._("New request: %(job)s", job=self.display_name)
        return subject, self._prepare_request_body()

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
                "Wanted by %(date)s.", date=format_date(self.env, self.deadline)
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
        # the requester of a job that the agency opened hears of it from now on
        jobs_sudo._subscribe_team()
        jobs_sudo._create_tasks()
        # whoever authorises: the account manager needn't any more
        jobs_sudo.activity_feedback([REQUEST_ACTIVITY])
        for job in self.filtered(lambda job: job.state == "authorized"):
            job._mail_client("authorized")

    def _on_refused(self):
        """Close the to-do and tell the client why."""
        for job in self:
            # sudo: what is left to do about a refused job may be a colleague's
            job.sudo().activity_feedback(
                [REQUEST_ACTIVITY, "mail.mail_activity_data_todo"]
            )
            if job.refusal_reason:
                job._mail_client("refused")

    def _on_cancelled(self):
        """Cancel what is still open."""
        # sudo: the pieces of colleagues are part of the job
        jobs_sudo = self.sudo()
        jobs_sudo.activity_unlink([REQUEST_ACTIVITY])
        jobs_sudo.piece_ids._cancel_with_job()

    def _mail_client(self, name):
        """Tell the client what became of the request, in the requester's language.

        :param str name: of the mail template: authorized, refused
        """
        self.ensure_one()
        if self.requester_id:
            author = self.env.user.partner_id
            # sudo: the template reads what the requester may see of his own request
            template_sudo = self.env.ref(
                f"client_hub.client_job_mail_template_{name}"
            ).sudo()
            self.sudo().message_post_with_source(
                template_sudo,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                author_id=author.id,
                **self._get_sender_values(template_sudo, author),
            )

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
