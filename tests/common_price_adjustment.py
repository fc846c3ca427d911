"""Common ground of the tests of price adjustments."""

from datetime import date

from dateutil.relativedelta import relativedelta

from .common_contract import ContractCommon

IPCA = [0.53, 0.84, 0.71, 0.61, 0.23, -0.08, 0.12, 0.23, 0.26, 0.24, 0.28, 0.56]


class PriceAdjustmentCommon(ContractCommon):
    """An index and a rule; classes freeze time at 5 December 2026.

    Contracts are of 1,000 a month from January 2026, adjusted in January 2027.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.index = cls.env["client.price.index"].create(
            {"name": "Consumer prices", "code": "IPCA-T", "kind": "rate"}
        )
        cls.rates = cls.env["client.price.index.rate"].create(
            [
                {
                    "index_id": cls.index.id,
                    "month": date(2025, 12, 9) + relativedelta(months=number),
                    "value": value,
                }
                for number, value in enumerate(IPCA)
            ]
        )
        # Dec 2025 … Nov 2026 accumulate on an adjustment of 1 January 2027, lag 2
        cls.rule = {
            "adjustment_rule": "index",
            "adjustment_index_id": cls.index.id,
            "adjustment_lag": 2,
        }

    def _propose(self, contract, user=None):
        """Propose through the batch screen; return the contract's proposal."""
        wizard = self.env["client.adjustment.propose"].with_user(
            user or self.user_manager
        )
        wizard.create({"date_until": date(2027, 1, 31)}).action_confirm()
        return contract.adjustment_ids.with_user(user or self.user_manager).filtered(
            lambda a: a.state == "draft"
        )

    def _apply(self, contract):
        adjustment = self._propose(contract)
        adjustment.action_review()
        adjustment.action_apply()
        return adjustment

    def _prices(self, contract):
        """Return {first day of the period: unit price} of the contract's entries."""
        return {
            entry.period_start: entry.price_unit
            for entry in contract.entry_ids
            if entry.kind == "recurring"
        }
