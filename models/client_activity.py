"""What is to be done, and was done, for a client: one list of two sources."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_time

KINDS = [("task", "Task"), ("call", "Call"), ("meeting", "Meeting")]
STATES = [("open", "Open"), ("planned", "Planned"), ("closed", "Closed")]
# How a document with activities leads to its client: {model: (join, column)}.
DOCUMENTS = {
    "res.partner": ("", "doc.commercial_partner_id"),
    "client.contract": ("", "doc.client_id"),
    "client.budget": ("", "doc.client_id"),
    "client.job": ("", "doc.client_id"),
    "client.piece": ("", "doc.client_id"),
    "account.move": ("", "doc.commercial_partner_id"),
    "sale.order": (
        "JOIN res_partner AS person ON person.id = doc.partner_id",
        "person.commercial_partner_id",
    ),
    "project.task": (
        "JOIN res_partner AS person ON person.id = doc.partner_id",
        "person.commercial_partner_id",
    ),
}


class ClientActivity(models.Model):
    """Tasks and calls (``mail.activity``) and meetings (``calendar.event``) of clients.

    It holds nothing itself: whoever may not read the activity or the meeting does not
    find the line. Ids are even for activities and odd for meetings.
    """

    _name = "client.activity"
    _description = "Activity of a client"
    _auto = False
    _order = "done, date, id"
    _rec_name = "name"
    _depends = {
        "mail.activity": [
            "active",
            "activity_type_id",
            "calendar_event_id",
            "date_deadline",
            "date_done",
            "res_id",
            "res_model",
            "summary",
            "user_id",
        ],
        "mail.activity.type": ["category", "name"],
        "calendar.attendee": ["event_id", "partner_id"],
        "calendar.event": ["active", "name", "start", "stop", "user_id"],
        "res.partner": ["commercial_partner_id"],
        "account.move": ["commercial_partner_id"],
        "sale.order": ["partner_id"],
        "project.task": ["partner_id"],
    }

    client_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    activity_id = fields.Many2one(comodel_name="mail.activity", readonly=True)
    event_id = fields.Many2one(comodel_name="calendar.event", readonly=True)
    name = fields.Char(string="Title", readonly=True)
    kind = fields.Selection(selection=KINDS, readonly=True)
    date = fields.Date(readonly=True)
    start = fields.Datetime(readonly=True, help="Of a meeting.")
    all_day = fields.Boolean(readonly=True)
    done = fields.Boolean(readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Responsible", readonly=True
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Integer(readonly=True)
    state = fields.Selection(selection=STATES, compute="_compute_state")
    is_late = fields.Boolean(compute="_compute_state")
    when = fields.Char(string="Date", compute="_compute_when")
    about = fields.Char(compute="_compute_about")
    can_write = fields.Boolean(compute="_compute_can_write")

    # === QUERY === #

    @property
    def _table_query(self):
        branches = [
            self._activity_query(model, *path) for model, path in DOCUMENTS.items()
        ]
        return SQL(" UNION ALL ").join([*branches, self._meeting_query()])

    def _activity_query(self, model, join, client):
        """Return the activities of one kind of document."""
        return SQL(
            """
            SELECT activity.id * 2 AS id,
                   %(client)s AS client_id,
                   activity.id AS activity_id,
                   activity.calendar_event_id AS event_id,
                   COALESCE(NULLIF(activity.summary, ''), %(type_name)s) AS name,
                   CASE type.category WHEN 'phonecall' THEN 'call'
                                      WHEN 'meeting' THEN 'meeting'
                                      ELSE 'task' END AS kind,
                   CASE WHEN activity.active THEN activity.date_deadline
                        ELSE activity.date_done END AS date,
                   NULL::timestamp AS start,
                   NULL::boolean AS all_day,
                   activity.active IS NOT TRUE AS done,
                   activity.user_id AS user_id,
                   activity.res_model AS res_model,
                   activity.res_id AS res_id
              FROM mail_activity AS activity
              JOIN %(table)s AS doc ON doc.id = activity.res_id
                   %(join)s
         LEFT JOIN mail_activity_type AS type ON type.id = activity.activity_type_id
             WHERE activity.res_model = %(model)s
            """,
            client=SQL(client),  # a constant of this file
            join=SQL(join),  # as well
            table=SQL.identifier(self.env[model]._table),
            model=model,
            type_name=SQL(
                "COALESCE(type.name->>%s, type.name->>'en_US')",
                self.env.lang or "en_US",
            ),
        )

    def _meeting_query(self):
        """Return the meetings with people of a client, each once per client."""
        return SQL(
            """
            SELECT MIN(attendee.id) * 2 + 1 AS id,
                   person.commercial_partner_id AS client_id,
                   NULL::integer AS activity_id,
                   event.id AS event_id,
                   event.name AS name,
                   'meeting' AS kind,
                   event.start::date AS date,
                   event.start AS start,
                   event.allday AS all_day,
                   event.stop < (NOW() AT TIME ZONE 'UTC') AS done,
                   event.user_id AS user_id,
                   'calendar.event' AS res_model,
                   event.id AS res_id
              FROM calendar_attendee AS attendee
              JOIN calendar_event AS event ON event.id = attendee.event_id
              JOIN res_partner AS person ON person.id = attendee.partner_id
             WHERE event.active
               AND NOT EXISTS (
                       SELECT 1 FROM mail_activity AS activity
                        WHERE activity.calendar_event_id = event.id
                          AND activity.res_model = ANY(%(models)s))
          GROUP BY event.id, person.commercial_partner_id
            """,
            models=list(DOCUMENTS),
        )

    # === COMPUTE METHODS === #

    @api.depends("date", "done")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for line in self:
            line.is_late = bool(not line.done and line.date and line.date < today)
            if line.done:
                line.state = "closed"
            else:
                line.state = "planned" if line.date and line.date > today else "open"

    @api.depends("date", "start", "all_day")
    @api.depends_context("lang", "tz")
    def _compute_when(self):
        for line in self:
            if line.start and not line.all_day:
                local = fields.Datetime.context_timestamp(line, line.start)
                time = format_time(self.env, local.time(), time_format="short")
                line.when = f"{format_date(self.env, local.date())} {time}"
            else:
                line.when = format_date(self.env, line.date)

    @api.depends("res_model", "res_id", "client_id")
    def _compute_about(self):
        """Name the document, unless it is the client itself."""
        for model, lines in self.grouped("res_model").items():
            if model == "calendar.event":
                lines.about = False
                continue
            documents = self.env[model].browse(lines.mapped("res_id"))
            readable = documents._filtered_access("read")
            names = {document.id: document.display_name for document in readable}
            for line in lines:
                is_client = model == "res.partner" and line.res_id == line.client_id.id
                line.about = not is_client and names.get(line.res_id)

    @api.depends("activity_id", "event_id")
    def _compute_can_write(self):
        activities = self.activity_id.with_context(active_test=False)
        writable = activities._filtered_access("write")
        events = (self - self.filtered("activity_id")).event_id
        writable_events = events._filtered_access("write")
        for line in self:
            if line.activity_id:
                line.can_write = not line.done and line.activity_id in writable
            else:
                line.can_write = line.event_id in writable_events

    # === ACCESS === #

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Find the lines whose activity or meeting the user may read."""
        search = super()._search
        if self.env.su or kwargs.get("bypass_access"):
            return search(domain, offset, limit, order, **kwargs)
        found = search(domain, **kwargs)
        if found.is_empty():
            return found
        visible = self.browse(found.get_result_ids())._visible_to_user()
        # the domain stays, so that the database looks at one client's lines only
        domain = Domain(domain) & Domain("id", "in", visible.ids)
        return search(domain, offset, limit, order, **kwargs)

    def _check_access(self, operation):
        """Forbid lines whose activity or meeting the user may not read."""
        result = super()._check_access(operation)
        if self.env.su or not self:
            return result
        hidden = self - self._visible_to_user()
        if not hidden:
            return result
        forbidden = hidden | result[0] if result else hidden
        rule = self.env["ir.rule"]
        return forbidden, lambda: rule._make_access_error(operation, forbidden)

    def _visible_to_user(self):
        """Return the lines whose source the user finds when he looks for it.

        The ids tell the source, so nothing is read before it is allowed.
        """
        activities = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search([("id", "in", [id_ // 2 for id_ in self.ids if id_ % 2 == 0])])
        )
        visible = {activity.id * 2 for activity in activities}
        attendees = [id_ // 2 for id_ in self.ids if id_ % 2]
        if attendees:
            visible.update(self._visible_meetings(attendees))
        return self.browse(id_ for id_ in self.ids if id_ in visible)

    @api.model
    def _visible_meetings(self, attendee_ids):
        """Yield the ids of lines, for the attendees they are made of."""
        self.env["calendar.attendee"].flush_model(["event_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, event_id FROM calendar_attendee WHERE id = ANY(%s)",
                attendee_ids,
            )
        )
        Event = self.env["calendar.event"].with_context(active_test=False)
        # a meeting that others keep private shows neither title nor date here
        domain = Domain(Event._get_default_privacy_domain()) | Domain(
            "partner_ids", "in", self.env.user.partner_id.ids
        )
        domain &= Domain("id", "in", [event_id for _id, event_id in rows])
        events = set(Event._search(domain).get_result_ids())
        for attendee_id, event_id in rows:
            if event_id in events:
                yield attendee_id * 2 + 1

    # === ACTION METHODS === #

    def action_open(self):
        """Open the activity or the meeting in a dialog."""
        self.ensure_one()
        self.check_access("read")
        if self.activity_id:
            view, record = "mail.mail_activity_view_form_popup", self.activity_id
        else:
            view, record = "calendar.view_calendar_event_form", self.event_id
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": record._name,
            "res_id": record.id,
            "views": [(self.env.ref(view).id, "form")],
            "target": "new",
        }

    def action_done(self):
        """Mark a task or call as done.

        :raise UserError: for a meeting, which ends by itself
        """
        self.check_access("read")
        if any(not line.activity_id for line in self):
            raise UserError(self.env._("A meeting is closed when it is over."))
        self.activity_id.action_feedback()
        return True

    def action_delete(self):
        """Delete the activity, or the meeting; those involved are told."""
        self.check_access("read")
        activities = self.activity_id
        (self - self.filtered("activity_id")).event_id.unlink()
        activities.unlink()
        return True
