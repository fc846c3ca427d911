"""What contracts rest on and others change: payment terms, working hours, holidays."""

from odoo import api, fields, models
from odoo.fields import Domain

from .client_contract import SCHEDULED_STATES


class ClientContract(models.Model):
    """Works its entries out anew when somebody changes what they rest on."""

    _inherit = "client.contract"

    @api.model
    def _reschedule_soon(self, domain):
        """Have the entries of live contracts follow, within minutes.

        One change can concern thousands of contracts: the background job that extends
        schedules takes them on, at once, in batches.

        :param domain: which contracts
        """
        # sudo: whoever changes terms or working hours needs no contract to see; only
        # a date that nobody decides is written
        contracts = self.sudo().search(
            Domain("state", "in", SCHEDULED_STATES) & Domain(domain)
        )
        if not contracts:
            return
        contracts.schedule_next_date = fields.Date.context_today(self)
        cron = self.env.ref(
            "client_hub.ir_cron_client_contract_schedule", raise_if_not_found=False
        )
        if cron:
            # sudo: as above; starts a job that would run anyway
            cron.sudo()._trigger()

    @api.model
    def _reschedule_for_calendars(self, calendars):
        """Have the broken periods that count working days follow.

        :param calendars: resource.calendar
        """
        if calendars:
            self._reschedule_soon(
                [
                    ("day_count", "=", "working"),
                    ("company_id.resource_calendar_id", "in", calendars.ids),
                ]
            )
