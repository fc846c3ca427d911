"""What happens at the end of a contract's term: by itself, by offer, or nothing."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import term

RENEWABLE_STATES = ("running", "suspended")


class ClientContract(models.Model):
    """Renews by itself, offers its renewal, or ends."""

    _inherit = "client.contract"
    _system_fields = frozenset(
        {
            "renewal_count",
            "renewal_contact_id",
            "renewal_date_decided",
            "renewal_date_offered",
            "renewal_note",
            "renewal_offer_state",
            "renewal_offered_by_id",
        }
    )

    renewal_months = fields.Integer(
        string="Renewal term",
        default=12,
        required=True,
        help="Months by which a renewal moves the end date.",
    )
    renewal_count = fields.Integer(
        string="Renewals", readonly=True, copy=False, aggregator=None
    )
    renewal_offer_state = fields.Selection(
        selection=[
            ("offered", "Offered"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
        ],
        string="Renewal offer",
        readonly=True,
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="About the present term: a renewal starts over. Accepted stays until the "
        "next offer.",
    )
    renewal_date_offered = fields.Date(
        string="Renewal offered on",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    renewal_offered_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Renewal offered by",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
    )
    renewal_date_decided = fields.Date(
        string="Answered on", readonly=True, copy=False, groups="base.group_user"
    )
    renewal_contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Answered by",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
    )
    renewal_note = fields.Char(
        string="Note on the answer",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    renewal_next_end = fields.Date(
        string="End after renewal",
        compute="_compute_renewal_next_end",
        groups="base.group_user",
    )
    renewal_waits = fields.Boolean(
        string="Renewal to offer",
        compute="_compute_renewal_waits",
        groups="base.group_user",
        help="The renewal of the present term can be offered.",
    )

    _renewal_months_positive = models.Constraint(
        "CHECK (renewal_months > 0)", "A renewal lasts at least one month."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("date_start", "date_end", "renewal_months")
    def _compute_renewal_next_end(self):
        for contract in self:
            contract.renewal_next_end = (
                contract.date_start
                and contract.date_end
                and contract.renewal_months > 0
                and term.next_term_end(
                    contract.date_start, contract.date_end, contract.renewal_months
                )
            )

    @api.depends(
        "renewal", "state", "date_end", "renewal_offer_state", "notice_date_end"
    )
    def _compute_renewal_waits(self):
        for contract in self:
            contract.renewal_waits = bool(
                contract.renewal == "offer"
                and contract.state in RENEWABLE_STATES
                and contract.date_end
                and not contract.notice_date_end
                and contract.renewal_offer_state != "refused"
            )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_offer_renewal(self):
        """Open the e-mail composer with the offer as a letter; sending it records it.

        :raise UserError: when there is nothing to renew
        """
        self.ensure_one()
        self.check_access("write")
        self._check_renewable()
        template = self.env.ref(
            "client_hub.mail_template_client_contract_renewal",
            raise_if_not_found=False,
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Offer the renewal"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "client.contract",
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id if template else False,
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_"
                "responsible_signature",
                "client_contract_mark_offered": True,
                "force_email": True,
            },
        }

    def action_answer_renewal(self):
        """Ask what the client answered to the offer."""
        self.ensure_one()
        self.check_access("write")
        self._check_renewable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer of the client"),
            "res_model": "client.contract.renewal.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _check_renewable(self):
        """Refuse to renew what has no end, was given notice of, or doesn't run.

        :raise UserError: with the reason
        """
        for contract in self:
            problem = contract._get_renewal_problem()
            if problem:
                raise UserError(problem)

    def _get_renewal_problem(self):
        """Return why this contract can't be renewed, as a sentence, or None (hook)."""
        self.ensure_one()
        name = self.display_name
        if self.state not in RENEWABLE_STATES:
            return self.env._(
                "%(contract)s is “%(state)s”: only a running contract is renewed.",
                contract=name,
                state=self._get_state_label(),
            )
        if not self.date_end:
            return self.env._("%s has no end date: there is nothing to renew.", name)
        if self.notice_date_end:
            return self.env._(
                "Notice was given: %(contract)s ends on %(date)s. Withdraw the notice "
                "first.",
                contract=name,
                date=format_date(self.env, self.date_end),
            )
        return None

    def message_post(self, **kwargs):
        """Record the offer once its mail goes out (see ``action_offer_renewal``)."""
        if self.env.context.get("client_contract_mark_offered"):
            # its own messages are not the offer
            self.with_context(client_contract_mark_offered=False)._set_offered()
        return super().message_post(**kwargs)

    def _set_offered(self):
        """Record that the renewal was offered today.

        :raise UserError: when it can't be renewed
        :raise AccessError: when the user may not change the contract
        """
        self.check_access("write")
        self._check_renewable()
        # sudo: system fields; the access was checked above
        self.sudo().write(
            {
                "renewal_offer_state": "offered",
                "renewal_date_offered": fields.Date.context_today(self),
                "renewal_offered_by_id": self.env.uid,
                "renewal_date_decided": False,
                "renewal_contact_id": False,
                "renewal_note": False,
            }
        )
        self._close_notice_activities(self.env._("The renewal was offered."))

    def _answer_renewal(self, accepted, contact=None, date=None, note=None, end=None):
        """Record the client's answer; an accepted offer renews the contract.

        :param bool accepted: False: the contract ends at its end date
        :param contact: res.partner who answered
        :param date date: day of the answer, today by default
        :param str note: how it came, or why not
        :param date end: the new end date, by default that of the renewal term
        """
        self.ensure_one()
        self.check_access("write")
        self._check_renewable()
        if accepted:
            self._renew(self.env._("Renewed as offered"), end)
        # sudo: system fields; the access was checked above
        self.sudo().write(
            {
                "renewal_offer_state": "accepted" if accepted else "refused",
                "renewal_date_decided": date or fields.Date.context_today(self),
                "renewal_contact_id": contact.id if contact else False,
                "renewal_note": note,
            }
        )
        if not accepted:
            self._close_notice_activities(self.env._("The renewal was refused."))

    def _renew(self, how, end=None):
        """Move the end date by a term; the entries of the new term appear.

        :param str how: how it came about, the beginning of a sentence
        :param date end: the new end date, by default that of the renewal term
        """
        for contract in self:
            before = contract.date_end
            after = end or contract.renewal_next_end
            if after <= before:
                raise UserError(
                    self.env._(
                        "%(contract)s runs until %(before)s: a renewal ends later.",
                        contract=contract.display_name,
                        before=format_date(self.env, before),
                    )
                )
            contract.date_end = after
            # sudo: system fields; the write above was allowed
            contract.sudo().write(
                {
                    "renewal_count": contract.renewal_count + 1,
                    "renewal_offer_state": False,
                    "renewal_date_offered": False,
                    "renewal_offered_by_id": False,
                    "renewal_date_decided": False,
                    "renewal_contact_id": False,
                    "renewal_note": False,
                }
            )
            text = self.env._(
                "%(how)s: from %(before)s to %(after)s.",
                how=how,
                before=format_date(self.env, before),
                after=format_date(self.env, after),
            )
            contract._tell(text)
            contract._close_notice_activities(text)

    def _get_renewal_lines(self):
        """Return the services that go on after the end date (used by the letter)."""
        self.ensure_one()
        return self.line_ids.filtered(
            lambda line: not line.date_end or line.date_end > self.date_end
        )

    def _tell(self, text):
        """Put one sentence in the chatter and in the client's history.

        :param str text: nothing that the client's people may not read
        """
        self.ensure_one()
        self._message_log(body=text)
        self.env["client.history"]._log(
            self.client_id, "contract", self.display_name, record=self, note=text
        )
