"""The definitive value of an index arrives after the price was adjusted."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import price_index


class ClientPriceAdjustment(models.Model):
    """Trues up prices and what was billed with an estimate."""

    _inherit = "client.price.adjustment"

    @api.depends("state", "is_provisional", "derivation")
    def _compute_can_true_up(self):
        for adjustment in self:
            adjustment.can_true_up = (
                adjustment.state == "applied"
                and adjustment.is_provisional
                and not adjustment._get_estimated_months()
            )

    def action_true_up(self):
        """Replace the estimate by the definitive value.

        What is not billed yet takes the definitive price.  Each period that was billed
        with the estimate gets an entry of the difference, a debit or a credit, which
        follows its invoice: see ``client.contract.line._get_definitive``.

        :raise UserError: when it is not provisional or still has an estimate
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_contracts()
        self._check_true_up()
        terms = self.contract_id._get_adjustment_terms(
            self.date_effective, reference=(self.reference_from, self.reference_to)
        )
        if terms["problem_code"]:
            raise UserError(
                self._get_problem_text(terms["problem_code"], terms["problem_month"])
            )
        self._write_true_up(terms)
        return True

    def _check_true_up(self):
        if self.state != "applied" or not self.is_provisional:
            raise UserError(
                self.env._("%s has no provisional value to true up.", self.display_name)
            )
        self._check_latest()
        if self.contract_id.adjustment_index_id != self.index_id:
            raise UserError(
                self.env._(
                    "%(contract)s follows another index than %(index)s by now: adjust "
                    "what was billed with an extra entry.",
                    contract=self.contract_id.display_name,
                    index=self.index_id.code,
                )
            )
        if months := self._get_estimated_months():
            raise UserError(
                self.env._(
                    "The value of %(index)s for %(months)s is still an estimate.",
                    index=self.index_id.code,
                    months=", ".join(self._format_month(month) for month in months),
                )
            )

    def _get_estimated_months(self):
        """Return the months of this adjustment whose value is still an estimate."""
        self.ensure_one()
        months = [
            fields.Date.to_date(month)
            for month in (self.derivation or {}).get("provisional", [])
        ]
        if not months:
            return []
        series, provisional = self.index_id._get_values(min(months), max(months))
        return [m for m in months if m in provisional or m not in series]

    def _get_definitive_price(self, line, factor):
        """Return the price of an adjusted line at the definitive factor.

        A price that a reviewer wrote was no result of the factor, and stays.

        :param line: client.price.adjustment.line
        :param float factor: the definitive factor
        """
        if line.reason:
            return line.price_new
        return self._get_factor_price(line, factor)

    def _get_factor_price(self, line, factor):
        """Return the price of a line before the adjustment, times a factor."""
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return float(price_index.adjust_price(line.price_before, factor, digits))

    def _write_true_up(self, terms):
        """Write the definitive factor and prices; the schedule follows."""
        # sudo: system fields; the right to write was checked by the caller
        self_sudo = self.sudo()
        for line in self_sudo.line_ids:
            price = self._get_definitive_price(line, terms["factor"])
            line.write(
                {
                    "price_proposed": self._get_factor_price(line, terms["factor"]),
                    "price_new": price,
                    "price_estimated": line.price_new if price != line.price_new else 0,
                }
            )
        terms["derivation"].update(
            provisional_factor=self.factor,
            estimated=(self.derivation or {}).get("provisional", []),
        )
        self_sudo.write({**terms, "date_true_up": fields.Date.context_today(self)})
        self._write_prices("price_new")
