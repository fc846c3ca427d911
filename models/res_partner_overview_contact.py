"""The Overview tab's diary and last contact, each in one query."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .res_partner_overview_dates import EACH

# How a document leads to its client.
CLIENT_FIELDS = {
    "res.partner": "commercial_partner_id",
    "client.contract": "client_id",
    "client.budget": "client_id",
    "client.job": "client_id",
    "client.piece": "client_id",
    "account.move": "commercial_partner_id",
    "sale.order": "partner_id.commercial_partner_id",
    "project.task": "partner_id.commercial_partner_id",
}
RECENT = 20  # messages looked at: the newest may be on what the user may not read
WRITTEN = ["comment", "email", "email_outgoing"]  # by a person
KINDS = {"phonecall": "call", "meeting": "meeting"}  # of activities; others are tasks


class ResPartner(models.Model):
    """Looks at activities, meetings and messages of all of a client's documents.

    Odoo asks each document whether its activities and messages may be read. Here the
    database is asked at once: what counts is on a document that the user's own search
    finds (``_overview_documents``).
    """

    _inherit = "res.partner"

    def _overview_documents(self):
        """Return the queries for the client's documents that the user may read.

        :return: Query by model
        :rtype: dict
        """
        queries = {}
        for model, path in CLIENT_FIELDS.items():
            Model = self.env[model].with_context(active_test=False)
            if Model.has_access("read"):
                query = Model._search([(path, "=", self.id)])
                if not query.is_empty():
                    queries[model] = query
        return queries

    # === DIARY === #

    def _overview_diary(self, documents):
        """Return what is next, and what was last of calls and meetings.

        :param dict documents: see ``_overview_documents``
        :return: dicts with name, kind, date (datetime of the user's day), done, link
        :rtype: list
        """
        rows = [*self._overview_activities(documents), *self._overview_meetings()]
        return sorted(rows, key=lambda row: (row["date"], row["name"] or ""))

    def _overview_activities(self, documents):
        """Return the next activities and the last call, of readable documents."""
        branches = [
            SQL(
                """
                SELECT activity.id, activity.active, activity.user_id,
                       COALESCE(NULLIF(activity.summary, ''), type.name->>%(lang)s,
                                type.name->>'en_US') AS name,
                       type.category, activity.date_deadline, activity.date_done
                  FROM mail_activity AS activity
             LEFT JOIN mail_activity_type AS type
                    ON type.id = activity.activity_type_id
                 WHERE activity.res_model = %(model)s
                   AND activity.res_id IN %(documents)s
                   AND activity.calendar_event_id IS NULL
                """,
                lang=self.env.lang or "en_US",
                model=model,
                documents=query.subselect(),
            )
            for model, query in documents.items()
        ]
        for model in ("mail.activity", "mail.activity.type", *documents):
            self.env[model].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH activity AS (%(activities)s)
                (SELECT *, FALSE AS done, date_deadline AS date FROM activity
                  WHERE active ORDER BY date_deadline, id LIMIT %(limit)s)
                UNION ALL
                (SELECT *, TRUE AS done, date_done AS date FROM activity
                  WHERE active IS NOT TRUE AND date_done IS NOT NULL
                    AND category IN ('phonecall', 'meeting')
                  ORDER BY date_done DESC, id DESC LIMIT 1)
                """,
                activities=SQL(" UNION ALL ").join(branches),
                limit=EACH,
            )
        )
        return [
            {
                "name": row["name"],
                "kind": KINDS.get(row["category"], "task"),
                "date": fields.Datetime.to_datetime(row["date"]),
                "done": row["done"],
                "link": {"activity": row["id"] * 2},  # its id in client.activity
            }
            for row in rows
        ]

    def _overview_meetings(self):
        """Return the next meetings with the client's people, and the last one."""
        Event = self.env["calendar.event"]
        # a meeting that others keep private shows neither title nor date here
        domain = Domain(Event._get_default_privacy_domain()) | Domain(
            "partner_ids", "in", self.env.user.partner_id.ids
        )
        domain &= Domain("partner_ids.commercial_partner_id", "=", self.id)
        now = fields.Datetime.now()
        coming = Event._search(
            domain & Domain("stop", ">=", now), order="start, id", limit=EACH
        )
        past = Event._search(
            domain & Domain("stop", "<", now), order="start desc, id desc", limit=1
        )
        queries = [query for query in (coming, past) if not query.is_empty()]
        if not queries:
            return []
        columns = [
            SQL.identifier(Event._table, name)
            for name in ("id", "name", "start", "stop", "allday")
        ]
        rows = self.env.execute_query_dict(
            SQL(" UNION ALL ").join(
                SQL("(%s)", query.select(*columns)) for query in queries
            )
        )
        return [
            {
                "name": row["name"],
                "kind": "meeting",
                "date": row["start"]
                if row["allday"]
                else fields.Datetime.context_timestamp(self, row["start"]).replace(
                    tzinfo=None
                ),
                "done": row["stop"] < now,
                "link": {"model": "calendar.event", "id": row["id"]},
            }
            for row in rows
        ]

    # === LAST CONTACT === #

    def _overview_contact(self, facts, documents, diary):
        """Return when people last wrote and met, newest first, and about what."""
        labels = {
            "sent": self.env._("We wrote"),
            "received": self.env._("The client wrote"),
            "call": self.env._("Last call"),
            "meeting": self.env._("Last meeting"),
        }
        rows = self._overview_messages(documents)
        met = [row for row in diary if row["done"]]
        rows += met[-1:]
        rows.sort(key=lambda row: row["date"], reverse=True)
        for row in rows[:1]:
            facts["silence"] = (
                (fields.Date.context_today(self) - row["date"].date()).days,
                self.env._(
                    "No contact since %s.", self._overview_day(row["date"].date())
                ),
                row["link"],
            )
        return [
            {
                "kind": row["kind"],
                "label": labels[row["kind"]],
                "date": self._overview_day(row["date"].date()),
                "who": row.get("who") or "",
                "text": row["name"] or "",
                "link": row["link"],
            }
            for row in rows
        ]

    def _overview_messages(self, documents):
        """Return the newest message to the client's people, and the newest from them.

        Ordered by date on purpose: the database then starts from the few people, and
        not from the newest message of all.
        """
        for model in ("mail.message", "mail.notification", "res.partner"):
            self.env[model].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH people AS MATERIALIZED (
                    SELECT id FROM res_partner WHERE commercial_partner_id = %(client)s
                ), newest AS MATERIALIZED (
                    (SELECT id, 'received' AS kind FROM mail_message
                      WHERE author_id IN (SELECT id FROM people)
                        AND message_type = ANY(%(written)s)
                   ORDER BY date DESC, id DESC LIMIT %(limit)s)
                    UNION ALL
                    (SELECT message.id, 'sent' AS kind
                       FROM mail_message AS message
                      WHERE message.id IN (
                                SELECT mail_message_id FROM mail_notification
                                 WHERE res_partner_id IN (SELECT id FROM people))
                        AND message.message_type <> 'user_notification'
                        AND (message.author_id IS NULL
                             OR message.author_id NOT IN (SELECT id FROM people))
                   ORDER BY message.date DESC, message.id DESC LIMIT %(limit)s)
                )
                SELECT DISTINCT ON (newest.kind)
                       newest.kind, message.date, message.model, message.res_id,
                       message.subject AS name, message.author_id
                  FROM newest
                  JOIN mail_message AS message ON message.id = newest.id
                 WHERE %(readable)s
              ORDER BY newest.kind, message.date DESC, message.id DESC
                """,
                client=self.id,
                written=WRITTEN,
                limit=RECENT,
                readable=SQL(" OR ").join(
                    SQL(
                        "(message.model = %s AND message.res_id IN %s)",
                        model,
                        query.subselect(),
                    )
                    for model, query in documents.items()
                ),
            )
        )
        # somebody may have written here whom the user may not see
        authors = self.env["res.partner"].with_context(active_test=False)
        authors = authors.search_fetch(
            [("id", "in", [row["author_id"] for row in rows])], ["name"]
        )
        names = {author.id: author.name for author in authors}
        return [
            {
                **row,
                "date": fields.Datetime.context_timestamp(self, row["date"]).replace(
                    tzinfo=None
                ),
                "who": names.get(row["author_id"]),
                "link": {"model": row["model"], "id": row["res_id"]},
            }
            for row in rows
        ]
