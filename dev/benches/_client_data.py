"""A client with nothing, and one with a long past, copied by SQL.

One document of each kind is made by the ORM; its rows are copied (``_wall_data``).
"""

from collections import namedtuple

from _wall_data import _check_chart, copies

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools import SQL

UNPAID_EVERY = 20
GROUPS = "client_hub.group_account_manager,account.group_account_invoice"

Filled = namedtuple("Filled", "user crowded empty")


def fill(env, n):
    """Fill the database and commit.

    :param int n: number of invoices, most of them paid; jobs and files are a fifth of
        it, rows of history five times as many
    :return: who looks, and the two clients
    :rtype: Filled
    """
    _check_chart(env)
    user = new_test_user(env, "bench_manager", groups=GROUPS)
    crowded, empty = (_create_client(env, name, user) for name in ("Crowded", "Empty"))
    # the people are the same: it is the past that differs
    for client in crowded + empty:
        for number in range(5):
            env["res.partner"].create(
                {"name": f"Person {number}", "parent_id": client.id}
            )
    _fill_billing(env, crowded, n)
    _fill_jobs(env, crowded, user, n)
    _fill_files(env, crowded, n // 5)
    _fill_history(env, crowded, n * 5)
    env.flush_all()
    env["res.partner"]._fill_client_bought()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()
    return Filled(user, crowded, empty)


def _create_client(env, name, user):
    return env["res.partner"].create(
        {
            "name": name,
            "legal_name": f"{name} Lda",
            "is_company": True,
            "is_client": True,
            "account_manager_id": user.id,
            "email": f"{name.lower()}@client.example",
        }
    )


def _number(prefix):
    return SQL("%s || g.i::text", prefix)


def _unpaid(column, otherwise):
    """One invoice in twenty is not paid yet."""
    return SQL(
        f"CASE WHEN g.i %% {UNPAID_EVERY} = 0 THEN {column} ELSE {otherwise} END"
    )


def _fill_billing(env, client, n):
    """Orders and posted invoices with their two items each; contracts."""
    product = env["product.product"].create(
        {"name": "Bench fee", "type": "service", "list_price": 100.0}
    )
    line = [Command.create({"product_id": product.id, "tax_ids": False})]
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": client.id,
            "invoice_date": "2026-01-31",
            "invoice_line_ids": line,
        }
    )
    move.action_post()
    first = copies(
        env,
        move,
        n - 1,
        name=_number("BENCH/"),
        sequence_number=SQL("g.i + 100000"),
        access_token=SQL("NULL"),
        invoice_date_due=SQL("t.invoice_date_due + (g.i %% 400)::int"),
        payment_state=_unpaid("t.payment_state", "'paid'"),
        amount_residual=_unpaid("t.amount_residual", "0"),
        amount_residual_signed=_unpaid("t.amount_residual_signed", "0"),
    )
    for item in move.line_ids:
        copies(
            env,
            item,
            n - 1,
            move_id=SQL("%s + g.i", first),
            amount_residual=_unpaid("t.amount_residual", "0"),
            amount_residual_currency=_unpaid("t.amount_residual_currency", "0"),
            reconciled=_unpaid("t.reconciled", str(bool(item.amount_residual))),
        )
    order = env["sale.order"].create(
        {
            "partner_id": client.id,
            "order_line": [Command.create({"product_id": product.id})],
        }
    )
    order.action_confirm()
    copies(env, order, n // 10, name=_number("BS"), access_token=SQL("NULL"))
    contract = env["client.contract"].create(
        {
            "name": "Bench contract",
            "client_id": client.id,
            "line_ids": [Command.create({"product_id": product.id})],
        }
    )
    contract.action_approve()
    contract.action_activate()
    copies(env, contract, n // 50, number=_number("BC"), access_token=SQL("NULL"))


def _fill_jobs(env, client, user, n):
    """Jobs with a piece and an activity each, and budgets."""
    budget = env["client.budget"].create(
        {"name": "Bench budget", "client_id": client.id, "amount": 100_000}
    )
    budget.action_run()
    copies(env, budget, n // 50, number=_number("BB"))
    job = env["client.job"].create(
        {"name": "Bench job", "client_id": client.id, "deadline": "2030-01-01"}
    )
    job.action_authorize()
    piece = env["client.piece"].create(
        {
            "name": "Bench piece",
            "job_id": job.id,
            "type_id": env["client.piece.type"].search([], limit=1).id,
        }
    )
    activity = job.activity_schedule("mail.mail_activity_data_todo", user_id=user.id)
    message = job.message_post(body="Bench", message_type="comment")
    count = n // 5 - 1
    first = copies(env, job, count, number=_number("BJ"), access_token=SQL("NULL"))
    job_id = SQL("%s + g.i", first)
    copies(env, piece, count, job_id=job_id, access_token=SQL("NULL"))
    copies(env, activity, count, res_id=job_id)
    copies(env, message, count, res_id=job_id, message_id=_number("<bench-"))


def _fill_files(env, client, count):
    attachment = env["ir.attachment"].create(
        {
            "name": "bench.txt",
            "raw": b"bench",
            "res_model": "res.partner",
            "res_id": client.id,
        }
    )
    copies(env, attachment, count - 1, name=_number("bench-"))


def _fill_history(env, client, count):
    env.flush_all()
    env.cr.precommit.run()
    [row] = env["client.history"].search(
        [("client_id", "=", client.id)], order="sequence desc", limit=1
    )
    copies(env, row, count, sequence=SQL("t.sequence + 1 + g.i"))
