"""What changes after it was billed: entries of the difference."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..tools import agreement
from .client_contract_schedule import Change

# on an invoice, or credited for good: the amount is what was billed
FROZEN_STATES = ("drafted", "billed", "credited")
# what an invoice line keeps of the entry that it bills
TERMS = (
    "period_start",
    "period_end",
    "product_id",
    "name",
    "quantity",
    "price_unit",
    "discount",
    "amount_scheduled",
    "is_adjusted",
    "amount_adjusted",
    "derivation",
)
# value of the context key that lets the system write what was billed
RESTORE = object()


class ClientContractEntry(models.Model):
    """Per line and period, what was billed and its differences are the schedule.

    For each product of the period: the entry's own amount, plus those of its
    differences that are on invoices, plus one open difference, is what the schedule
    says now.  An entry that comes back from its invoice is the schedule's again; its
    open differences go, and one that was billed is taken back by another.
    """

    _inherit = "client.contract.entry"

    overlay_id = fields.Many2one(
        comodel_name="client.contract.overlay",
        string="Temporary agreement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="The agreement that bills this extra.",
    )
    difference_of_id = fields.Many2one(
        comodel_name="client.contract.entry",
        string="Difference of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="The entry that was billed before something else was agreed.",
    )
    difference_ids = fields.One2many(
        comodel_name="client.contract.entry",
        inverse_name="difference_of_id",
        string="Differences",
    )

    _difference_has_origin = models.Constraint(
        "CHECK (difference_of_id IS NULL OR kind = 'difference')",
        "Only a difference follows from another entry.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_billed_differences(self):
        # sudo: an invoice that the user can't see counts as well
        for entry in self.sudo():
            if entry.difference_ids.invoice_line_ids:
                raise UserError(
                    self.env._(
                        "A difference of %s is on an invoice: it can't be deleted.",
                        entry.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # WHAT WAS BILLED
    # ------------------------------------------------------------------

    def _dump_terms(self):
        """Return what an invoice line keeps of this entry, as JSON."""
        self.ensure_one()
        values = {}
        for name in TERMS:
            value = self._fields[name].convert_to_write(self[name], self)
            if self._fields[name].type == "date":
                value = fields.Date.to_string(value)
            values[name] = value
        return {**values, "amount": self.amount}

    def _get_live_lines(self):
        """Return the invoice lines that bill this entry and are not all credited.

        Posted ones come last, the latest at the end.
        """
        self.ensure_one()
        lines = self.invoice_line_ids.filtered(
            lambda line: line.parent_state in ("draft", "posted")
        )
        back = lines.filtered(
            lambda line: line.parent_state == "posted" and line._takes_entry_back()
        )
        live = lines.browse()
        for line in lines.filtered(lambda line: not line._takes_entry_back()):
            credits = back.filtered(
                lambda credit, move=line.move_id: (
                    credit.move_id.reversed_entry_id == move
                )
            )
            left = line._get_entry_amount() + sum(
                credit._get_entry_amount() for credit in credits
            )
            if not credits or not self.currency_id.is_zero(left):
                live |= line
        return live.sorted(lambda line: (line.parent_state == "posted", line.id))

    def _get_billed_terms(self):
        """Return what the live invoice line says was billed."""
        self.ensure_one()
        lines = self._get_live_lines() or self.invoice_line_ids.filtered(
            lambda line: not line._takes_entry_back()
        ).sorted("id")
        return lines[-1:].client_entry_terms or self._dump_terms()

    def _get_restored_values(self, terms):
        """Return the fields of this entry that differ from what was billed.

        :param dict terms: see ``_dump_terms``
        """
        values = {}
        for name in TERMS:
            field = self._fields[name]
            value = terms.get(name)
            if field.type == "date":
                value = fields.Date.to_date(value)
            current = field.convert_to_write(self[name], self)
            if field.type in ("float", "monetary"):
                same = not float_compare(current, value or 0.0, precision_digits=6)
            else:
                same = (current or False) == (value or False)
            if not same:
                values[name] = value
        return values

    def _as_restoring(self):
        """Return these entries, writable although they are on an invoice."""
        return self.with_context(client_entry_restore=RESTORE)

    def _check_not_invoiced(self, vals, names):
        # an object, since a context that comes by RPC can't hold it
        if self.env.context.get("client_entry_restore") is RESTORE:
            return None
        return super()._check_not_invoiced(vals, names)

    # ------------------------------------------------------------------
    # SCHEDULE
    # ------------------------------------------------------------------

    def _group_for_schedule(self):
        """Return recurring entries by line, extras by agreement, differences by entry.

        :return: dict of {client.contract.line, client.contract.overlay or
            client.contract.entry: client.contract.entry}
        """
        grouped = self.filtered(lambda e: e.kind == "recurring").grouped("line_id")
        extras = self.filtered(lambda e: e.kind == "extra" and e.overlay_id)
        differences = self.filtered(lambda e: e.difference_of_id)
        return {
            **grouped,
            **extras.grouped("overlay_id"),
            **differences.grouped("difference_of_id"),
        }

    def _is_pinned(self, grouped):
        """Tell whether this entry has to stay where it is, billed or not."""
        self.ensure_one()
        differences = grouped.get(self, self.browse())
        return bool(self.invoice_line_ids or differences.invoice_line_ids)

    def _get_taken(self):
        """Return the first and last day of each entry, on invoices those billed."""
        taken = []
        for entry in self:
            days = [entry.period_start, entry.period_end]
            if entry.state in FROZEN_STATES:
                terms = entry._get_billed_terms()
                days = [
                    fields.Date.to_date(terms[name])
                    for name in ("period_start", "period_end")
                ]
            taken.append(tuple(days))
        return taken

    def _get_key(self, data):
        """Return product and taxes of a derivation of this entry."""
        defaults = self._get_base_defaults()
        return (
            data.get("product_id", defaults["product_id"]),
            tuple(data.get("tax_ids", defaults["tax_ids"])),
        )

    def _get_base_defaults(self):
        """Return what an older derivation doesn't say."""
        return {
            "product_id": self.product_id.id,
            "tax_ids": tuple(sorted(self._get_taxes().ids)),
            "name": self.name,
        }

    def _plan_frozen(self, differences, get_components):
        """Plan the differences of an entry that is on an invoice.

        :param differences: its differences so far
        :param get_components: function of derivation, first and last day that returns
            what the period costs now, see ``client.contract.line._get_components``
        :return: list of Change
        """
        self.ensure_one()
        terms = self._get_billed_terms()
        changes = []
        if values := self._get_restored_values(terms):
            changes.append(Change(self, values, restores=True, keeps_periods=True))
        data, settled = terms["derivation"] or {}, terms["amount_scheduled"]
        key = self._get_key(data)
        days = [fields.Date.to_date(terms[n]) for n in ("period_start", "period_end")]
        if self.state == "credited" or terms["is_adjusted"] or "rounding" not in data:
            # what people decided about this period stays
            wanted = {key: {"amount": settled, "derivation": data}}
        else:
            wanted = get_components(data, *days)
        own = (key, settled, data)
        return changes + self._plan_differences(differences, wanted, own, days)

    def _plan_open(self, differences, wanted):
        """Plan an entry that was on an invoice and is not any more.

        :param differences: its differences so far
        :param dict wanted: {key: values of an entry}, the entry's own first
        :return: list of Change
        """
        self.ensure_one()
        key, values = next(iter(wanted.items()))
        changes = []
        days = [
            values.get("period_start", self.period_start),
            values.get("period_end", self.period_end),
        ]
        if values := self._get_schedule_changes(values):
            changes.append(Change(self, values, keeps_periods=True))
        components = {
            k: {
                "amount": v["amount_scheduled"],
                "derivation": v["derivation"],
                "values": {"name": v.get("name")},
            }
            for k, v in wanted.items()
        }
        own = (key, components[key]["amount"], components[key]["derivation"])
        return changes + self._plan_differences(differences, components, own, days)

    def _plan_differences(self, differences, wanted, own, days):
        """Plan one open difference for each product whose sum is not the schedule's.

        :param differences: client.contract.entry, those that exist
        :param dict wanted: {key: component} that the schedule says
        :param tuple own: key, amount and derivation of this entry
        :param list days: first and last day of this entry
        :return: list of Change
        """
        settled, before, changes = {own[0]: own[1]}, {own[0]: own[2]}, []
        existing, planned = {}, {}
        for difference in differences.sorted("id"):
            if difference.state not in FROZEN_STATES:
                key = difference._get_key(difference.derivation)
                existing[key] = existing.get(key, self.browse()) | difference
                continue
            terms = difference._get_billed_terms()
            if values := difference._get_restored_values(terms):
                changes.append(Change(difference, values, True, True))
            data = terms["derivation"]
            key = difference._get_key(data)
            settled[key] = settled.get(key, 0.0) + terms["amount_scheduled"]
            before[key] = data["now"]
        for key in {**settled, **wanted, **existing}:
            component = wanted.get(key) or {"amount": 0.0, "derivation": None}
            planned[key] = self._prepare_difference(
                key, component, settled.get(key, 0.0), before.get(key), days
            )
        total = sum(component["amount"] for component in wanted.values())
        self._keep_credited(planned, self._get_kept(differences, total), own[0])
        for key, values in planned.items():
            changes += self._plan_open_difference(
                existing.get(key, self.browse()), values
            )
        return changes

    def _plan_open_difference(self, existing, values):
        """Plan the one open difference of a product.

        :param existing: open differences of this product
        :param dict values: what it has to be
        """
        # one that was on an invoice once can't go
        existing = existing.sorted(lambda e: (not e.invoice_line_ids, e.id))
        keep, changes = existing[:1], []
        zero = self.currency_id.is_zero(values["amount_scheduled"])
        if self._is_owed_after_end(values):
            if self._is_overcredited():
                # no debt for a time after the end, but what was given back twice
                last = self.contract_id.date_end
                values = {**values, "period_start": last, "period_end": last}
            else:
                zero = True
        if zero and not keep.invoice_line_ids:
            keep = existing.browse()
        for entry in existing - keep:
            if not entry.invoice_line_ids:
                changes.append(Change(entry, None, keeps_periods=True))
                continue
            data = {**entry.derivation, "now": None, "settled": 0.0, "amount": 0.0}
            data.pop("kept", None)
            nothing = {"derivation": data, "amount_scheduled": 0.0}
            if nothing := entry._get_schedule_changes({**nothing, "price_unit": 0.0}):
                changes.append(Change(entry, nothing, keeps_periods=True))
        if not keep:
            if not zero:
                changes.append(Change(keep, values, keeps_periods=True))
            return changes
        values = {name: values[name] for name in values.keys() - {"date_due"}}
        if values := keep._get_schedule_changes(values):
            changes.append(Change(keep, keep._lapse(values), keeps_periods=True))
        return changes

    def _is_owed_after_end(self, values):
        """Tell whether a difference would be due for a time after the contract's end.

        :param dict values: see ``_prepare_difference``
        """
        contract = self.contract_id
        return bool(
            contract.state == "ended"
            and contract.date_end
            and values["period_start"] > contract.date_end
            and values["amount_scheduled"] > 0
        )

    def _is_overcredited(self):
        """Tell whether the client got back more of this period than was billed.

        Its unused days were credited, and then its invoice as well.
        """
        # sudo: an invoice that the user can't see counts as well
        parts = self.sudo() | self.sudo().difference_ids
        billed = sum(parts.mapped("amount_billed"))
        return self.currency_id.compare_amounts(billed, 0.0) < 0

    def _prepare_difference(self, key, component, settled, before, days):
        """Return the values of the difference of one product of this entry.

        :param tuple key: product and taxes
        :param dict component: what the period costs now
        :param float settled: what is billed so far
        :param dict before: derivation of what is billed so far, or None
        :param list days: first and last day of this entry
        """
        self.ensure_one()
        product_id, tax_ids = key
        rounding = self.currency_id.rounding
        exact = agreement.exact(component["amount"]) - agreement.exact(settled)
        amount = agreement.round_to(exact, rounding)
        now = component["derivation"]
        first, last = agreement.changed_days(before, now, *days)
        derivation = {
            "difference": True,
            "now": now,
            "settled": settled,
            "product_id": product_id,
            "tax_ids": list(tax_ids),
            "price_unit": amount,
            "quantity": 1.0,
            "discount": 0.0,
            "days": 1,
            "period_days": 1,
            "rounding": rounding,
            "amount": amount,
        }
        if (now or before or {}).get("tax_included_price"):
            derivation["tax_included_price"] = True
        return {
            "contract_id": self.contract_id.id,
            "line_id": self.line_id.id,
            "kind": "difference",
            "difference_of_id": self.id,
            "period_start": first,
            "period_end": last,
            "date_due": max(self.date_due, fields.Date.context_today(self)),
            "product_id": product_id,
            "name": self._get_difference_name(component, product_id),
            "quantity": 1.0,
            "price_unit": amount,
            "discount": 0.0,
            "amount_scheduled": amount,
            "derivation": derivation,
        }

    def _get_difference_name(self, component, product_id):
        """Return the text of a difference, in the client's language."""
        env = self.with_context(lang=self.client_id.lang).env
        name = (component.get("values") or {}).get("name")
        if not name:
            same = self.product_id.id == product_id
            product = env["product.product"].browse(product_id)
            name = self.name if same else product.display_name
        title = (name or "").split("\n")[0]
        return env._("%s: difference to what was billed", title)

    # ------------------------------------------------------------------
    # INVOICES
    # ------------------------------------------------------------------

    def _follow_invoices(self):
        """Bring these entries in step after their invoices changed.

        Callers have changed the invoices with the user's own rights.
        """
        # sudo: follows from the invoices, whoever may change those
        entries = self.sudo().exists()
        entries.filtered(lambda e: not e._is_planned())._restore_billed()
        contracts = entries.filtered(lambda e: e._is_out_of_step()).contract_id
        contracts._sync_schedule()

    def _is_planned(self):
        """Tell whether the schedule plans this entry, billed or not."""
        self.ensure_one()
        return bool(self.kind in ("recurring", "difference") or self.overlay_id)

    def _restore_billed(self):
        """Give entries that are on an invoice again what they were billed with.

        The schedule does so with those that it plans, see ``_plan_frozen``.
        """
        for entry in self.filtered(lambda e: e.state in FROZEN_STATES):
            values = entry._get_restored_values(entry._get_billed_terms())
            if values:
                entry._as_restoring().write(values)

    def _is_out_of_step(self):
        """Tell whether a change of its invoices can matter to the schedule."""
        self.ensure_one()
        if not self._is_planned():
            return False
        if self.state not in FROZEN_STATES or self.kind == "difference":
            return True
        if len(self.invoice_line_ids) > 1:
            # one that was credited for good had no differences, and may have some now
            return True
        terms = self._get_billed_terms()
        return bool(self.difference_ids or self._get_restored_values(terms))
