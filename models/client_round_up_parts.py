"""What stands in a round-up: only what the person may read, in his words."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

# Rows of a part; the rest is a number.
MAX_ROWS = 15
MAX_COMMENTS = 5
MAX_TEXT = 240


class ClientRoundUp(models.Model):
    """Writes the parts of a mail with the rights and the language of its reader."""

    _inherit = "client.round.up"

    @api.model
    def _compose(self, person, wanted, today):
        """Return the parts of a person's mail that have something in them.

        :param person: res.partner
        :param dict wanted: see :meth:`_gather`
        :param date today: of the person
        :return: list of dicts ``kind``, ``is_waiting``, ``rows``, ``count``, ``more``
            and ``documents``; each row with ``id``, ``name``, ``detail``, ``url``,
            ``day``, ``is_late`` and ``comments``
        :rtype: list
        """
        reader = self._get_reader(person)
        parts = []
        for kind, compose, is_waiting in reader._get_parts():
            rows = compose(person, wanted, today)
            if rows:
                parts.append(
                    {
                        "kind": kind,
                        "is_waiting": is_waiting,
                        "count": len(rows),
                        "rows": rows[:MAX_ROWS],
                        "more": max(0, len(rows) - MAX_ROWS),
                        "documents": [row["document"] for row in rows],
                    }
                )
        return parts

    @api.model
    def _get_reader(self, person):
        """Return this model in the language, and with the rights, of a person.

        :param person: res.partner; one without a login reads what he was asked about
        """
        user = self._get_user(person)
        reader = self.with_context(
            lang=person.lang or self.env.lang, tz=self._get_zone(person.tz).zone
        )
        if user:
            reader = reader.with_user(user).with_context(
                allowed_company_ids=user.company_ids.ids
            )
        return reader

    @api.model
    def _get_parts(self):
        """Return ``(kind, method, whether it waits for the person)``; hook."""
        return (
            ("piece", self._compose_pieces, True),
            ("question", self._compose_questions, True),
            ("contract", self._compose_contracts, True),
            ("job", self._compose_jobs, True),
            ("request", self._compose_requests, True),
            ("change", self._compose_changes, True),
            ("activity", self._compose_activities, True),
            ("budget", self._compose_budgets, False),
            ("news", self._compose_news, False),
        )

    # === HELPERS === #

    @api.model
    def _find_readable(self, model, ids, domain=()):
        """Return those records that the reader may read.

        :param str model: name of a model
        :param ids: of records
        :param domain: what still has to be true of them
        """
        Model = self.env[model]
        if not ids or not Model.has_access("read"):
            return Model
        return Model.search(Domain("id", "in", list(ids)) & Domain(domain))

    @api.model
    def _get_link(self, record):
        """Return where the reader opens a record: on the portal, or in the backend."""
        base = record.get_base_url()
        if self.env.user.share and "access_url" in record._fields:
            return f"{base}{record.access_url}"
        if self.env.user.share and record._name == "client.budget":
            return f"{base}/my/budgets/{record.id}"
        return f"{base}/mail/view?model={record._name}&res_id={record.id}"

    @api.model
    def _prepare_row(self, record, name, url=None, detail="", day=None, today=None):
        """Return a row of a part."""
        return {
            "id": record.id,
            "document": (record._name, record.id),
            "name": name,
            "detail": detail or "",
            "url": url or self._get_link(record),
            "day": day or False,
            "is_late": bool(day and today and day < today),
            "is_today": bool(day and day == today),
            "comments": [],
        }

    # === WHAT WAITS FOR THE CLIENT === #

    @api.model
    def _compose_pieces(self, person, wanted, today):
        """Return the pieces that wait for a contact's decision."""
        ids = wanted.get("piece", [])
        # sudo: pieces about which this very person was asked; who has a login sees
        # those only that he may read there, or for which he has a link of his own
        pieces_sudo = self.env["client.piece"].sudo().browse(ids).exists()
        readable = self._find_readable("client.piece", ids)
        rows = []
        for piece in pieces_sudo.sorted(
            lambda row: (row.approval_deadline or today, row.id)
        ):
            if not piece._is_waiting_for(person):
                continue
            if piece.id not in readable.ids and not (
                self.env.su or piece._needs_link(person)
            ):
                continue
            detail = piece.job_id.name
            if piece.rounds:
                version = piece.current_version_id.number
                detail = self.env._(
                    "%(job)s: version %(number)s, after the changes you asked for",
                    job=detail,
                    number=version,
                )
            day = piece.approval_deadline
            url = piece._get_review_url(person)
            rows.append(self._prepare_row(piece, piece.name, url, detail, day, today))
        return rows

    @api.model
    def _compose_questions(self, person, wanted, today):
        """Return what a contact is asked about budgets that he sees."""
        budgets = self._find_readable("client.budget", wanted.get("question"))
        rows, asked = [], set()
        for model in ("client.budget.revision", "client.budget.approval"):
            # sudo: of budgets that the reader sees, as on the budget's page
            questions_sudo = (
                self.env[model]
                .sudo()
                .search(
                    [("budget_id", "in", budgets.ids), ("state", "=", "waiting")],
                    order="id",
                )
            )
            for question in questions_sudo:
                budget = question.budget_id
                key = (model, question.id)
                if key in asked or not budget._may_decide(person):
                    continue
                if model == "client.budget.revision":
                    # a transfer between two budgets that he sees is asked once
                    asked.add((model, question.counterpart_id.id))
                url = f"{budget.get_base_url()}/my/budgets/{budget.id}#questions"
                detail = question._get_question()
                rows.append(self._prepare_row(budget, budget.name, url, detail))
        return rows

    @api.model
    def _compose_contracts(self, person, wanted, today):
        """Return signatures, amounts and contracts that wait for a contact."""
        if not self.env.user._has_client_feature("contracts"):
            return []
        rows = []
        signatures = self._find_readable(
            "client.contract.signature",
            wanted.get("signature"),
            [("state", "=", "requested"), ("signer_id", "=", person.id)],
        )
        # sudo: titles of contracts that the reader sees
        for signature in signatures.sudo():
            if signature._get_status() == "requested":
                contract = signature.contract_id
                url = f"{contract.get_base_url()}{signature._get_path()}"
                detail = self.env._("Waits for your signature")
                row = self._prepare_row(
                    contract, contract.name, url, detail, signature.date_expiry, today
                )
                rows.append({**row, "signature_id": signature.id})
        for kind, domain, detail in (
            ("entry", [], self.env._("Amounts wait for your approval")),
            ("contract", [("state", "=", "sent")], self.env._("Waits for your answer")),
        ):
            for contract in self._find_readable(
                "client.contract", wanted.get(kind), domain
            ):
                rows.append(self._prepare_row(contract, contract.name, detail=detail))
        return rows

    @api.model
    def _compose_jobs(self, person, wanted, today):
        """Return a contact's requests that stop until he does something."""
        jobs = self._find_readable(
            "client.job",
            wanted.get("job"),
            [("portal_state", "in", ("draft", "on_hold"))],
        )
        details = {
            "draft": self.env._("A draft that you have not sent yet"),
            "on_hold": self.env._("On hold: we wait for you"),
        }
        return [
            self._prepare_row(job, job.name, detail=details[job.portal_state])
            for job in jobs
        ]

    # === WHAT WAITS FOR COLLEAGUES === #

    @api.model
    def _compose_requests(self, person, wanted, today):
        """Return requests that wait for their account manager."""
        jobs = self._find_readable(
            "client.job", wanted.get("request"), [("portal_state", "=", "requested")]
        )
        return [
            self._prepare_row(
                job,
                job.display_name,
                detail=job.client_id.display_name,
                day=job.deadline,
                today=today,
            )
            for job in jobs
        ]

    @api.model
    def _compose_changes(self, person, wanted, today):
        """Return pieces that came back from the client."""
        pieces = self._find_readable(
            "client.piece",
            wanted.get("change"),
            [("portal_state", "=", "changes_requested")],
        )
        return [
            self._prepare_row(
                piece,
                piece.name,
                detail=f"{piece.job_id.display_name}, {piece.client_id.display_name}",
                day=piece.deadline,
                today=today,
            )
            for piece in pieces
        ]

    @api.model
    def _compose_activities(self, person, wanted, today):
        """Return a colleague's to-dos, without those that another part tells."""
        activities = self._find_readable("mail.activity", wanted.get("activity"))
        # sudo: see _compose_budgets
        items_sudo = self.env["client.round.up.item"].sudo().browse(wanted.get("item"))
        told = {
            "client.job": wanted.get("request", []),
            "client.piece": wanted.get("change", []),
            "client.budget": items_sudo.budget_id.ids,
        }
        rows = []
        for activity in activities.sorted("date_deadline"):
            if activity.res_id in told.get(activity.res_model, []):
                continue
            record = self.env[activity.res_model].browse(activity.res_id).exists()
            if not record or not record.has_access("read"):
                continue
            name = activity.summary or activity.activity_type_id.name
            day = activity.date_deadline
            rows.append(
                self._prepare_row(
                    record, name, detail=record.display_name, day=day, today=today
                )
            )
        return rows

    # === NEWS === #

    @api.model
    def _compose_budgets(self, person, wanted, today):
        """Return budgets of which a large share is used by now."""
        # sudo: the reader's own news; the budgets are asked for with his rights
        items_sudo = self.env["client.round.up.item"].sudo().browse(wanted.get("item"))
        budgets = self._find_readable("client.budget", items_sudo.budget_id.ids)
        return [
            self._prepare_row(
                budget,
                budget.name,
                url=self._get_link(budget),
                detail=self.env._(
                    "%(rate)s %% used: %(left)s of %(amount)s is left",
                    rate=round(budget.used_rate),
                    left=budget._format_amount(budget.amount_left),
                    amount=budget._format_amount(budget.amount),
                ),
            )
            # sudo: figures that the reader's own page of the budget shows
            for budget in budgets.sudo()
        ]

    @api.model
    def _compose_news(self, person, wanted, today):
        """Return documents with new comments or another status."""
        # sudo: as above
        items_sudo = self.env["client.round.up.item"].sudo().browse(wanted.get("item"))
        rows = {}
        for job in self._find_readable("client.job", items_sudo.job_id.ids):
            rows[job] = self._prepare_news_row(job)
            rows[job]["detail"] = self._get_state_words(job, wanted)
        messages = self._find_readable("mail.message", items_sudo.message_id.ids)
        for message in messages.sorted("id"):
            document = self.env[message.model].browse(message.res_id)
            if document not in rows:
                if not document.has_access("read"):
                    continue
                rows[document] = self._prepare_news_row(document)
            rows[document]["comments"].append(self._prepare_comment(message))
        remarks = self._find_readable("client.piece.remark", items_sudo.remark_id.ids)
        for remark in remarks.sorted("id"):
            comment = self._prepare_remark(remark)
            if not comment:
                continue
            if remark.piece_id not in rows:
                rows[remark.piece_id] = self._prepare_news_row(remark.piece_id)
            rows[remark.piece_id]["comments"].append(comment)
        for row in rows.values():
            row["hidden_comments"] = max(0, len(row["comments"]) - MAX_COMMENTS)
            row["comments"] = row["comments"][-MAX_COMMENTS:]
        return list(rows.values())

    @api.model
    def _prepare_news_row(self, document):
        """Return the row of a document of which there is news."""
        name = document.name
        if document._name == "client.piece":
            # sudo: the title of the job of a piece that the reader sees
            name = f"{name} ({document.sudo().job_id.name})"
        elif not self.env.user.share:
            name = document.display_name
        return self._prepare_row(document, name)

    @api.model
    def _get_state_words(self, job, wanted):
        """Return the status of a job as its reader knows it.

        :param job: client.job
        :param dict wanted: with the pieces that wait for the person
        """
        # sudo: of a job that the reader sees, in the words of the pages he knows
        job_sudo = job.sudo()
        if self.env.user.share:
            waiting = job_sudo.piece_ids.filtered(
                lambda piece: piece.id in wanted.get("piece", [])
            )
            label = job_sudo._portal_status(len(waiting))["label"]
        else:
            label = job_sudo._get_state_label()
        return self.env._("Now: %s", label)

    @api.model
    def _prepare_comment(self, message):
        """Return who said what.

        :param message: mail.message that the reader reads
        """
        # sudo: the author's name, as the page shows it
        author = message.sudo().author_id.name or message.sudo().email_from or ""
        return {"author": author, "text": self._cut(html2plaintext(message.body or ""))}

    @api.model
    def _prepare_remark(self, remark):
        """Return who answered what, or which remark is solved; None if it no longer is.

        :param remark: client.piece.remark that the reader reads
        """
        # sudo: the author's name, and the number of the remark that is answered
        author, parent_sudo = remark.sudo().author_id.name, remark.sudo().parent_id
        if parent_sudo:
            title = self.env._(
                "%(author)s, on remark %(number)s",
                author=author,
                number=parent_sudo.number,
            )
        elif remark.resolved:
            title = self.env._("Remark %(number)s is solved", number=remark.number)
        elif author and not remark.sudo().author_id.partner_share:
            title = self.env._(
                "%(author)s, remark %(number)s", author=author, number=remark.number
            )
        else:
            return None
        return {"author": title, "text": self._cut(remark.body)}

    @api.model
    def _cut(self, text):
        """Return the beginning of a text, on one line."""
        text = " ".join(text.split())
        return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT].rstrip()}…"
