"""Reports on paper and as spreadsheets, beside bare wkhtmltopdf on the same HTML.

Each kind of report measures itself, in a file of its own: `figures(env, n)` of
`_report_history.py` and `_report_statements.py`.
"""

import importlib
import importlib.util

DEFAULT_N = 10_000
PARTS = ("_report_history", "_report_statements")


def run(env, n):
    """Yield the figures of each kind of report."""
    for name in PARTS:
        if importlib.util.find_spec(name):
            yield from importlib.import_module(name).figures(env, n)
