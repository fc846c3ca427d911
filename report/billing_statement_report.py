"""Data of the printed billing statement."""

from functools import cache, partial

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_amount, format_date


class ReportBillingStatement(models.AbstractModel):
    """Statement of one or several clients."""

    _name = "report.client_hub.report_billing_statement"
    _description = "Billing statement report"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return each client's statement; the last twelve months by default.

        :param list docids: ids of ``res.partner``
        :param dict data: optional ``date_from``, ``date_to`` (ISO dates)
        """
        data = data or {}
        date_to = fields.Date.to_date(data.get("date_to")) or fields.Date.context_today(
            self
        )
        date_from = fields.Date.to_date(data.get("date_from")) or (
            date_to - relativedelta(years=1) + relativedelta(days=1)
        )
        clients = (
            self.env["res.partner"]
            .browse(docids or data.get("client_ids"))
            .commercial_partner_id
        )
        if not self.env.su:
            # the job that sends statements, and the portal, say it themselves
            clients._log_statement_export(date_from, date_to)
        # in the client's language: labels come with the figures
        speaking = {
            client.id: client.with_context(lang=client.lang or self.env.lang)
            for client in clients
        }
        return {
            "doc_ids": clients.ids,
            "doc_model": "res.partner",
            "docs": clients,
            "statement_of": {
                client_id: client._get_billing_statement(date_from, date_to)
                for client_id, client in speaking.items()
            },
            "texts_of": {
                client_id: self._get_texts(client.env)
                for client_id, client in speaking.items()
            },
        }

    @api.model
    def _get_texts(self, env):
        """Return what writes amounts and days, each of them once.

        :param env: environment in the client's language
        :return: functions by name: ``amount`` of an amount and its currency, ``day``
        :rtype: dict
        """
        return {
            "amount": cache(partial(format_amount, env)),
            "day": cache(partial(format_date, env)),
        }
