"""Contracts for the tests of contracts and billing."""

from datetime import date

from odoo.fields import Command

from .common import ClientHubCommon


class ContractCommon(ClientHubCommon):
    """A service with a 15 % tax, and contracts in a click."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # setup_other_company() writes to it
        cls.product_category = cls.product_category.with_env(cls.env)
        cls.tax = cls.company_data["default_tax_sale"]
        cls.service = cls.env["product.product"].create(
            {
                "name": "Monthly fee",
                "type": "service",
                "list_price": 1000.0,
                "taxes_id": [Command.set(cls.tax.ids)],
            }
        )
        cls.extra_service = cls.env["product.product"].create(
            {"name": "Landing page", "type": "service", "list_price": 700.0}
        )

    @classmethod
    def _create_contract(cls, client=None, lines=None, approve=True, **values):
        """Return a contract of client A with one line of 1,000 a month."""
        client = client or cls.client_a
        lines = [{}] if lines is None else lines
        contract = cls.env["client.contract"].create(
            {
                "name": "Monthly fee 2026",
                "client_id": client.id,
                "contact_id": client.child_ids[:1].id,
                "date_start": date(2026, 1, 1),
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "line_ids": [
                    Command.create({"product_id": cls.service.id, **line})
                    for line in lines
                ],
                **values,
            }
        )
        if approve:
            contract.action_approve()
            contract.action_activate()
        return contract

    @classmethod
    def _get_due(cls, contract, until):
        """Return the contract's entries to bill up to a day."""
        return contract.entry_ids.filtered(
            lambda entry: entry.state == "ready" and entry.date_due <= until
        ).sorted("date_due")

    def _bill(self, entries, user=None, **values):
        """Bill entries as the accountant does, through the wizard; return the run."""
        user = user or self.user_accountant
        wizard = (
            self.env["client.billing.wizard"]
            .with_user(user)
            .with_context(
                active_model="client.contract.entry",
                active_ids=entries.ids,
                allowed_company_ids=user.company_ids.ids,
            )
            .create(values)
        )
        wizard.action_bill()
        self.env.invalidate_all()
        return entries.billing_run_id.sorted("id")[-1:]
