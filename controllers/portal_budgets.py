"""The client's budgets.

``/my/budgets`` list, ``/my/budgets/<id>`` one of them, ``/my/budgets/<id>/answer`` what
the client agrees to or refuses.
"""

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route

from .portal_client import ClientHubPortal, is_record_id

HISTORY = "my_client_budgets_history"
# Rows of each kind on a budget's page.
MAX_ROWS = 80
# What is asked, by the name that the form sends.
QUESTIONS = {
    "revision": "client.budget.revision",
    "approval": "client.budget.approval",
}
ANSWERS = {"agree": "approved", "refuse": "refused"}


class ClientBudgetPortal(ClientHubPortal):
    """Pages that show budgets."""

    _budgets_per_page = 20

    # ------------------------------------------------------------
    # Home
    # ------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "client_budget_count" in counters:
            values["client_budget_count"] = (
                request.env["client.budget"].search_count([])
                if self._has_budgets()
                else 0
            )
        if "client_budget_question_count" in counters:
            values["client_budget_question_count"] = (
                len(self._get_questions()) if self._has_budgets() else 0
            )
        return values

    def _has_budgets(self):
        """Tell whether the visitor may see budgets at all."""
        user = request.env.user
        return bool(user._is_portal() and user._client_portal_budget_ids())

    def _get_questions(self, budgets_sudo=None):
        """Return what waits for the visitor's answer.

        :param budgets_sudo: client.budget that he may see; None: all of them
        :return: list of records of the models of ``QUESTIONS``, as superuser
        """
        if budgets_sudo is None:
            # sudo: found by the visitor's own rules
            budgets_sudo = request.env["client.budget"].search([]).sudo()
        contact = request.env.user.partner_id
        questions = []
        for model in QUESTIONS.values():
            # sudo: of budgets that the visitor sees; portal users have no right to
            # the models
            records_sudo = request.env[model].sudo()
            domain = [("budget_id", "in", budgets_sudo.ids), ("state", "=", "waiting")]
            questions += records_sudo.search(domain, order="id")
        questions = [
            question for question in questions if question._is_open_for(contact)
        ]
        # a transfer between two budgets that he sees is asked once
        return [
            question
            for question in questions
            if question._name != QUESTIONS["revision"]
            or question.counterpart_id not in questions
            or question.id < question.counterpart_id.id
        ]

    # ------------------------------------------------------------
    # List
    # ------------------------------------------------------------

    def _get_budgets_sortings(self):
        return {
            "newest": {
                "label": request.env._("Newest"),
                "order": "date_start desc, id desc",
            },
            "name": {"label": request.env._("Name"), "order": "name, id"},
            "left": {"label": request.env._("Least left"), "order": "amount_left, id"},
            "used": {
                "label": request.env._("Most used"),
                "order": "used_rate desc, id",
            },
        }

    def _get_budgets_filters(self):
        return {
            "running": {
                "label": request.env._("Running"),
                "domain": Domain("state", "=", "running"),
            },
            "closed": {
                "label": request.env._("Closed"),
                "domain": Domain("state", "=", "closed"),
            },
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
        }

    def _get_budgets_inputs(self):
        return {
            "budget": {
                "input": "budget",
                "label": request.env._("Search in name and number"),
            },
            "campaign": {
                "input": "campaign",
                "label": request.env._("Search in campaigns"),
            },
        }

    def _get_budgets_search_domain(self, search_in, search):
        """Return the domain of what was typed into the search box."""
        if search_in == "campaign":
            return Domain("campaign", "ilike", search)
        return Domain("name", "ilike", search) | Domain("number", "ilike", search)

    @route(
        ["/my/budgets", "/my/budgets/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_budgets(self, page=1, **kw):
        """Show the budgets, with the questions that wait for an answer on top."""
        if not self._has_budgets():
            return request.redirect("/my")
        budgets, shown = self._find_client_list(
            request.env["client.budget"],
            "/my/budgets",
            page,
            self._budgets_per_page,
            kw,
            sortings=self._get_budgets_sortings(),
            filters=self._get_budgets_filters(),
            inputs=self._get_budgets_inputs(),
            domain=Domain.TRUE,
            get_search_domain=self._get_budgets_search_domain,
        )
        self._remember_list(HISTORY, budgets.ids)
        is_first = page <= 1 and not shown["search"]
        # sudo: found by the visitor's own rules on the line above
        budgets_sudo = budgets.sudo()
        values = self._prepare_portal_layout_values()
        values.update(
            shown,
            page_name="client_budgets",
            budgets=budgets_sudo,
            show_client=len(budgets_sudo.client_id) > 1,
            questions=self._get_questions() if is_first else [],
        )
        return request.render("client_hub.portal_my_budgets", values)

    # ------------------------------------------------------------
    # One budget
    # ------------------------------------------------------------

    @route("/my/budgets/<int:budget_id>", type="http", auth="user", website=True)
    def portal_my_budget(self, budget_id, notice=None, **kw):
        """Show a budget and the documents behind it that the visitor may see."""
        budget_sudo = self._get_budget(budget_id)
        if not budget_sudo:
            return request.redirect("/my")
        return self._render_budget(budget_sudo, notice=self._get_budget_notice(notice))

    def _get_budget(self, budget_id):
        """Return a budget that the visitor may see as a client's person, or None."""
        if not self._has_budgets():
            return None
        return self._client_document("client.budget", budget_id)

    def _render_budget(self, budget_sudo, **more):
        """Return the page of a budget."""
        values = self._prepare_portal_layout_values()
        values.update(
            self._prepare_budget_page(budget_sudo),
            page_name="client_budget",
            **self._client_neighbours(HISTORY, budget_sudo, "/my/budgets"),
            **more,
        )
        return request.render("client_hub.portal_my_budget", values)

    def _prepare_budget_page(self, budget_sudo):
        """Return what the page of a budget shows.

        Of what is booked, the client reads its own invoices; our bills and hours are
        one sum, which makes the rows add up.
        """
        env = request.env
        # as the visitor, not as superuser: the record rules choose
        jobs = env["client.job"].search(
            [("id", "in", budget_sudo._get_portal_job_ids())],
            order="id desc",
            limit=MAX_ROWS,
        )
        return {
            "budget": budget_sudo,
            "rows": budget_sudo._get_portal_rows(jobs, self._get_invoices(budget_sudo)),
            "revisions": budget_sudo.revision_ids.filtered(
                lambda revision: revision.state in ("approved", "refused")
            )[:MAX_ROWS],
            "questions": self._get_questions(budget_sudo),
            "approvals": budget_sudo.approval_ids.filtered("contact_id")[:MAX_ROWS],
        }

    def _get_invoices(self, budget_sudo):
        """Return the invoices on a budget that the visitor may read."""
        invoices = request.env["account.move"]
        if not invoices.has_access("read"):
            return invoices
        ids = budget_sudo.move_ids.filtered(
            lambda move: move.kind == "invoiced" and move.res_model == "account.move"
        ).mapped("res_id")
        return invoices.search(
            [
                ("id", "in", ids),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
            ]
        )

    # ------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------

    @route(
        "/my/budgets/<int:budget_id>/answer",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_my_budget_answer(self, budget_id, **post):
        """Take in what the client agrees to or refuses."""
        budget_sudo = self._get_budget(budget_id)
        if not budget_sudo:
            return request.redirect("/my")
        try:
            self._answer_question(budget_sudo, post)
        except UserError as error:
            return self._render_budget(budget_sudo, error=str(error), typed=post)
        return request.redirect(
            f"/my/budgets/{budget_id}?notice={post['answer']}", code=303
        )

    def _answer_question(self, budget_sudo, post):
        """Keep the answer to one question about a budget.

        :raise UserError: a sentence for the page; nothing was written
        """
        env = request.env
        contact = env.user.partner_id
        model = QUESTIONS.get(post.get("question"))
        answer = ANSWERS.get(post.get("answer"))
        record_id = str(post.get("record_id") or "")
        if not model or not answer or not is_record_id(record_id):
            raise UserError(env._("Choose whether you agree."))
        # sudo: of a budget that the visitor sees; whether he decides is checked next
        question_sudo = (
            env[model]
            .sudo()
            .search([("id", "=", int(record_id)), ("budget_id", "=", budget_sudo.id)])
        )
        if not question_sudo:
            raise UserError(env._("This question is not there any more."))
        self._check_answerer(question_sudo, contact)
        if (question_sudo.state, question_sudo.contact_id) == (answer, contact):
            return  # a second click
        is_waiting = question_sudo.state == "waiting"
        if is_waiting and (question_sudo.contact_id, answer) == (contact, "approved"):
            return  # a second click, while the other side of a transfer decides
        comment = str(post.get("comment") or "").strip()
        if answer == "refused" and not comment:
            raise UserError(env._("Please say why, so that we can make another offer."))
        with env.cr.savepoint():
            question_sudo._answer(answer, contact, comment)

    def _check_answerer(self, question_sudo, contact):
        """Raise unless a contact answers for the budget that the question is put to.

        :raise UserError: the sentence says who does
        """
        budget_sudo = question_sudo.budget_id
        # of a transfer that waits for the other budget's people only
        asked_sudo = question_sudo._get_asked_budgets() or budget_sudo
        has_agreed = question_sudo.contact_id == contact
        if not budget_sudo._may_decide(contact) or (
            budget_sudo not in asked_sudo and not has_agreed
        ):
            person_sudo = (budget_sudo & asked_sudo or asked_sudo)[:1]
            raise UserError(
                request.env._(
                    "Only %(person)s may answer this.",
                    person=person_sudo.approver_contact_id.name
                    or person_sudo.client_id.name,
                )
            )

    def _get_budget_notice(self, key):
        """Return the sentence that a redirect asked for, or False."""
        return {
            "agree": request.env._("Thank you. You agreed, and we were told."),
            "refuse": request.env._("Thank you. You refused, and we were told."),
        }.get(key, False)
