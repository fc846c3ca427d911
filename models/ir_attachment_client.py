"""The files of a client: kind, protection, history."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.http import DEFAULT_MAX_CONTENT_LENGTH

from ..tools.uploads import (
    HEAD_SIZE,
    STAFF_EXTENSIONS,
    clean_name,
    is_refused_type,
    readable_size,
)

# The files of these are in the history of their client.
LOGGED_MODELS = frozenset(
    {
        "res.partner",
        "client.contract",
        "client.budget",
        "client.job",
        "client.piece",
    }
)
# Who doesn't see the money doesn't see its files either.
MONEY_KINDS = frozenset({"contract", "entry", "budget", "invoice", "order", "manual"})
# What a protected file says; nobody replaces it, not even code that acts for a person.
PROTECTED_CONTENT = frozenset(
    {"datas", "db_datas", "raw", "store_fname", "type", "url"}
)
# Where it stands: code may move it, as when two contacts are merged.
PROTECTED_PLACE = frozenset(
    {"client_file_kind_id", "name", "res_field", "res_id", "res_model"}
)


class IrAttachment(models.Model):
    """Files of a client have a kind; those of some kinds stay."""

    _inherit = "ir.attachment"

    client_file_kind_id = fields.Many2one(
        comodel_name="client.file.kind",
        string="Kind",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    client_file_protected = fields.Boolean(
        string="Protected", related="client_file_kind_id.protected"
    )
    client_file_size = fields.Char(string="Size", compute="_compute_client_file_size")
    client_file_can_delete = fields.Boolean(compute="_compute_client_file_can_delete")

    # === COMPUTE METHODS === #

    @api.depends("file_size")
    def _compute_client_file_size(self):
        for file in self:
            file.client_file_size = readable_size(file.file_size)

    @api.depends("client_file_kind_id.protected")
    @api.depends_context("uid")
    def _compute_client_file_can_delete(self):
        writable = self._filtered_access("write")
        kept = self.browse() if self._may_delete_protected() else self._protected()
        for file in self:
            file.client_file_can_delete = file in writable and file not in kept

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create; a file of a client is in its history."""
        files = super().create(vals_list)
        for client, file_sudo in files._client_files():
            file_sudo._log_client_file(client, self.env._("File added"))
        return files

    def write(self, vals):
        """Refuse to replace a protected file, or to take its kind from it."""
        if PROTECTED_CONTENT & vals.keys() or (
            not self.env.su and PROTECTED_PLACE & vals.keys()
        ):
            self._check_not_protected()
        result = super().write(vals)
        if "client_file_kind_id" in vals:
            for client, file_sudo in self._client_files():
                kind = file_sudo.client_file_kind_id.name
                note = self.env._("Kind of file: %s", kind or self.env._("none"))
                file_sudo._log_client_file(client, note)
        if vals.get("res_id") and vals.get("res_model"):
            # a file of a message, uploaded before the message was there
            for client, file_sudo in self._client_files():
                file_sudo._log_client_file(client, self.env._("File added"))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_protected(self):
        self._check_not_protected()
        for client, file_sudo in self._client_files():
            file_sudo._log_client_file(client, self.env._("File deleted"))

    # === BUSINESS METHODS === #

    @api.model
    def _may_delete_protected(self):
        # asked of the user also in sudo: a message or a field that is emptied deletes
        # its files as superuser
        return self.env.user._is_superuser() or self.env.user.has_group(
            "client_hub.group_manager"
        )

    def _protected(self):
        """Return the files among these that only administrators delete."""
        # sudo: asks only whether the file is protected
        protected_sudo = self.sudo().filtered("client_file_kind_id.protected")
        return self.browse(protected_sudo.ids)

    def _check_not_protected(self):
        """Raise when a file is protected and the user is no administrator.

        :raise UserError: names the first file
        """
        if self._may_delete_protected():
            return
        if protected := self._protected():
            # sudo: whoever deletes or changes it knows its name
            file_sudo = protected[0].sudo()
            raise UserError(
                self.env._(
                    "“%(name)s” is protected (%(kind)s): only Client Hub "
                    "administrators delete, replace or rename it.",
                    name=file_sudo.name,
                    kind=file_sudo.client_file_kind_id.name,
                )
            )

    def _client_files(self):
        """Yield ``(client, file)``, as superuser, of those that are files of a client.

        Also those of its contracts, budgets, jobs and pieces; not those that are the
        value of a field, such as its logo.
        """
        # sudo: the caller has just been allowed to add, change or delete them
        own_sudo = self.sudo().filtered(
            lambda file: file.res_id and not file.res_field and file.res_model
        )
        for model_name, files_sudo in own_sudo.grouped("res_model").items():
            if model_name not in LOGGED_MODELS:
                continue
            # sudo: asks only which of them are of clients
            found = (
                self.env[model_name].sudo().browse(files_sudo.mapped("res_id")).exists()
            )
            clients = {record.id: record._history_client() for record in found}
            for file_sudo in files_sudo:
                if client := clients.get(file_sudo.res_id):
                    yield client, file_sudo

    def _log_client_file(self, client, note):
        """Add to the client's history what happened to this file."""
        kind, record = "file", None
        if self.res_model != "res.partner":
            # sudo: its name, for those who may read rows of its kind
            record = self.env[self.res_model].sudo().browse(self.res_id)
            if record._history_kind_of() in MONEY_KINDS:
                kind = record._history_kind_of()
            note = f"{note}: {record._history_name()}"
        self.env["client.history"]._log(
            client, kind, self.name, record=record, note=note
        )

    @api.model
    def _client_file_limit(self):
        """Return how many bytes a file may have, as the server is set up."""
        # sudo: a system parameter that only says how large a file may be
        parameter = self.env["ir.config_parameter"].sudo()
        try:
            limit = int(parameter.get_param("web.max_file_upload_size") or 0)
        except ValueError:
            limit = 0
        return limit if limit > 0 else DEFAULT_MAX_CONTENT_LENGTH

    @api.model
    def _client_add_files(self, client, uploads, kind=None, description=""):
        """Add uploaded files to a client, as the user.

        :param client: res.partner
        :param uploads: werkzeug FileStorage objects
        :param kind: client.file.kind, if any
        :param str description: one for all of them
        :return: ``(files, sentences)``: what was added, and one sentence for each file
            that was refused
        :rtype: tuple
        """
        client.check_access("write")
        files, sentences = self.browse(), []
        for upload in uploads:
            name = clean_name(upload.filename)
            size = upload.stream.seek(0, 2)
            upload.stream.seek(0)
            head = upload.stream.read(HEAD_SIZE)
            upload.stream.seek(0)
            if sentence := self._client_refuse_file(name, size, head):
                sentences.append(sentence)
                continue
            files += self.create(
                {
                    "name": name,
                    "raw": upload.stream.read(),
                    "description": (description or "").strip() or False,
                    "client_file_kind_id": kind.id if kind else False,
                    "res_model": client._name,
                    "res_id": client.id,
                }
            )
        return files, sentences

    @api.model
    def _client_refuse_file(self, name, size, head):
        """Return why a file is not taken, or False."""
        limit = self._client_file_limit()
        if is_refused_type(name, head, STAFF_EXTENSIONS):
            return self.env._(
                "“%(name)s” was not added: programs, scripts and web pages are not "
                "accepted. Pack it as a ZIP file.",
                name=name,
            )
        if not size:
            return self.env._("“%(name)s” was not added: the file is empty.", name=name)
        if size > limit:
            return self.env._(
                "“%(name)s” was not added: it has %(size)s, and a file may have at "
                "most %(limit)s. Put it on a file server and note the link.",
                name=name,
                size=readable_size(size),
                limit=readable_size(limit),
            )
        return False

    # === ACTION METHODS === #

    def action_client_file_form(self):
        """Open name, kind and description of a file in a dialog."""
        self.ensure_one()
        view = self.env.ref("client_hub.ir_attachment_view_form_client")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("File"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    def action_client_file_download(self):
        """Download a file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.id}?download=true",
            "target": "download",
        }

    def action_client_file_delete(self):
        """Delete files.

        :raise AccessError: the user may not change the client
        :raise UserError: a file is protected
        """
        if any(file.res_field for file in self):
            raise AccessError(self.env._("This file belongs to a field of a document."))
        self.unlink()
