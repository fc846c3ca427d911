"""What the form of a request holds, and how it is shown."""

import json
import uuid

from odoo import fields
from odoo.http import request
from odoo.tools import html2plaintext

from ..models.client_job_portal import MAX_PIECES, MAX_TITLE
from ..tools.uploads import REFUSED_EXTENSIONS, readable_size
from .portal_client import is_record_id
from .portal_jobs import ClientJobsPortal

MAX_INCLUDED = 8


class ClientJobContentPortal(ClientJobsPortal):
    """Read the form's content from a draft, a template or what was typed."""

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
                "budget_amount": self._format_typed_amount(job_sudo),
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
            if is_record_id(str(row["type_id"]))
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

    def _format_typed_amount(self, job_sudo):
        """Return a draft's amount as it was typed, with all of its decimals."""
        if not job_sudo.budget_amount:
            return ""
        return f"{job_sudo.budget_amount:.{job_sudo.currency_id.decimal_places}f}"

    def _read_typed_answers(self, post):
        """Return ``{question id: text}``, also of questions not shown any more."""
        answers = {}
        for prefix in ("kept_", "answer_"):
            for name, value in post.items():
                key = name.removeprefix(prefix)
                if name.startswith(prefix) and is_record_id(key):
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
        questions = template._portal_questions() if template else []
        budgets = env["client.budget"]._portal_budgets(form["client"])
        budgets = env["client.wall"]._rehearsal_open(budgets)
        form.update(
            clients=clients | form["client"],
            templates=templates | template,
            budgets=budgets,
            # what is left is told to those who may see the budget itself
            open_budgets=self._filter_seen(budgets),
            included=self._find_included(form["client"]),
            types=types,
            first_type_id=types[:1].id,
            questions=questions,
            question_ids=[question["id"] for question in questions],
            asked=template._asked_questions(form["answers"]) if template else (),
        )
        return form

    def _filter_seen(self, budgets):
        """Return those of the budgets that the visitor's own rules show him."""
        Budget = request.env["client.budget"]
        if not budgets or not Budget.has_access("read"):
            return budgets.browse()
        return budgets & Budget.search([("id", "in", budgets.ids)])

    def _find_included(self, client):
        """Return what is left of the deliverables that the client's fee includes.

        :return: list of dicts ``name``, ``left``, ``quantity`` and ``until``
        """
        Consumption = request.env["client.contract.consumption"]
        has_contracts = request.env.user._has_client_feature("contracts")
        if not has_contracts or not Consumption.has_access("read"):
            return []
        today = fields.Date.context_today(client)
        periods = Consumption.search(
            [
                ("client_id", "=", client.id),
                ("period_start", "<=", today),
                ("period_end", ">=", today),
            ],
            order="contract_id, included_id",
            limit=MAX_INCLUDED,
        )
        return [
            {
                "name": period.included_id.name,
                "left": period.included_quantity
                + period.carried_in
                - period.used_included
                - period.used_carried,
                "quantity": period.included_quantity + period.carried_in,
                "until": period.period_end,
            }
            # sudo: found by the visitor's own rules; the figures are computed from
            # timesheets and pieces that he doesn't read
            for period in periods.sudo()
        ]

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
                limit=readable_size(limits["file"]),
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
            limit_text=readable_size(limits["file"]),
            readable_size=readable_size,
            dumps=json.dumps,
            refused_extensions=" ".join(sorted(REFUSED_EXTENSIONS)),
            revision=job_sudo.portal_revision,
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
        order += [f"answer_{key}" for key in form["question_ids"]]
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
            f"answer_{question['id']}": question["name"]
            for question in form["questions"]
        }
        return [
            (
                f"field_{name}" if name in shown else "",
                f"{labels[name]} {errors[name]}" if name in labels else errors[name],
            )
            for name in order
            if name in errors
        ]
