"""Prices that are adjusted at random, by an index whose last value is an estimate.

It becomes definitive later, before or after periods were billed with it.
"""

from odoo.fields import Command

from .billing_random_agreements import choose


def propose(env, rng, contract):
    """Propose an adjustment by an index of the contract's own."""
    index = env["client.price.index"].search([("code", "=", f"INDEX-{contract.id}")])
    if not index:
        index = env["client.price.index"].create(
            {"name": "Random", "code": f"INDEX-{contract.id}", "kind": "number"}
        )
    contract.write(
        {
            "adjustment_rule": "index",
            "adjustment_index_id": index.id,
            "adjustment_months": rng.randint(1, 4),
            "adjustment_negative": "apply",
            "adjustment_split": rng.random() < 0.5,
        }
    )
    if not contract.adjustment_next_date:
        # it ends before
        return
    # two months of the index make the factor
    months = {*contract._get_adjustment_reference(contract.adjustment_next_date)}
    index.rate_ids = [
        Command.create(
            {
                "month": month,
                "value": rng.randint(9000, 11500) / 100,
                "is_provisional": rng.random() < 0.8,
            }
        )
        for month in sorted(months - {*index.rate_ids.mapped("month")})
    ]
    contract._propose_adjustments()


def adjustment_of(env, rng, world, **values):
    domain = [("contract_id", "in", world.pool), ("state", "=", "applied")]
    domain += [(name, "=", value) for name, value in values.items()]
    return choose(rng, env["client.price.adjustment"].search(domain, order="id"))


# ----------------------------------------------------------------------
# operations
# ----------------------------------------------------------------------


def adjust_prices(env, rng, world):
    contract = world.contract(env, rng)
    if contract and not open_of(contract):
        propose(env, rng, contract)
    adjustment = open_of(contract)
    if adjustment.state == "draft":
        adjustment.action_recompute()
        step = choose(rng, adjustment.line_ids)
        if rng.random() < 0.1:
            step.left_out = True
        elif rng.random() < 0.2:
            step.write(
                {"price_new": rng.randint(1000, 99999) / 100, "reason": "Agreed"}
            )
        adjustment.action_review()
    if adjustment and rng.random() < 0.9:
        adjustment.action_apply()


def open_of(contract):
    return contract.adjustment_ids.filtered(lambda a: a.state in ("draft", "reviewed"))


def true_up(env, rng, world):
    """The definitive value is here: what was billed with the estimate follows."""
    adjustment = adjustment_of(env, rng, world, is_provisional=True)
    if adjustment:
        months = adjustment._get_estimated_months()
        for rate in adjustment.index_id.rate_ids:
            if rate.month in months:
                value = rng.choice((rate.value, rng.randint(9000, 11500) / 100))
                rate.write({"value": value, "is_provisional": False})
        adjustment.action_true_up()


def reverse_prices(env, rng, world):
    adjustment_of(env, rng, world).action_reverse()


PRICES = {
    adjust_prices: 5,
    true_up: 5,
    reverse_prices: 1,
}
