"""Arithmetic of price adjustments, without a database."""

from datetime import date
from fractions import Fraction

from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.client_hub.tools import price_index

DEC_2022, DEC_2023 = date(2022, 12, 1), date(2023, 12, 1)
# monthly changes of 2023 as published by IBGE (IPCA) and FGV (IGP-M)
IPCA = [0.53, 0.84, 0.71, 0.61, 0.23, -0.08, 0.12, 0.23, 0.26, 0.24, 0.28, 0.56]
# of 2020 (IBGE) and of 2023 (FGV, IGP-DI), checked against public tables that carry
# the months and the year's accumulated change
IPCA_2020 = [0.21, 0.25, 0.07, -0.31, -0.38, 0.26, 0.36, 0.24, 0.64, 0.86, 0.89, 1.35]
IGPDI = [0.06, 0.04, -0.34, -1.01, -2.33, -1.45, -0.40, 0.05, 0.45, 0.51, 0.50, 0.64]
IGPM = [0.21, -0.06, 0.05, -0.95, -1.84, -1.93, -0.72, -0.14, 0.37, 0.50, 0.59, 0.74]

MONTHS = st.dates(date(2000, 1, 1), date(2060, 12, 31)).map(lambda d: d.replace(day=1))
# arithmetic, but a busy machine may take its time
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
RATES = st.integers(-500, 500).map(lambda n: n / 100)


def year_of(rates, year=2023):
    """Return a series of twelve months."""
    return {date(year, number, 1): rate for number, rate in enumerate(rates, 1)}


@tagged("post_install", "-at_install")
class TestPriceIndex(BaseCase):
    """Cases worked out by hand to the cent, then properties."""

    def _percent(self, factor):
        return float(price_index.round_half_up((factor - 1) * 100, 2))

    def test_golden_fixed(self):
        """4,500.00 × (1 + 4.5/100) = 4,702.50."""
        factor = price_index.fixed_factor(4.5)
        self.assertEqual(factor, Fraction("1.045"))
        self.assertEqual(price_index.adjust_price(4500, factor), Fraction("4702.50"))

    def test_golden_rates(self):
        """IPCA 2023: 1.0053 × 1.0084 × … × 1.0056 = 1.04621114, published 4.62 %.

        4,500.00 × 1.04621114 = 4,707.950130 → 4,707.95.
        """
        factor = price_index.index_factor("rate", year_of(IPCA), DEC_2022, DEC_2023)
        rounded = price_index.round_factor(factor)
        self.assertEqual(rounded, Fraction("1.04621114"))
        self.assertEqual(self._percent(factor), 4.62)
        self.assertEqual(price_index.adjust_price(4500, rounded), Fraction("4707.95"))

    def test_golden_published_years(self):
        """IPCA 2020: 4.52 %; 4,500.00 × 1.04517342 = 4,703.28 (4,703.28039).

        IGP-DI 2023: −3.2755 %; 4,500.00 × 0.96724510 = 4,352.60 (4,352.602950).
        """
        factor = price_index.index_factor(
            "rate", year_of(IPCA_2020, 2020), date(2019, 12, 1), date(2020, 12, 1)
        )
        self.assertEqual(self._percent(factor), 4.52)
        rounded = price_index.round_factor(factor)
        self.assertEqual(price_index.adjust_price(4500, rounded), Fraction("4703.28"))
        factor = price_index.index_factor("rate", year_of(IGPDI), DEC_2022, DEC_2023)
        percent = price_index.round_half_up((factor - 1) * 100, 4)
        self.assertEqual(percent, Fraction("-3.2755"))
        rounded = price_index.round_factor(factor)
        self.assertEqual(price_index.adjust_price(4500, rounded), Fraction("4352.60"))

    def test_golden_numbers(self):
        """IPCA number 6,773.27 ÷ 6,474.09 = 1.04621190; CPI-U 306.746 ÷ 296.797.

        4,500.00 × 1.04621190 = 4,707.95355 → 4,707.95.
        306.746 ÷ 296.797 = 1.03352123, published 3.4 %; 1,250.00 × it = 1,291.90.
        """
        ipca = {DEC_2022: 6474.09, DEC_2023: 6773.27}
        factor = price_index.index_factor("number", ipca, DEC_2022, DEC_2023)
        rounded = price_index.round_factor(factor)
        self.assertEqual(rounded, Fraction("1.04621190"))
        self.assertEqual(price_index.adjust_price(4500, rounded), Fraction("4707.95"))
        cpi = {DEC_2022: 296.797, DEC_2023: 306.746}
        factor = price_index.index_factor("number", cpi, DEC_2022, DEC_2023)
        rounded = price_index.round_factor(factor)
        self.assertEqual(rounded, Fraction("1.03352123"))
        self.assertEqual(price_index.adjust_price(1250, rounded), Fraction("1291.90"))

    def test_golden_fall(self):
        """IGP-M 2023 fell by 3.18 %: 4,500.00 × 0.96821716 = 4,356.98 (4,356.97722)."""
        factor = price_index.index_factor("rate", year_of(IGPM), DEC_2022, DEC_2023)
        self.assertEqual(self._percent(factor), -3.18)
        rounded = price_index.round_factor(factor)
        self.assertEqual(price_index.adjust_price(4500, rounded), Fraction("4356.98"))
        for policy in ("carry", "zero"):
            limited = price_index.limit_factor(factor, negative=policy)
            self.assertEqual((limited.factor, limited.limit), (1, policy))
        self.assertEqual(price_index.limit_factor(factor).factor, factor)

    def test_cap_and_floor(self):
        factor = Fraction("1.0462")
        capped = price_index.limit_factor(factor, cap=4)
        self.assertEqual((capped.factor, capped.limit), (Fraction("1.04"), "cap"))
        raised = price_index.limit_factor(factor, floor=5.5)
        self.assertEqual((raised.factor, raised.limit), (Fraction("1.055"), "floor"))
        between = price_index.limit_factor(factor, cap=10, floor=2)
        self.assertEqual((between.factor, between.limit), (factor, None))
        # a floor lifts also a price that would have been kept
        lifted = price_index.limit_factor(Fraction("0.97"), floor=2, negative="zero")
        self.assertEqual((lifted.factor, lifted.limit), (Fraction("1.02"), "floor"))
        with self.assertRaises(ValueError):
            price_index.limit_factor(factor, cap=2, floor=3)
        with self.assertRaises(ValueError):
            price_index.limit_factor(factor, negative="ignore")

    def test_missing_value_names_the_month(self):
        series = year_of(IPCA)
        del series[date(2023, 10, 1)]
        with self.assertRaises(price_index.MissingValue) as caught:
            price_index.index_factor("rate", series, DEC_2022, DEC_2023)
        self.assertEqual(caught.exception.month, date(2023, 10, 1))
        with self.assertRaises(price_index.MissingValue):
            price_index.index_factor("number", {DEC_2022: 100}, DEC_2022, DEC_2023)

    def test_impossible_values(self):
        for kind, series in (
            ("number", {DEC_2022: 0, DEC_2023: 10}),
            ("number", {DEC_2022: 10, DEC_2023: -1}),
            ("rate", year_of([-100] * 12)),
            ("colour", year_of(IPCA)),
        ):
            with self.subTest(kind=kind), self.assertRaises(ValueError):
                price_index.index_factor(kind, series, DEC_2022, DEC_2023)
        with self.assertRaises(ValueError):
            price_index.index_factor("rate", year_of(IPCA), DEC_2023, DEC_2022)

    def test_reference_months(self):
        """Lag 1, from 15 January to 15 January: January to December."""
        base = price_index.month_of(date(2026, 1, 15), 1)
        last = price_index.month_of(date(2027, 1, 15), 1)
        self.assertEqual((base, last), (date(2025, 12, 1), date(2026, 12, 1)))
        months = price_index.months_after(base, last)
        self.assertEqual(months[0], date(2026, 1, 1))
        self.assertEqual(months[-1], date(2026, 12, 1))
        self.assertEqual(len(months), 12)
        with self.assertRaises(ValueError):
            price_index.month_of(date(2026, 1, 15), -1)

    def test_next_date(self):
        start = date(2024, 2, 29)
        self.assertEqual(price_index.next_date(start, 12), date(2025, 2, 28))
        # anniversaries count from the start: the 29th comes back
        last = start
        for expected in (
            date(2025, 2, 28),
            date(2026, 2, 28),
            date(2027, 2, 28),
            date(2028, 2, 29),
        ):
            last = price_index.next_date(start, 12, last if last != start else None)
            self.assertEqual(last, expected)
        # a late one begins a new count: a year lies between the two
        self.assertEqual(
            price_index.next_date(date(2025, 1, 1), 12, date(2026, 3, 10)),
            date(2027, 3, 10),
        )
        with self.assertRaises(ValueError):
            price_index.next_date(start, 0)

    def test_halves_go_up(self):
        self.assertEqual(price_index.adjust_price(2.675, 1), Fraction("2.68"))
        self.assertEqual(price_index.adjust_price(0.05, 0.5), Fraction("0.03"))
        self.assertEqual(price_index.adjust_price(-0.05, 0.5), Fraction("-0.03"))

    @patient
    @given(MONTHS, st.lists(RATES, min_size=2, max_size=36), st.data())
    def test_two_spans_multiply_to_the_whole(self, base, rates, data):
        """No month is counted twice or left out, wherever the span is cut."""
        series = {
            base + relativedelta(months=number): rate
            for number, rate in enumerate(rates, 1)
        }
        cut = base + relativedelta(months=data.draw(st.integers(1, len(rates) - 1)))
        last = base + relativedelta(months=len(rates))
        whole = price_index.index_factor("rate", series, base, last)
        parts = price_index.index_factor("rate", series, base, cut)
        parts *= price_index.index_factor("rate", series, cut, last)
        self.assertEqual(whole, parts)

    @patient
    @given(MONTHS, st.lists(RATES, min_size=1, max_size=24))
    def test_rates_and_numbers_agree(self, base, rates):
        """A series of numbers built from rates gives the same factor."""
        last = base + relativedelta(months=len(rates))
        series = {
            base + relativedelta(months=number): rate
            for number, rate in enumerate(rates, 1)
        }
        level = Fraction(100)
        for rate in rates:
            level *= 1 + Fraction(str(rate)) / 100
        numbers = {base: Fraction(100), last: level}
        self.assertEqual(
            price_index.index_factor("rate", series, base, last),
            price_index.index_factor("number", numbers, base, last),
        )

    @patient
    @given(
        st.fractions(Fraction(1, 2), 2),
        st.integers(0, 2000).map(lambda n: n / 100),
        st.integers(0, 2000).map(lambda n: n / 100),
        st.sampled_from(price_index.NEGATIVE),
    )
    def test_limits_hold(self, factor, one, other, policy):
        floor, cap = sorted((one, other))
        limited = price_index.limit_factor(factor, cap, floor, policy).factor
        self.assertLessEqual(limited, price_index.fixed_factor(cap))
        self.assertGreaterEqual(limited, price_index.fixed_factor(floor))

    @patient
    @given(
        st.integers(0, 10**9).map(lambda n: n / 100),
        st.fractions(Fraction(1, 2), 2),
    )
    def test_price_is_rounded_by_half_a_cent_at_most(self, price, factor):
        rounded = price_index.round_factor(factor)
        new = price_index.adjust_price(price, rounded)
        self.assertLessEqual(
            abs(new - Fraction(str(price)) * rounded), Fraction(1, 200)
        )
        self.assertEqual(new * 100, int(new * 100))

    @patient
    @given(
        st.dates(date(2000, 1, 1), date(2060, 12, 31)),
        st.integers(12, 36),
        st.integers(0, 800),
    )
    def test_never_below_the_interval(self, start, months, late):
        last = start + relativedelta(months=months) + relativedelta(days=late)
        following = price_index.next_date(start, months, last)
        self.assertGreaterEqual(following, last + relativedelta(months=months))
        self.assertLessEqual(following, last + relativedelta(months=months, days=3))
