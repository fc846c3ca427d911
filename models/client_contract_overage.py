"""What was consumed beyond the included becomes an entry at its price."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_contract_included import COUNTED_STATES

CRON_BATCH = 50
# how long after its end a contract is looked at for late timesheets
LATE_DAYS = 92
# periods on the contract's page of the portal
PORTAL_PERIODS = 12


class ClientContract(models.Model):
    """Shows what is included, and enters the extra."""

    _inherit = "client.contract"

    included_ids = fields.One2many(
        comodel_name="client.contract.included",
        inverse_name="contract_id",
    )
    consumption_ids = fields.One2many(
        comodel_name="client.contract.consumption",
        inverse_name="contract_id",
        readonly=True,
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") in ("sent", *COUNTED_STATES):
            # drafts may plan the same work twice, contracts that count it may not
            self.included_ids._check_counted_once()
            if vals["state"] == "ended":
                self.included_ids._sync_consumption()
        return result

    def _sync_schedule(self):
        """Let the periods of the included follow as well."""
        result = super()._sync_schedule()
        # sudo: as the schedule itself; the contracts were checked
        self.sudo().included_ids._sync_consumption()
        return result

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_enter_overage(self):
        """Enter the extra of the periods that are over.

        :return: a notification that tells how many entries were added or changed
        :raise UserError: when nothing is included in these contracts
        """
        self.check_access("write")
        if not self.included_ids:
            raise UserError(self.env._("Nothing is included in this contract."))
        count = len(self.included_ids._enter_overage())
        if count:
            message = self.env._("Entries added or changed: %s", count)
        else:
            message = self.env._("No period that is over has extra to be entered.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_enter_overage(self):
        """Start the periods that began, and enter the extra of those that are over."""
        records = self.env["client.contract.included"]
        today = fields.Date.context_today(self)
        domain = [
            ("contract_id.state", "in", COUNTED_STATES),
            "|",
            ("contract_id.date_end", "=", False),
            ("contract_id.date_end", ">=", fields.Date.subtract(today, days=LATE_DAYS)),
            "|",
            ("counted_on", "=", False),
            ("counted_on", "<", fields.Datetime.to_string(today)),
        ]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=records.search_count(domain))
        while batch := records.search(domain, limit=CRON_BATCH, order="id"):
            for record in batch:
                record._enter_overage_safely()
            if not cron._commit_progress(len(batch)):
                break

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_portal_included(self):
        """Return what the client sees of the included, the newest periods first.

        Before a contract is agreed there are no periods yet.

        :return: list of dicts ``record``, ``periods`` and ``running`` (a period)
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        shown = []
        for record in self.included_ids.filtered("is_portal_visible"):
            periods = record.consumption_ids.sorted("period_start", reverse=True)
            periods = periods[:PORTAL_PERIODS]
            running = periods[:1].filtered(lambda row: row.period_end >= today)
            shown.append({"record": record, "periods": periods, "running": running})
        return shown
