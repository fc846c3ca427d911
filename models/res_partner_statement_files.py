"""The billing statement as files: spreadsheet and PDF."""

import io
import zipfile

from odoo import models

from ..tools import statement_workbook


class ResPartner(models.Model):
    """Gives the statement away; what is in it is in ``_get_billing_statement``."""

    _inherit = "res.partner"

    def _in_client_language(self):
        """Return the client in its own language."""
        self.ensure_one()
        return self.with_context(lang=self.lang or self.env.lang)

    def _log_statement_export(self, date_from, date_to):
        """Say in the history of these clients that their statement left Odoo."""
        for client in self:
            client._check_statement_access()
        self.env["client.history"]._log_export(
            self,
            self.env._(
                "Billing statement downloaded: %(first)s to %(last)s",
                first=date_from.isoformat(),
                last=date_to.isoformat(),
            ),
        )

    def _get_statement_filename(self, date_to):
        """Return the name of a file without its extension.

        :param date date_to: last day of the statement
        """
        self.ensure_one()
        name = self.client_number or self.name or ""
        return self.env._(
            "Statement %(client)s %(date)s", client=name, date=date_to.isoformat()
        ).replace("/", "-")

    def _get_statement_workbook(self, date_from, date_to):
        """Return the statement as a spreadsheet, in the client's language.

        :param date date_from: first day of the movements
        :param date date_to: last day
        :rtype: bytes
        :raise AccessError: when the user may not see the client's billing
        """
        client = self.commercial_partner_id._in_client_language()
        statement = client._get_billing_statement(date_from, date_to)
        return statement_workbook.build(statement, client._get_statement_texts())

    def _get_statement_workbooks(self, date_from, date_to):
        """Return a ZIP file with the spreadsheets of several clients.

        :rtype: bytes
        """
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for client in self.commercial_partner_id:
                name = client._get_statement_filename(date_to)
                archive.writestr(
                    f"{name}.xlsx", client._get_statement_workbook(date_from, date_to)
                )
        return content.getvalue()

    def _get_statement_pdf(self, date_from, date_to):
        """Return the statement as PDF, in the client's language.

        :param date date_from: first day of the movements
        :param date date_to: last day
        :rtype: bytes
        :raise AccessError: when the user may not see the client's billing
        """
        client = self.commercial_partner_id
        client.ensure_one()
        client._check_statement_access()
        # the record: by its name it would be looked up in each of ten steps; its id is
        # known without a query
        report_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "client_hub.action_report_billing_statement", raise_if_not_found=True
        )
        return self.env["ir.actions.report"]._render_qweb_pdf(
            report_id,
            client.ids,
            data={
                "date_from": date_from.isoformat(),
                "date_to": date_to.isoformat(),
            },
        )[0]

    def _get_statement_texts(self):
        """Return the words of the spreadsheet in the language of the context."""
        return {
            "title": self.env._("Billing statement"),
            "nothing": self.env._("No invoice and no payment up to this day."),
            "opening": self.env._("Opening balance"),
            "closing": self.env._("Closing balance"),
            "movements": [
                self.env._("Date"),
                self.env._("Kind"),
                self.env._("Document"),
                self.env._("Due"),
                self.env._("Charged"),
                self.env._("Paid or credited"),
                self.env._("Balance"),
                self.env._("Status"),
            ],
            "open": [
                self.env._("Due"),
                self.env._("Kind"),
                self.env._("What is open"),
                self.env._("Days late"),
                self.env._("Amount"),
                "",
                self.env._("Open"),
                self.env._("Status"),
            ],
            "coming": [
                self.env._("Date"),
                self.env._("Contract"),
                self.env._("What comes next, before taxes"),
                "",
                self.env._("Amount"),
            ],
            "late": self.env._("Not billed yet"),
            "total": self.env._("Total"),
            "contracts": (
                self.env._("Contracts"),
                [
                    self.env._("Contract"),
                    self.env._("Name"),
                    self.env._("Billed"),
                    self.env._("From"),
                    self.env._("To"),
                    self.env._("Amount"),
                    self.env._("Currency"),
                ],
            ),
        }
