"""Notice: until when it can be given, and what one that was given does."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..tools import term

NOTICE_STATES = ("approved", "running", "suspended")


class ClientContract(models.Model):
    """Ends on the date that a notice was given for."""

    _inherit = "client.contract"
    _system_fields = frozenset(
        {
            "notice_by",
            "notice_contact_id",
            "notice_date_end",
            "notice_date_given",
            "notice_date_recorded",
            "notice_end_before",
            "notice_note",
            "notice_recorded_by_id",
        }
    )

    notice_target = fields.Selection(
        selection=[("period", "End of a billing period"), ("day", "Any day")],
        string="Notice to",
        default="period",
        required=True,
        help="Where a contract without end date can end once notice was given.",
    )
    notice_by = fields.Selection(
        selection=[("client", "The client"), ("agency", "Us")],
        string="Notice given by",
        readonly=True,
        copy=False,
        tracking=True,
        groups="base.group_user",
    )
    notice_contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Notice of",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
        help="The client's person who gave it.",
    )
    notice_date_given = fields.Date(
        string="Notice given on", readonly=True, copy=False, groups="base.group_user"
    )
    notice_date_end = fields.Date(
        string="Notice for",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The day on which the contract ends because of the notice.",
    )
    notice_end_before = fields.Date(
        string="End before the notice",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    notice_note = fields.Char(
        string="Note on the notice",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    notice_recorded_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Notice recorded by",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
    )
    notice_date_recorded = fields.Date(
        string="Notice recorded on",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("client_id.name")
    @api.depends_context("client_contract_with_client")
    def _compute_display_name(self):
        """In the calendar there is room for the client and the title only."""
        result = super()._compute_display_name()
        if self.env.context.get("client_contract_with_client"):
            for contract in self:
                contract.display_name = f"{contract.client_id.name} · {contract.name}"
            self.env["client.wall"]._mask(self)
        return result

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Write; a date that a notice was given for is not moved by hand."""
        if "date_end" in vals and not self.env.su:
            date_end = fields.Date.to_date(vals["date_end"])
            for contract in self.filtered("notice_date_end"):
                if date_end != contract.notice_date_end:
                    raise ValidationError(
                        self.env._(
                            "Notice was given for %(date)s: withdraw it to give "
                            "%(contract)s another end date.",
                            date=format_date(self.env, contract.notice_date_end),
                            contract=contract.display_name,
                        )
                    )
        return super().write(vals)

    def _on_draft(self):
        """What is written anew has no notice."""
        result = super()._on_draft()
        self._forget_notice()
        return result

    def _on_transition(self, target, sources):
        """A contract that was ended and goes on has no notice."""
        if target == "running":
            self.filtered(lambda c: sources[c.id] == "ended")._forget_notice()
        return super()._on_transition(target, sources)

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_open_notice(self):
        """Ask who gave notice, when and for which date."""
        self.ensure_one()
        self.check_access("write")
        self._check_notice_state()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notice given"),
            "res_model": "client.contract.notice.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def action_withdraw_notice(self):
        """Take a notice back: the end date is the one of before."""
        for contract in self:
            contract.check_access("write")
            if not contract.notice_date_end or contract.state not in NOTICE_STATES:
                raise UserError(
                    self.env._("%s has no notice to withdraw.", contract.display_name)
                )
            before = contract.notice_end_before
            contract._forget_notice()
            contract.date_end = before
            contract._tell(self.env._("The notice was withdrawn."))

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _check_notice_state(self):
        """Refuse a notice of what doesn't run, or a second one.

        :raise UserError: with the reason
        """
        self.ensure_one()
        self._check_transition("ended")
        if self.notice_date_end:
            raise UserError(
                self.env._(
                    "Notice was given already: %(contract)s ends on %(date)s.",
                    contract=self.display_name,
                    date=format_date(self.env, self.notice_date_end),
                )
            )

    def _get_earliest_end(self, given):
        """Return the first day on which a notice given then can end the contract.

        A term that renews by itself is left at its end, when the notice comes in time,
        or else at the end of the next one.  Other terms end at their end.  Without a
        term it is the end of a billing period, or any day, after the notice period.

        :param date given: day of the notice
        """
        self.ensure_one()
        if not self.date_end:
            if self.notice_target == "day":
                return fields.Date.add(given, days=self.notice_days)
            recurrence, _options = self._get_recurrence()
            return term.earliest_end_of_period(given, recurrence, self.notice_days)
        if self.renewal != "tacit":
            return self.date_end
        return term.earliest_end_of_term(
            given,
            self.date_start,
            self.date_end,
            self.renewal_months,
            self.notice_days,
        )

    def _get_notice_problem(self, given, end, agreed=False):
        """Return why a notice can't end the contract on a day, or None.

        :param date given: day of the notice
        :param date end: last day wanted
        :param bool agreed: both sides agree on that day, whatever the terms say
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        if given > today:
            return self.env._("A notice can't be given in the future.")
        if end < self.date_start:
            return self.env._(
                "%(contract)s starts on %(start)s: it can't end before that.",
                contract=self.display_name,
                start=format_date(self.env, self.date_start),
            )
        if end < given:
            return self.env._("The contract can't end before the notice is given.")
        if agreed:
            return None
        earliest = self._get_earliest_end(given)
        if end < earliest:
            return self._get_too_late_text(given, earliest)
        return self._get_between_terms_problem(end, earliest)

    def _get_too_late_text(self, given, earliest):
        """Return the sentence that refuses a date too early for a notice."""
        text = self.env._(
            "A notice given on %(given)s can end %(contract)s on %(earliest)s at the "
            "earliest.",
            given=format_date(self.env, given),
            contract=self.display_name,
            earliest=format_date(self.env, earliest),
        )
        if self.date_end and earliest > self.date_end:
            late = self.env._(
                "For %(end)s it had to be given by %(notice)s.",
                end=format_date(self.env, self.date_end),
                notice=format_date(self.env, self.notice_date),
            )
            text = f"{text} {late}"
        return text

    def _get_between_terms_problem(self, end, earliest):
        """Return why a later day is no end of a term, or None."""
        day = earliest
        if self.date_end and self.renewal == "tacit":
            while day < end:
                day = term.next_term_end(self.date_start, day, self.renewal_months)
        elif self.date_end:
            day = self.date_end
        elif self.notice_target == "period":
            recurrence, _options = self._get_recurrence()
            day = term.earliest_end_of_period(end, recurrence, 0)
        else:
            day = end
        if day == end:
            return None
        return self.env._(
            "%(contract)s can end on %(first)s, or else on %(next)s, but not on "
            "%(end)s.",
            contract=self.display_name,
            first=format_date(self.env, earliest),
            next=format_date(self.env, day),
            end=format_date(self.env, end),
        )

    def _record_notice(self, by, given, end, contact=None, note=None, agreed=False):
        """Record a notice; the contract ends on its date and isn't renewed.

        :param str by: client or agency
        :param date given: day of the notice
        :param date end: last day of the contract
        :param contact: res.partner who gave it for the client
        :param str note: how it came, or why
        :param bool agreed: both sides agree on that day, whatever the terms say
        :raise ValidationError: when it comes too late for that date
        """
        self.ensure_one()
        self.check_access("write")
        self._check_notice_state()
        if problem := self._get_notice_problem(given, end, agreed):
            raise ValidationError(problem)
        before = self.date_end
        self.date_end = end
        # sudo: system fields; the access was checked above
        self.sudo().write(
            {
                "notice_by": by,
                "notice_contact_id": contact.id if contact else False,
                "notice_date_given": given,
                "notice_date_end": end,
                "notice_end_before": before,
                "notice_note": note,
                "notice_recorded_by_id": self.env.uid,
                "notice_date_recorded": fields.Date.context_today(self),
            }
        )
        self._close_notice_activities(self.env._("Notice was given."))

    def _forget_notice(self):
        """Empty what was recorded about a notice."""
        # sudo: system fields; who may change the state or the end may do this
        self.sudo().write(
            {
                "notice_by": False,
                "notice_contact_id": False,
                "notice_date_given": False,
                "notice_date_end": False,
                "notice_end_before": False,
                "notice_note": False,
                "notice_recorded_by_id": False,
                "notice_date_recorded": False,
            }
        )

    @api.constrains("notice_contact_id", "renewal_contact_id")
    def _check_answers_of_client(self):
        for contract in self:
            for partner in contract.notice_contact_id | contract.renewal_contact_id:
                if partner.commercial_partner_id != contract.client_id:
                    raise ValidationError(
                        self.env._(
                            "%(partner)s does not belong to the client %(client)s.",
                            partner=partner.display_name,
                            client=contract.client_id.display_name,
                        )
                    )
