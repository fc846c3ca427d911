"""What the form of a request does while it is being written, without a new page.

``/my/jobs/autosave`` keeps a draft, ``/my/jobs/<id>/upload`` takes one file,
``/my/jobs/<id>/file/<id>/remove`` drops it.
"""

from odoo import fields
from odoo.http import request, route
from odoo.tools import format_time

from ..tools.exceptions import ClientPortalError
from ..tools.uploads import readable_size
from .portal_job_form import ClientJobFormPortal

# Answers of a form, one text each.
MAX_VALUES = 400
# What a form with one file holds besides it.
FORM_SIZE = 1024 * 1024


def get_max_upload(_controller):
    """Return how large the answer of a form with one file may be.

    What is larger is refused by its announced size, before it is received.
    """
    return request.env["client.job"]._portal_file_limits()["file"] + FORM_SIZE


class ClientJobDraftPortal(ClientJobFormPortal):
    """Keep what is typed, and take files one by one."""

    # ------------------------------------------------------------
    # Draft
    # ------------------------------------------------------------

    @route("/my/jobs/autosave", type="jsonrpc", auth="user", website=True)
    def portal_my_job_autosave(self, values, job_id=None, force=False):
        """Keep what was typed as a draft.

        :param dict values: the form's fields, texts only
        :param job_id: of the draft that the form shows, if there is one
        :param bool force: also when another window has saved in the meantime
        :return: dict; ``sent`` (address), ``outdated`` or ``error`` say why nothing was
            saved, ``wrong`` names what of it was left out
        """
        answer = {"csrf_token": request.csrf_token()}
        if not self._may_open_jobs():
            sentence = request.env._("You can't open requests at the moment.")
            return {**answer, "error": sentence}
        post = self._clean_values(values)
        job_sudo = self._find_draft(job_id, post)
        if job_sudo and job_sudo.state != "draft":
            return {**answer, "sent": f"/my/jobs/{job_sudo.id}"}
        if not force and self._is_outdated(job_sudo, post):
            return {**answer, "outdated": True}
        wrong = {}
        try:
            job_sudo = self._save_job(job_sudo, post)
        except ClientPortalError as error:
            if error.is_too_many:
                return {**answer, "error": str(error)}
            wrong = error.errors
            job_sudo, __ = self._keep_draft(job_sudo, post, [])
        if not job_sudo or "" in wrong:
            return {**answer, "error": " ".join(wrong.values())}
        return {**answer, **self._describe_draft(job_sudo), "wrong": list(wrong)}

    def _clean_values(self, values):
        """Return the fields of a form as the browser's own sending has them."""
        if not isinstance(values, dict) or len(values) > MAX_VALUES:
            return {}
        return {
            str(name): value for name, value in values.items() if isinstance(value, str)
        }

    def _find_draft(self, job_id, post):
        """Return the job that the form shows, as superuser; or nothing.

        A draft that was thrown away in another window begins anew.
        """
        job_sudo = None
        if isinstance(job_id, int):
            job_sudo = self._client_document("client.job", job_id)
        if job_sudo and job_sudo.requester_id == request.env.user.partner_id:
            return job_sudo
        return self._find_job_of_form(post.get("nonce"))

    def _describe_draft(self, job_sudo):
        """Return what the form notes about a saved draft."""
        now = fields.Datetime.now()
        return {
            "job_id": job_sudo.id,
            "revision": job_sudo.portal_revision,
            "saved_at": format_time(
                request.env, now, tz=request.env.user.tz or "UTC", time_format="short"
            ),
        }

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    @route(
        "/my/jobs/<int:job_id>/upload",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        max_content_length=get_max_upload,
    )
    def portal_my_job_upload(self, job_id, **post):
        """Add one file (``file``) to an own draft.

        :return: JSON: ``file`` (dict), or ``error`` with a sentence
        """
        job_sudo = self._client_document("client.job", job_id)
        if not job_sudo or not self._is_own_draft(job_sudo):
            sentence = request.env._(
                "The draft is not there any more: it was sent or discarded."
            )
            return request.make_json_response({"error": sentence}, status=404)
        uploads = request.httprequest.files.getlist("file")[:1]
        # two at the same moment would count the same number of files
        job_sudo.lock_for_update()
        files, sentences = job_sudo._portal_read_files(uploads, kept=job_sudo.file_ids)
        if not files:
            sentences = sentences or [request.env._("There was no file.")]
            return request.make_json_response({"error": " ".join(sentences)})
        file = job_sudo._portal_find_copy(files[0])
        file = file or job_sudo._portal_add_files(files)
        return request.make_json_response(
            {
                "file": {
                    "id": file.id,
                    "name": file.name,
                    "size": readable_size(file.file_size),
                }
            }
        )

    @route(
        "/my/jobs/<int:job_id>/file/<int:attachment_id>/remove",
        type="jsonrpc",
        auth="user",
        website=True,
    )
    def portal_my_job_remove_file(self, job_id, attachment_id):
        """Take a file out of an own draft; true when it is gone."""
        job_sudo = self._client_document("client.job", job_id)
        if not job_sudo or not self._is_own_draft(job_sudo):
            return False
        job_sudo._portal_remove_files({attachment_id})
        return True
