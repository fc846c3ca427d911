"""The form in which the client's people write a request.

``/my/jobs/new`` a new one, ``/my/jobs/<id>/edit`` an own draft,
``/my/jobs/<id>/discard`` throw the draft away.
"""

import uuid

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import ConcurrencyError, UserError
from odoo.http import request, route
from odoo.tools import html2plaintext, human_size

from ..models.client_job_portal import MAX_PIECES, MAX_TITLE
from ..tools.exceptions import ClientPortalError
from ..tools.uploads import REFUSED_EXTENSIONS
from .portal_jobs import ClientJobsPortal

# Larger than what is accepted, so that a file that is too large still gets a
# sentence and what was typed comes back with it.
MAX_BODY = 272 * 1024 * 1024
# Buttons of the form; the last three only show it again.
ACTIONS = ("submit", "save", "refresh", "add_piece")
NONCE_SIZE = 32


class ClientJobFormPortal(ClientJobsPortal):
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
            return self._redirect_to_job(job_sudo, "already_sent")
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
            notice = "already_sent" if job_sudo.state != "draft" else ""
            return self._redirect_to_job(job_sudo, notice)
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

    def _redirect_to_job(self, job_sudo, notice):
        query = f"?notice={notice}" if notice else ""
        return request.redirect(f"/my/jobs/{job_sudo.id}{query}", code=303)

    def _process_job_form(self, job_sudo, post):
        """Save or send what was typed; show it again, complete, if there are errors.

        :param job_sudo: the draft, or an empty recordset
        :param dict post: the form's fields
        """
        action, errors = self._read_action(post)
        form = self._prepare_posted_form(job_sudo, post)
        uploads = request.httprequest.files.getlist("files")
        files, file_errors = request.env["client.job"]._portal_read_files(
            uploads, kept=len(job_sudo.file_ids)
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
        try:
            saved_sudo = self._save_job(
                job_sudo, post, submit=is_submit and not file_errors
            )
            self._update_files(saved_sudo, post, files)
            job_sudo = saved_sudo
        except ClientPortalError as error:
            errors = {**error.errors, **errors}
            job_sudo, dropped = self._keep_draft(job_sudo, post, files)
            errors = {**dropped, **errors}
        if errors:
            return self._render_job_form(job_sudo, form, {}, errors)
        return (
            self._redirect_to_job(job_sudo, "sent")
            if is_submit
            else (
                request.redirect(f"/my/jobs/{job_sudo.id}/edit?notice=saved", code=303)
            )
        )

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
        try:
            with request.env.cr.savepoint():
                job = Job._portal_save(contact, values, job=job_sudo, submit=submit)
                if not job_sudo and len(nonce) == NONCE_SIZE:
                    job.portal_nonce = nonce
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
            if value.isdecimal()
        }
        if removed:
            job_sudo._portal_remove_files(removed)
        if files:
            job_sudo._portal_add_files(files)

    # ------------------------------------------------------------
    # What the form holds
    # ------------------------------------------------------------

    def _prepare_new_form(self, query):
        """Return the content of an empty form, preset from the client's template."""
        clients = self._get_request_clients()
        # sudo: the visitor's own company; used only if he may ask for it, see below
        own = request.env.user.partner_id.sudo().commercial_partner_id
        client = clients.filtered(
            lambda client: str(client.id) == query.get("client_id")
        )
        client = client or (own & clients) or clients[:1]
        templates = request.env["client.job.template"]._portal_templates()
        # sudo: the preset of the client that the request is for
        template = client.sudo().client_job_template_id
        if query.get("template_id"):
            template = templates.filtered(
                lambda template: str(template.id) == query["template_id"]
            )
        elif not template and len(templates) == 1:
            template = templates
        return self._complete_form(
            {
                "nonce": uuid.uuid4().hex,
                "title": "",
                "client": client,
                "template": template,
                "deadline": "",
                "budget_id": "",
                "budget_amount": "",
                "briefing": "",
                "answers": {},
                "pieces": self._get_template_pieces(template),
            },
            clients,
            templates,
        )

    def _prepare_draft_form(self, job_sudo):
        """Return the content of a saved draft."""
        title = job_sudo.name
        if title == request.env._("New request"):
            title = ""  # the model's own placeholder
        return self._complete_form(
            {
                "nonce": job_sudo.portal_nonce or "",
                "title": title,
                "client": job_sudo.client_id,
                "template": job_sudo.template_id,
                "deadline": fields.Date.to_string(job_sudo.deadline) or "",
                "budget_id": str(job_sudo.budget_id.id or ""),
                "budget_amount": f"{job_sudo.budget_amount:.2f}"
                if job_sudo.budget_amount
                else "",
                "briefing": html2plaintext(job_sudo.briefing or ""),
                "answers": {
                    answer.question_id.id: answer.value or ""
                    for answer in job_sudo.answer_ids
                },
                "pieces": [
                    {"type_id": piece.type_id.id, "name": piece.name}
                    for piece in job_sudo.piece_ids
                ],
            }
        )

    def _prepare_posted_form(self, job_sudo, post):
        """Return the content as it was typed, right or wrong."""
        clients = self._get_request_clients()
        templates = request.env["client.job.template"]._portal_templates()
        former = job_sudo.template_id if job_sudo else templates.browse()
        template = former
        if "template_id" in post:
            template = (templates | former).filtered(
                lambda template: str(template.id) == post["template_id"]
            )
        client = clients.filtered(
            lambda client: str(client.id) == post.get("client_id")
        )
        values = request.env["client.job"]._portal_prepare_values(
            post, request.env.user.partner_id
        )
        pieces = [
            {"type_id": int(row["type_id"]), "name": str(row["name"])}
            for row in values.get("pieces") or []
            if str(row["type_id"]).isdecimal()
        ]
        shown = templates.filtered(
            lambda template: str(template.id) == post.get("template_shown")
        )
        if "template_shown" in post and shown != template:
            preset = self._get_template_pieces(shown)
            pieces = self._get_template_pieces(template) + [
                row for row in pieces if row not in preset
            ]
        form = {
            name: str(post.get(name) or "")
            for name in (
                "nonce",
                "title",
                "deadline",
                "budget_id",
                "budget_amount",
                "briefing",
            )
        }
        form.update(
            client=client or job_sudo.client_id or clients[:1],
            template=template,
            answers=self._read_typed_answers(post),
            pieces=pieces,
        )
        return self._complete_form(form, clients, templates)

    def _read_typed_answers(self, post):
        """Return ``{question id: text}``, also of questions not shown any more."""
        answers = {}
        for prefix in ("kept_", "answer_"):
            for name, value in post.items():
                key = name.removeprefix(prefix)
                if name.startswith(prefix) and key.isdecimal():
                    answers[int(key)] = str(value)
        return answers

    def _get_template_pieces(self, template):
        """Return the rows that a template presets."""
        return [
            {"type_id": line.type_id.id, "name": line.name}
            for line in template.piece_ids
        ]

    def _complete_form(self, form, clients=None, templates=None):
        """Add what the form offers: clients, templates, budgets, types, questions."""
        env = request.env
        if clients is None:
            clients = self._get_request_clients()
            templates = env["client.job.template"]._portal_templates()
        types = env["client.piece.type"].search([("is_portal_visible", "=", True)])
        template = form["template"]
        form.update(
            clients=clients | form["client"],
            templates=templates | template,
            budgets=env["client.budget"]._portal_budgets(form["client"]),
            types=types,
            first_type_id=types[:1].id,
            questions=template.question_ids,
        )
        return form

    def _render_job_form(self, job_sudo, form, query, errors=None):
        """Return the page of the form.

        :param job_sudo: the draft, or empty
        :param dict form: from one of the ``_prepare_…_form`` methods
        :param dict query: parameters of the address
        :param dict errors: ``{field: sentence}``; "" is the form as a whole
        """
        errors = dict(errors or {})
        limits = request.env["client.job"]._portal_file_limits()
        if query.get("too_large"):
            errors["files"] = request.env._(
                "This was too large to be received: a file may have at most "
                "%(limit)s. Go back in your browser to find what you typed.",
                limit=human_size(limits["file"]),
            )
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="client_job_form",
            job=job_sudo,
            form=form,
            errors=errors,
            error_list=self._list_errors(form, errors),
            was_kept=bool(errors and job_sudo),
            limits=limits,
            limit_text=human_size(limits["file"]),
            human_size=human_size,
            refused_extensions=" ".join(sorted(REFUSED_EXTENSIONS)),
            max_title=MAX_TITLE,
            max_pieces=MAX_PIECES,
            today=fields.Date.to_string(fields.Date.context_today(form["client"])),
            notice=self._get_notice(query.get("notice")),
        )
        return request.render("client_hub.portal_my_job_form", values)

    def _list_errors(self, form, errors):
        """Return the errors in the order of the page as ``[(field id, sentence)]``."""
        order = ["", "client_id", "template_id", "title", "deadline", "budget_id"]
        order += ["budget_amount", "briefing"]
        order += [f"answer_{question.id}" for question in form["questions"]]
        order += ["pieces", "files"]
        shown = set(order) - {""}
        if len(form["clients"]) < 2:
            shown.discard("client_id")
        if not form["templates"]:
            shown.discard("template_id")
        if not form["budgets"]:
            shown -= {"budget_id", "budget_amount"}
        order += [name for name in errors if name not in order]
        labels = {
            f"answer_{question.id}": question.name for question in form["questions"]
        }
        return [
            (
                f"field_{name}" if name in shown else "",
                f"{labels[name]} {errors[name]}" if name in labels else errors[name],
            )
            for name in order
            if name in errors
        ]
