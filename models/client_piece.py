from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# target -> allowed sources
TRANSITIONS = {
    "planned": {"cancelled"},
    "in_progress": {
        "planned",
        "internal_review",
        "changes_requested",
        "approved",
        "refused",
    },
    "internal_review": {"in_progress", "changes_requested"},
    "awaiting_approval": {
        "planned",
        "in_progress",
        "internal_review",
        "changes_requested",
    },
    "changes_requested": {"awaiting_approval"},
    "approved": {"awaiting_approval"},
    "refused": {"awaiting_approval"},
    "cancelled": {
        "planned",
        "in_progress",
        "internal_review",
        "awaiting_approval",
        "changes_requested",
        "refused",
    },
}
TRANSITION_GROUPS = {
    "planned": "client_hub.group_account_manager",
    "awaiting_approval": "client_hub.group_traffic",
    "cancelled": "client_hub.group_account_manager",
}
# States that only the client's decision sets, never a person by hand.
DECIDED_STATES = frozenset({"changes_requested", "approved", "refused"})
PROGRESS = {
    "planned": 0,
    "in_progress": 30,
    "internal_review": 50,
    "changes_requested": 50,
    "awaiting_approval": 80,
    "approved": 100,
    "refused": 0,
    "cancelled": 0,
}


class ClientPiece(models.Model):
    """A thing that is made for the client and that the client decides on.

    Work on it is in project tasks; what the client sees is in its versions.
    """

    _name = "client.piece"
    _description = "Piece"
    _inherit = [
        "client.record",
        "client.transition.mixin",
        "client.wall.source",
        "client.talk.mixin",
    ]
    _order = "job_id desc, sequence, id"
    _rec_names_search = ["name", "job_id.number", "job_id.name"]
    _client_record_allow_inactive = True
    _transitions = TRANSITIONS
    _transition_groups = TRANSITION_GROUPS
    _transition_initial = "planned"
    _system_fields = frozenset(
        {"awaiting_date", "last_remark_number", "last_decision_date"}
    )
    _wall_reason = "piece"
    _wall_people = ("assigned_user_id",)
    _history_kind = "piece"
    # Follow from the versions and decisions, which are logged themselves.
    _history_exclude = frozenset(
        {
            "progress",
            "rounds",
            "current_version_id",
            "access_token",
            "awaiting_date",
            "portal_state",
            "last_remark_number",
            "last_decision_date",
        }
    )

    name = fields.Char(required=True, index="trigram")
    job_id = fields.Many2one(
        comodel_name="client.job", required=True, ondelete="cascade", index=True
    )
    client_id = fields.Many2one(related="job_id.client_id", store=True, precompute=True)
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, precompute=True, default=None
    )
    requester_id = fields.Many2one(
        related="job_id.requester_id", store=True, index="btree_not_null"
    )
    account_manager_id = fields.Many2one(related="job_id.account_manager_id")
    is_released = fields.Boolean(compute="_compute_is_released", compute_sudo=True)
    sequence = fields.Integer(default=10)
    type_id = fields.Many2one(
        comodel_name="client.piece.type", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(related="type_id.kind", store=True)
    template_piece_id = fields.Many2one(
        comodel_name="client.job.template.piece",
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("planned", "Planned"),
            ("in_progress", "In progress"),
            ("internal_review", "Internal review"),
            ("awaiting_approval", "Awaiting approval"),
            ("changes_requested", "Changes requested"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        default="planned",
        required=True,
        copy=False,
        index=True,
        group_expand="_expand_states",
        # the client's people read ``portal_state``
        groups="base.group_user",
    )
    deadline = fields.Date(index=True)
    description = fields.Html(
        string="Instructions", groups="base.group_user", help="For creation only."
    )
    assigned_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Assigned to",
        domain=[("share", "=", False)],
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    progress = fields.Integer(compute="_compute_progress", store=True, aggregator="avg")
    task_ids = fields.One2many(
        comodel_name="project.task",
        inverse_name="client_piece_id",
        string="Tasks",
        groups="base.group_user",
    )

    # versions and decisions
    version_ids = fields.One2many(
        comodel_name="client.piece.version",
        inverse_name="piece_id",
        string="Versions",
    )
    current_version_id = fields.Many2one(
        comodel_name="client.piece.version",
        string="Version with the client",
        compute="_compute_current_version_id",
        store=True,
        ondelete="set null",
        help="The last version that was sent to the client.",
    )
    remark_ids = fields.One2many(
        comodel_name="client.piece.remark",
        inverse_name="piece_id",
        string="Remarks",
        domain=[("parent_id", "=", False)],
    )
    last_decision_date = fields.Datetime(
        readonly=True, copy=False, groups="base.group_user"
    )
    last_remark_number = fields.Integer(
        readonly=True, copy=False, groups="base.group_user"
    )
    decision_ids = fields.One2many(
        comodel_name="client.piece.decision",
        inverse_name="piece_id",
        string="Decisions",
    )
    has_unsent_version = fields.Boolean(
        compute="_compute_has_unsent_version", groups="base.group_user"
    )
    rounds = fields.Integer(
        compute="_compute_rounds",
        store=True,
        help="How often the client asked for changes.",
    )
    rounds_agreed = fields.Integer(
        string="Rounds included",
        compute="_compute_rounds_agreed",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_over_rounds = fields.Boolean(compute="_compute_is_over_rounds")
    awaiting_date = fields.Datetime(
        string="With the client since", copy=False, readonly=True
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "job_id.number")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for piece in self:
            piece.display_name = (
                f"{piece.job_id.number or ''} {piece.name or ''}".strip()
            )
        self.env["client.wall"]._mask(self)

    def _compute_access_url(self):
        for piece in self:
            piece.access_url = f"/my/pieces/{piece.id}"

    @api.depends("job_id.released_date")
    def _compute_is_released(self):
        for piece in self:
            piece.is_released = bool(piece.job_id.released_date)

    @api.depends("state")
    def _compute_progress(self):
        for piece in self:
            piece.progress = PROGRESS[piece.state]

    @api.depends("version_ids.sent_date", "version_ids.number")
    def _compute_current_version_id(self):
        for piece in self:
            sent = piece.version_ids.filtered("sent_date")
            piece.current_version_id = sent.sorted("number")[-1:]

    @api.depends("version_ids.sent_date", "version_ids.number")
    def _compute_has_unsent_version(self):
        for piece in self:
            newest = piece.version_ids.sorted("number")[-1:]
            piece.has_unsent_version = bool(newest) and not newest.sent_date

    @api.depends("decision_ids.outcome")
    def _compute_rounds(self):
        for piece in self:
            piece.rounds = len(
                piece.decision_ids.filtered(lambda row: row.outcome == "changes")
            )

    @api.depends("rounds", "rounds_agreed")
    def _compute_is_over_rounds(self):
        for piece in self:
            piece.is_over_rounds = piece.rounds > piece.rounds_agreed

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Let the job follow its new pieces."""
        for vals in vals_list:
            self._check_assignment(vals)
        pieces = super().create(vals_list)
        pieces._subscribe_people()
        pieces.job_id._follow_pieces()
        return pieces

    def write(self, vals):
        """Keep assignment in traffic's hands and the followers in step."""
        self._check_assignment(vals)
        if "job_id" in vals and any(
            piece.job_id.id != vals["job_id"] for piece in self
        ):
            raise UserError(self.env._("A piece can't move to another job."))
        result = super().write(vals)
        if "assigned_user_id" in vals:
            self._subscribe_people()
            self._assign_tasks()
        return result

    def copy_data(self, default=None):
        """Name the copies."""
        return [
            dict(vals, name=self.env._("%s (copy)", piece.name))
            for piece, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_versions(self):
        if self.version_ids:
            raise UserError(
                self.env._("A piece with versions can't be deleted: cancel it.")
            )

    # === ACTION METHODS === #

    def action_start(self):
        """Begin or go on with the work."""
        self.write({"state": "in_progress"})

    def action_review(self):
        """Ask colleagues to look at it first."""
        self.write({"state": "internal_review"})

    def action_cancel(self):
        """Take the piece out of the job."""
        self.write({"state": "cancelled"})

    def action_plan(self):
        """Take up a cancelled piece."""
        self.write({"state": "planned"})

    def action_record_decision(self):
        """Open the dialog that records a decision given by phone or mail."""
        self.ensure_one()
        if self.state != "awaiting_approval":
            raise UserError(self.env._("This piece is not with the client."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record the client's decision"),
            "res_model": "client.piece.decide",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_piece_id": self.id,
                "default_version_id": self.current_version_id.id,
                "default_contact_id": self._get_asked_people()[:1].id,
            },
        }

    # === BUSINESS METHODS === #

    def _check_transition(self, target):
        """Beside the table: work needs a released job, decisions need the client."""
        if target in DECIDED_STATES and not self.env.su:
            raise AccessError(
                self.env._("Only the client's decision sets this status.")
            )
        super()._check_transition(target)
        if target in ("planned", "cancelled"):
            return
        self._check_reopen(target)
        for piece in self:
            if not piece.is_released:
                raise UserError(
                    self.env._(
                        "“%(job)s” is not authorised yet: no work on its pieces.",
                        job=piece.job_id.display_name,
                    )
                )

    def _check_reopen(self, target):
        """Raise when somebody else than an account manager undoes a decision.

        :raise AccessError: the client has approved or refused
        """
        if target != "in_progress" or self.env.su:
            return
        decided = self.filtered(lambda piece: piece.state in ("approved", "refused"))
        if decided and not self.env.user.has_group("client_hub.group_account_manager"):
            raise AccessError(
                self.env._(
                    "The client has decided on “%(piece)s”: only account managers "
                    "take it back to work.",
                    piece=decided[0].name,
                )
            )

    def _check_assignment(self, vals):
        """Raise when somebody below traffic hands out a piece."""
        if (
            vals.get("assigned_user_id")
            and not self.env.su
            and not self.env.user.has_group("client_hub.group_traffic")
        ):
            raise AccessError(self.env._("Only traffic assigns pieces to people."))

    def _on_transition(self, target, sources):
        """Note since when the client has it; let the job follow."""
        # sudo: a system field; the transition itself has just been checked
        self.sudo().write(
            {
                "awaiting_date": fields.Datetime.now()
                if target == "awaiting_approval"
                else False
            }
        )
        result = super()._on_transition(target, sources)
        self.job_id._follow_pieces()
        return result

    def _on_approved(self):
        """Close the tasks of the piece."""
        # sudo: the client's decision closes the work of colleagues, also what is put
        # away while the job is on hold
        tasks_sudo = self.sudo().with_context(active_test=False).task_ids
        tasks_sudo.filtered(
            lambda task: (
                not task.is_closed and (task.active or task.client_parked_state)
            )
        ).write({"state": "1_done"})

    def _on_in_progress(self):
        """Open the tasks of the piece again; the change request is in work."""
        # sudo: part of the piece's own state
        piece_sudo = self.sudo()
        piece_sudo.task_ids.filtered(
            lambda task: task.state in ("1_done", "02_changes_requested")
        ).write({"state": "01_in_progress"})
        # only what calls for this work; a round to bill stays to be billed
        piece_sudo.activity_feedback(["mail.mail_activity_data_todo"])

    def _on_changes_requested(self):
        """Show the change request on the tasks of the piece."""
        # sudo: the client's decision reaches the work of colleagues
        self.sudo().task_ids.filtered(lambda task: task.state != "1_canceled").write(
            {"state": "02_changes_requested"}
        )

    def _plan(self):
        """Take deadline and person from the template when the work begins."""
        self.ensure_one()
        line = self.template_piece_id
        values = {}
        if not self.deadline:
            values["deadline"] = self.job_id._get_due_date(line)
        people = line._get_people(self.job_id)
        if not self.assigned_user_id and people:
            values["assigned_user_id"] = people[0].id
        if values:
            self.write(values)

    def _prepare_task_values(self):
        """Return the values of the task that makes this piece."""
        self.ensure_one()
        job = self.job_id
        due = self.deadline or job.deadline
        return {
            "name": f"{job.name}: {self.name}",
            "project_id": job.project_id.id,
            "partner_id": job.client_id.id,
            "client_job_id": job.id,
            "client_piece_id": self.id,
            "user_ids": self.assigned_user_id.ids,
            "date_deadline": job._get_end_of_day(due, self.assigned_user_id),
            "priority": job.priority,
        }

    def _assign_tasks(self):
        """Hand the open task of a piece to the person it is assigned to."""
        for piece in self.filtered("assigned_user_id"):
            # sudo: the right to assign was checked with the piece
            tasks_sudo = piece.sudo().task_ids
            tasks_sudo.filtered(
                lambda task, user=piece.assigned_user_id: (
                    not task.is_closed and task.user_ids != user
                )
            ).write({"user_ids": [fields.Command.set(piece.assigned_user_id.ids)]})

    def _subscribe_people(self):
        """Make requester, account manager and assignee follow the piece."""
        for piece in self:
            # sudo: partners of the team may be out of a portal user's sight
            piece_sudo = piece.sudo()
            job_sudo = piece_sudo.job_id
            partners = job_sudo._wall_users().partner_id
            partners |= piece_sudo.assigned_user_id.partner_id
            if job_sudo.state != "draft":
                partners |= piece_sudo.requester_id
            piece_sudo.message_subscribe(partners.ids)

    @api.model
    def _wall_condition_sql(self):
        """A piece counts as long as its job is active."""
        return SQL(
            "EXISTS (SELECT 1 FROM client_job AS job"
            " WHERE job.id = record.job_id AND job.active)"
        )
