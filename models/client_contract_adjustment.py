"""When and by how much the prices of a contract are adjusted."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import price_index
from .client_contract import SCHEDULED_STATES

# proposals that are not decided yet
OPEN_STATES = ("draft", "reviewed")


class ClientContract(models.Model):
    """Knows its rule and its next adjustment; proposals are records of their own."""

    _name = "client.contract"
    _inherit = ["client.contract", "client.adjustment.rule.mixin"]

    adjustment_base_date = fields.Date(
        string="Prices of",
        compute="_compute_adjustment_base_date",
        store=True,
        readonly=False,
        precompute=True,
        groups="base.group_user",
        help="Day of which the prices are: the start, or the last adjustment that was "
        "made elsewhere. The first adjustment counts from it.",
    )
    adjustment_next_date = fields.Date(
        string="Next adjustment",
        compute="_compute_adjustment_next_date",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
    )
    adjustment_ids = fields.One2many(
        comodel_name="client.price.adjustment",
        inverse_name="contract_id",
        string="Price adjustments",
        groups="base.group_user",
    )
    adjustment_count = fields.Integer(
        compute="_compute_adjustment_count", groups="base.group_user"
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("date_start")
    def _compute_adjustment_base_date(self):
        for contract in self:
            if not contract.adjustment_base_date or contract.state == "draft":
                contract.adjustment_base_date = contract.date_start

    @api.depends(
        "adjustment_rule",
        "adjustment_months",
        "adjustment_base_date",
        "adjustment_ids.state",
        "adjustment_ids.date_effective",
        "date_start",
        "date_end",
        "renewal",
    )
    def _compute_adjustment_next_date(self):
        for contract in self:
            base = contract.adjustment_base_date or contract.date_start
            if contract.adjustment_rule == "none" or not base:
                contract.adjustment_next_date = False
                continue
            day = price_index.next_date(
                base,
                max(contract.adjustment_months, 1),
                contract._get_last_adjustment().date_effective,
            )
            # a contract that ends without renewal has no price after its end
            ends = contract.renewal == "none" and contract.date_end
            contract.adjustment_next_date = False if ends and day > ends else day

    def _compute_adjustment_count(self):
        groups = self.env["client.price.adjustment"]._read_group(
            [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
        )
        counts = {contract.id: count for contract, count in groups}
        for contract in self:
            contract.adjustment_count = counts.get(contract.id, 0)

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_propose_adjustment(self):
        """Propose the next adjustment of this contract and open it.

        :raise UserError: when it has no rule or is not running
        """
        self.ensure_one()
        if not self.adjustment_next_date:
            raise UserError(
                self.env._(
                    "%s has no price adjustment to come: choose a rule first.",
                    self.display_name,
                )
            )
        proposals = self._propose_adjustments()
        proposals = proposals or self.adjustment_ids.filtered(
            lambda adjustment: adjustment.state in OPEN_STATES
        )
        if not proposals:
            raise UserError(
                self.env._(
                    "Only a contract that the client approved is adjusted: %s is not.",
                    self.display_name,
                )
            )
        return proposals[:1]._get_form_action()

    def action_view_adjustments(self):
        """Open the price adjustments of this contract."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_price_adjustment_action"
        )
        action["domain"] = [("contract_id", "=", self.id)]
        action["context"] = {}
        return action

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _get_adjustment_domain(self, until):
        """Return the domain of contracts whose adjustment is due (hook).

        :param date until: last day of an adjustment
        """
        return [
            ("state", "in", SCHEDULED_STATES),
            ("adjustment_next_date", "<=", until),
        ]

    def _get_last_adjustment(self):
        """Return the latest applied client.price.adjustment, or an empty one."""
        self.ensure_one()
        applied = self.adjustment_ids.filtered(lambda a: a.state == "applied")
        return applied.sorted("date_effective")[-1:]

    def _propose_adjustments(self):
        """Create a proposal for each contract that is due one and has none.

        A proposal that can't be applied yet is created as well: it says why. Those
        that wait for a value are computed again.

        :return: client.price.adjustment, the new ones
        :raise AccessError: when the user may not write the contracts
        """
        self.check_access("write")
        adjustments = self.env["client.price.adjustment"]
        adjustments.check_access("write")
        waiting = self.adjustment_ids.filtered(
            lambda a: a.state == "draft" and a.problem_code
        )
        waiting.action_recompute()
        due = self.filtered(
            lambda contract: (
                contract.state in SCHEDULED_STATES
                and contract.adjustment_next_date
                and not contract.adjustment_ids.filtered(
                    lambda a: a.state in OPEN_STATES
                )
            )
        )
        # sudo: what a proposal is made of is the system's, and the user may write the
        # contracts and their adjustments
        created = adjustments.sudo().create(
            [contract._prepare_adjustment_values() for contract in due]
        )
        created._recompute_terms()
        return adjustments.browse(created.ids)

    def _prepare_adjustment_values(self):
        """Return the values of the proposal of the next adjustment (hook)."""
        self.ensure_one()
        return {
            "contract_id": self.id,
            "date_anniversary": self.adjustment_next_date,
            "date_effective": self.adjustment_next_date,
            "split_period": self.adjustment_split,
        }

    def _get_adjustment_terms(self, day, reference=None):
        """Return the factor of an adjustment on a day, and how it came about.

        :param date day: first day of the new prices
        :param reference: (base month, last month) to use instead of the ones that
            follow from the rule
        :return: dict of values of client.price.adjustment; ``problem_code`` says why
            there is no factor
        """
        self.ensure_one()
        values = dict.fromkeys(
            (
                "problem_code",
                "problem_month",
                "reference_from",
                "reference_next",
                "reference_to",
            ),
            False,
        )
        values.update(rule=self.adjustment_rule, index_id=False, is_provisional=False)
        if self.adjustment_rule == "fixed":
            factor = price_index.fixed_factor(self.adjustment_percent)
            data = {"percent": self.adjustment_percent}
            return values | self._prepare_adjustment_factor(factor, None, data)
        if self.adjustment_rule == "none" or not self.adjustment_index_id:
            return values | self._prepare_adjustment_problem("rule")
        base, last = reference or self._get_adjustment_reference(day)
        values.update(
            index_id=self.adjustment_index_id.id,
            reference_from=base,
            reference_to=last,
            reference_next=last,
        )
        return values | self._get_adjustment_index_terms(base, last)

    def _get_adjustment_reference(self, day):
        """Return the first and the last reference month of an adjustment.

        The months follow those of the adjustment before, so that none is left out or
        counted twice.
        """
        base_day = self.adjustment_base_date or self.date_start
        base = self._get_last_adjustment().reference_next
        base = base or price_index.month_of(base_day, self.adjustment_lag)
        return base, price_index.month_of(day, self.adjustment_lag)

    def _get_adjustment_index_terms(self, base, last):
        """Return factor and derivation of the index between two months, or why not."""
        index = self.adjustment_index_id
        series, provisional = index._get_values(base, last)
        try:
            raw = price_index.index_factor(index.kind, series, base, last)
        except price_index.MissingValue as error:
            return self._prepare_adjustment_problem("value", error.month)
        except ValueError:
            return self._prepare_adjustment_problem("month")
        limited = price_index.limit_factor(
            raw,
            self.adjustment_cap or None,
            self.adjustment_floor or None,
            self.adjustment_negative,
        )
        months = price_index.months_after(base, last)
        used = [base, last] if index.kind == "number" else months
        provisional = [month for month in provisional if month in used]
        data = {
            "index": index.code,
            "kind": index.kind,
            "values": {fields.Date.to_string(m): series[m] for m in used},
            "raw": float(price_index.round_factor(raw)),
            "cap": self.adjustment_cap,
            "floor": self.adjustment_floor,
            "provisional": [fields.Date.to_string(month) for month in provisional],
        }
        terms = self._prepare_adjustment_factor(limited.factor, limited.limit, data)
        terms["is_provisional"] = bool(provisional)
        if limited.limit == "carry":
            # the fall is not lost: the next adjustment counts from the same month
            terms["reference_next"] = base
        return terms

    @api.model
    def _prepare_adjustment_problem(self, code, month=False):
        """Return the values of a proposal that has no factor."""
        return {
            "factor": 1.0,
            "derivation": False,
            "problem_code": code,
            "problem_month": month,
        }

    def _prepare_adjustment_factor(self, factor, limit, data):
        """Return the values of a rounded factor with its derivation."""
        rounded = price_index.round_factor(factor)
        data.update(
            rule=self.adjustment_rule, factor=float(rounded), limit=limit or False
        )
        return {"factor": float(rounded), "derivation": data}
