"""Statements of many clients as PDF, each beside bare wkhtmltopdf on the same HTML."""

import resource
import time
from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tools import split_every

from odoo.addons.client_hub.models.client_statement_sending import TOGETHER

BAR = 1.25  # 0.8 of the statements per second that wkhtmltopdf alone makes
MEMORY_BAR = 1.1
CHUNK = 250
DAY = date(2026, 6, 30)


def figures(env, n):
    """Yield seconds for each statement, and the memory after a portion and after all.

    :param env: environment of a superuser
    :param int n: size of the bench, of which a tenth are clients
    """
    n = max(n // 10, 1)
    clients = _fill(env, n)
    reports = type(env["ir.actions.report"])
    printer = reports._run_wkhtmltopdf
    spent = {"all": 0.0, "bare": 0.0}
    printed = []

    def remember(self, *args, **kwargs):
        printed[:] = [(self, args, kwargs)]
        return printer(self, *args, **kwargs)

    first = None
    with patch.object(reports, "_run_wkhtmltopdf", remember):
        # in portions, as the job does it that sends them
        for ids in split_every(TOGETHER, clients.ids):
            for client in clients.browse(ids):
                started = time.perf_counter()
                client._get_statement_pdf(DAY - timedelta(days=180), DAY)
                spent["all"] += time.perf_counter() - started
                [(report, args, kwargs)] = printed
                started = time.perf_counter()
                printer(report, *args, **kwargs)
                spent["bare"] += time.perf_counter() - started
            env.invalidate_all()
            first = first or _memory()
    yield {
        "figure": "statement as PDF, beside bare wkhtmltopdf on the same HTML",
        "value": spent["all"] / n,
        "unit": "s",
        "baseline": spent["bare"] / n,
        "bar": BAR,
    }
    yield {
        "figure": "statements per second",
        "value": n / spent["all"],
        "unit": "statements/s",
        "baseline": n / spent["bare"],
    }
    yield {
        "figure": "peak memory after all statements, beside after the first few",
        "value": _memory(),
        "unit": "MB",
        "baseline": first,
        "bar": MEMORY_BAR,
    }


def _memory():
    """Return the most memory that this process has used, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _fill(env, n):
    """Return clients with an invoice of three instalments each, committed."""
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False
        )
    terms = env["account.payment.term"].create(
        {
            "name": "Three instalments",
            "line_ids": [
                Command.create(
                    {
                        "value": "percent",
                        "value_amount": share,
                        "delay_type": "days_after",
                        "nb_days": days,
                    }
                )
                for share, days in ((33, 15), (33, 45), (34, 75))
            ],
        }
    )
    clients = env["res.partner"].create(
        [
            {
                "name": f"Client {number}",
                "legal_name": f"Client {number} Lda",
                "is_company": True,
                "is_client": True,
            }
            for number in range(n)
        ]
    )
    for start in range(0, n, CHUNK):
        moves = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": client.id,
                    "invoice_date": DAY - timedelta(days=60),
                    "invoice_payment_term_id": terms.id,
                    "invoice_line_ids": [
                        Command.create({"name": "Work", "price_unit": 100 + client.id})
                    ],
                }
                for client in clients[start : start + CHUNK]
            ]
        )
        moves.action_post()
        env.cr.commit()
        env.invalidate_all()
    # as autovacuum does it soon after: without statistics PostgreSQL goes through the
    # lines of all clients for each statement
    env.cr.execute("ANALYZE")
    env.cr.commit()
    return clients
