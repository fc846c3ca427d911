"""Invoices that are late, and renegotiations of them, for tests."""

from datetime import date

from odoo.fields import Command

from .common import ClientHubCommon

DAY = date(2026, 5, 20)


class RenegotiationCommon(ClientHubCommon):
    """Invoices of client A without taxes, accounts for discount, interest and fine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        income = cls.company_data["default_account_revenue"]
        cls.interest_account = income.copy({"name": "Interest", "code": "INT"})
        cls.fine_account = income.copy({"name": "Fines", "code": "FINE"})
        cls.discount_account = cls.company_data["default_account_expense"]
        cls.company.write(
            {
                "client_renegotiation_interest_account_id": cls.interest_account.id,
                "client_renegotiation_fine_account_id": cls.fine_account.id,
                "client_renegotiation_discount_account_id": cls.discount_account.id,
            }
        )

    @classmethod
    def _invoice(cls, amount, due, client=None, post=True, **values):
        """Return an invoice without taxes that is due on a day."""
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (client or cls.client_a).id,
                "invoice_date": min(due, DAY),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Work", "price_unit": amount, "tax_ids": []}
                    )
                ],
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _item(cls, invoice):
        """Return the receivable item of an invoice."""
        return invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    @classmethod
    def _pay(cls, lines, amount, day, **values):
        """Pay journal items on a day."""
        journal = cls.company_data["default_journal_bank"]
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move.line", active_ids=lines.ids
        )
        wizard.create(
            {
                "amount": amount,
                "payment_date": day,
                "journal_id": journal.id,
                **values,
            }
        )._create_payments()

    @classmethod
    def _renegotiate(cls, invoices, user=None, client=None, lines=None, **values):
        """Return a draft of the account manager, for all items or for some."""
        row = (
            cls.env["client.renegotiation"]
            .with_user(user or cls.user_manager)
            .create(
                {
                    "client_id": (client or cls.client_a).id,
                    "contact_id": cls.contact_a.id,
                    "user_id": cls.user_manager.id,
                    "date": DAY,
                    "date_first": date(2026, 6, 20),
                    "date_expiry": date(2026, 6, 3),
                    **values,
                }
            )
        )
        cls.env["client.renegotiation.item"].create(
            [
                {"renegotiation_id": row.id, "move_line_id": line.id}
                for line in lines or cls._item(invoices)
            ]
        )
        return row

    @classmethod
    def _accept(cls, row):
        """Let the client's person accept on the portal."""
        row.with_user(cls.portal_a).sudo()._accept(
            "Paula Azul",
            row.fingerprint,
            ip_address="203.0.113.7",
            user_agent="Firefox",
            accepted_user_id=cls.portal_a.id,
        )

    @classmethod
    def _put_in_force(cls, row):
        """Propose, accept and apply, each by the person who may."""
        row.with_user(cls.user_manager).action_propose()
        cls._accept(row)
        row.with_user(cls.user_accountant).action_apply()
        return row.sudo()

    def _ledger(self, client=None):
        """Return what the client owes in the books, by currency and in company's."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", (client or self.client_a).id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return (
            round(sum(lines.mapped("amount_currency")), 2),
            round(sum(lines.mapped("balance")), 2),
            round(sum(lines.mapped("amount_residual_currency")), 2),
        )
