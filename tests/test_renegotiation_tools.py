"""Arithmetic of renegotiations: to the cent, whatever the terms."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.client_hub.tools import renegotiation
from odoo.addons.client_hub.tools.renegotiation import Debt, Terms

DAY = date(2026, 5, 20)
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
PERCENTS = st.decimals(0, 20, places=3).map(float)
ROUNDINGS = st.sampled_from([0.01, 1.0, 0.05, 0.001])


@st.composite
def plans(draw):
    """Return debts, terms and rounding that make a plan."""
    rounding = draw(ROUNDINGS)
    units = draw(st.lists(st.integers(500, 10**8), min_size=1, max_size=6))
    debts = [
        Debt(renegotiation.from_units(number, rounding), draw(DAYS)) for number in units
    ]
    count = draw(st.integers(1, 36))
    principal = sum(units)
    terms = Terms(
        day=DAY,
        first_due=DAY + timedelta(days=draw(st.integers(0, 90))),
        count=count,
        interval=draw(st.integers(1, 6)),
        unit=draw(st.sampled_from(["day", "week", "month"])),
        down_payment=(
            renegotiation.from_units(draw(st.integers(1, principal // 4)), rounding)
            if count > 1 and draw(st.booleans())
            else 0.0
        ),
        discount_percent=draw(st.decimals(0, 50, places=2).map(float)),
        fine_percent=draw(PERCENTS),
        late_percent=draw(PERCENTS),
        plan_percent=draw(PERCENTS),
        rate_unit="month",
        compound=draw(st.booleans()),
    )
    return debts, terms, rounding


def makes_plan(case):
    """Tell whether there is a plan: some terms leave nothing to pay."""
    try:
        renegotiation.make_plan(*case)
    except ValueError:
        return False
    return True


PLANS = plans().filter(makes_plan)


def exact(amount):
    return Decimal(repr(amount))


@tagged("post_install", "-at_install")
class TestRenegotiationTools(BaseCase):
    @given(PLANS, PERCENTS)
    def test_instalments_sum_to_what_is_agreed(self, case, tax_percent):
        debts, terms, rounding = case

        def get_tax(interest, fine):
            return renegotiation.from_units(
                renegotiation.percent_units(interest + fine, tax_percent, rounding),
                rounding,
            )

        plan = renegotiation.make_plan(debts, terms, rounding, get_tax)
        agreed = (
            exact(plan.principal)
            - exact(plan.discount)
            + exact(plan.late_interest)
            + exact(plan.plan_interest)
            + exact(plan.fine)
            + exact(plan.tax)
        )
        self.assertEqual(sum(exact(row.amount) for row in plan.instalments), agreed)
        self.assertEqual(exact(plan.total), agreed)
        self.assertEqual(len(plan.instalments), terms.count)
        self.assertEqual(
            sum(exact(debt.amount) for debt in debts), exact(plan.principal)
        )
        for row in plan.instalments:
            self.assertGreater(row.capital, 0)
            self.assertEqual(
                exact(row.capital) + exact(row.interest) + exact(row.tax),
                exact(row.amount),
            )
        interest = sum(exact(part) for charges in plan.charges for part in charges[:1])
        self.assertEqual(interest, exact(plan.late_interest))
        dues = [row.due for row in plan.instalments]
        self.assertEqual(dues, sorted(dues))

    @given(PLANS.filter(lambda case: not case[1].down_payment))
    def test_equal_instalments_differ_by_a_cent_at_most(self, case):
        debts, terms, rounding = case
        plan = renegotiation.make_plan(debts, terms, rounding)
        units = [
            renegotiation.to_units(row.capital, rounding) for row in plan.instalments
        ]
        self.assertLessEqual(max(units) - min(units), 1)

    @given(st.integers(0, 3000), PERCENTS, st.booleans())
    def test_interest_never_falls_with_time(self, days, percent, compound):
        def count(number):
            return renegotiation.interest_units(
                1000.0, percent, number, 0.01, compound=compound
            )

        self.assertLessEqual(count(days), count(days + 1))

    @given(st.integers(31, 3000), st.decimals("0.5", 20, places=2).map(float))
    def test_compound_interest_is_more_after_a_month(self, days, percent):
        simple, compound = (
            renegotiation.interest_units(1000.0, percent, days, 0.01, compound=kind)
            for kind in (False, True)
        )
        self.assertGreaterEqual(compound, simple)

    def test_known_figures(self):
        """1 % a month: simple, compound, and per day."""
        for days, unit, compound, expected in (
            (30, "month", False, 10_00),
            (45, "month", False, 15_00),
            (60, "month", True, 20_10),
            (90, "month", True, 30_30),
            (10, "day", False, 100_00),
            (0, "month", False, 0),
            (-5, "day", True, 0),
        ):
            with self.subTest(days=days, unit=unit, compound=compound):
                self.assertEqual(
                    renegotiation.interest_units(
                        1000.0, 1.0, days, 0.01, unit, compound
                    ),
                    expected,
                )

    def test_what_is_not_late_bears_neither_interest_nor_fine(self):
        terms = Terms(day=DAY, first_due=DAY, fine_percent=2, late_percent=1)
        self.assertEqual(renegotiation.charge_units(Debt(100.0, DAY), terms), (0, 0))
        late = Debt(100.0, DAY - timedelta(days=30))
        self.assertEqual(renegotiation.charge_units(late, terms), (1_00, 2_00))

    def test_terms_that_make_no_plan(self):
        debts = [Debt(100.0, DAY)]
        for values, code in (
            ({"discount_percent": 100}, "nothing"),
            ({"down_payment": 100.0, "count": 3}, "down_payment"),
            ({"down_payment": 10.0, "count": 1}, "down_payment"),
        ):
            terms = Terms(day=DAY, first_due=DAY, **values)
            with self.subTest(code=code), self.assertRaisesRegex(ValueError, code):
                renegotiation.make_plan(debts, terms)
        with self.assertRaisesRegex(ValueError, "count"):
            renegotiation.make_plan(
                [Debt(0.02, DAY)], Terms(day=DAY, first_due=DAY, count=3)
            )

    def test_broken_by_the_rule(self):
        due = [(DAY, True), (DAY + timedelta(days=30), True)]
        for day, grace, count, expected in (
            (5, 5, 1, False),
            (6, 5, 1, True),
            (36, 5, 2, True),
            (35, 5, 2, False),
        ):
            today = DAY + timedelta(days=day)
            with self.subTest(day=day):
                self.assertEqual(
                    renegotiation.is_broken(due, today, grace, count), expected
                )
        paid = [(DAY, False), *due[1:]]
        self.assertFalse(renegotiation.is_broken(paid, DAY + timedelta(days=20), 0, 1))
