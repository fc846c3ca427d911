"""What waits for a yes of the client."""

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import LockError, UserError

from .mail_thread_pace import COUNTED

MAX_COMMENT = 2000
# Value of the context key client_budget while the addon writes what people may not;
# an object, since a context that comes by RPC can't hold it.
DECIDING = object()


class ClientBudgetConsentMixin(models.AbstractModel):
    """A question about a budget that a contact of the client answers on the portal.

    The answer is kept with who and when, and never edited.
    """

    _name = "client.budget.consent.mixin"
    _description = "Question to the Client about a Budget"

    state = fields.Selection(
        string="Status",
        selection=[
            ("waiting", "Waiting for the client"),
            ("approved", "Agreed"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        default="approved",
        required=True,
        readonly=True,
        index=True,
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Answered by",
        readonly=True,
        ondelete="restrict",
        help="The person at the client who answered.",
    )
    decided_date = fields.Datetime(string="Answered on", readonly=True)
    comment = fields.Text(readonly=True)
    recorded_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Recorded by",
        readonly=True,
        ondelete="restrict",
        groups="base.group_user",
        help="Who of us wrote down an answer that was not given on the portal.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Refuse, but for the answer: a question is a fact."""
        if vals and self.env.context.get("client_budget") is not DECIDING:
            raise UserError(
                self.env._("What was asked and answered can't be changed: ask anew.")
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_withdraw(self):
        """Take a question back that the client has not answered."""
        for record in self:
            record.budget_id.check_access("write")
            # sudo: nobody writes these records; the right to the budget was checked
            record.sudo()._answer("withdrawn")

    def action_record_answer(self):
        """Open the dialog that records an answer given by phone, mail or in person."""
        self.ensure_one()
        self.budget_id.check_access("write")
        field = "revision" if self._name == "client.budget.revision" else "approval"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record the client's answer"),
            "res_model": "client.budget.answer",
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{field}_id": self.id},
        }

    # === BUSINESS METHODS === #

    def _answer(self, state, contact=None, comment=False, recorded_by=None, date=None):
        """Keep the answer and do what follows from it (as superuser).

        :param str state: approved, refused or withdrawn
        :param contact: res.partner who answers, if any
        :param str comment: what the person adds
        :param recorded_by: res.users who wrote the answer down, if not the contact
        :param datetime date: when it was given; by default now
        :raise UserError: it was answered in the meantime; the sentence says how
        """
        self.ensure_one()
        # of two at the same moment, one is told so or runs again, and reads the answer
        try:
            self._get_together().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is answering this at this moment.")
            ) from error
        self._get_together().invalidate_recordset(["state", "contact_id"])
        if self.state != "waiting":
            raise UserError(
                self.env._(
                    "This was answered already: %(state)s%(person)s.",
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        self.state
                    ],
                    person=f" ({self.contact_id.name})" if self.contact_id else "",
                )
            )
        values = {
            "contact_id": contact.id if contact else False,
            "decided_date": date or fields.Datetime.now(),
            "recorded_by_id": recorded_by.id if recorded_by else False,
            "comment": (comment or "").strip()[:MAX_COMMENT] or False,
        }
        if state == "approved" and contact and self._keep_consent(contact, values):
            return
        self.with_context(client_budget=DECIDING).write({**values, "state": state})
        # before another question takes its place
        self.flush_recordset()
        self._on_answer()
        if contact:
            self._tell_answer()

    def _get_together(self):
        """Return the records that are answered together, this one among them; hook."""
        return self

    def _keep_consent(self, contact, values):
        """Keep a yes that is not the last one needed; hook.

        :param contact: res.partner who agrees
        :param dict values: who, when and how
        :return: whether others have to agree as well
        """
        return False

    def _get_asked_budgets(self):
        """Return the budgets whose people are asked (as superuser); hook."""
        return self.budget_id if self.state == "waiting" else self.budget_id.browse()

    def _is_open_for(self, contact):
        """Tell whether the question is put to a contact (as superuser)."""
        self.ensure_one()
        budget = self.budget_id
        return budget in self._get_asked_budgets() and budget._may_decide(contact)

    def _on_answer(self):
        """Do what the answer means; hook."""

    def _get_question(self):
        """Return what is asked, as a sentence for the client; hook."""
        return ""

    def _ask_contacts(self, but=None):
        """Write to those at the client who may answer.

        :param but: res.partner who were written to already
        :return: those who may answer
        :raise UserError: nobody there could, and what to do about it
        """
        self.ensure_one()
        budget_sudo = self.budget_id.sudo()  # sudo: settings and people of the budget
        contacts = budget_sudo._get_deciders()
        if not contacts:
            raise UserError(
                self.env._(
                    "Nobody at “%(client)s” could answer: somebody there needs portal "
                    "access for the whole client, the client needs “Sees budgets on "
                    "the portal”, and the budget “Offered on the portal”.",
                    client=budget_sudo.client_id.name,
                )
            )
        fresh = contacts - but if but else contacts
        for lang, people in fresh.grouped("lang").items():
            self._mail_question(people, lang or self.env.lang)
        return contacts

    def _mail_question(self, people, lang):
        """Send the question to people, in their language.

        :param people: res.partner
        :param str lang: code of their language
        """
        budget_sudo = self.budget_id.sudo()  # sudo: as in _ask_contacts
        template = self.env.ref("client_hub.client_budget_mail_template_question")
        # sudo: a text of the agency; whoever asks needn't read templates
        rendered = template.sudo().with_context(
            client_budget_lang=lang,
            client_budget_question=self.with_context(lang=lang)._get_question(),
            client_budget_url=(
                f"{budget_sudo.get_base_url()}/my/budgets/{budget_sudo.id}#questions"
            ),
        )
        subject, body = (
            rendered._render_field(name, budget_sudo.ids, compute_lang=True)[
                budget_sudo.id
            ]
            for name in ("subject", "body_html")
        )
        budget_sudo.with_context(lang=lang).message_notify(
            partner_ids=people.ids,
            subject=subject,
            body=body,
            email_layout_xmlid="client_hub.client_mail_layout",
        )

    def _tell_answer(self):
        """Tell the responsible person what the client answered."""
        self.ensure_one()
        manager = self.budget_id.manager_id
        record = self.with_context(lang=manager.lang or self.env.lang)
        budget = record.budget_id
        labels = dict(self._fields["state"]._description_selection(record.env))
        text = record.env._(
            "%(person)s answered “%(answer)s”: %(question)s",
            person=self.contact_id.name,
            answer=labels[self.state],
            question=record._get_question(),
        )
        if self.comment:
            text = f"{text} — {self.comment}"
        budget.with_context(client_talk=COUNTED).message_post(
            body=Markup("<p>%s</p>") % text, subtype_xmlid="mail.mt_note"
        )
        if manager.active:
            budget.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=manager.id,
                summary=record.env._("The client has answered"),
                note=text,
            )
