"""The history of a client on paper and as a spreadsheet."""

import io
import resource
import time

import _history_data as data
from _report_bare import clock

from odoo.tools.pdf import PdfFileReader

REPORT = "client_hub.report_client_history"
# 0.8 of the speed of wkhtmltopdf alone
BAR = 1 / 0.8
ROUNDS = 3


def figures(env, n):
    """Yield pages per second, entries per second, and the peak of memory."""
    half, whole = data.create_clients(env, 2, "Printed").ids
    data.fill(env, {half: n // 2, whole: n})
    for client_id, count in ((half, n // 2), (whole, n)):
        rounds = [_print(env, client_id) for _number in range(ROUNDS)]
        # the least disturbed
        seconds, bare, content = min(rounds)
        pages = len(PdfFileReader(io.BytesIO(content)).pages)
        yield {
            "figure": f"history of {count} entries, PDF, to wkhtmltopdf alone",
            "value": seconds,
            "unit": "s",
            "baseline": bare,
            "bar": BAR,
        }
        yield {
            "figure": f"history of {count} entries, PDF of {pages} pages",
            "value": pages / seconds,
            "unit": "pages/s",
            "baseline": pages / bare,
        }
        yield {
            "figure": f"history of {count} entries, wkhtmltopdf alone, beside the"
            " same without header and footer",
            "value": bare,
            "unit": "s",
            "baseline": _print_plain(env, client_id),
        }
        yield {
            "figure": f"history of {count} entries, PDF, size",
            "value": len(content) / 1e6,
            "unit": "MB",
        }
        yield {
            "figure": f"history of {count} entries, PDF, peak of memory of Odoo",
            "value": _peak(),
            "unit": "MB",
        }
        started = time.perf_counter()
        book = env[f"report.{REPORT}"]._build_workbook([client_id], {})
        seconds = time.perf_counter() - started
        yield {
            "figure": f"history of {count} entries, spreadsheet, {len(book)} bytes",
            "value": count / seconds,
            "unit": "entries/s",
        }
        yield {
            "figure": f"history of {count} entries, spreadsheet, peak of memory",
            "value": _peak(),
            "unit": "MB",
        }


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _print(env, client_id):
    """Return the seconds of all, those of wkhtmltopdf alone, and the PDF."""
    env.invalidate_all()
    reports = env["ir.actions.report"].with_context(force_report_rendering=True)
    with clock() as spent:
        started = time.perf_counter()
        content, _kind = reports._render_qweb_pdf(REPORT, [client_id], data={})
        seconds = time.perf_counter() - started
    return seconds, sum(spent), content


def _print_plain(env, client_id):
    """Return the seconds of wkhtmltopdf without header and footer."""
    reports = env["ir.actions.report"]
    report = reports._get_report(REPORT)
    html, _kind = reports._render_qweb_html(REPORT, [client_id], data={})
    bodies, _ids, _header, _footer, special = report._prepare_html(
        html, report_model=report.model
    )
    with clock() as spent:
        reports._run_wkhtmltopdf(
            bodies, report_ref=REPORT, specific_paperformat_args=special
        )
    return sum(spent)
