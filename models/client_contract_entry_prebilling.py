"""What pre-billing shows above its list, and the dialogs that it opens."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import date_utils

# conditions of the list that also hold for what is not to be billed
SHARED_FIELDS = {
    "client_id",
    "company_id",
    "contract_id",
    "currency_id",
    "line_id",
    "name",
    "product_id",
}
# conditions that choose among what is due, by how it compares with last period
COMPARISON_FIELDS = {"amount_difference", "amount_previous", "cause"}
NOTHING = {
    "count": 0,
    "problems": 0,
    "amount": 0.0,
    "amount_previous": 0.0,
    "amount_difference": 0.0,
}
ASIDES = ("ended", "agreed", "open", "skipped", "written_off")


class ClientContractEntry(models.Model):
    """Sums of what is due by cause and currency; never over several currencies."""

    _inherit = "client.contract.entry"

    # pre-billing's own pages, by cause, and what is due but not to be billed
    _ready_cause_idx = models.Index("(cause, date_due, id) WHERE state = 'ready'")
    _aside_idx = models.Index(
        "(state, date_due) WHERE state IN ('open', 'skipped', 'written_off')"
    )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Order by nothing after the id: Odoo's lists append the model's own order,
        and would join clients, contracts and lines for each page.
        """
        terms = (order or "").split(",")
        for number, term in enumerate(terms, 1):
            if term.split()[:1] == ["id"]:
                order = ",".join(terms[:number])
                break
        return super()._search(domain, offset, limit, order, **kwargs)

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_why(self):
        """Open the dialog that tells why this amount is due."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why this amount"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                (
                    self.env.ref("client_hub.client_contract_entry_view_form_why").id,
                    "form",
                )
            ],
            "target": "new",
        }

    def action_view_previous_invoices(self):
        """Open the invoices of last period's entry."""
        self.ensure_one()
        return self.previous_entry_id.action_view_invoices()

    @api.model
    def action_bill_due(self, domain):
        """Open the billing wizard for everything due, whether it differs or not.

        :param domain: the list's domain
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_billing_wizard_action"
        )
        context = {"default_entry_domain": list(self._get_due_domain(domain, True))}
        if until := self._get_prebilling_until(domain):
            context["default_date_until"] = fields.Date.to_string(until)
        return {**action, "context": context}

    @api.model
    def action_view_prebilling_aside(self, domain, aside):
        """Open what pre-billing only counts: ended, waiting, skipped, written off.

        :param domain: the list's domain
        :param str aside: one of ``ASIDES``
        """
        domains = self._get_aside_domains(domain)
        list_id = "view_list_ended" if aside == "ended" else "view_list"
        return {
            "type": "ir.actions.act_window",
            "name": self._get_aside_labels()[aside],
            "res_model": self._name,
            "views": [
                (
                    self.env.ref(f"client_hub.client_contract_entry_{list_id}").id,
                    "list",
                ),
                (False, "form"),
            ],
            "domain": list(domains[aside]),
            "context": {"create": False},
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def get_prebilling_summary(self, domain):
        """Return the sums that pre-billing shows above its list (obeys the rules).

        They are of everything due, whether or not it differs from last period, so
        that the sums add up: last period, plus the differences, is this period.

        :param domain: the list's domain
        :return: dict with ``date_until`` (text or False), ``currencies`` (one dict
            each, with its ``causes``) and ``asides`` (what is not to be billed)
        """
        until = self._get_prebilling_until(domain)
        return {
            "date_until": fields.Date.to_string(until),
            "currencies": self._get_prebilling_currencies(domain),
            "asides": self._get_prebilling_asides(domain),
        }

    @api.model
    def _get_due_domain(self, domain, dates=False):
        """Return a list's domain without its choice of differences.

        :param bool dates: True to leave its choice of due dates out as well
        :return: Domain
        """
        left_out = COMPARISON_FIELDS | ({"date_due"} if dates else set())
        return Domain(domain).map_conditions(
            lambda condition: (
                Domain.TRUE if condition.field_expr in left_out else condition
            )
        )

    @api.model
    def _get_prebilling_until(self, domain):
        """Return the last due date that a domain lets through, or None."""
        days = []
        for condition in Domain(domain).iter_conditions():
            if condition.field_expr != "date_due" or condition.operator not in (
                "<",
                "<=",
            ):
                continue
            day = condition.value
            if isinstance(day, str):
                day = date_utils.parse_date(day, self.env)
            day = fields.Date.to_date(day)
            days.append(day - timedelta(days=condition.operator == "<"))
        return max(days, default=None)

    @api.model
    def _get_prebilling_currencies(self, domain):
        """Return one dict for each currency: its sums, and those of each cause."""
        totals = {}
        for currency, cause, count, amount, difference, problems in self._read_group(
            self._get_due_domain(domain),
            ["currency_id", "cause"],
            ["__count", "amount:sum", "amount_difference:sum", "billing_error:count"],
        ):
            total = totals.setdefault(currency, {**NOTHING, "causes": {}})
            sums = {
                "count": count,
                "problems": problems,
                "amount": amount,
                # not summed: what adds up needn't be read
                "amount_previous": currency.round(amount - difference),
                "amount_difference": difference,
            }
            total["causes"][cause] = sums
            for name, value in sums.items():
                total[name] += value
        labels = self._fields["cause"]._description_selection(self.env)
        return [
            {
                **total,
                "currency_id": currency.id,
                "currency_name": currency.name,
                "causes": [
                    {"cause": cause, "label": label, **total["causes"][cause]}
                    for cause, label in labels
                    if cause in total["causes"]
                ],
            }
            for currency, total in totals.items()
        ]

    @api.model
    def _get_aside_labels(self):
        return {
            "ended": self.env._("Ended"),
            "agreed": self.env._("Not billed by agreement"),
            "open": self.env._("Due, but can't be billed yet"),
            "skipped": self.env._("Skipped"),
            "written_off": self.env._("Written off"),
        }

    @api.model
    def _get_aside_domains(self, domain):
        """Return the domains of what is not to be billed, by ``ASIDES``.

        What ended, was skipped or written off is told in the month in which it would
        have been due, or since this month when the list looks further ahead.
        """
        shared = Domain(domain).map_conditions(
            lambda condition: (
                condition if condition.field_expr in SHARED_FIELDS else Domain.TRUE
            )
        )
        until = self._get_prebilling_until(domain)
        today = fields.Date.context_today(self)
        first = fields.Date.start_of(min(until or today, today), "month")

        def between(name):
            upper = Domain(name, "<=", until) if until else Domain.TRUE
            return Domain(name, ">=", first) & upper

        waiting = Domain("date_due", "<=", until or today)
        skipped = shared & between("date_due") & Domain("state", "=", "skipped")
        written_off = Domain("state", "=", "written_off")
        return {
            "ended": shared
            & between("date_ended_due")
            & Domain("state", "not in", ("skipped", "written_off", "credited")),
            "open": shared & waiting & Domain("state", "=", "open"),
            "agreed": skipped & Domain("skipped", "=", False),
            "skipped": skipped & Domain("skipped", "=", True),
            "written_off": shared & between("date_due") & written_off,
        }

    @api.model
    def _get_prebilling_asides(self, domain):
        """Return what is not to be billed, with its sums per currency."""
        domains = self._get_aside_domains(domain)
        sums = {aside: [] for aside in ASIDES}
        for currency, count, amount in self._read_group(
            domains.pop("ended"), ["currency_id"], ["__count", "amount:sum"]
        ):
            sums["ended"].append((currency, count, -amount))
        for state, decided, currency, count, amount, difference in self._read_group(
            Domain.OR(domains.values()),
            ["state", "skipped", "currency_id"],
            ["__count", "amount:sum", "amount_difference:sum"],
        ):
            if state == "skipped" and not decided:
                # nothing is left of it: the difference is what there is to tell
                sums["agreed"].append((currency, count, difference))
            else:
                sums[state].append((currency, count, amount))
        labels = self._get_aside_labels()
        return [
            {
                "aside": aside,
                "label": labels[aside],
                "count": sum(count for _currency, count, _amount in rows),
                "amounts": [
                    {"currency_id": currency.id, "amount": amount}
                    for currency, _count, amount in rows
                ],
            }
            for aside, rows in sums.items()
            if rows
        ]
