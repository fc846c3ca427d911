from datetime import timedelta

from odoo import Command, api, fields, models


class ClientJobClone(models.TransientModel):
    """Makes another job like one that there is, with other dates."""

    _name = "client.job.clone"
    _inherit = ["client.guard.mixin"]
    _description = "Copy Job"

    job_id = fields.Many2one(comodel_name="client.job", required=True, readonly=True)
    name = fields.Char(
        string="Title", compute="_compute_from_job", store=True, readonly=False
    )
    deadline = fields.Date(
        compute="_compute_from_job",
        store=True,
        readonly=False,
        help="The days of the pieces move along.",
    )
    piece_ids = fields.Many2many(
        comodel_name="client.piece",
        relation="client_job_clone_piece_rel",
        string="Pieces",
        domain="[('job_id', '=', job_id)]",
        compute="_compute_from_job",
        store=True,
        readonly=False,
    )
    keep_answers = fields.Boolean(string="Briefing and answers", default=True)
    keep_files = fields.Boolean(string="Files of the briefing", default=True)
    keep_budget = fields.Boolean(string="Budget and amount")

    # === COMPUTE METHODS === #

    @api.depends("job_id")
    def _compute_from_job(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            job = wizard.job_id
            wizard.name = job.name and self.env._("%s (copy)", job.name)
            wizard.piece_ids = job.piece_ids.filtered(
                lambda piece: piece.state != "cancelled"
            )
            span = (
                job.deadline
                and job.create_date
                and (job.deadline - job.create_date.date())
            )
            wizard.deadline = (
                today + max(span, timedelta(days=1)) if span is not False else False
            )

    # === ACTION METHODS === #

    def action_apply(self):
        """Make the job and open it."""
        self.ensure_one()
        job = self.env["client.job"].create(self._prepare_job_values())
        if not self.piece_ids:
            # nothing chosen means nothing, not what the template brings
            job.piece_ids.unlink()
        if self.keep_answers:
            self._copy_answers(job)
        if self.keep_files:
            self._copy_files(job)
        return {
            "type": "ir.actions.act_window",
            "res_model": "client.job",
            "res_id": job.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    def _prepare_job_values(self):
        """Return the values of the new job."""
        job = self.job_id
        requester = job.requester_id
        if requester and job.client_id not in requester._portal_job_clients():
            # has left since
            requester = requester.browse()
        values = {
            "name": self.name or job.name,
            "client_id": job.client_id.id,
            "requester_id": requester.id,
            "template_id": job.template_id.id,
            "company_id": job.company_id.id,
            "account_manager_id": job.account_manager_id.id,
            "assistant_ids": [Command.set(job.assistant_ids.ids)],
            "traffic_user_id": job.traffic_user_id.id,
            "campaign": job.campaign,
            "priority": job.priority,
            "deadline": self.deadline,
            "briefing": job.briefing if self.keep_answers else False,
            "piece_ids": [
                Command.create(self._prepare_piece_values(piece))
                for piece in self.piece_ids.filtered(lambda row: row.job_id == job)
            ],
        }
        if self.keep_budget and job.budget_id.state == "running":
            values.update(budget_id=job.budget_id.id, budget_amount=job.budget_amount)
        return values

    def _prepare_piece_values(self, piece):
        """Return the values of a piece, its day moved as the deadline is."""
        job = self.job_id
        deadline = False
        if piece.deadline and job.deadline and self.deadline:
            deadline = piece.deadline + (self.deadline - job.deadline)
        return {
            "name": piece.name,
            "sequence": piece.sequence,
            "type_id": piece.type_id.id,
            "template_piece_id": piece.template_piece_id.id,
            "rounds_agreed": piece.rounds_agreed,
            "description": piece.description,
            "deadline": deadline,
            **self._prepare_approver_values(piece),
        }

    def _prepare_approver_values(self, piece):
        """Return who approves the copy of a piece: those who may still do so."""
        rows = piece.approver_ids.filtered(
            lambda row: self._is_with_client(row.partner_id)
        )
        values = {
            "approval_rule": piece.approval_rule,
            "approval_in_order": piece.approval_in_order,
            "approver_ids": [
                Command.create(
                    {
                        "sequence": row.sequence,
                        "partner_id": row.partner_id.id,
                        "deputy_id": row.deputy_id.id
                        if self._is_with_client(row.deputy_id)
                        else False,
                    }
                )
                for row in rows
            ],
        }
        if rows:
            values["approval_quorum"] = min(piece.approval_quorum, len(rows))
        return values

    def _is_with_client(self, contact):
        """Tell whether a contact still is one of the client's people.

        :param contact: res.partner, or empty
        """
        client = self.job_id.client_id
        return contact.active and client in contact._portal_client_ids()

    def _copy_answers(self, job):
        """Answer what both jobs ask, the team's page included."""
        former = self.job_id.answer_ids | self.job_id.internal_answer_ids
        values = {row.question_id: row.value for row in former if row.value}
        # in order: an answer may make the next question one to ask
        for row in (job.answer_ids | job.internal_answer_ids).sorted("sequence"):
            if row.is_asked and values.get(row.question_id):
                row.value = values[row.question_id]

    def _copy_files(self, job):
        """Give the new job copies of the files that the client sees."""
        # sudo: files of the job that the user reads
        files_sudo = self.job_id.sudo().file_ids
        copies = files_sudo.browse()
        for file_sudo in files_sudo:
            copies |= file_sudo.copy({"res_model": job._name, "res_id": job.id})
        if copies:
            # sudo: as above, for the copies
            job.sudo().file_ids = [Command.link(file.id) for file in copies]
