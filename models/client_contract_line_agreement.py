"""What a period of a contract line costs with temporary agreements on top."""

from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import agreement


class ClientContractLine(models.Model):
    """Computes a period by runs of days, each with the terms in force.

    Amounts are exact until the whole period is rounded once.  A period in which the
    product or its taxes change is billed by one entry for each.
    """

    _inherit = "client.contract.line"

    overlay_ids = fields.Many2many(
        comodel_name="client.contract.overlay",
        relation="client_contract_overlay_line_rel",
        string="Temporary agreements",
        copy=False,
        groups="base.group_user",
    )

    @api.depends("name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """A description may have many lines: the first one names the service."""
        for line in self:
            line.display_name = (line.name or "").split("\n")[0]
        self.env["client.wall"]._mask(self)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        """An agreement that lost its service would be about all the others."""
        # sudo: an agreement counts whoever deletes the line
        for overlay in self.sudo().overlay_ids:
            if overlay.state != "cancelled" and not overlay.line_ids - self:
                raise ValidationError(
                    self.env._(
                        "“%(overlay)s” is only about a service that you delete: "
                        "cancel that agreement first.",
                        overlay=overlay.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # ENTRIES TO COME
    # ------------------------------------------------------------------

    def _prepare_entry_values(self, period):
        """Return the values of the (first) entry of a period, agreements included."""
        overlays = self.contract_id._get_overlays()
        return self._prepare_period_values(period, overlays)[0]

    def _prepare_period_values(self, period, overlays):
        """Return the values of the entries that bill a period, usually one.

        :param schedule.Period period: the period or the part of it to bill
        :param overlays: client.contract.overlay in force
        """
        self.ensure_one()
        plain = self._prepare_plain_values(period)
        overlays = overlays._of_line(self)._on_days(period.start, period.end)
        base = self._get_base(period)
        if not overlays and len(base.steps) == len(period.parts):
            return [plain]
        parts = self._get_parts(period, base, overlays)
        products = []
        for part in parts:
            if products and products[-1][-1][2].key == part[2].key:
                products[-1].append(part)
            else:
                products.append([part])
        return [self._prepare_run_values(plain, period, run) for run in products]

    def _get_parts(self, period, base, overlays):
        """Return the runs of days of a period with the terms of each.

        :return: list of (schedule.Period, factor, agreement.Terms)
        """
        runs = agreement.apply(period.start, period.end, base, overlays)
        clips = [(period.clip(first, last), terms) for first, last, terms in runs]
        return [(clip, clip.factor, terms) for clip, terms in clips]

    def _prepare_run_values(self, plain, period, parts):
        """Return the values of the entry that bills one product of a period.

        :param dict plain: the values without agreements
        :param list parts: (Period, factor, Terms) of this product, in order
        """
        run = period.clip(parts[0][0].start, parts[-1][0].end)
        component = self._derive(parts, self._get_base(run), run.derive())
        return {
            **plain,
            "period_start": run.start,
            "period_end": run.end,
            **self._get_component_values(component),
        }

    def _get_component_values(self, component):
        """Return the fields of an entry that bills a component (see ``_derive``)."""
        return {
            **component["values"],
            "amount_scheduled": component["amount"],
            "derivation": component["derivation"],
        }

    def _prepare_product_values(self, period, overlays):
        """Return the values of a period's products, each in one entry for all its days.

        For an entry that was on an invoice and keeps its days.

        :return: {key of agreement.Terms: values}
        """
        self.ensure_one()
        plain = self._prepare_plain_values(period)
        overlays = overlays._of_line(self)._on_days(period.start, period.end)
        base = self._get_base(period)
        if not overlays and len(base.steps) == len(period.parts):
            return {base.terms.key: plain}
        products = {}
        for part in self._get_parts(period, base, overlays):
            products.setdefault(part[2].key, []).append(part)
        share = period.derive() if len(products) == 1 else None
        return {
            key: {
                **plain,
                **self._get_component_values(self._derive(parts, base, share)),
            }
            for key, parts in products.items()
        }

    def _get_base(self, period):
        """Return the terms of a period without agreements, a step for each price.

        :return: agreement.Base
        """
        self.ensure_one()
        terms = agreement.Terms(
            price_unit=0.0,
            quantity=self.quantity,
            discount=self.discount,
            product_id=self.product_id.id,
            tax_ids=tuple(sorted(self.tax_ids.ids)),
            name=self.name,
        )
        steps = []
        for day in self._get_price_days(period):
            price, step = self._get_period_price(period, day)
            adjustment = step._prepare_derivation() if step else None
            steps.append((day, terms.at_price(price, adjustment)))
        return agreement.Base(tuple(steps), period.factor)

    def _get_price_days(self, period):
        """Return the days of a period from which a price counts.

        That of a price adjustment, where its contract's rule splits periods.
        """
        days = [part.start for part in period.parts]
        # sudo: applied adjustments make the price, whoever edits the line
        days += (
            self.sudo()
            .adjustment_line_ids.filtered(
                lambda step: (
                    step.state == "applied"
                    and not step.left_out
                    and step.adjustment_id.split_period
                    and period.start < step.date_effective <= period.end
                )
            )
            .mapped("date_effective")
        )
        return sorted(set(days))

    # ------------------------------------------------------------------
    # WHAT WAS BILLED
    # ------------------------------------------------------------------

    def _get_components(self, data, start, end, overlays, defaults):
        """Return what a billed period costs by the agreements of now, by product.

        The contract's own terms are those it was billed with: an edit of the line never
        reaches back.  Only a price that waited for the value of an index does, once
        that value is definitive.

        :param dict data: the derivation it was billed with
        :param overlays: client.contract.overlay in force
        :param dict defaults: product_id, tax_ids and name for an old derivation
        :return: {key of agreement.Terms: component, see ``_derive``}
        """
        self.ensure_one()
        data = self._get_definitive(data)
        overlays = overlays._of_line(self)._on_days(start, end)
        if not data.get("base") and any("base" in p for p in data.get("pieces") or ()):
            return self._get_joined_components(data, overlays, defaults)
        base = agreement.load_base(data, start, **defaults)
        if not overlays and not data.get("base"):
            component = {"amount": data["amount"], "derivation": data, "values": {}}
            return {base.terms.key: component}
        runs = agreement.apply(start, end, base, overlays)
        parts = self.contract_id._share_out(base.factor, start, end, runs)
        components, share = {}, None
        # an entry may have billed one of several products only
        if agreement.factor_of(data) == base.factor:
            names = ("days", "period_days", "day_count")
            share = {name: data[name] for name in names if name in data}
        for part in parts:
            components.setdefault(part[2].key, []).append(part)
        derived = {
            key: self._derive(found, base, share if len(found) == len(parts) else None)
            for key, found in components.items()
        }
        self._keep_cents(derived, data)
        return derived

    def _get_joined_components(self, data, overlays, defaults):
        """Return what the periods cost that one entry bills, some with agreements.

        Each period by itself, as when they were billed: see ``_join_values``.
        """
        parts = {}
        for piece in data["pieces"]:
            names = ("period_start", "period_end")
            days = {name: fields.Date.to_date(piece[name]) for name in names}
            found = self._get_components(piece, *days.values(), overlays, defaults)
            for key, component in found.items():
                values = {**days, **self._get_component_values(component)}
                parts.setdefault(key, []).append(values)
        components = {}
        for key, values_list in parts.items():
            values = self._join_values(values_list)
            components[key] = {
                "amount": values["amount_scheduled"],
                "derivation": values["derivation"],
                "values": {"name": values["name"]} if "name" in values else {},
            }
        self._keep_cents(components, data)
        return components

    # ------------------------------------------------------------------
    # AMOUNT
    # ------------------------------------------------------------------

    def _derive(self, parts, base, share=None):
        """Compute what parts of a period with one product cost.

        :param list parts: (Period or None, factor, Terms), in order
        :param agreement.Base base: the terms without agreements
        :param dict share: days and period_days of all parts, where one may say so
        :return: dict of ``amount``, ``derivation`` and ``values`` (quantity, price… of
            the entry)
        """
        self.ensure_one()
        billed = [terms for _period, _factor, terms in parts if not terms.suspended]
        lead = (billed or [parts[0][2]])[0]
        factor = sum((part[1] for part in parts), Fraction())
        share = share or {"days": factor.numerator, "period_days": factor.denominator}
        values = {
            "product_id": lead.product_id,
            "name": lead.name,
            "quantity": lead.quantity,
            "discount": lead.discount,
            "price_unit": lead.price_unit,
        }
        if len(parts) > 1:
            if any(
                (terms.quantity, terms.discount) != (lead.quantity, lead.discount)
                for terms in billed
            ):
                values.update(quantity=1.0, discount=0.0)
            values["price_unit"] = self._get_run_price(parts, values)
        amount, derivation = self._derive_amount(parts, values, lead)
        derivation.update(share)
        agreed = any(part[2].overlays for part in parts) or len(parts) > 1
        # other days of the entry have another product: say what all of them cost
        if agreed or factor != base.factor:
            derivation["base"] = base.dump()
            costs = [terms.cost(share) for _period, share, terms in parts]
            amounts = self._split_segments(amount, costs)
            derivation["segments"] = [
                self._derive_segment(*part, share)
                for part, share in zip(parts, amounts, strict=True)
            ]
        elif lead.adjustment:
            derivation["adjustment"] = lead.adjustment
        return {"amount": amount, "derivation": derivation, "values": values}

    def _get_run_price(self, parts, values):
        """Return the unit price at which the parts cost what they do together."""
        total = sum((terms.cost(factor) for _p, factor, terms in parts), Fraction())
        net = agreement.exact(values["quantity"]) * (
            1 - agreement.exact(values["discount"]) / 100
        )
        return float(total / net) if net else 0.0

    def _derive_amount(self, parts, values, lead):
        """Return the untaxed amount and the derivation without its segments."""
        total = sum((terms.cost(factor) for _p, factor, terms in parts), Fraction())
        # taxes that were deleted since say nothing about the price any more
        taxes = self.env["account.tax"].browse(lead.tax_ids).exists()
        rounding = self.currency_id.rounding
        derivation = {
            "price_unit": values["price_unit"],
            "quantity": values["quantity"],
            "discount": values["discount"],
            "product_id": lead.product_id,
            "tax_ids": list(lead.tax_ids),
            "rounding": rounding,
        }
        if any(taxes.flatten_taxes_hierarchy().mapped("price_include")):
            derivation["tax_included_price"] = True
            derivation["amount"] = self.env["client.contract.entry"]._compute_untaxed(
                self._get_run_price(parts, values),
                values["quantity"],
                values["discount"],
                self.currency_id,
                taxes=taxes,
                product=self.env["product.product"].browse(lead.product_id),
            )
        else:
            derivation["amount"] = agreement.round_to(total, rounding)
        return derivation["amount"], derivation

    def _derive_segment(self, period, factor, terms, amount):
        """Return one segment of a derivation."""
        segment = {
            "start": fields.Date.to_string(period.start),
            "end": fields.Date.to_string(period.end),
            "factor": [factor.numerator, factor.denominator],
            "price_unit": terms.price_unit,
            "quantity": terms.quantity,
            "discount": terms.discount,
            "amount": amount,
            "overlays": list(terms.overlays),
            **period.derive(),
        }
        if terms.suspended:
            segment["suspended"] = True
        if terms.adjustment:
            segment["adjustment"] = terms.adjustment
        return segment
