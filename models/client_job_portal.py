from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round, plaintext2html

from ..tools.exceptions import ClientBudgetError, ClientPortalError

MAX_TITLE = 200
MAX_TEXT = 20000
MAX_PIECES = 50
# Far more than any budget; keeps overflows out of the database.
MAX_AMOUNT = 10**12


class ClientJob(models.Model):
    """A request as the client's people write it on the portal."""

    _inherit = "client.job"

    @api.model
    def _portal_prepare_values(self, post, contact):
        """Turn the fields of the request form into the values of ``_portal_save``.

        :param dict post: form fields ``title``, ``template_id``, ``client_id``,
            ``deadline``, ``budget_id``, ``budget_amount``, ``briefing``,
            ``answer_<question id>``, ``piece_type_<n>`` with ``piece_name_<n>``
        :param contact: res.partner who sends the form
        :return: dict; keys that the form doesn't have are left out
        """
        names = (
            "title",
            "template_id",
            "client_id",
            "deadline",
            "budget_id",
            "budget_amount",
            "briefing",
        )
        values = {name: post[name] for name in names if name in post}
        # sudo: the id of the contact's own client
        values.setdefault("client_id", contact.sudo().commercial_partner_id.id)
        answers = {
            name.removeprefix("answer_"): post[name]
            for name in post
            if name.startswith("answer_")
        }
        if answers:
            values["answers"] = answers
        types = [name for name in post if name.startswith("piece_type_")]
        if types or "has_pieces" in post:
            values["pieces"] = [
                {
                    "type_id": post[name],
                    "name": post.get(name.replace("piece_type_", "piece_name_"), ""),
                }
                for name in types
                if post[name]
            ]
        return values

    @api.model
    def _portal_save(self, contact, values, job=None, submit=False):
        """Create or change a request of the portal.

        :param contact: res.partner who asks
        :param dict values: ``title``, ``template_id``, ``client_id``, ``deadline``,
            ``budget_id``, ``budget_amount``, ``briefing`` (plain text), ``answers``
            ``{question id: text}``, ``pieces`` ``[{type_id, name}]``; other keys are
            ignored, and keys left out keep what the draft has
        :param job: the draft to change, or None
        :param bool submit: hand the request in
        :return: client.job, as superuser
        :raise ClientPortalError: ``.errors`` holds a sentence per field; nothing was
            written. Answers use the key ``answer_<question id>``.
        """
        # sudo: portal users write nothing themselves; each value is checked below
        # against what this contact may use
        jobs_sudo = self.sudo()
        job_sudo = job.sudo() if job else jobs_sudo.browse()
        errors = jobs_sudo._check_portal_draft(contact, job_sudo)
        if errors:
            raise ClientPortalError(errors)
        vals = jobs_sudo._read_portal_values(contact, values, job_sudo, submit, errors)
        answers = {}
        if "template_id" not in errors:
            # also when there are errors: the person gets to see all of them at once
            template = self._get_portal_template(vals, job_sudo)
            answers = jobs_sudo._read_portal_answers(
                template, values.get("answers") or {}, job_sudo, submit, errors
            )
        if errors:
            raise ClientPortalError(errors)
        try:
            with self.env.cr.savepoint():
                return jobs_sudo._write_portal_job(
                    contact, job_sudo, vals, answers, submit
                )
        except ClientBudgetError as error:
            raise ClientPortalError({"budget_amount": str(error)}) from error
        except UserError as error:
            raise ClientPortalError({"": str(error)}) from error

    def _check_portal_draft(self, contact, job):
        """Return the reason why this contact can't write this request, as errors."""
        if not contact or not contact._is_portal_allowed():
            return {"": self.env._("Your portal access is switched off.")}
        if job and (job.requester_id != contact or job.origin != "portal"):
            return {"": self.env._("This request belongs to somebody else.")}
        if job and job.state != "draft":
            return {
                "": self.env._(
                    "This request was already sent. Write a comment to change it."
                )
            }
        return {}

    def _read_portal_values(self, contact, values, job, submit, errors):
        """Return the checked values of the job's own fields, filling ``errors``."""
        vals = {}
        title = str(values.get("title", job.name if job else "") or "").strip()
        if len(title) > MAX_TITLE:
            errors["title"] = self.env._(
                "Use at most %(count)s characters.", count=MAX_TITLE
            )
        elif submit and not title:
            errors["title"] = self.env._("Give the request a title.")
        vals["name"] = title or self.env._("New request")
        client = self._read_portal_client(contact, values, job, errors)
        vals["client_id"] = client.id
        if "template_id" in values:
            vals["template_id"] = self._read_portal_id(
                values["template_id"],
                self.env["client.job.template"]._portal_templates(),
                "template_id",
                self.env._("Choose one of the templates shown."),
                errors,
            )
        if "deadline" in values:
            vals["deadline"] = self._read_portal_date(values["deadline"], errors)
        if "briefing" in values:
            text = str(values["briefing"] or "").strip()
            if len(text) > MAX_TEXT:
                errors["briefing"] = self.env._(
                    "Use at most %(count)s characters.", count=MAX_TEXT
                )
            else:
                vals["briefing"] = plaintext2html(text) if text else False
        self._read_portal_budget(values, client, job, vals, submit, errors)
        if "pieces" in values:
            vals["pieces"] = self._read_portal_pieces(values["pieces"], errors)
        return vals

    def _read_portal_client(self, contact, values, job, errors):
        """Return the client that the request is for."""
        allowed = contact._portal_job_clients()
        own = contact.sudo().commercial_partner_id  # sudo: the contact's own client
        fallback = job.client_id if job else own
        client_id = self._read_portal_id(
            values.get("client_id") or fallback.id,
            allowed,
            "client_id",
            self.env._("You can't open requests for this client."),
            errors,
        )
        client = self.env["res.partner"].browse(client_id or own.id)
        if client.client_status == "inactive" and "client_id" not in errors:
            errors["client_id"] = self.env._(
                "This client takes no new requests at the moment."
            )
        return client

    def _read_portal_id(self, value, allowed, name, sentence, errors):
        """Return the id that a field holds if it is one of ``allowed``, else False."""
        if value in (None, "", False, 0, "0"):
            return False
        try:
            record_id = int(value)
        except (TypeError, ValueError):
            record_id = 0
        if record_id not in allowed.ids:
            errors[name] = sentence
            return False
        return record_id

    def _read_portal_date(self, value, errors):
        """Return the wanted day; never one in the past."""
        if not value:
            return False
        try:
            day = fields.Date.to_date(str(value).strip()[:10])
        except ValueError:
            errors["deadline"] = self.env._("Write the date as year-month-day.")
            return False
        if day < fields.Date.context_today(self):
            errors["deadline"] = self.env._("This day is already over.")
        return day

    def _read_portal_budget(self, values, client, job, vals, submit, errors):
        """Read budget and amount, and check them against the client's budgets."""
        if "budget_id" in values:
            vals["budget_id"] = self._read_portal_id(
                values["budget_id"],
                self.env["client.budget"]._portal_budgets(client),
                "budget_id",
                self.env._("Choose one of the budgets shown."),
                errors,
            )
            if not vals["budget_id"]:
                vals["budget_amount"] = 0.0
        budget_id = vals.get("budget_id", job.budget_id.id if job else False)
        budget = self.env["client.budget"].browse(budget_id or False)
        if budget and "budget_amount" in values:
            vals["budget_amount"] = self._read_portal_amount(
                values["budget_amount"], budget, submit, errors
            )
        elif budget and submit and not (job and job.budget_amount):
            errors["budget_amount"] = self.env._(
                "Enter the amount you need from the budget."
            )
        if budget and budget.client_id != client and "budget_id" not in errors:
            errors["budget_id"] = self.env._("Choose one of the budgets shown.")

    def _read_portal_amount(self, value, budget, submit, errors):
        """Return an amount above zero, within what is left if the budget blocks."""
        if value in (None, "", False):
            if submit:
                errors["budget_amount"] = self.env._(
                    "Enter the amount you need from the budget."
                )
            return 0.0
        try:
            amount = float(value)
        except (TypeError, ValueError):
            errors["budget_amount"] = self.env._(
                "Write the amount as a number, like 1250.50."
            )
            return 0.0
        # also catches "nan", which compares with nothing
        if not 0 < amount < MAX_AMOUNT:
            errors["budget_amount"] = self.env._("The amount must be more than zero.")
            return 0.0
        amount = float_round(amount, precision_rounding=budget.currency_id.rounding)
        if (
            budget.policy == "block"
            and budget.currency_id.compare_amounts(amount, budget.amount_left) > 0
        ):
            errors["budget_amount"] = self._get_budget_excess(budget)
        return amount

    def _get_budget_excess(self, budget):
        """Return the sentence on a budget with too little left.

        How much it is, only those read who may see the budget itself.
        """
        own = self.env["client.budget"].with_user(self.env.user).sudo(False)
        if own.has_access("read") and own.search_count([("id", "=", budget.id)]):
            return self.env._(
                "Only %(left)s is left of this budget.",
                left=budget._format_amount(budget.amount_left),
            )
        return self.env._("This is more than what is left of this budget.")

    def _read_portal_pieces(self, rows, errors):
        """Return the pieces asked for as ``[{type_id, name}]``."""
        types = self.env["client.piece.type"].search([("is_portal_visible", "=", True)])
        pieces = []
        rows = list(rows or [])
        if len(rows) > MAX_PIECES:
            errors["pieces"] = self.env._(
                "Ask for at most %(count)s pieces.", count=MAX_PIECES
            )
            return pieces
        for row in rows:
            type_id = self._read_portal_id(
                row.get("type_id"),
                types,
                "pieces",
                self.env._("Choose one of the pieces shown."),
                errors,
            )
            if not type_id:
                errors.setdefault(
                    "pieces", self.env._("Choose what each piece should be.")
                )
                continue
            name = str(row.get("name") or "").strip() or types.browse(type_id).name
            if len(name) > MAX_TITLE:
                errors["pieces"] = self.env._(
                    "Use at most %(count)s characters.", count=MAX_TITLE
                )
            pieces.append({"type_id": type_id, "name": name})
        return pieces

    def _get_portal_template(self, vals, job):
        """Return the template that the saved job will have."""
        templates = self.env["client.job.template"].sudo()  # sudo: see _portal_save
        if "template_id" in vals:
            return templates.browse(vals["template_id"] or False)
        if job:
            return job.template_id
        client = self.env["res.partner"].sudo().browse(vals["client_id"])
        return client.client_job_template_id

    def _read_portal_answers(self, template, answers, job, submit, errors):
        """Return ``{question id: text}``, filling ``errors``."""
        given = {
            str(answer.question_id.id): answer.value or ""
            for answer in job.answer_ids
            if answer.question_id in template.question_ids
        }
        given.update({str(key): value for key, value in answers.items()})
        kept, wrong = template._validate_answers(given, submit)
        errors.update(wrong)
        return kept

    def _write_portal_job(self, contact, job, vals, answers, submit):
        """Write the checked request (as superuser) and hand it in if asked."""
        pieces = vals.pop("pieces", None)
        if job:
            job.write(vals)
        else:
            vals.update({"requester_id": contact.id, "origin": "portal"})
            job = self.create(vals)
        # the template may have changed since the draft was begun
        job._apply_questions()
        for answer in job.answer_ids:
            value = answers.get(answer.question_id.id, answer.value)
            if (answer.value or "") != (value or ""):
                answer.value = value
        if pieces is not None:
            job._set_portal_pieces(pieces)
        if submit:
            job.write({"state": "requested"})
        return job

    def _set_portal_pieces(self, rows):
        """Make the pieces of the draft those asked for; kept ones stay as they are."""
        self.ensure_one()
        keep = self.env["client.piece"]
        missing = []
        for sequence, row in enumerate(rows):
            found = (self.piece_ids - keep).filtered(
                lambda piece, row=row: (
                    piece.type_id.id == row["type_id"] and piece.name == row["name"]
                )
            )[:1]
            keep |= found
            if not found:
                missing.append(dict(row, job_id=self.id, sequence=10 + sequence))
        (self.piece_ids - keep).unlink()
        self.env["client.piece"].create(missing)
