"""Temporary agreements in a click, and the rule that always holds."""

from calendar import monthrange
from datetime import date, timedelta

from odoo.addons.client_hub.tools import agreement

from .common_contract import ContractCommon

FROZEN = ("drafted", "billed", "credited")


class OverlayCommon(ContractCommon):
    """January to December 2026 at 1,000 a month; amounts by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("account.group_account_invoice")

    def _agree(self, contract, first, last, confirm=True, user=None, **values):
        """Return an agreement from day to day of 2026 (``(month, day)``)."""
        user = user or self.user_manager
        lines = values.pop("lines", None)
        if lines is None and values.get("kind") in ("price", "quantity", "product"):
            lines = contract.line_ids[:1]
        overlay = (
            self.env["client.contract.overlay"]
            .with_user(user)
            .create(
                {
                    "contract_id": contract.id,
                    "date_start": date(2026, *first),
                    "date_end": date(2026, *last),
                    "reason": "Agreed by phone",
                    "line_ids": [(6, 0, lines.ids)] if lines else False,
                    **values,
                }
            )
        )
        if confirm:
            overlay.action_confirm()
        self.env.invalidate_all()
        return overlay

    def _month(self, contract, month, kind="recurring"):
        """Return the entries of a month of 2026, in order."""
        return contract.entry_ids.filtered(
            lambda e: (
                e.kind == kind
                and (e.period_start.year, e.period_start.month) == (2026, month)
            )
        ).sorted(lambda e: (e.period_start, e.id))

    def _amounts(self, contract, month, kind="recurring"):
        return self._month(contract, month, kind).mapped("amount")

    def _credit(self, move, post=True, **values):
        """Credit an invoice in full through Odoo's wizard."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, **values})
        )
        wizard.refund_moves()
        if post:
            wizard.new_move_ids.action_post()
        return wizard.new_move_ids

    # ------------------------------------------------------------------
    # the rule
    # ------------------------------------------------------------------

    def _expected(self, entry):
        """Return what the schedule says of an entry's days now, without the planner.

        Day by day: what it was billed at (or the line's terms, if it isn't billed),
        with each agreement of the day on top.
        """
        frozen = entry.state in FROZEN
        if frozen and (entry.is_adjusted or entry.state == "credited"):
            return entry.amount_scheduled
        data, line = entry.derivation, entry.line_id
        source = data.get("base") or data
        source = (source.get("pieces") or [source])[0]
        source = source.get("base") or source
        price = (source.get("prices") or [source])[0]["price_unit"]
        terms = price, source["quantity"], source["discount"]
        if not frozen:
            terms = line.price_unit, line.quantity, line.discount
        total = 0
        length = (entry.period_end - entry.period_start).days + 1
        for number in range(length):
            day = entry.period_start + timedelta(days=number)
            total += self._cost_of_day(line, day, terms)
        if data.get("tax_included_price"):
            total /= 1 + agreement.exact(self.tax.amount) / 100
        return agreement.round_to(total, entry.currency_id.rounding)

    def _cost_of_day(self, line, day, terms):
        """Return the exact price of one day of a month."""
        agreed = {
            overlay.kind: overlay
            for overlay in line.contract_id.overlay_ids
            if overlay.state == "confirmed"
            and overlay.date_start <= day <= overlay.date_end
            and (not overlay.line_ids or line in overlay.line_ids)
        }
        if "suspend" in agreed:
            return 0
        price, quantity, discount = terms
        if "product" in agreed and not agreed["product"].keep_price:
            price = agreed["product"].price_unit
        if "price" in agreed:
            price = agreed["price"].price_unit
        if "quantity" in agreed:
            quantity = agreed["quantity"].quantity
        if "discount" in agreed:
            discount = agreed["discount"].discount
        net = agreement.exact(quantity) * (1 - agreement.exact(discount) / 100)
        days = monthrange(day.year, day.month)[1]
        return agreement.exact(price) * net / days

    def _check_books(self, contract):
        """Per line and period, what is billed and what is open is the schedule.

        And every derivation gives its amount, and nothing of 0.00 waits to be billed.
        """
        self.env.invalidate_all()
        for entry in contract.entry_ids:
            if entry.kind == "recurring":
                parts = entry | entry.difference_ids
                self.assertAlmostEqual(
                    sum(parts.mapped("amount_scheduled")),
                    self._expected(entry),
                    # a product that changes within a month rounds twice
                    delta=0.011,
                    msg=[(e.kind, e.state, e.derivation) for e in parts],
                )
                open_parts = entry.difference_ids.filtered(
                    lambda e: e.state in ("open", "ready")
                )
                products = open_parts.mapped("product_id.id")
                self.assertEqual(len(products), len(set(products)))
            data = entry.derivation
            if not data.get("tax_included_price"):
                self.assertEqual(
                    agreement.amount(data), entry.amount_scheduled, f"recomputed {data}"
                )
            if entry.state == "ready":
                self.assertTrue(entry.amount, entry.derivation)
            if entry.state in ("billed", "drafted"):
                line = entry._get_live_lines()[-1:]
                self.assertEqual(
                    line._get_entry_amount(),
                    entry.amount,
                    [
                        (
                            li.id,
                            li.move_id.id,
                            li.move_id.move_type,
                            li.parent_state,
                            li.move_id.reversed_entry_id.id,
                            li.price_subtotal,
                            (li.client_entry_terms or {}).get("amount"),
                            li in entry._get_live_lines(),
                        )
                        for li in entry.invoice_line_ids.sorted("id")
                    ],
                )
        self._check_tiles(contract)

    def _check_tiles(self, contract):
        """No day twice, none left out."""
        for line in contract.line_ids:
            entries = line.entry_ids.filtered(lambda e: e.kind == "recurring")
            entries = entries.sorted("period_start")
            for before, after in zip(entries, entries[1:], strict=False):
                self.assertEqual(
                    before.period_end.toordinal() + 1, after.period_start.toordinal()
                )
