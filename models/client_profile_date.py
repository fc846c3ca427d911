"""Important dates of a client, and the activities that remind of them."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, split_every

from ..tools import nightly

RECURRENCES = [("yearly", "Every year"), ("once", "Once")]
CRON_BATCH = 100
# The last place on earth where a day begins and the last where it ends.
DAY_MARGIN = relativedelta(days=1)


def coming_occurrence(date, recurrence, today):
    """Return the day on which a date comes next.

    A yearly 29 February is kept on the 28th where there is none.

    :param date date: the first one
    :param str recurrence: key of RECURRENCES
    :param date today: the first day that counts
    :rtype: date
    """
    if recurrence == "once" or date >= today:
        return date
    years = today.year - date.year
    occurrence = date + relativedelta(years=years)
    return occurrence if occurrence >= today else date + relativedelta(years=years + 1)


class ClientProfileDate(models.Model):
    """A day to think of: anniversary, birthday, launch, end of a season…"""

    _name = "client.profile.date"
    _inherit = "client.record"
    _description = "Important date of a client"
    _order = "occurrence_date, id"
    _client_record_allow_inactive = True
    _history_kind = "client"
    _history_exclude = frozenset(
        {
            # where the reminders have got to; the activities themselves are seen
            "occurrence_date",
            "remind_on",
            "reminded_date",
            # technical: the answer is in the history by itself
            "question_key",
        }
    )

    # they go with the client: a birthday is no reason to keep it
    client_id = fields.Many2one(ondelete="cascade")
    name = fields.Char(string="Occasion", required=True)
    # follows the client: shared, or of its company
    company_id = fields.Many2one(
        related="client_id.company_id",
        store=True,
        precompute=True,
        default=None,
        required=False,
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        index="btree_not_null",
        ondelete="set null",
        domain="[('parent_id', 'child_of', client_id), ('type', '=', 'contact')]",
        help="Whose birthday it is, for example.",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    recurrence = fields.Selection(
        selection=RECURRENCES, required=True, default="yearly", string="Repeats"
    )
    remind = fields.Boolean(default=True)
    days_before = fields.Integer(string="Days ahead", default=7)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        domain="[('share', '=', False)]",
        index="btree_not_null",
        ondelete="set null",
        help="Gets the reminder. Empty: the account manager.",
    )
    question_key = fields.Char(
        readonly=True, copy=False, help="The question whose answer this date is."
    )

    occurrence_date = fields.Date(
        string="Next", compute="_compute_occurrence_date", store=True, index=True
    )
    reminded_date = fields.Date(
        string="Reminded of",
        readonly=True,
        copy=False,
        help="The last occurrence that an activity was planned for.",
    )
    remind_on = fields.Date(
        string="Reminder on",
        compute="_compute_remind_on",
        store=True,
        index="btree_not_null",
        help="Empty: nothing more to remind of for now.",
    )

    _days_before_positive = models.Constraint(
        "CHECK (days_before BETWEEN 0 AND 364)",
        "Remind between 0 and 364 days ahead.",
    )
    _client_question = models.UniqueIndex(
        "(client_id, question_key) WHERE question_key IS NOT NULL",
        "An answer has one date.",
    )

    # === COMPUTE METHODS === #

    @api.depends("date", "recurrence")
    def _compute_occurrence_date(self):
        today = fields.Date.context_today(self)
        for line in self:
            line.occurrence_date = line.date and coming_occurrence(
                line.date, line.recurrence, today
            )

    @api.depends("occurrence_date", "days_before", "remind", "reminded_date")
    def _compute_remind_on(self):
        """Each occurrence is reminded of once; one that is over, not at all."""
        today = fields.Date.context_today(self)
        for line in self:
            is_due = (
                line.remind
                and line.occurrence_date
                and line.occurrence_date >= today
                and line.occurrence_date != line.reminded_date
            )
            line.remind_on = is_due and line.occurrence_date - relativedelta(
                days=line.days_before
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("contact_id", "client_id")
    def _check_contact_of_client(self):
        # sudo: only compares; the write itself was allowed
        for line in self.sudo().filtered("contact_id"):
            if line.contact_id.commercial_partner_id != line.client_id:
                raise UserError(
                    self.env._(
                        "“%(contact)s” is not a contact of “%(client)s”.",
                        contact=line.contact_id.name,
                        client=line.client_id.name,
                    )
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """Write; the day and name of an answer are changed where it is answered."""
        if not self.env.su and {"date", "name", "client_id"} & vals.keys():
            for line in self.filtered("question_key"):
                if any(
                    line._fields[name].convert_to_cache(vals[name], line)
                    != line._fields[name].convert_to_cache(line[name], line)
                    for name in ("date", "name", "client_id")
                    if name in vals
                ):
                    raise UserError(
                        self.env._(
                            "“%s” is an answer of the profile: change it there.",
                            line.name,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answer(self):
        if not self.env.su and (answers := self.filtered("question_key")):
            raise UserError(
                self.env._(
                    "“%s” is an answer of the profile: empty it there, or switch "
                    "its reminder off.",
                    answers[0].name,
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _follow_questions(self):
        """Rename and remove dates whose questions were renamed or removed."""
        questionnaire = self.env["client.profile.questionnaire"]._main()
        labels = {
            question["name"]: question.get("string") or ""
            for question in questionnaire._questions()
            if question["type"] == "date"
        }
        for line in self.search([("question_key", "!=", False)]):
            if line.question_key not in labels:
                line.unlink()
            elif line.name != labels[line.question_key]:
                line.name = labels[line.question_key]

    @api.model
    def _follow_answers(self, clients):
        """Make the dates of these clients say what their dated answers say."""
        known = {
            (line.client_id.id, line.question_key): line
            for line in self.search(
                [("client_id", "in", clients.ids), ("question_key", "!=", False)]
            )
        }
        to_create = []
        for client in clients:
            for answer in client._client_answers():
                if answer["type"] != "date":
                    continue
                line = known.pop((client.id, answer["name"]), None)
                date = fields.Date.to_date(answer["value"])
                if not line:
                    to_create.append(
                        {
                            "client_id": client.id,
                            "question_key": answer["name"],
                            "name": answer["label"],
                            "date": date,
                        }
                    )
                elif line.date != date:
                    line.date = date
        for line in known.values():
            line.unlink()
        self.create(to_create)

    def _reminder_user(self):
        """Return who gets the reminder: somebody who is there and sees the client."""
        self.ensure_one()
        client = self.client_id
        for user in self.user_id | client.account_manager_id | client.assistant_ids:
            if (
                user.active
                and not user.share
                and client.with_user(user).has_access("read")
            ):
                return user
        return self.user_id.browse()

    def _remind(self):
        """Plan the activities that are due, each once.

        The activity and ``reminded_date`` are written together: after a crash there
        are both or neither. Rows that another worker has are left to it.
        """
        locked = self.try_lock_for_update()
        # what another worker did before the lock was taken counts
        locked.invalidate_recordset()
        now = fields.Datetime.now()
        for line in locked.filtered("remind_on"):
            user = line._reminder_user()
            if not user:
                continue
            # the day begins where the responsible is
            local = fields.Datetime.context_timestamp(
                line.with_context(tz=user.tz or "UTC"), now
            )
            if line.remind_on > local.date():
                continue
            # the others are still reminded when it fails
            nightly.attempt_each(line, "_plan_activity", user)

    def _get_title(self):
        """Return the occasion, and whose it is."""
        self.ensure_one()
        return f"{self.name}: {self.contact_id.name}" if self.contact_id else self.name

    def _plan_activity(self, user):
        """Plan the activity, in the language of the user, and keep that it was done."""
        line = self.with_context(lang=user.lang)
        day = format_date(line.env, line.occurrence_date)
        if line.recurrence == "yearly" and line.occurrence_date.year > line.date.year:
            note = line.env._(
                "On %(day)s: %(years)s years since %(first)s.",
                day=day,
                years=line.occurrence_date.year - line.date.year,
                first=format_date(line.env, line.date),
            )
        else:
            note = line.env._("On %s.", day)
        line.client_id.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=line.occurrence_date,
            summary=line._get_title(),
            note=note,
            user_id=user.id,
        )
        self.reminded_date = self.occurrence_date

    @api.model
    def _cron_remind(self):
        """Remind of the dates that come near; turn the years of those that passed."""
        today = fields.Date.today()
        due = self.search(
            [
                ("remind_on", "<=", today + DAY_MARGIN),
                ("client_id.active", "=", True),
                ("client_id.client_status", "=", "active"),
            ],
            order="remind_on, id",
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for ids in split_every(CRON_BATCH, due.ids):
            self.browse(ids)._remind()
            if not cron._commit_progress(len(ids)):
                return
        passed = self.search(
            [
                ("recurrence", "=", "yearly"),
                ("occurrence_date", "<", today - DAY_MARGIN),
            ]
        )
        for ids in split_every(CRON_BATCH, passed.ids):
            nightly.attempt_each(self.browse(ids), "_compute_occurrence_date")
            if not cron._commit_progress():
                return
