"""Clients with few, many and very many requests, copied by SQL.

One request of each kind is made as people do it; its rows are copied (``_wall_data``).
"""

from collections import namedtuple

from _wall_data import _check_chart, _vacuum, copies

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools import SQL

ROWS = 20  # what a page of the list holds
WAITING_EVERY = 20  # one request in twenty waits for the client
# the others, by their number
STATES = ("done", "done", "in_production", "done", "requested", "authorized")

Visitor = namedtuple("Visitor", "size user job piece")


def fill(env, sizes):
    """Fill the database and commit.

    :param sizes: numbers of requests
    :return: for each size a person of a client with so many, a request with
        :data:`ROWS` pieces, and a piece with as many remarks
    """
    _check_chart(env)
    manager = new_test_user(
        env,
        "bench_manager",
        groups="client_hub.group_account_manager,account.group_account_invoice",
    )
    visitors = [_fill_client(env, size, manager) for size in sizes]
    env.flush_all()
    env.cr.commit()
    _vacuum(env)
    env.invalidate_all()
    return visitors


def _fill_client(env, size, manager):
    client = env["res.partner"].create(
        {
            "name": f"Client with {size}",
            "legal_name": f"Client with {size} Lda",
            "is_company": True,
            "is_client": True,
            "account_manager_id": manager.id,
        }
    )
    contact = env["res.partner"].create(
        {"name": "Paula", "parent_id": client.id, "email": f"p{size}@client.example"}
    )
    user = new_test_user(
        env, f"bench_portal_{size}", groups="base.group_portal", partner_id=contact.id
    )
    _fill_jobs(env, client, contact, size)
    _fill_invoices(env, client)
    job = _create_job(env, client, contact, ROWS)
    for piece in job.piece_ids:
        _send_version(env, piece)
    piece = job.piece_ids[0]
    for number in range(ROWS):
        env["client.piece.remark"].create(
            {
                "version_id": piece.current_version_id.id,
                "author_id": contact.id,
                "target": "whole",
                "is_internal": False,
                "body": f"Remark {number}: a little lighter, please",
            }
        )
    return Visitor(size, user, job, piece)


def _create_job(env, client, contact, pieces):
    kind = env.ref("client_hub.client_piece_type_banner")
    job = env["client.job"].create(
        {
            "name": "Campaign for the spring",
            "client_id": client.id,
            "requester_id": contact.id,
            "deadline": "2030-01-01",
            "state": "requested",
            "piece_ids": [
                Command.create({"name": f"Banner {number}", "type_id": kind.id})
                for number in range(pieces)
            ],
        }
    )
    job.action_authorize()
    return job


def _send_version(env, piece):
    version = env["client.piece.version"].create(
        {"piece_id": piece.id, "body_text": "Spring is here. " * 10}
    )
    piece.with_context(mail_notify_force_send=False).action_send_to_client()
    return version


def _fill_jobs(env, client, contact, size):
    """Requests with two pieces each; one in twenty has one that waits."""
    job = _create_job(env, client, contact, 2)
    sent, planned = job.piece_ids
    version = _send_version(env, sent)
    is_waiting = f"g.i %% {WAITING_EVERY} = 0"
    other = SQL("(%s::text[])[1 + g.i %% %s]", list(STATES), len(STATES))
    state = SQL(f"CASE WHEN {is_waiting} THEN 'awaiting_approval' ELSE %s END", other)
    first = copies(
        env,
        job,
        size - 1,
        name=SQL("'Campaign ' || g.i"),
        number=SQL("%s || '/' || g.i", f"B{size}"),
        state=state,
        portal_state=state,
        progress=SQL("(g.i %% 11) * 10"),
        deadline=SQL("t.deadline + (g.i %% 400)::int"),
        access_token=SQL("NULL"),
    )
    job_id = SQL("%s + g.i", first)
    state = SQL(f"CASE WHEN {is_waiting} THEN 'awaiting_approval' ELSE 'approved' END")
    pieces = copies(
        env,
        sent,
        size - 1,
        job_id=job_id,
        state=state,
        portal_state=state,
        access_token=SQL("NULL"),
        current_version_id=SQL("NULL"),
    )
    versions = copies(env, version, size - 1, piece_id=SQL("%s + g.i", pieces))
    env.cr.execute(
        "UPDATE client_piece SET current_version_id = %s + id - %s"
        " WHERE id BETWEEN %s AND %s",
        [versions, pieces, pieces, pieces + size - 2],
    )
    copies(env, planned, size - 1, job_id=job_id, access_token=SQL("NULL"))
    env.invalidate_all()


def _fill_invoices(env, client):
    product = env["product.product"].create({"name": "Fee", "type": "service"})
    line = [Command.create({"product_id": product.id, "tax_ids": False})]
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": client.id,
                "invoice_date": "2026-01-31",
                "invoice_line_ids": line,
            }
            for _number in range(ROWS)
        ]
    )
    moves.action_post()
