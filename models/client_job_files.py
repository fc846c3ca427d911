"""The files of a request, and what keeps a request from being made twice."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.uploads import HEAD_SIZE, clean_name, is_refused_type, readable_size

DEFAULT_MAX_FILE = 64 * 1024 * 1024
MAX_TOTAL = 128 * 1024 * 1024
MAX_FILES = 20


class ClientJob(models.Model):
    """What the client's people hand in with a request, and get to see with it."""

    _inherit = "client.job"
    # A technical mark of the form; besides, see the job itself.
    _history_exclude = frozenset({"portal_nonce"})

    # Never "all attachments of the job": the files of internal notes are among them.
    file_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="client_job_file_rel",
        column1="job_id",
        column2="attachment_id",
        string="Files",
        copy=False,
        groups="base.group_user",
        help="The client sees these on the portal. Files of internal notes stay "
        "internal.",
    )
    portal_nonce = fields.Char(
        string="Form",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Identifies the portal form that made the job: sent twice, it makes one.",
    )

    _portal_nonce_unique = models.UniqueIndex(
        "(portal_nonce) WHERE portal_nonce IS NOT NULL", "This form was already sent."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Take over the files that were uploaded before the job was saved."""
        jobs = super().create(vals_list)
        if any("file_ids" in vals for vals in vals_list):
            jobs._adopt_files()
        return jobs

    def write(self, vals):
        """Take over new files."""
        result = super().write(vals)
        if "file_ids" in vals:
            self._adopt_files()
        return result

    # === BUSINESS METHODS === #

    def _adopt_files(self):
        """Take over new uploads; refuse files of other documents.

        The client's pages hand out the files of a job, so a job must not be a way to
        reach a file of another document.

        :raise AccessError: a file belongs elsewhere
        """
        for job in self:
            # sudo: an upload belongs to its author until it has a document
            for file_sudo in job.sudo().file_ids:
                if file_sudo.res_id and (file_sudo.res_model, file_sudo.res_id) != (
                    job._name,
                    job.id,
                ):
                    raise AccessError(
                        self.env._(
                            "“%(name)s” belongs to another document: upload it here.",
                            name=file_sudo.name,
                        )
                    )
                if not file_sudo.res_id:
                    job._check_upload(file_sudo)
                    file_sudo.write({"res_model": job._name, "res_id": job.id})

    def _check_upload(self, file_sudo):
        """Raise unless an upload without a document is the user's own."""
        if not self.env.su and file_sudo.create_uid != self.env.user:
            raise AccessError(self.env._("This file was uploaded by somebody else."))

    @api.model
    def _portal_file_limits(self):
        """Return what a request may carry.

        :return: dict with ``file`` and ``total`` in bytes, ``count``
        """
        # sudo: a system parameter that only says how large a file may be
        parameter = self.env["ir.config_parameter"].sudo()
        try:
            limit = int(parameter.get_param("web.max_file_upload_size") or 0)
        except ValueError:
            limit = 0
        return {
            "file": limit if limit > 0 else DEFAULT_MAX_FILE,
            "total": MAX_TOTAL,
            "count": MAX_FILES,
        }

    @api.model
    def _portal_read_files(self, uploads, kept=None):
        """Sort uploaded files into those to keep and those to refuse.

        :param uploads: werkzeug FileStorage objects
        :param kept: ir.attachment that the request already has
        :return: ``(values, sentences)``: values of ``ir.attachment`` and one sentence
            per refused file
        """
        files = []
        for upload in uploads:
            if not upload or not upload.filename:
                continue
            size = upload.stream.seek(0, 2)
            upload.stream.seek(0)
            head = upload.stream.read(HEAD_SIZE)
            files.append((clean_name(upload.filename), size, head, upload))
        taken, sentences = self._portal_sort_files(files, kept)
        values = []
        for upload in taken:
            upload.stream.seek(0)
            name = clean_name(upload.filename)
            values.append({"name": name, "raw": upload.stream.read()})
            upload.stream.seek(0)
        return values, sentences

    @api.model
    def _portal_sort_files(self, files, kept=None):
        """Sort files into those that are taken and those that are not.

        All files of the client's people pass here: those of a request, of a message
        and of an e-mail.

        :param list files: tuples of name, size, the first bytes, and what stands for
            the file
        :param kept: ir.attachment that are there already, and count as well
        :return: ``(taken, sentences)``: what stands for the files that are taken, and
            a sentence for each of the others
        """
        limits = self._portal_file_limits()
        taken, sentences = [], []
        # sudo: how many and how large the caller's own files are
        kept_sudo = (kept or self.env["ir.attachment"]).sudo()
        count, total = len(kept_sudo), sum(kept_sudo.mapped("file_size"))
        for name, size, head, file in files:
            sentence = self._portal_refuse_file(name, size, head, total, count, limits)
            if sentence:
                sentences.append(sentence)
                continue
            total += size
            count += 1
            taken.append(file)
        return taken, sentences

    @api.model
    def _portal_refuse_file(self, name, size, head, total, count, limits):
        """Return why a file is not taken, or False."""
        if is_refused_type(name, head):
            return self.env._(
                "“%(name)s” was not added: programs, scripts, web pages and SVG files "
                "are not accepted. Send a picture, PDF or office file, or pack it as "
                "a ZIP file.",
                name=name,
            )
        if not size:
            return self.env._("“%(name)s” was not added: the file is empty.", name=name)
        if size > limits["file"]:
            return self.env._(
                "“%(name)s” was not added: it has %(size)s, and a file may have at "
                "most %(limit)s. Send a link to it instead.",
                name=name,
                size=readable_size(size),
                limit=readable_size(limits["file"]),
            )
        if total + size > limits["total"]:
            return self.env._(
                "“%(name)s” was not added: all files together may have at most "
                "%(limit)s. Send a link to it instead.",
                name=name,
                limit=readable_size(limits["total"]),
            )
        if count >= limits["count"]:
            return self.env._(
                "“%(name)s” was not added: a request takes at most %(count)s files.",
                name=name,
                count=limits["count"],
            )
        return False

    def _portal_add_files(self, values_list):
        """Add files to the request.

        :param list values_list: from :meth:`_portal_read_files`
        :return: ir.attachment, as superuser
        """
        self.ensure_one()
        # sudo: portal users have no right on attachments; the caller checked that
        # the contact may write this request
        job_sudo = self.sudo()
        attachments = job_sudo.env["ir.attachment"].create(
            [
                dict(values, res_model=self._name, res_id=self.id)
                for values in values_list
            ]
        )
        if attachments:
            job_sudo.file_ids = [
                fields.Command.link(attachment.id) for attachment in attachments
            ]
        return attachments

    def _portal_find_copy(self, values):
        """Return the file of the request that is the same, or none.

        Whoever didn't get an answer sends a file again.

        :param dict values: from :meth:`_portal_read_files`
        """
        self.ensure_one()
        checksum = self.env["ir.attachment"]._compute_checksum(values["raw"])
        # sudo: as in _portal_add_files
        return self.sudo().file_ids.filtered(
            lambda file: (file.name, file.checksum) == (values["name"], checksum)
        )[:1]

    def _portal_remove_files(self, attachment_ids):
        """Remove files from a draft.

        :param attachment_ids: ids; those of other documents are ignored
        """
        self.ensure_one()
        # sudo: as in _portal_add_files
        job_sudo = self.sudo()
        files = job_sudo.file_ids.filtered(lambda file: file.id in attachment_ids)
        if files:
            job_sudo.file_ids = [fields.Command.unlink(file.id) for file in files]
            files.unlink()
