"""The legend of payments, as arithmetic."""

import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged
from odoo.tools import file_open

from odoo.addons.client_hub.tools import legend

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


def luminance(colour):
    """Return the relative luminance of ``#rrggbb``, as WCAG defines it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return sum(
        factor * part for factor, part in zip((0.2126, 0.7152, 0.0722), parts, strict=1)
    )


@tagged("post_install", "-at_install")
class TestLegendTools(BaseCase):
    @given(DAYS, DAYS)
    def test_open_instalment_passes_from_blue_to_orange_to_red(self, due, today):
        told = legend.legend(due, None, today, 1)
        self.assertEqual(told == legend.DUE_LATER, today < due)
        self.assertEqual(told == legend.DUE_TODAY, today == due)
        self.assertEqual(told == legend.OVERDUE, today > due)

    @given(DAYS, DAYS, DAYS)
    def test_what_is_settled_stays_as_it_is(self, due, paid_on, today):
        told = legend.legend(due, paid_on, today, 0)
        self.assertEqual(told, legend.legend(due, paid_on, today + timedelta(9), 0))
        self.assertEqual(told == legend.PAID_LATE, paid_on > due)
        self.assertEqual(
            legend.legend(due, paid_on, today, 0, renegotiated=True),
            legend.RENEGOTIATED,
        )

    @given(st.lists(st.sampled_from(legend.URGENCY)))
    def test_invoice_is_what_its_worst_instalment_is(self, statuses):
        told = legend.combine(statuses)
        self.assertEqual(told is None, not statuses)
        for status in statuses:
            self.assertLessEqual(
                legend.URGENCY.index(told), legend.URGENCY.index(status)
            )
        self.assertEqual(told, legend.combine(statuses[::-1]))

    def test_colours_can_be_read_and_told_apart(self):
        self.assertEqual(set(legend.LOOKS), set(legend.URGENCY))
        for status, look in legend.LOOKS.items():
            light, dark = sorted(
                (luminance(look.background), luminance(look.text)), reverse=True
            )
            with self.subTest(status=status):
                self.assertGreaterEqual((light + 0.05) / (dark + 0.05), 4.5)
        for part in ("icon", "symbol", "background"):
            values = {getattr(look, part) for look in legend.LOOKS.values()}
            self.assertEqual(len(values), len(legend.LOOKS), part)

    def test_style_sheet_and_screens_use_these_colours(self):
        with file_open("client_hub/static/src/legend/legend.scss") as sheet:
            found = re.findall(r'"(\w+)":\s*\(\s*(#\w+),\s*(#\w+),?\s*\)', sheet.read())
        self.assertEqual(
            {status: (back, text) for status, back, text in found},
            {
                status: (look.background, look.text)
                for status, look in legend.LOOKS.items()
            },
        )
        with file_open("client_hub/static/src/legend/legend_field.js") as script:
            icons = dict(re.findall(r'(\w+): "(fa-[\w-]+)"', script.read()))
        self.assertEqual(
            icons, {status: look.icon for status, look in legend.LOOKS.items()}
        )
