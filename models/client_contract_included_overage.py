"""The entries of what was consumed beyond the included."""

from odoo import fields, models


class ClientContractIncluded(models.Model):
    """Keeps the entries of the extra in step with what was consumed."""

    _inherit = "client.contract.included"

    def _enter_overage(self):
        """Bring the entries of the extra in step, for all periods that are over.

        What was billed, or what somebody decided on, stays: a later timesheet becomes
        another entry with the difference, a debit or a credit.

        :return: client.contract.entry that were created or changed
        """
        # sudo: entries with invoices that the user can't see count; who calls this
        # may write the contract, or is the daily job
        records = self.sudo()
        # written first: of two that do this at once the later one starts again and
        # sees the entries of the other
        records.write({"counted_on": fields.Datetime.now()})
        records.flush_recordset()
        today = fields.Date.context_today(self)
        rows = records.consumption_ids.filtered(lambda row: row.period_end < today)
        rows.invalidate_recordset(["extra", "entered"])
        # sudo: as above; an empty recordset
        changed = self.env["client.contract.entry"].sudo()
        for row in rows.sorted("period_start"):
            if row.included_id.price_unit:
                changed |= row._sync_overage()
        return changed
