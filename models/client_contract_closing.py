"""Suspending, ending, cancelling and reopening a contract: who, when and why."""

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from .client_contract_entry_term import DUE_STATES


class ClientContract(models.Model):
    """Keeps who took a contract to each state, and lets go of what is not due.

    An ended contract keeps the entries of its last periods until they are billed: what
    was delivered is owed.  What it can't keep is an entry to bill for a time after its
    end; see ``client.contract.entry`` in client_contract_entry_term.py.
    """

    _inherit = "client.contract"
    _system_fields = frozenset(
        {
            "activated_by_id",
            "cancel_reason",
            "cancelled_by_id",
            "date_cancelled",
            "date_ended",
            "date_suspended",
            "end_reason",
            "ended_by_id",
            "suspended_by_id",
            "suspension_reason",
        }
    )

    activated_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Started by",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
    )
    date_suspended = fields.Date(
        string="Suspended on", readonly=True, copy=False, groups="base.group_user"
    )
    suspended_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Suspended by",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
    )
    suspension_reason = fields.Char(
        string="Why suspended", readonly=True, copy=False, groups="base.group_user"
    )
    date_ended = fields.Date(
        string="Ended on", readonly=True, copy=False, groups="base.group_user"
    )
    ended_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Ended by",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
    )
    end_reason = fields.Char(
        string="Why ended", readonly=True, copy=False, groups="base.group_user"
    )
    date_cancelled = fields.Date(
        string="Cancelled on", readonly=True, copy=False, groups="base.group_user"
    )
    cancelled_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Cancelled by",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="base.group_user",
    )
    cancel_reason = fields.Char(
        string="Why cancelled", readonly=True, copy=False, groups="base.group_user"
    )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Write; a contract with something due after its end can't be ended.

        :raise UserError: names the contract: ``action_end`` removes those entries
        """
        if vals.get("state") == "ended":
            # the triggers see what is in the database
            self.env["client.contract.entry"].flush_model()
            for contract in self.filtered("date_end"):
                later = contract._get_entries_after(contract.date_end)
                if any(e.state in DUE_STATES and e.amount >= 0 for e in later):
                    raise UserError(
                        self.env._(
                            "%s has entries to bill after its end: use End, which "
                            "removes them.",
                            contract.display_name,
                        )
                    )
        result = super().write(vals)
        if "state" in vals:
            # as above
            self.flush_recordset(["state", "date_end"])
        return result

    # ------------------------------------------------------------------
    # STATES
    # ------------------------------------------------------------------

    def _prepare_facts(self, verb, person):
        """Return the values that say who did it today.

        :param str verb: suspended, ended or cancelled
        :param person: res.users, empty to forget it
        """
        today = fields.Date.context_today(self)
        return {f"date_{verb}": person and today, f"{verb}_by_id": person.id}

    def _on_running(self):
        """Keep who started it; a contract that goes on is not suspended or ended."""
        result = super()._on_running()
        nobody = self.env["res.users"]
        # sudo: system fields; the state was checked
        for contract_sudo in self.sudo():
            values = {"suspension_reason": False, "end_reason": False}
            values |= contract_sudo._prepare_facts("suspended", nobody)
            values |= contract_sudo._prepare_facts("ended", nobody)
            if not contract_sudo.activated_by_id:
                values["activated_by_id"] = self.env.uid
            contract_sudo.write(values)
        return result

    def _on_suspended(self):
        # sudo: system fields; the state was checked
        self.sudo().write(self._prepare_facts("suspended", self.env.user))

    def _on_ended(self):
        # sudo: as above
        self.sudo().write(self._prepare_facts("ended", self.env.user))

    def _on_cancelled(self):
        # sudo: as above
        self.sudo().write(self._prepare_facts("cancelled", self.env.user))

    def _on_draft(self):
        """Forget that it was cancelled, too."""
        result = super()._on_draft()
        values = self._prepare_facts("cancelled", self.env["res.users"])
        # sudo: as above
        self.sudo().write({**values, "cancel_reason": False})
        return result

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def _open_close_wizard(self, action, name):
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "client.contract.close.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id, "default_action": action},
        }

    def action_open_suspension(self):
        """Ask why the contract is suspended."""
        self._check_transition("suspended")
        return self._open_close_wizard("suspend", self.env._("Suspend contract"))

    def action_open_ending(self):
        """Ask when and why the contract ends."""
        self._check_transition("ended")
        return self._open_close_wizard("end", self.env._("End contract"))

    def action_open_cancelling(self):
        """Ask why the contract is given up."""
        self._check_transition("cancelled")
        self._check_never_invoiced()
        return self._open_close_wizard("cancel", self.env._("Cancel contract"))

    def action_open_reopening(self):
        """Ask until when an ended contract goes on."""
        self._check_source("ended")
        return self._open_close_wizard("reopen", self.env._("Reopen contract"))

    def action_suspend(self, reason=None):
        """Stop billing for a while: the entries wait until the contract resumes.

        :param str reason: why
        """
        self.write({"state": "suspended"})
        # sudo: a system field; the state was checked on the line above
        self.sudo().suspension_reason = reason

    def action_end(self, date=None, reason=None, credit=None):
        """End contracts; what was earned until then can still be billed.

        Entries of later periods go; extra ones dated later move to the last day.

        :param date date: last day; by default the end date, or today when the
            contract has none or a later one
        :param str reason: why
        :param bool credit: whether days after the end that are billed already are
            given back; None for what the contract says
        """
        today = fields.Date.context_today(self)
        for contract in self:
            contract._check_transition("ended")
            if date and date > today:
                raise UserError(
                    self.env._(
                        "%(contract)s can't be ended now for %(date)s: give it that "
                        "end date, and it ends by itself.",
                        contract=contract.display_name,
                        date=format_date(self.env, date),
                    )
                )
            last = date or contract.date_end
            if not last or last > today:
                last = max(today, contract.date_start)
            if last < contract.date_start:
                raise ValidationError(
                    self.env._(
                        "%(contract)s starts on %(start)s: it can't end before that.",
                        contract=contract.display_name,
                        start=format_date(self.env, contract.date_start),
                    )
                )
            if contract.date_end != last:
                contract.date_end = last
        self._sync_schedule()
        self._credit_unused(credit)
        self._release_later_entries()
        self.write({"state": "ended"})
        # sudo: a system field; the state was checked on the line above
        self.sudo().end_reason = reason

    def action_end_later(self, date, reason=None, credit=None):
        """Let contracts run until a day to come and then end by themselves.

        :param date date: last day
        :param str reason: why
        :param bool credit: see ``action_end``; it is done on that day
        :raise UserError: when the day is over, or none is given
        """
        date = fields.Date.to_date(date)
        if not date or date < fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "Choose a last day that is not over yet. To end it with a day that "
                    "is over, end it now."
                )
            )
        for contract in self:
            contract._check_transition("ended")
            values = {"date_end": date, "renewal": "none"}
            if credit is not None:
                values["credit_unused"] = credit
            contract.write(values)
            # sudo: a system field; the write above was allowed
            contract.sudo().end_reason = reason

    def action_cancel(self, reason=None):
        """Give up contracts that were not started; their open entries go.

        :param str reason: why
        :raise UserError: when something of them was invoiced
        """
        self._check_never_invoiced()
        self.write({"state": "cancelled"})
        self._drop_schedule()
        # sudo: a system field; the state was checked above
        self.sudo().cancel_reason = reason

    def action_reopen(self, date=None):
        """Let ended contracts go on.

        :param date date: the new last day, None for no end
        :raise UserError: when another state than ended, or the end stays behind
        """
        self._check_source("ended")
        today = fields.Date.context_today(self)
        if date and date < today:
            raise UserError(
                self.env._("The new end date is over: choose a later one, or none.")
            )
        self.write({"state": "running"})
        self.write({"date_end": date})
        self._sync_schedule()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _check_never_invoiced(self):
        """Refuse to cancel what was invoiced.

        :raise UserError: naming the contract
        """
        for contract in self:
            # sudo: an invoice that the user can't see counts as well
            if contract.sudo().entry_ids.invoice_line_ids:
                raise UserError(
                    self.env._(
                        "%s has invoices: end it instead.", contract.display_name
                    )
                )

    def _get_entries_after(self, date):
        """Return the entries whose period begins after a day.

        :param date date: a last day
        :return: client.contract.entry as superuser: whoever may end the contract
            decides about all of them
        """
        # sudo: see above; the contract's own access was checked by its action
        return self.sudo().entry_ids.filtered(
            lambda entry: entry.period_start > (date or entry.period_start)
        )

    def _release_later_entries(self):
        """Leave nothing to bill for a time after the end.

        What was agreed beside the schedule is still owed: it is taken to the last day
        and keeps its due date.  The rest is not.
        """
        for contract in self:
            later = contract._get_entries_after(contract.date_end)
            later = later.filtered(
                lambda entry: entry.state in DUE_STATES and not entry.invoice_line_ids
            )
            extra = later.filtered(lambda entry: entry.kind in ("extra", "overage"))
            extra.write(
                {"period_start": contract.date_end, "period_end": contract.date_end}
            )
            rest = (later - extra).filtered(lambda entry: entry.amount >= 0)
            # a difference that somebody adjusted before days were given back by it
            given_back = any(entry.amount_scheduled < 0 for entry in rest)
            rest.unlink()
            if given_back:
                contract._sync_schedule()
