"""The definitive value of an index arrives after the price was adjusted."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import agreement, price_index


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

        What is not billed yet takes the definitive price; the difference of what was
        billed becomes one extra entry per service, a debit or a credit.

        :raise UserError: when it is not provisional or still has an estimate
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_contracts()
        self._check_true_up()
        terms = self.contract_id._get_adjustment_terms(
            self.date_effective, reference=(self.reference_from, self.reference_to)
        )
        if terms["problem"]:
            raise UserError(terms["problem"])
        differences = self._get_true_up_differences(terms["factor"])
        self._write_true_up(terms)
        today = fields.Date.context_today(self)
        for line, difference in differences.items():
            self._create_true_up_entry(line, difference, today)
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

    def _get_true_up_differences(self, factor):
        """Return what the definitive price adds to what was billed.

        :param float factor: the definitive factor
        :return: {client.price.adjustment.line: amount}, without those of zero
        """
        invoiced = self._get_invoiced_entries().filtered(
            lambda entry: (
                entry.kind == "recurring"
                and entry.state in ("drafted", "billed")
                and not entry.is_adjusted
                and self.id in entry._get_adjustment_ids()
            )
        )
        differences = {}
        for line in self.line_ids.filtered(lambda line: not line.left_out):
            price = self._get_definitive_price(line, factor)
            total = sum(
                self._get_entry_total(entry, price) - entry.amount
                for entry in invoiced
                if entry.line_id == line.line_id
            )
            if not self.currency_id.is_zero(total):
                differences[line] = self.currency_id.round(total)
        return differences

    def _get_entry_total(self, entry, price):
        """Return what an entry's period costs at a price, rounded as it is billed."""
        data = entry.derivation
        if data.get("segments"):
            total = agreement.total_cost(entry._replace_adjusted_price(self, price))
            # with its cents that make the parts of a period sum to it
            total += agreement.exact(data.get("carried"))
            return agreement.round_to(total, self.currency_id.rounding)
        part = data["days"] / data["period_days"]
        discount = 1 - (entry.discount or 0.0) / 100.0
        return self.currency_id.round(price * part * discount * entry.quantity)

    def _write_true_up(self, terms):
        """Write the definitive factor and prices; the schedule follows."""
        # sudo: system fields; the right to write was checked by the caller
        self_sudo = self.sudo()
        for line in self_sudo.line_ids:
            line.write(
                {
                    "price_proposed": self._get_factor_price(line, terms["factor"]),
                    "price_new": self._get_definitive_price(line, terms["factor"]),
                }
            )
        terms.pop("problem")
        terms["derivation"]["provisional_factor"] = self.factor
        self_sudo.write({**terms, "date_true_up": fields.Date.context_today(self)})
        self._write_prices("price_new")

    def _create_true_up_entry(self, line, difference, today):
        """Create the debit or credit of a service."""
        contract = self.contract_id
        contract._create_extra_entry(
            line.line_id.product_id,
            self.env._(
                "%(service)s\nDifference of the price adjustment of %(date)s, "
                "definitive %(index)s",
                service=line.title,
                date=format_date(self.env, self.date_effective),
                index=self.index_id.code,
            ),
            1.0,
            difference,
            today,
            self.env._("Definitive value of %s", self.index_id.code),
        )
