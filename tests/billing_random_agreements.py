"""Temporary agreements at random: made, changed, cancelled, before and after billing.

Also the ending of a contract on a day that is billed already, and its reopening.
"""

from datetime import timedelta

from odoo.fields import Command

KINDS = ("suspend", "price", "discount", "quantity", "product", "extra")


def choose(rng, records):
    """Return one record, or an empty recordset."""
    return records[rng.randrange(len(records))] if records else records


def random_days(rng, contract, today):
    """Return two days, from a month before the contract to half a year ahead."""
    reach = (today - contract.date_start).days + 210
    first = contract.date_start + timedelta(days=rng.randint(-30, reach))
    if rng.random() < 0.4:
        first = first.replace(day=1)
    return first, first + timedelta(days=rng.choice((0, 4, 9, 13, 30, 45, 100)))


def random_terms(rng, contract, world):
    """Return what is agreed, for one service or more."""
    lines = contract.line_ids
    if rng.random() < 0.6:
        lines = choose(rng, lines)
    first, last = random_days(rng, contract, world.today)
    kind = rng.choice(KINDS)
    has_product = kind in ("product", "extra")
    return {
        "kind": kind,
        "date_start": first,
        "date_end": last,
        "line_ids": [Command.set([] if kind == "extra" else lines.ids)],
        "price_unit": rng.choice((0.0, 99.99, 310.0, 1234.56)),
        "discount": rng.choice((0.0, 12.5, 50.0, 100.0)),
        "quantity": rng.choice((0.0, 1.0, 2.5)),
        "product_id": rng.choice(world.products) if has_product else False,
        "keep_price": rng.random() < 0.5,
        "extra_recurring": rng.random() < 0.5,
    }


def overlay_of(env, rng, world, state):
    return choose(
        rng,
        env["client.contract.overlay"].search(
            [("contract_id", "in", world.pool), ("state", "=", state)], order="id"
        ),
    )


# ----------------------------------------------------------------------
# operations
# ----------------------------------------------------------------------


def agree(env, rng, world):
    contract = world.contract(env, rng, ("approved", "running", "ended"))
    if contract:
        overlay = env["client.contract.overlay"].create(
            {
                "contract_id": contract.id,
                "reason": "Random",
                **random_terms(rng, contract, world),
            }
        )
        overlay.action_confirm()


def agree_about_billed(env, rng, world):
    """What was agreed is entered after it was billed."""
    entry = choose(
        rng,
        world.entries(env, rng, ["drafted", "billed"]).filtered(
            lambda entry: entry.kind == "recurring"
        ),
    )
    if entry:
        length = (entry.period_end - entry.period_start).days
        first = entry.period_start + timedelta(days=rng.randint(0, length))
        terms = random_terms(rng, entry.contract_id, world)
        overlay = env["client.contract.overlay"].create(
            {
                "contract_id": entry.contract_id.id,
                "reason": "Random, late",
                **terms,
                "kind": rng.choice(("suspend", "price", "discount")),
                "line_ids": [Command.set(entry.line_id.ids)],
                "date_start": first,
                "date_end": first + timedelta(days=rng.choice((0, 9, 40))),
            }
        )
        overlay.action_confirm()


def change_agreement(env, rng, world):
    overlay = overlay_of(env, rng, world, "confirmed")
    if overlay:
        first, last = random_days(rng, overlay.contract_id, world.today)
        if rng.random() < 0.5:
            overlay.write({"date_start": first, "date_end": last})
        else:
            overlay.write(
                {
                    "price_unit": rng.choice((0.01, 250.0)),
                    "quantity": rng.choice((1.0, 4.0)),
                    "discount": rng.choice((5.0, 25.0)),
                }
            )


def cancel_agreement(env, rng, world):
    overlay_of(env, rng, world, "confirmed").action_cancel()


def agree_again(env, rng, world):
    overlay = overlay_of(env, rng, world, "cancelled")
    overlay.action_draft()
    overlay.action_confirm()


def end_early(env, rng, world):
    """A contract ends on a day that is billed, or not; unused days are given back."""
    contract = world.contract(env, rng, ("running",))
    if contract:
        reach = max((world.today - contract.date_start).days, 0)
        contract.action_end(
            date=contract.date_start + timedelta(days=rng.randint(0, reach)),
            reason="Random",
            credit=rng.choice((True, True, False, None)),
        )


def reopen(env, rng, world):
    contract = world.contract(env, rng, ("ended",))
    if contract:
        later = world.today + timedelta(days=rng.randint(0, 200))
        contract.action_reopen(rng.choice((None, later)))


AGREEMENTS = {
    agree: 7,
    agree_about_billed: 5,
    change_agreement: 4,
    cancel_agreement: 4,
    agree_again: 2,
    end_early: 2,
    reopen: 3,
}
