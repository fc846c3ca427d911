"""What people do to contracts and their invoices, at random.

Each operation is a function of an environment, a random generator and the world; it is
refused with a ``UserError``, or leaves everything whole.  To add one, write it and give
it a weight in ``OPERATIONS``.
"""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.fields import Command

from .billing_random_agreements import AGREEMENTS, choose
from .billing_random_prices import PRICES

POOL = 24


class World:
    """The contracts that the operations work on; the oldest ones drop out."""

    def __init__(self, env):
        self.today = date.today()
        self.contract_ids = []
        self.products = (
            env["product.product"]
            .create(
                [
                    {"name": name, "type": "service", "list_price": 100}
                    for name in ("Fee", "Media", "Support")
                ]
            )
            .ids
        )
        self.number = 0
        # so that prices change among what is billed
        env.company.client_adjustment_min_months = 1

    @property
    def pool(self):
        return self.contract_ids[-POOL:]

    def contract(self, env, rng, states=("approved", "running")):
        contracts = env["client.contract"].browse(self.pool)
        return choose(rng, contracts.filtered(lambda c: c.state in states))

    def entries(self, env, rng, states, limit=5):
        found = env["client.contract.entry"].search(
            [("contract_id", "in", self.pool), ("state", "in", states)], order="id"
        )
        if rng.random() < 0.5:
            # of one contract: what one invoice bills
            chosen = choose(rng, found.contract_id)
            found = found.filtered(lambda entry: entry.contract_id == chosen)
        count = min(len(found), rng.randint(1, limit))
        start = rng.randint(0, max(len(found) - count, 0))
        return found[start : start + count]

    def move(self, env, rng, states, is_credit=None):
        domain = [
            ("line_ids.client_contract_id", "in", self.pool),
            ("state", "in", states),
        ]
        if is_credit is not None:
            domain.append(("reversed_entry_id", "!=" if is_credit else "=", False))
        moves = env["account.move"].search(domain, order="id desc", limit=40)
        return choose(rng, moves)


def add_contract(env, rng, world):
    """A client, at times an old one, gets a contract that runs."""
    world.number += 1
    old = env["client.contract"].browse(world.pool).client_id
    client = choose(rng, old) if old and rng.random() < 0.3 else old.browse()
    if not client:
        name = f"Random {world.number}"
        client = env["res.partner"].create(
            {
                "name": name,
                "legal_name": f"{name} Ltd",
                "is_company": True,
                "is_client": True,
            }
        )
    start = world.today.replace(day=1) - relativedelta(months=rng.randint(0, 4))
    anchor = start
    if rng.random() < 0.3:
        start += timedelta(days=rng.randint(1, 25))
    contract = env["client.contract"].create(
        {
            "name": "Fee",
            "client_id": client.id,
            "date_start": start,
            "date_anchor": anchor,
            "line_ids": [
                Command.create(new_line(rng, world))
                for _line in range(rng.randint(1, 3))
            ],
        }
    )
    contract.action_approve()
    contract.action_activate()
    world.contract_ids.append(contract.id)


def new_line(rng, world):
    return {
        "product_id": rng.choice(world.products),
        "price_unit": rng.randint(1000, 99999) / 100,
        "quantity": rng.choice((1, 1, 2, 3.5)),
        "discount": rng.choice((0, 0, 7.5, 100)),
    }


# ----------------------------------------------------------------------
# billing
# ----------------------------------------------------------------------


def new_run(env, rng, post=None):
    return env["client.billing.run"].create(
        {
            "group_by": rng.choice(("client", "contract")),
            "post": rng.random() < 0.75 if post is None else post,
        }
    )


def bill(env, rng, world):
    if entries := world.entries(env, rng, ["ready"], 6):
        new_run(env, rng)._start(entries)


def rerun(env, rng, world):
    """A run is stopped, then goes on, or is closed; or what failed is tried again."""
    failed = env["client.contract.entry"].search(
        [
            ("contract_id", "in", world.pool),
            ("billing_error", "!=", False),
            ("billing_run_id.state", "=", "done"),
            ("state", "=", "ready"),
        ]
    )
    if failed and rng.random() < 0.5:
        failed.billing_run_id[:1].action_retry()
    elif entries := world.entries(env, rng, ["ready"], 8):
        run = new_run(env, rng)
        run._claim(entries)
        run.write({"state": "running", "entry_count": len(entries)})
        run.action_stop()
        if rng.random() < 0.7:
            run.action_resume()
            run._bill_all(env["ir.cron"])
        else:
            run.action_release()


def post(env, rng, world):
    world.move(env, rng, ["draft"]).action_post()


def reset(env, rng, world):
    world.move(env, rng, ["posted", "cancel"], is_credit=False).button_draft()


def delete(env, rng, world):
    move = world.move(env, rng, ["draft"])
    move.with_context(force_delete=rng.random() < 0.5).unlink()


def cancel(env, rng, world):
    world.move(env, rng, ["draft"]).button_cancel()


# ----------------------------------------------------------------------
# credit notes
# ----------------------------------------------------------------------


def reverse(env, rng, world, method="refund_moves", is_credit=False):
    move = world.move(env, rng, ["posted"], is_credit=is_credit)
    if not move:
        return move
    wizard = (
        env["account.move.reversal"]
        .with_context(active_model="account.move", active_ids=move.ids)
        .create({"journal_id": move.journal_id.id, "client_rebill": rng.random() < 0.7})
    )
    getattr(wizard, method)()
    return wizard.new_move_ids


def full_credit(env, rng, world):
    credit = reverse(env, rng, world)
    if rng.random() < 0.9:
        credit.action_post()


def partial_credit(env, rng, world):
    credit = reverse(env, rng, world)
    for line in credit.invoice_line_ids.filtered("client_entry_id")[1:]:
        if rng.random() < 0.4:
            line.unlink()
    for line in credit.invoice_line_ids.filtered("client_entry_id"):
        if rng.random() < 0.7:
            line.price_unit = round(line.price_unit * rng.uniform(0.2, 0.9), 2)
    if rng.random() < 0.9:
        credit.action_post()


def credit_undone(env, rng, world):
    credit = world.move(env, rng, ["posted"], is_credit=True)
    credit.button_draft()
    if rng.random() < 0.5:
        credit.button_cancel()
    elif rng.random() < 0.5:
        credit.with_context(force_delete=True).unlink()


def credit_reversed(env, rng, world):
    """What reverses a credit note bills again what that took back."""
    reversal = reverse(env, rng, world, is_credit=True)
    if rng.random() < 0.8:
        reversal.action_post()


def credit_again(env, rng, world):
    """A cancelled credit note is taken up again; see ``post``."""
    world.move(env, rng, ["cancel"], is_credit=True).button_draft()


def reverse_and_correct(env, rng, world):
    correction = reverse(env, rng, world, "modify_moves")
    if rng.random() < 0.5:
        correction.action_post()


# ----------------------------------------------------------------------
# contracts, entries, clients
# ----------------------------------------------------------------------


def edit_line(env, rng, world):
    """Another price, quantity, discount or term of a line, or one more line."""
    contract = world.contract(env, rng)
    line = choose(rng, contract.line_ids)
    if not line:
        return
    kind = rng.randrange(6)
    if kind == 0:
        line.price_unit = rng.randint(1000, 99999) / 100
    elif kind == 1:
        line.write({"quantity": rng.choice((1, 2, 4)), "discount": rng.choice((0, 5))})
    elif kind == 2:
        line.date_end = contract.date_start + timedelta(days=rng.randint(0, 400))
    elif kind == 3:
        line.write({"date_start": False, "date_end": False})
    elif kind == 4:
        line.date_start = contract.date_start + timedelta(days=rng.randint(0, 90))
    else:
        contract.write({"line_ids": [Command.create(new_line(rng, world))]})


def edit_term(env, rng, world):
    contract = world.contract(env, rng)
    end = contract and contract.date_start + timedelta(days=rng.randint(60, 500))
    contract.date_end = rng.choice((False, end))


def edit_draft(env, rng, world):
    """A person changes, or removes, a line of a draft."""
    move = world.move(env, rng, ["draft"])
    line = choose(rng, move.invoice_line_ids.filtered("client_entry_id"))
    if not line:
        return
    if rng.random() < 0.3 and len(move.invoice_line_ids) > 1:
        line.unlink()
    else:
        line.price_unit = round(line.price_unit * rng.uniform(0.5, 1.5), 2)


def decide(env, rng, world):
    """Adjust, postpone, skip, write off or restore entries."""
    entries = world.entries(env, rng, ["open", "ready", "skipped", "written_off"], 3)
    if not entries:
        return
    env["client.contract.entry.wizard"].create(
        {
            "entry_ids": [Command.set(entries.ids)],
            "action": rng.choice(
                ("adjust", "postpone", "skip", "write_off", "restore", "restore")
            ),
            "amount": rng.randint(0, 99999) / 100,
            "date_due": world.today + timedelta(days=rng.randint(0, 60)),
            "reason": "Random",
        }
    ).action_confirm()


def add_extra(env, rng, world):
    """A one-off entry, at times one in the client's favour."""
    contract = world.contract(env, rng)
    if contract:
        contract._create_extra_entry(
            product=env["product.product"].browse(rng.choice(world.products)),
            name="Extra",
            quantity=1.0,
            price_unit=rng.choice((-1, 1, 1)) * rng.randint(100, 9999) / 100,
            date_due=world.today,
            reason="Random",
        )


def approve(env, rng, world):
    contract = world.contract(env, rng)
    if not contract:
        return
    if rng.random() < 0.6:
        contract.entry_approval_required = rng.random() < 0.4
    else:
        contract.entry_ids.filtered(lambda e: e.state == "open").action_approve()


def pause(env, rng, world):
    contract = world.contract(env, rng, ("running", "suspended"))
    if contract.state == "running":
        contract.action_suspend()
    else:
        contract.filtered(lambda c: c.state == "suspended").action_resume()


def end(env, rng, world):
    world.contract(env, rng, ("running",)).action_end()
    add_contract(env, rng, world)


def merge(env, rng, world):
    """Two clients become one, with all they have."""
    clients = env["client.contract"].browse(world.pool).client_id
    if len(clients) < 4:
        return
    first, second = (clients[i] for i in rng.sample(range(len(clients)), 2))
    env["base.partner.merge.automatic.wizard"].create(
        {
            "partner_ids": [Command.set((first | second).ids)],
            "dst_partner_id": first.id,
        }
    ).action_merge()


def turn_client(env, rng, world):
    """A client becomes inactive, so that billing it fails; and active again."""
    clients = env["client.contract"].browse(world.pool).client_id
    inactive = clients.filtered(lambda client: client.client_status == "inactive")
    if inactive:
        inactive.client_status = "active"
    elif client := choose(rng, clients):
        client.client_status = "inactive"


def extend_schedule(env, rng, world):
    """What the daily job does."""
    contract = world.contract(env, rng)
    contract.schedule_next_date = fields.Date.context_today(contract)
    contract._sync_schedule()


OPERATIONS = {
    bill: 20,
    rerun: 5,
    post: 9,
    reset: 6,
    delete: 4,
    cancel: 3,
    full_credit: 6,
    partial_credit: 6,
    credit_undone: 6,
    credit_reversed: 2,
    credit_again: 2,
    reverse_and_correct: 2,
    edit_line: 8,
    edit_term: 2,
    edit_draft: 4,
    decide: 7,
    add_extra: 3,
    approve: 3,
    pause: 2,
    end: 1,
    merge: 1,
    turn_client: 2,
    extend_schedule: 1,
    add_contract: 2,
    **AGREEMENTS,
    **PRICES,
}
