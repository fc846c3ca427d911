"""Price adjustments: what is refused, and what each state does."""

from odoo import fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import SQL, format_date

from ..tools import price_index
from .client_contract import DEFERRED, SCHEDULED_STATES
from .client_contract_entry_difference import FROZEN_STATES
from .client_contract_signing import AGREED, AGREED_CHANGE


class ClientPriceAdjustment(models.Model):
    """Writes new prices once, and takes them back while nothing was billed."""

    _inherit = "client.price.adjustment"

    # ------------------------------------------------------------------
    # STATES
    # ------------------------------------------------------------------

    def _check_transition(self, target):
        result = super()._check_transition(target)
        if target in ("reviewed", "applied"):
            self._check_problems()
        if target == "applied":
            self._lock_contracts()
            for adjustment in self:
                adjustment._check_applicable()
        if target == "reversed":
            self._lock_contracts()
            for adjustment in self:
                adjustment._check_latest()
                adjustment._check_nothing_billed()
        return result

    def _check_problems(self):
        for adjustment in self:
            if adjustment.problem:
                raise UserError(
                    self.env._(
                        "%(adjustment)s: %(problem)s",
                        adjustment=adjustment.display_name,
                        problem=adjustment.problem,
                    )
                )
            if all(line.left_out for line in adjustment.line_ids):
                raise UserError(
                    self.env._(
                        "%s adjusts no service: leave it out instead.",
                        adjustment.display_name,
                    )
                )

    def _lock_contracts(self):
        """Wait for whoever is adjusting the same contracts at this moment.

        The database refuses this transaction when they change them meanwhile, and
        Odoo then tries again on what they left.
        """
        contracts = self.contract_id
        if not contracts:
            return
        contracts.check_access("write")
        self.env.execute_query(
            SQL(
                "SELECT id FROM client_contract WHERE id IN %s ORDER BY id FOR UPDATE",
                tuple(contracts.ids),
            )
        )

    def _check_applicable(self):
        """Refuse what would adjust twice, too early, or other prices than shown.

        :raise RedirectWarning: with a link to the earlier adjustment
        :raise UserError: when the contract or the values changed since
        """
        self.ensure_one()
        contract = self.contract_id
        if contract.state not in SCHEDULED_STATES:
            raise UserError(
                self.env._(
                    "%(contract)s is “%(state)s”: its prices can't be adjusted.",
                    contract=contract.display_name,
                    state=contract._get_state_label(),
                )
            )
        last = contract._get_last_adjustment()
        if last and last.date_anniversary >= self.date_anniversary:
            last._raise_earlier(
                self.env._(
                    "The prices of %(contract)s were adjusted for this anniversary "
                    "already, from %(date)s.",
                    contract=contract.display_name,
                    date=format_date(self.env, last.date_effective),
                )
            )
        earliest = contract.adjustment_next_date
        if earliest and self.date_effective < earliest:
            message = self.env._(
                "Too early: the prices of %(contract)s may change again on %(date)s.",
                contract=contract.display_name,
                date=format_date(self.env, earliest),
            )
            if last:
                last._raise_earlier(message)
            raise UserError(message)
        self._check_up_to_date()

    def _check_up_to_date(self):
        """Refuse when the rule, a value or a price changed since the proposal.

        :raise UserError: names what changed
        """
        terms = self.contract_id._get_adjustment_terms(self.date_effective)
        same = price_index.exact(terms["factor"]) == price_index.exact(self.factor)
        if terms["problem_code"] or not same:
            raise UserError(
                self.env._(
                    "The rule or the values behind %s changed since it was proposed: "
                    "take it back and compute it again.",
                    self.display_name,
                )
            )
        for line in self.line_ids.filtered(lambda line: not line.left_out):
            if line._differs(line.price_before):
                raise UserError(
                    self.env._(
                        "The price of “%(line)s” changed since %(adjustment)s was "
                        "proposed: take it back and compute it again.",
                        line=line.title,
                        adjustment=self.display_name,
                    )
                )

    def _raise_earlier(self, message):
        """Refuse with a link to this earlier adjustment."""
        raise RedirectWarning(
            message, self._get_form_action(), self.env._("Open the earlier adjustment")
        )

    def _check_latest(self):
        """Only the latest adjustment of a contract can be undone or trued up."""
        last = self.contract_id._get_last_adjustment()
        if last != self:
            last._raise_earlier(
                self.env._("A later adjustment builds on %s.", self.display_name)
            )
        for line in self.line_ids.filtered(lambda line: not line.left_out):
            if line._differs(line.price_new):
                raise UserError(
                    self.env._(
                        "The price of “%s” was changed by hand since: set it back to "
                        "the adjusted one first.",
                        line.title,
                    )
                )

    def _check_nothing_billed(self):
        """Refuse to undo prices that are on an invoice."""
        for entry in self._get_invoiced_entries():
            if self.id in entry._get_adjustment_ids():
                raise UserError(
                    self.env._(
                        "%s is on an invoice at the new price: what was billed can't "
                        "be taken back. Adjust the next entries instead.",
                        entry.display_name,
                    )
                )

    def _get_invoiced_entries(self):
        """Return the entries of the new prices' time that are on an invoice."""
        # sudo: an invoice that the user can't see counts as well
        lines, day = self.sudo().line_ids.line_id, self.date_effective
        return lines.entry_ids.filtered(
            lambda entry: (
                entry.state in FROZEN_STATES
                and entry.kind == "recurring"
                and (entry.period_end if self.split_period else entry.period_start)
                >= day
            )
        )

    def _on_applied(self):
        """Write the new prices; the schedule gives them to the periods that follow."""
        for adjustment in self:
            adjustment._write_prices("price_new")
        # sudo: system fields; the state was checked
        self.sudo().write(
            {"applied_by_id": self.env.uid, "date_applied": fields.Datetime.now()}
        )

    def _on_reversed(self):
        """Give the lines their former prices back."""
        for adjustment in self:
            adjustment._write_prices("price_before")

    def _on_draft(self):
        """What was taken back is computed anew."""
        self._recompute_terms()

    def _write_prices(self, name):
        """Write a price of each adjusted line on the contract; follow in the schedule.

        :param str name: price_new or price_before
        """
        self.ensure_one()
        # the new state decides which prices are in force
        self.env.flush_all()
        for line in self.line_ids.filtered(lambda line: not line.left_out):
            target = line.line_id.with_context(
                client_schedule_deferred=DEFERRED, **{AGREED_CHANGE: AGREED}
            )
            target.price_unit = line[name]
        self.contract_id._sync_schedule()
