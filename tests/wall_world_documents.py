"""Orders, invoices and payments of a client in the tests of the wall."""

from datetime import date

from odoo.fields import Command


class WorldDocuments:
    """The client's documents with money in them."""

    def _build_orders(self):
        self.quotation, self.order = self.env["sale.order"].create(
            [
                {
                    "name": f"{self.word} {kind} 1",
                    "partner_id": self.client.id,
                    "client_order_ref": f"{self.word} {kind}",
                    "origin": f"{self.word} origin",
                    "note": f"<p>{self.word} terms</p>",
                    "user_id": self.manager.id,
                    "team_id": self.case.sales_team.id,
                    "campaign_id": self.case.campaign.id,
                    "company_id": self.case.company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.case.product.id,
                                "name": f"{self.word} {kind} line",
                                "price_unit": self.amount,
                                "tax_ids": False,
                                "analytic_distribution": {str(self.analytic.id): 100},
                            }
                        )
                    ],
                }
                for kind in ("quotation", "order")
            ]
        )
        self.order.action_confirm()
        self.order_line = self.order.order_line
        self.task.sale_line_id = self.order_line
        self.orders = self.quotation | self.order

    def _build_invoices(self):
        self.invoice, self.draft, self.bill = self.env["account.move"].create(
            [
                self._invoice_values("out_invoice", "invoice"),
                self._invoice_values("out_invoice", "draft"),
                self._invoice_values("in_invoice", "bill"),
            ]
        )
        self.invoice.invoice_line_ids.sale_line_ids = self.order_line
        (self.invoice | self.bill).action_post()
        self.invoices = self.invoice | self.draft | self.bill
        self.items = self.invoices.line_ids
        # an entry of the general journal with the client on one side only
        self.entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "ref": f"{self.word} entry",
                "date": date(2026, 3, 31),
                "line_ids": [
                    Command.create(
                        {
                            "name": f"{self.word} item",
                            "partner_id": self.client.id,
                            "account_id": self._account("receivable").id,
                            "debit": self.amount,
                        }
                    ),
                    Command.create(
                        {
                            "name": f"{self.word} counter",
                            "account_id": self._account("revenue").id,
                            "credit": self.amount,
                        }
                    ),
                ],
            }
        )

    def _account(self, kind):
        return self.case.company_data[f"default_account_{kind}"]

    def _invoice_values(self, move_type, kind):
        return {
            "move_type": move_type,
            "partner_id": self.client.id,
            "invoice_date": date(2026, 3, 5),
            "ref": f"{self.word} {kind} ref",
            "payment_reference": f"{self.word} {kind} payment",
            "narration": f"<p>{self.word} {kind} narration</p>",
            "invoice_user_id": self.manager.id,
            "campaign_id": self.case.campaign.id,
            "company_id": self.case.company.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": self.case.product.id,
                        "name": f"{self.word} {kind} service",
                        "price_unit": self.amount,
                        "tax_ids": False,
                        "analytic_distribution": {str(self.analytic.id): 100},
                    }
                )
            ],
        }

    def _build_payments(self):
        register = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create({"amount": self.amount / 2, "communication": f"{self.word} paid"})
        )
        self.payment = register._create_payments()
        self.statement_line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.case.company_data["default_journal_bank"].id,
                "date": date(2026, 3, 9),
                "payment_ref": f"{self.word} transfer",
                "partner_id": self.client.id,
                "partner_name": f"{self.word} payer",
                "account_number": f"{self.word} 7700 1234",
                "amount": self.amount,
            }
        )
        method = self.env.ref("payment.payment_method_card")
        provider = self.case.provider
        self.token = self.env["payment.token"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "payment_details": f"{self.word} card",
                "partner_id": self.client.id,
                "provider_ref": f"{self.word} provider ref",
            }
        )
        self.transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"{self.word}-TX",
                "amount": self.amount,
                "currency_id": self.case.company.currency_id.id,
                "partner_id": self.client.id,
                "token_id": self.token.id,
                "invoice_ids": [Command.set(self.invoice.ids)],
                "sale_order_ids": [Command.set(self.order.ids)],
            }
        )
