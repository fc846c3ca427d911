"""The history of a client on paper and as a spreadsheet."""

import io
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import _history_data as data

from odoo.tools.misc import find_in_path
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
        spent, alone = [], []
        for _number in range(ROUNDS):
            seconds, content = _print(env, client_id)
            spent.append(seconds)
            alone.append(_bare(env, client_id))
        pages = len(PdfFileReader(io.BytesIO(content)).pages)
        # the least disturbed of each
        seconds, bare = min(spent), min(alone)
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
    env.invalidate_all()
    started = time.perf_counter()
    content, _kind = (
        env["ir.actions.report"]
        .with_context(force_report_rendering=True)
        ._render_qweb_pdf(REPORT, [client_id], data={})
    )
    return time.perf_counter() - started, content


def _bare(env, client_id):
    """Return the seconds of wkhtmltopdf itself on the same HTML."""
    reports = env["ir.actions.report"]
    report = reports._get_report(REPORT)
    html, _kind = reports._render_qweb_html(REPORT, [client_id], data={})
    bodies, _ids, header, footer, special = report._prepare_html(
        html, report_model=report.model
    )
    command = reports._build_wkhtmltopdf_args(
        report.get_paperformat(), False, specific_paperformat_args=special
    )
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "header.html").write_text(str(header))
        (place / "footer.html").write_text(str(footer))
        paths = []
        for number, body in enumerate(bodies):
            paths.append(place / f"body-{number}.html")
            paths[-1].write_text(str(body))
        started = time.perf_counter()
        subprocess.run(
            [
                *(find_in_path("wkhtmltopdf"), *command),
                *("--header-html", place / "header.html"),
                *("--footer-html", place / "footer.html"),
                *paths,
                place / "out.pdf",
            ],
            check=False,
            capture_output=True,
        )
        return time.perf_counter() - started
