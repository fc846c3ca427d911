"""How long wkhtmltopdf itself works on what Odoo hands over to it."""

import contextlib
import time
from unittest.mock import patch

from odoo.addons.base.models import ir_actions_report


@contextlib.contextmanager
def clock():
    """Yield a list that gets the seconds of each call of wkhtmltopdf."""
    run, spent = ir_actions_report._run_wkhtmltopdf, []

    def timed(args):
        started = time.perf_counter()
        process = run(args)
        spent.append(time.perf_counter() - started)
        return process

    with patch.object(ir_actions_report, "_run_wkhtmltopdf", timed):
        yield spent
