"""What was consumed beyond the included becomes an entry at its price."""

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..tools.clock import get_day_start
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
        count = len(self._enter_overage())
        self._close_failures("_enter_overage")
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
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    @api.model
    def _cron_enter_overage(self):
        """Start the periods that began, and enter the extra of those that are over."""
        counting = self.browse()
        ids = []
        for (company,) in self._read_group(
            [("state", "in", COUNTED_STATES)], ["company_id"]
        ):
            found, due = self._get_overage_queue(company)
            counting |= found
            ids += due.ids
        self._close_settled_failures("_enter_overage", counting)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(ids))
        for batch in split_every(CRON_BATCH, ids):
            contracts = self.browse(batch)
            contracts._take_nightly_step("_enter_overage")
            # sudo: a hint for this job; what failed is looked at again tomorrow
            contracts.sudo().included_ids.counted_on = fields.Datetime.now()
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _get_overage_queue(self, company):
        """Return the contracts of a company that count, and those not counted today.

        :param company: res.company, whose day it is
        """
        zone = company._get_client_zone()
        today = fields.Date.context_today(self.with_context(tz=zone))
        counting = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", COUNTED_STATES),
                ("included_ids", "!=", False),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", fields.Date.subtract(today, days=LATE_DAYS)),
            ],
            order="id",
        )
        morning = get_day_start(today, pytz.timezone(zone))
        # sudo: a hint of this job
        due = counting.filtered(
            lambda contract: any(
                not record.counted_on or record.counted_on < morning
                for record in contract.sudo().included_ids
            )
        )
        return counting, due

    def _enter_overage(self):
        """Bring the periods of what is included, and the entries of the extra, in step.

        :return: client.contract.entry that were created or changed
        """
        included = self.included_ids
        included._sync_consumption()
        return included._enter_overage()

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
