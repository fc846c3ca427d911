"""The daily job of the life cycle: renew, end, remind."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date, split_every

from .client_contract_renewal import RENEWABLE_STATES

CRON_BATCH = 50
# A term that was over longer ago than this when the job first saw it (an import, an
# upgrade, a job that was off) is not renewed behind everybody's back: somebody decides.
LATE_DAYS = 31
ACTIVITY_TYPE = "client_hub.mail_activity_type_contract_notice"
REMINDED_STATES = ("approved", "running", "suspended")


class ClientContract(models.Model):
    """Renews and ends by itself; asks the responsible in time."""

    _inherit = "client.contract"
    _system_fields = frozenset({"notice_reminded_for"})

    notice_reminded_for = fields.Date(
        string="Reminded of the end",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The end date that an activity was planned for: each is once.",
    )
    notice_remind_on = fields.Date(
        string="Reminder on",
        compute="_compute_notice_remind_on",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
        help="Empty: nothing more to remind of for now.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends(
        "state",
        "date_end",
        "notice_date",
        "notice_date_end",
        "notice_reminded_for",
        "company_id.client_notice_reminder_days",
    )
    def _compute_notice_remind_on(self):
        for contract in self:
            due = (
                contract.state in REMINDED_STATES
                and contract.date_end
                and not contract.notice_date_end
                and contract.notice_reminded_for != contract.date_end
            )
            days = contract.company_id.client_notice_reminder_days
            contract.notice_remind_on = due and (
                contract.notice_date - relativedelta(days=days)
            )

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_life_cycle(self):
        """Renew what renews by itself, end what is over, remind of what comes.

        Each contract by itself: one that fails is left for tomorrow, and a stop at any
        point loses nothing, for what was done no longer matches its domain.
        """
        for (company,) in self._read_group([], ["company_id"]):
            # a day is over where the company is
            contracts = self.with_context(tz=company._get_client_zone())
            if not contracts._live_in_company(company):
                return

    @api.model
    def _live_in_company(self, company):
        """Take the steps of one company's contracts.

        :param company: res.company
        :return: False when the time is up
        """
        today = fields.Date.context_today(self)
        steps = [
            (self._get_renewal_domain(today), "_renew_if_due"),
            (self._get_ending_domain(today), "_end_if_due"),
            ([("notice_remind_on", "<=", today)], "_remind_of_end"),
        ]
        cron = self.env["ir.cron"]
        for domain, method in steps:
            domain = [("company_id", "=", company.id), *domain]
            due = self.search(domain, order="date_end, id")
            self._close_settled_failures(method, due, company)
            ids = due.ids
            cron._commit_progress(remaining=len(ids))
            for batch in split_every(CRON_BATCH, ids):
                self.browse(batch)._live(method, today)
                if not cron._commit_progress(len(batch)):
                    return False
        return True

    def _live(self, method, today):
        """Take a step of the life cycle contract by contract.

        :param str method: name of the step
        :param date today: the day it is
        """
        locked = self.try_lock_for_update()
        # what another worker did before the lock was taken counts
        locked.invalidate_recordset()
        for contract in locked:
            contract._take_nightly_step(method, today)

    @api.model
    def _get_renewal_domain(self, today):
        """Return the domain of contracts that renew by themselves now.

        The last day of notice must be over; a notice stops it.
        """
        return [
            ("state", "in", RENEWABLE_STATES),
            ("renewal", "=", "tacit"),
            ("notice_date_end", "=", False),
            ("notice_date", "<", today),
            ("date_end", ">=", today - relativedelta(days=LATE_DAYS)),
        ]

    @api.model
    def _get_ending_domain(self, today):
        """Return the domain of contracts that are over."""
        return [
            ("state", "in", REMINDED_STATES),
            ("date_end", "<", today),
            "|",
            ("renewal", "!=", "tacit"),
            ("notice_date_end", "!=", False),
        ]

    def _renew_if_due(self, today):
        """Renew by itself, term after term until the notice is ahead again."""
        self.ensure_one()
        lang = self._get_life_user().lang or self.env.lang
        contract = self.with_context(lang=lang)
        while contract.notice_date < today:
            contract._renew(contract.env._("Renewed by itself"))

    def _end_if_due(self, today):
        """End a contract whose end date is over."""
        self.ensure_one()
        lang = self._get_life_user().lang or self.env.lang
        contract = self.with_context(lang=lang)
        reason = contract.end_reason or contract.env._("Its term was over")
        if contract.notice_date_end:
            reason = contract.env._("Notice was given")
        elif contract.renewal_offer_state == "refused":
            reason = contract.env._("The renewal was refused")
        elif contract.renewal == "offer":
            reason = contract.env._("Its term was over and nobody renewed it")
        contract.action_end(date=contract.date_end, reason=reason)
        contract._close_notice_activities(reason)

    def _remind_of_end(self, today):
        """Plan the activity about the coming end, once per end date.

        The activity and ``notice_reminded_for`` are written together: after a crash
        there are both or neither, and one that was done doesn't come back.
        """
        self.ensure_one()
        user = self._get_life_user()
        if not user:
            # tomorrow there may be somebody
            return
        contract = self.with_context(lang=user.lang)
        contract.activity_schedule(
            ACTIVITY_TYPE,
            date_deadline=max(contract.notice_date, today),
            summary=contract._get_reminder_text(today),
            user_id=user.id,
        )
        # sudo: a system field of the daily job
        self.sudo().notice_reminded_for = self.date_end

    def _get_reminder_text(self, today):
        """Return the summary of the activity about the coming end."""
        self.ensure_one()
        end = format_date(self.env, self.date_end)
        if self.renewal == "tacit":
            if self.notice_date < today:
                return self.env._("Its term ended on %s: renew it or end it", end)
            return self.env._("Renews by itself on %s: last day of notice", end)
        if self.renewal_offer_state == "offered":
            return self.env._("Ask for the answer to the renewal: it ends on %s", end)
        if self.renewal == "offer":
            return self.env._("Offer the renewal: it ends on %s", end)
        return self.env._("Ends on %s: talk to the client", end)

    def _get_life_user(self):
        """Return who is told: somebody who is there and sees the contract."""
        self.ensure_one()
        client = self.client_id
        for user in self.responsible_id | client.account_manager_id:
            if (
                user.active
                and not user.share
                and self.with_user(user).has_access("read")
            ):
                return user
        return self.responsible_id.browse()

    def _close_notice_activities(self, feedback):
        """Mark the reminders of the end as done.

        :param str feedback: what became of it
        """
        # sudo: the reminder may be a colleague's; the contract was allowed to change
        self.sudo().activity_feedback([ACTIVITY_TYPE], feedback=feedback)
