"""Clients with long histories, written as the server writes them."""

from odoo.tests import new_test_user

BATCH = 10_000
GROUPS = "client_hub.group_account_manager,account.group_account_invoice"


def create_clients(env, count, prefix="Bench"):
    """Return that many new clients."""
    return env["res.partner"].create(
        [
            {
                "name": f"{prefix} {number}",
                "legal_name": f"{prefix} {number} Lda",
                "is_company": True,
                "is_client": True,
            }
            for number in range(count)
        ]
    )


def create_user(env, login="bench_history"):
    """Return an account manager who sees the money."""
    return new_test_user(env, login, groups=GROUPS, context={"no_reset_password": True})


def fill(env, sizes):
    """Write rows into histories, and commit.

    :param dict sizes: number of rows by client id
    """
    history = env["client.history"]
    kinds = ("client", "contact", "contract", "job", "piece", "file")
    pending = 0
    for client_id, size in sizes.items():
        for number in range(size):
            kind = kinds[number % len(kinds)]
            history._buffer(
                {
                    "client_id": client_id,
                    "company_id": env.company.id,
                    "contract_id": None,
                    "kind": kind,
                    "action": "write",
                    "model": "res.partner",
                    "res_id": client_id,
                    "name": f"Client {client_id}, entry {number}",
                    "note": None,
                    "changes": {
                        name: {
                            "field": name,
                            "label": name.title(),
                            "old": f"{name} {number}",
                            "new": f"{name} {number + 1}, as agreed on the phone",
                        }
                        for name in ("city", "street")
                    },
                }
            )
            pending += 1
            if pending >= BATCH:
                env.cr.flush()
                env.cr.commit()
                pending = 0
    env.cr.flush()
    env.cr.commit()
    env.cr.execute("ANALYZE client_history")
    env.cr.commit()
    env.invalidate_all()
