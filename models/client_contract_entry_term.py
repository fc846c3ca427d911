"""Nothing of an ended contract is due for a time after its end."""

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

# states of an entry that somebody would still bill
DUE_STATES = ("open", "ready")


class ClientContractEntry(models.Model):
    """Keeps the entries of an ended contract within its term.

    "An ended contract can't hold a due entry" is read strictly where the client would
    pay for what he doesn't get, and not where he owes: the entries of the last periods
    stay due until they are billed (``BILLABLE_STATES`` has "ended" for that reason),
    but no entry that is open or to be billed may begin after the contract's end date.
    Credits (below zero) may: they give back what was billed in advance.

    PostgreSQL refuses it, whoever writes: two triggers look at it from both sides, at
    the entry and at the contract.  A trigger sees only what its transaction sees, so an
    entry that becomes due also touches its contract's row: whoever ends that contract
    at the same moment fails to, and Odoo tries again on what is there then.
    """

    _inherit = "client.contract.entry"

    def init(self):
        """Create the triggers; replacing them costs nothing."""
        result = super().init()
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION client_contract_entry_term()
            RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                contract record;
            BEGIN
                SELECT state, date_end,
                       xmin::text::bigint = txid_current() % 4294967296 AS is_mine
                  INTO contract
                  FROM client_contract WHERE id = NEW.contract_id;
                IF contract.state = 'ended' AND NEW.period_start > contract.date_end
                THEN
                    RAISE EXCEPTION 'an ended contract has no entry due after its end'
                        USING ERRCODE = 'check_violation',
                              TABLE = 'client_contract_entry',
                              CONSTRAINT = 'client_contract_entry_term';
                END IF;
                IF NOT contract.is_mine THEN
                    UPDATE client_contract SET state = state
                     WHERE id = NEW.contract_id;
                END IF;
                RETURN NULL;
            END $$;
            CREATE OR REPLACE FUNCTION client_contract_term()
            RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (
                    SELECT 1 FROM client_contract_entry
                     WHERE contract_id = NEW.id AND period_start > NEW.date_end
                       AND state IN ('open', 'ready') AND COALESCE(amount, 0) >= 0
                ) THEN
                    RAISE EXCEPTION 'an ended contract has no entry due after its end'
                        USING ERRCODE = 'check_violation',
                              TABLE = 'client_contract',
                              CONSTRAINT = 'client_contract_term';
                END IF;
                RETURN NULL;
            END $$;
            DROP TRIGGER IF EXISTS client_contract_entry_term_insert
                ON client_contract_entry;
            CREATE TRIGGER client_contract_entry_term_insert
                AFTER INSERT ON client_contract_entry FOR EACH ROW
                WHEN (NEW.state IN ('open', 'ready') AND COALESCE(NEW.amount, 0) >= 0)
                EXECUTE FUNCTION client_contract_entry_term();
            DROP TRIGGER IF EXISTS client_contract_entry_term_update
                ON client_contract_entry;
            CREATE TRIGGER client_contract_entry_term_update
                AFTER UPDATE OF state, amount, period_start, contract_id
                ON client_contract_entry FOR EACH ROW
                WHEN (NEW.state IN ('open', 'ready') AND COALESCE(NEW.amount, 0) >= 0
                      AND (OLD.state, OLD.period_start, OLD.contract_id,
                           COALESCE(OLD.amount, 0) >= 0)
                          IS DISTINCT FROM
                          (NEW.state, NEW.period_start, NEW.contract_id, true))
                EXECUTE FUNCTION client_contract_entry_term();
            DROP TRIGGER IF EXISTS client_contract_term ON client_contract;
            CREATE TRIGGER client_contract_term
                AFTER INSERT OR UPDATE OF state, date_end ON client_contract
                FOR EACH ROW WHEN (NEW.state = 'ended')
                EXECUTE FUNCTION client_contract_term();
            """
        )
        return result

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _compute_state(self):
        """Compute; what was billed beyond the end and comes back is cut to the end."""
        result = super()._compute_state()
        cut = self.filtered(
            lambda entry: (
                entry.kind == "recurring"
                and entry.state in DUE_STATES
                and entry.contract_id.state == "ended"
                and entry.contract_id.date_end
                and entry.period_end > entry.contract_id.date_end
            )
        )
        for entry_id in cut.ids:
            # not now: a field is being computed
            pending = self.env.cr.precommit.data.setdefault("client_entry_cut", set())
            if not pending:
                self.env.cr.precommit.add(self.browse()._cut_pending)
            pending.add(entry_id)
        return result

    def _get_state(self, billed, drafted, credited_for_good):
        """What lies after the end of an ended contract is not due again.

        It was on an invoice that was made before the contract ended early, and that was
        deleted or credited since.
        """
        state = super()._get_state(billed, drafted, credited_for_good)
        if state in DUE_STATES and self._is_after_end():
            return "credited" if self.amount_credited else "skipped"
        return state

    def _is_after_end(self):
        """Tell whether the client would pay for a time after the contract's end."""
        self.ensure_one()
        contract = self.contract_id
        return bool(
            contract.state == "ended"
            and contract.date_end
            and self.period_start > contract.date_end
            and self.amount >= 0
        )

    @api.depends("contract_id.state", "state")
    def _compute_derivation_text(self):
        return super()._compute_derivation_text()

    def _get_derivation_text(self):
        """Say what the contract's end means to an entry after it."""
        text = super()._get_derivation_text()
        if self._is_after_end():
            date = format_date(self.env, self.contract_id.date_end)
            if self.state in ("drafted", "billed"):
                reason = self.env._("Billed for a time after the end on %s", date)
            else:
                reason = self.env._("Not due: the contract ended on %s", date)
            text = f"{text}\n{reason}" if text else reason
        return text

    # ------------------------------------------------------------------
    # CONSTRAINT
    # ------------------------------------------------------------------

    @api.constrains("contract_id", "period_start", "amount_adjusted")
    def _check_within_term(self):
        """Say in a sentence what the database refuses."""
        for entry in self:
            given_up = entry.skipped or entry.written_off
            if entry._is_after_end() and not given_up and not entry._is_invoiced():
                raise ValidationError(
                    self.env._(
                        "%(contract)s ended on %(date)s: nothing is due for a time "
                        "after that.",
                        contract=entry.contract_id.display_name,
                        date=format_date(self.env, entry.contract_id.date_end),
                    )
                )

    def _is_invoiced(self):
        """Tell whether an invoice, or a credit note, was made from this entry."""
        self.ensure_one()
        # sudo: an invoice that the user can't see counts as well
        return bool(self.sudo().invoice_line_ids)

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _cut_pending(self):
        """Cut the entries that this transaction made due beyond the end again."""
        pending = self.env.cr.precommit.data.pop("client_entry_cut", set())
        # sudo: follows from the invoice that the user was allowed to change
        self.sudo().browse(pending).exists()._cut_to_end()
        self.env.flush_all()

    def _cut_to_end(self):
        """Shorten due entries to the end of their contract, and their amount with it.

        An amount that a person adjusted stays.
        """
        for entry in self:
            line, last = entry.line_id, entry.contract_id.date_end
            if entry.state not in DUE_STATES or entry.period_end <= last:
                continue
            periods, _following = line._get_schedule(last)
            for period in periods:
                part = period.clip(entry.period_start, last)
                if part:
                    values = line._prepare_entry_values(part)
                    entry.write(entry._get_schedule_changes(values))
                    break
