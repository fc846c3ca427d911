from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Documents on which what was said to the other side stays said.
KEPT_MODELS = frozenset({"client.contract", "client.job", "client.piece"})
# Who may read a message: fixed when it is written.
AUDIENCE_FIELDS = frozenset(
    {"is_internal", "message_type", "model", "parent_id", "res_id", "subtype_id"}
)
CONTENT_FIELDS = frozenset({"body", "attachment_ids", "author_id", "date", "subject"})


class MailMessage(models.Model):
    """Messages are hidden with their document, also from those who received them.

    And the way to internal texts is closed for portal users, whatever their type.
    """

    _inherit = "mail.message"

    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Leave out messages on documents that are hidden from the user.

        And internal ones for everybody but employees, also where a field such as the
        messages of a document asks nobody: what is not read is not searched in.
        """
        if kwargs.get("bypass_access") and not self.env.su:
            if not self.env.user._is_internal():
                domain = self._get_search_domain_share() & Domain(domain)
        query = super()._search(domain, offset, limit, order, **kwargs)
        if self.env.su or kwargs.get("bypass_access"):
            return query
        return self.env["client.wall"]._filter_query(query, self, order, "model")

    def _to_store_defaults(self, target):
        """Let colleagues see that a message is for them only, whatever its kind."""
        field_names = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            field_names.append("is_internal")
        return field_names

    def _check_access(self, operation):
        """Forbid messages on documents that are hidden from the user."""
        result = super()._check_access(operation)
        wall = self.env["client.wall"]
        return wall._check_documents(self, operation, result, "model")

    def _get_forbidden_access(self, operation):
        """Forbid internal messages of these documents to everybody but employees.

        Odoo itself forbids reading only those of type "comment"; a note posted by
        code or a log line has another type and could be read by its id.
        """
        forbidden = super()._get_forbidden_access(operation)
        remaining = self - forbidden
        if not remaining or self.env.user._is_internal():
            return forbidden
        self.flush_recordset(["model", "message_type", "is_internal", "subtype_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT message.id
                  FROM mail_message AS message
             LEFT JOIN mail_message_subtype AS subtype
                    ON subtype.id = message.subtype_id
                 WHERE message.id = ANY(%s)
                   AND message.model = ANY(%s)
                   AND message.message_type != 'user_notification'
                   AND (message.model != 'project.task'
                        OR EXISTS (
                            SELECT 1 FROM project_task AS task
                             WHERE task.id = message.res_id
                               AND task.client_job_id IS NOT NULL
                        ))
                   AND (message.is_internal
                        OR message.subtype_id IS NULL
                        OR subtype.internal)
                """,
                list(remaining.ids),
                self._client_talk_models(),
            )
        )
        return forbidden + self.browse(row[0] for row in rows)

    @api.model
    @tools.ormcache()
    def _client_talk_models(self):
        """Return the models on which staff write notes about clients."""
        record, thread = self.env.registry["client.record"], self.pool["mail.thread"]
        names = [
            name
            for name in sorted(self.env.registry)
            if isinstance(self.env[name], record)
            and isinstance(self.env[name], thread)
            and self.env[name]._auto
        ]
        return [*names, "project.task", "res.partner"]

    def write(self, vals):
        """Keep what was said to the other side, and to whom it was said."""
        if not self.env.su and (AUDIENCE_FIELDS | CONTENT_FIELDS) & vals.keys():
            self._check_client_talk_kept(every=bool(AUDIENCE_FIELDS & vals.keys()))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_client_talk(self):
        if not self.env.su:
            self._check_client_talk_kept()

    def _check_client_talk_kept(self, every=False):
        """Raise when the agency and the client have exchanged one of these messages.

        :param bool every: internal notes count as well
        :raise UserError: says what to do instead
        """
        # sudo: asks where a message stands and for whom it is
        for message_sudo in self.sudo():
            if message_sudo.model not in KEPT_MODELS or not message_sudo.res_id:
                continue
            subtype = message_sudo.subtype_id
            if every or not (
                message_sudo.is_internal or not subtype or subtype.internal
            ):
                raise UserError(
                    self.env._(
                        "What the agency and the client write to each other stays as "
                        "it is: write another message."
                    )
                )
