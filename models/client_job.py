from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# target -> allowed sources
TRANSITIONS = {
    "requested": {"draft", "refused", "cancelled"},
    "authorized": {"draft", "requested", "at_risk", "on_hold"},
    "at_risk": {"draft", "requested", "on_hold"},
    "in_production": {
        "authorized",
        "at_risk",
        "awaiting_approval",
        "on_hold",
        "done",
        "cancelled",
    },
    "awaiting_approval": {"authorized", "at_risk", "in_production", "on_hold"},
    "done": {"authorized", "at_risk", "in_production", "awaiting_approval"},
    "on_hold": {"authorized", "at_risk", "in_production", "awaiting_approval"},
    "refused": {"requested"},
    "cancelled": {
        "draft",
        "requested",
        "authorized",
        "at_risk",
        "in_production",
        "awaiting_approval",
        "on_hold",
    },
}
TRANSITION_GROUPS = {
    "requested": "client_hub.group_account_manager",
    "authorized": "client_hub.group_account_manager",
    "at_risk": "client_hub.group_account_manager",
    "in_production": "client_hub.group_traffic",
    "awaiting_approval": "client_hub.group_traffic",
    "done": "client_hub.group_account_manager",
    "on_hold": "client_hub.group_account_manager",
    "refused": "client_hub.group_account_manager",
    "cancelled": "client_hub.group_account_manager",
}
# States that only a job that was authorised, or put at risk, may have.
RELEASED_STATES = frozenset(
    {
        "authorized",
        "at_risk",
        "in_production",
        "awaiting_approval",
        "done",
        "on_hold",
    }
)
OPEN_STATES = (
    "requested",
    "authorized",
    "at_risk",
    "in_production",
    "awaiting_approval",
    "on_hold",
)
# Money is shown to those who plan with it, not to creation or to the portal.
BUDGET_GROUPS = (
    "client_hub.group_traffic,account.group_account_readonly,"
    "account.group_account_invoice"
)


class ClientJob(models.Model):
    """What a client asked for and agreed; the work itself is in project tasks.

    Tasks exist only once the job was authorised or put at risk (``released_date``):
    see models/project_task_release.py.
    """

    _name = "client.job"
    _description = "Job"
    _inherit = [
        "client.record",
        "client.transition.mixin",
        "client.wall.source",
        "client.talk.mixin",
    ]
    _order = "priority desc, deadline, id desc"
    _rec_names_search = ["number", "name"]
    _transitions = TRANSITIONS
    _transition_groups = TRANSITION_GROUPS
    _system_fields = frozenset(
        {
            "number",
            "held_from",
            "is_at_risk",
            "origin",
            "project_id",
            "released_by_id",
            "released_date",
            "requested_date",
            "done_date",
        }
    )
    _wall_reason = "job"
    _wall_people = ("account_manager_id", "assistant_ids", "traffic_user_id")
    _wall_moves = ("client_id", "template_id")
    _history_kind = "job"
    # Follow from the state and the pieces, which are logged themselves.
    _history_exclude = frozenset(
        {"progress", "held_from", "access_token", "portal_state"}
    )
    # creation reads the job's history, not its money
    _history_field_kind = {"budget_id": "budget", "budget_amount": "budget"}

    name = fields.Char(string="Title", required=True, index="trigram")
    number = fields.Char(readonly=True, copy=False, index="trigram")
    active = fields.Boolean(default=True)
    state = fields.Selection(
        string="Status",
        selection=[
            ("draft", "Draft"),
            ("requested", "Opened by client"),
            ("authorized", "Authorised"),
            ("at_risk", "At risk"),
            ("in_production", "In production"),
            ("awaiting_approval", "Awaiting approval"),
            ("done", "Done"),
            ("on_hold", "On hold"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        copy=False,
        index=True,
        group_expand="_expand_states",
        # the client's people read ``portal_state``
        groups="base.group_user",
    )
    origin = fields.Selection(
        selection=[("internal", "Agency"), ("portal", "Portal")],
        default="internal",
        required=True,
        copy=False,
        readonly=True,
    )
    priority = fields.Selection(
        selection=[("0", "Normal"), ("1", "High"), ("2", "Very high"), ("3", "Urgent")],
        default="0",
    )
    deadline = fields.Date(index=True)
    campaign = fields.Char()
    refusal_reason = fields.Text(copy=False, readonly=True)

    # people
    requester_id = fields.Many2one(
        comodel_name="res.partner",
        string="Requested by",
        domain="[('commercial_partner_id', '=', client_id)]",
        ondelete="restrict",
        index="btree_not_null",
        help="The person at the client who asked for the job and follows it.",
    )
    account_manager_id = fields.Many2one(
        comodel_name="res.users",
        string="Account manager",
        compute="_compute_account_manager_id",
        store=True,
        readonly=False,
        precompute=True,
        domain=[("share", "=", False)],
        ondelete="restrict",
        index="btree_not_null",
    )
    assistant_ids = fields.Many2many(
        comodel_name="res.users",
        relation="client_job_assistant_rel",
        column1="job_id",
        column2="user_id",
        string="Assistants",
        compute="_compute_assistant_ids",
        store=True,
        readonly=False,
        domain=[("share", "=", False)],
        groups="base.group_user",
    )
    traffic_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Traffic",
        compute="_compute_traffic_user_id",
        store=True,
        readonly=False,
        precompute=True,
        domain=[("share", "=", False)],
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
        help="Who hands out the work. Change requests come back to this person.",
    )

    # briefing
    template_id = fields.Many2one(
        comodel_name="client.job.template",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    briefing = fields.Html()
    # budget
    budget_id = fields.Many2one(
        comodel_name="client.budget",
        domain="[('client_id', '=', client_id), ('state', '=', 'running')]",
        ondelete="restrict",
        index="btree_not_null",
        groups=BUDGET_GROUPS,
    )
    budget_amount = fields.Monetary(string="Amount", groups=BUDGET_GROUPS)
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_currency_id",
        compute_sudo=True,
        store=True,
    )

    # work
    piece_ids = fields.One2many(
        comodel_name="client.piece", inverse_name="job_id", string="Pieces"
    )
    piece_count = fields.Integer(compute="_compute_counts", compute_sudo=True)
    piece_approved_count = fields.Integer(
        compute="_compute_counts", compute_sudo=True, string="Approved pieces"
    )
    task_ids = fields.One2many(
        comodel_name="project.task",
        inverse_name="client_job_id",
        string="Tasks",
        # those of a job on hold are put away, and still part of it
        context={"active_test": False},
        groups="base.group_user",
    )
    task_count = fields.Integer(compute="_compute_task_count", groups="base.group_user")
    project_id = fields.Many2one(
        comodel_name="project.project",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    progress = fields.Integer(
        compute="_compute_progress", compute_sudo=True, store=True, aggregator="avg"
    )

    # what happened when
    requested_date = fields.Datetime(string="Requested on", copy=False, readonly=True)
    released_date = fields.Datetime(
        string="Authorised on",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="When the job was authorised or put at risk: only then is there work.",
    )
    released_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Authorised by",
        copy=False,
        readonly=True,
        ondelete="restrict",
        groups="base.group_user",
    )
    done_date = fields.Datetime(string="Done on", copy=False, readonly=True)
    is_at_risk = fields.Boolean(
        string="Worked on at risk",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Work goes on although the client has not authorised it.",
    )
    held_from = fields.Char(copy=False, readonly=True, groups="base.group_user")

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "The number of a job is unique."
    )
    _budget_amount_not_negative = models.Constraint(
        "CHECK (budget_amount >= 0)", "The amount of a job can't be negative."
    )
    _open_by_manager = models.Index("(account_manager_id, state)")

    # === COMPUTE METHODS === #

    @api.depends("number", "name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for job in self:
            job.display_name = f"{job.number or ''} {job.name or ''}".strip()
        self.env["client.wall"]._mask(self)

    def _compute_access_url(self):
        for job in self:
            job.access_url = f"/my/jobs/{job.id}"

    @api.depends("client_id")
    def _compute_template_id(self):
        for job in self:
            # sudo: a portal request presets the template too
            template = job.client_id.sudo().client_job_template_id
            job.template_id = job.template_id or template

    @api.depends("client_id", "template_id")
    def _compute_account_manager_id(self):
        for job in self:
            # sudo: the team of a client is no secret to who opens a job for it
            job.account_manager_id = (
                job.template_id.sudo().account_manager_id
                or job.client_id.sudo().account_manager_id
                or job.account_manager_id
            )

    @api.depends("client_id", "template_id")
    def _compute_assistant_ids(self):
        for job in self:
            # sudo: see _compute_account_manager_id
            job.assistant_ids = (
                job.assistant_ids
                | job.client_id.sudo().assistant_ids
                | job.template_id.sudo().assistant_ids
            )

    @api.depends("template_id")
    def _compute_traffic_user_id(self):
        for job in self:
            # sudo: see _compute_account_manager_id
            traffic_user = job.template_id.sudo().traffic_user_id
            job.traffic_user_id = traffic_user or job.traffic_user_id

    @api.depends("budget_id.currency_id", "company_id.currency_id")
    def _compute_currency_id(self):
        for job in self:
            job.currency_id = job.budget_id.currency_id or job.company_id.currency_id

    @api.depends("piece_ids.state")
    def _compute_counts(self):
        pieces, approved = {}, {}
        for job, state, count in self.env["client.piece"]._read_group(
            [("job_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["job_id", "state"],
            ["__count"],
        ):
            pieces[job.id] = pieces.get(job.id, 0) + count
            if state == "approved":
                approved[job.id] = count
        for job in self:
            job.piece_count = pieces.get(job._origin.id, 0)
            job.piece_approved_count = approved.get(job._origin.id, 0)

    @api.depends("task_ids")
    def _compute_task_count(self):
        counts = dict(
            self.env["project.task"]._read_group(
                [
                    ("client_job_id", "in", self.ids),
                    ("active", "in", [True, False]),
                    "|",
                    ("active", "=", True),
                    ("client_parked_state", "!=", False),
                ],
                ["client_job_id"],
                ["__count"],
            )
        )
        for job in self:
            job.task_count = counts.get(job._origin, 0)

    @api.depends(
        "state",
        "piece_ids.progress",
        "piece_ids.state",
        "task_ids.active",
        "task_ids.client_parked_state",
        "task_ids.client_piece_id",
        "task_ids.state",
    )
    def _compute_progress(self):
        for job in self:
            if job.state == "done":
                job.progress = 100
                continue
            pieces = job.piece_ids.filtered(
                lambda piece: piece.state not in ("refused", "cancelled")
            )
            # a piece stands for its own tasks
            tasks = job.task_ids.filtered(
                lambda task: (
                    not task.client_piece_id
                    and task.state != "1_canceled"
                    and (task.active or task.client_parked_state)
                )
            )
            shares = pieces.mapped("progress")
            shares += [100 if task.state == "1_done" else 0 for task in tasks]
            job.progress = round(sum(shares) / len(shares)) if shares else 0

    # === CONSTRAINT METHODS === #

    @api.constrains("client_id", "budget_id")
    def _check_budget(self):
        # sudo: compares ids and states only
        for job in self.sudo():
            if job.budget_id and job.budget_id.client_id != job.client_id:
                raise ValidationError(
                    self.env._("The budget belongs to another client.")
                )

    @api.constrains("budget_id")
    def _check_budget_running(self):
        # sudo: see _check_budget
        for job in self.sudo():
            if job.budget_id and job.budget_id.state != "running":
                raise ValidationError(
                    self.env._(
                        "The budget “%(name)s” is not running.",
                        name=job.budget_id.name,
                    )
                )

    @api.constrains("client_id", "requester_id")
    def _check_requester(self):
        # sudo: compares ids only
        for job in self.sudo():
            requester = job.requester_id
            if requester and job.client_id not in requester._portal_job_clients():
                raise ValidationError(
                    self.env._("The person who asks doesn't belong to this client.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Number the jobs, build them from their template, tell their people."""
        jobs = super().create(vals_list)
        jobs._draw_numbers("client.job")
        for job, vals in zip(jobs, vals_list, strict=True):
            job._apply_template(
                # a form sends empty lists
                answers=not (vals.get("answer_ids") or vals.get("internal_answer_ids")),
                pieces=not vals.get("piece_ids"),
            )
            if job.state in RELEASED_STATES and not job.released_date:
                job.released_date = fields.Datetime.now()
        jobs._subscribe_team()
        jobs.filtered(lambda job: job.state != "draft")._sync_budget()
        return jobs

    def write(self, vals):
        """Keep client, budget and followers in step with the job."""
        if "client_id" in vals:
            moved = self.filtered(
                lambda job: (
                    job.client_id.id != vals["client_id"] and job.state != "draft"
                )
            )
            if moved:
                raise UserError(
                    self.env._(
                        "The client of a job that was opened can't change, its talk "
                        "and files would go along: refuse or cancel it, and open a "
                        "new one."
                    )
                )
        result = super().write(vals)
        if "template_id" in vals:
            for job in self.filtered(lambda job: job.state in ("draft", "requested")):
                job._apply_template()
        if vals.keys() & {"budget_id", "budget_amount", "client_id"}:
            self._check_budget_raise()
            self._sync_budget()
            self._touch_budget_hours()
        if vals.keys() & {"account_manager_id", "assistant_ids", "requester_id"}:
            self._subscribe_team()
        return result

    def copy_data(self, default=None):
        """Name the copies."""
        return [
            dict(vals, name=self.env._("%s (copy)", job.name))
            for job, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_real(self):
        for job in self:
            # sudo: only asks whether there are any
            if job.released_date or job.sudo().piece_ids.version_ids:
                raise UserError(
                    self.env._(
                        "“%(job)s” has been worked on: cancel it instead.",
                        job=job.display_name,
                    )
                )
