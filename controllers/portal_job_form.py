"""The form in which the client's people write a request.

``/my/jobs/new`` a new one, ``/my/jobs/<id>/edit`` an own draft,
``/my/jobs/<id>/discard`` throw the draft away.
"""

import hashlib
import json

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError, UserError
from odoo.http import request, route

from ..tools.exceptions import ClientPortalError
from .portal_client import is_record_id
from .portal_job_content import ClientJobContentPortal

# Larger than what is accepted, so that a file that is too large still gets a
# sentence and what was typed comes back with it.
MAX_BODY = 272 * 1024 * 1024
# Buttons of the form; the last three only show it again.
ACTIONS = ("submit", "save", "refresh", "add_piece")
NONCE_SIZE = 32
# Of the form, what nobody types or chooses.
LEFT_OUT = ("csrf_token", "revision", "action")


class ClientJobFormPortal(ClientJobContentPortal):
    """Write, save, send and discard a request."""

    # ------------------------------------------------------------
    # Routes
    # ------------------------------------------------------------

    @route(
        "/my/jobs/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        max_content_length=MAX_BODY,
    )
    def portal_my_job_new(self, **post):
        """Show the form of a new request, or take it in."""
        if not self._may_open_jobs():
            return request.redirect("/my/jobs")
        if request.httprequest.method == "GET":
            # sudo: an empty recordset, which the template reads like a draft
            empty_sudo = request.env["client.job"].sudo()
            return self._render_job_form(empty_sudo, self._prepare_new_form(post), post)
        # A form sent twice finds what its first sending made.
        job_sudo = self._find_job_of_form(post.get("nonce"))
        if job_sudo and job_sudo.state != "draft":
            return self._redirect_to_sent(job_sudo)
        return self._process_job_form(job_sudo, post)

    @route(
        "/my/jobs/<int:job_id>/edit",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
        max_content_length=MAX_BODY,
    )
    def portal_my_job_edit(self, job_id, **post):
        """Show the form of an own draft, or take it in."""
        job_sudo = self._client_document("client.job", job_id)
        if not job_sudo:
            return request.redirect("/my")
        if not self._is_own_draft(job_sudo):
            return self._redirect_to_sent(job_sudo)
        if request.httprequest.method == "GET":
            return self._render_job_form(
                job_sudo, self._prepare_draft_form(job_sudo), post
            )
        return self._process_job_form(job_sudo, post)

    @route(
        "/my/jobs/<int:job_id>/discard",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_my_job_discard(self, job_id, **post):
        """Throw an own draft away."""
        job_sudo = self._client_document("client.job", job_id)
        if not job_sudo or not self._is_own_draft(job_sudo):
            return request.redirect("/my/jobs")
        job_sudo.unlink()
        return request.redirect("/my/jobs?notice=discarded", code=303)

    # ------------------------------------------------------------
    # Taking the form in
    # ------------------------------------------------------------

    def _find_job_of_form(self, nonce):
        """Return the job that this form of this visitor has already made."""
        # sudo: the requester is part of the search
        jobs_sudo = request.env["client.job"].sudo()
        if not nonce or len(nonce) != NONCE_SIZE:
            return jobs_sudo
        return jobs_sudo.search(
            [
                ("portal_nonce", "=", nonce),
                ("requester_id", "=", request.env.user.partner_id.id),
            ],
            limit=1,
        )

    def _redirect_to_sent(self, job_sudo):
        """Lead to what happens next; others than who asked see the request itself."""
        is_mine = job_sudo.requester_id == request.env.user.partner_id
        suffix = "/sent" if is_mine and job_sudo.state != "draft" else ""
        return request.redirect(f"/my/jobs/{job_sudo.id}{suffix}", code=303)

    @route("/my/jobs/<int:job_id>/sent", type="http", auth="user", website=True)
    def portal_my_job_sent(self, job_id, **kw):
        """Confirm that a request was sent, and say what happens next."""
        job_sudo = self._client_document("client.job", job_id)
        if not job_sudo:
            return request.redirect("/my")
        if job_sudo.state == "draft":
            return request.redirect(f"/my/jobs/{job_id}")
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="client_job",
            job=job_sudo,
            manager=job_sudo._get_manager(),
            pieces=job_sudo.piece_ids.filtered(lambda row: row.state != "cancelled"),
            may_open=self._may_open_jobs(),
        )
        return request.render("client_hub.portal_my_job_sent", values)

    def _process_job_form(self, job_sudo, post):
        """Save or send what was typed; show it again, complete, if there are errors.

        :param job_sudo: the draft, or an empty recordset
        :param dict post: the form's fields
        """
        post = self._merge_choices(post)
        if self._is_outdated(job_sudo, post):
            if not self._is_second_click(job_sudo, post):
                return self._render_outdated(job_sudo, post)
            post["revision"] = str(job_sudo.portal_revision)
        action, errors = self._read_action(post)
        form = self._prepare_posted_form(job_sudo, post)
        uploads = request.httprequest.files.getlist("files")
        files, file_errors = request.env["client.job"]._portal_read_files(
            uploads, kept=job_sudo.file_ids
        )
        if file_errors:
            errors["files"] = " ".join(file_errors)
        if action == "add_piece":
            form["pieces"].append({"type_id": form["first_type_id"], "name": ""})
        if action in ("refresh", "add_piece"):
            if files:
                job_sudo, __ = self._keep_draft(job_sudo, post, files)
            return self._render_job_form(job_sudo, form, {}, errors)
        is_submit = action == "submit"
        is_too_many = False
        try:
            saved_sudo = self._save_job(
                job_sudo, post, submit=is_submit and not file_errors
            )
            self._update_files(saved_sudo, post, files)
            job_sudo = saved_sudo
        except ClientPortalError as error:
            is_too_many = error.is_too_many
            errors = {**error.errors, **errors}
            job_sudo, dropped = self._keep_draft(job_sudo, post, files)
            errors = {**dropped, **errors}
        if errors:
            response = self._render_job_form(job_sudo, form, {}, errors)
            if is_too_many:
                response.status_code = 429
            return response
        if is_submit:
            return self._redirect_to_sent(job_sudo)
        return request.redirect(f"/my/jobs/{job_sudo.id}/edit?notice=saved", code=303)

    def _merge_choices(self, post):
        """Return the form's fields with the boxes of each question as one answer."""
        post = dict(post)
        for name, values in request.httprequest.form.lists():
            if name.startswith("choice_"):
                key = name.removeprefix("choice_")
                post[f"answer_{key}"] = "\n".join(values)
                post.pop(name, None)
        return post

    def _is_outdated(self, job_sudo, post):
        """Tell whether the draft was saved elsewhere since this form was shown."""
        shown = post.get("revision")
        return bool(job_sudo) and shown not in (None, str(job_sudo.portal_revision))

    def _is_second_click(self, job_sudo, post):
        """Tell whether the draft was last saved with just this: it is sent again."""
        return job_sudo.portal_digest == self._digest(post)

    def _digest(self, post):
        """Return a short mark of what a form says, the same for the same form."""
        content = sorted(
            (name, value)
            for name, value in post.items()
            if isinstance(value, str) and name not in LEFT_OUT
        )
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def _render_outdated(self, job_sudo, post):
        """Show what was typed; pressing the button again keeps it."""
        sentence = request.env._(
            "This draft was changed in another window in the meantime. What you see "
            "here is what you typed in this one: save or send it again to keep it, or "
            "open the draft anew to see the other one."
        )
        form = self._prepare_posted_form(job_sudo, post)
        return self._render_job_form(job_sudo, form, {}, {"": sentence})

    def _read_action(self, post):
        """Return which button was pressed; wait for the budget where it is taken from.

        :return: ``(action, errors)``; only saved when the turn didn't come
        """
        action = post.get("action") if post.get("action") in ACTIONS else "save"
        budget_id = post.get("budget_id") or ""
        if action != "submit" or not budget_id.isdecimal():
            return action, {}
        clients = self._get_request_clients()
        budget = (
            request.env["client.budget"]
            ._portal_budgets(clients)
            .filtered(lambda budget: str(budget.id) == budget_id)
        )
        try:
            if budget:
                budget._take_turn()
        except UserError as error:
            return "save", {"budget_amount": str(error)}
        return action, {}

    def _save_job(self, job_sudo, post, submit=False, drop=()):
        """Write the request through the model's own checks.

        :param job_sudo: the draft, or an empty recordset
        :param dict post: the form's fields
        :param bool submit: hand the request in
        :param drop: names of fields to leave out, as in ``ClientPortalError.errors``
        :raise ClientPortalError: nothing was written
        """
        contact = request.env.user.partner_id
        Job = request.env["client.job"]
        values = Job._portal_prepare_values(post, contact)
        for name in drop:
            values.pop(name, None)
            (values.get("answers") or {}).pop(name.removeprefix("answer_"), None)
        nonce = post.get("nonce") or ""
        if not job_sudo:
            Job._portal_check_number(contact)
        try:
            with request.env.cr.savepoint():
                job = Job._portal_save(contact, values, job=job_sudo, submit=submit)
                if not job_sudo and len(nonce) == NONCE_SIZE:
                    job.portal_nonce = nonce
                job.portal_revision += 1
                job.portal_digest = self._digest(post)
                job.flush_recordset()
        except UniqueViolation as error:
            # The same form, sent twice at the same moment: run this one again, it
            # will find what the other one made.
            raise ConcurrencyError("portal form sent twice") from error
        return request.env["client.job"].browse(job.id).sudo()  # sudo: own draft

    def _keep_draft(self, job_sudo, post, files):
        """Keep what is in order as a draft, so that nothing typed or sent is lost.

        :return: ``(job, errors)``: the draft, or what was given if even that failed;
            and a sentence in case that files had to be dropped
        """
        drop = set()
        for __ in range(3):
            try:
                job_sudo = self._save_job(job_sudo, post, drop=drop)
                self._update_files(job_sudo, post, files)
                return job_sudo, {}
            except ClientPortalError as error:
                drop |= set(error.errors)
                if "budget_amount" in drop:
                    drop.add("budget_id")
        if not files:
            return job_sudo, {}
        return job_sudo, {
            "files": request.env._("Your files were not kept: please add them again.")
        }

    def _update_files(self, job_sudo, post, files):
        """Add and remove files of the saved draft."""
        removed = {
            int(value)
            for value in request.httprequest.form.getlist("remove_file")
            if is_record_id(value)
        }
        if removed:
            job_sudo._portal_remove_files(removed)
        # of a form that was sent twice, they are there already
        files = [row for row in files if not job_sudo._portal_find_copy(row)]
        if files:
            job_sudo._portal_add_files(files)
