"""Two real processes bill the same entries: each entry is billed once.

What the processes need must be committed for them to see it, so this test works in
a database of its own, copied from the one of the tests.
"""

from odoo.tests import tagged

from .common_processes import ProcessCase

# what each of the programs below begins with
PREPARE = """
def prepare(env):
    env["ir.cron"].search([]).active = False
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False)

def make_contract(env, name, date_end, price):
    client = env["res.partner"].create({
        "name": name, "legal_name": f"{name} Ltd",
        "is_company": True, "is_client": True})
    product = env["product.product"].search([("name", "=", "Fee")], limit=1)
    product = product or env["product.product"].create(
        {"name": "Fee", "type": "service", "list_price": 100})
    contract = env["client.contract"].create({
        "name": "Fee", "client_id": client.id,
        "date_start": date(2026, 1, 1), "date_end": date_end,
        "line_ids": [(0, 0, {"product_id": product.id, "price_unit": price})]})
    contract.action_approve()
    return contract
"""
SET_UP = """
with registry.cursor() as cr:
    env = environment(cr)
    prepare(env)
    for number in range(60):
        make_contract(env, f"Client {number}", date(2026, 6, 30), 100.0)
    entries = env["client.contract.entry"].search([("state", "=", "ready")])
    run = env["client.billing.run"].create({"invoice_date": date(2026, 7, 1)})
    run._claim(entries)
    run.write({"state": "running", "entry_count": len(entries)})
    # many small chunks, so that the processes meet often
    for number, contract in enumerate(entries.contract_id):
        contract.entry_ids.billing_chunk = number
"""
WORK = """
with registry.cursor() as cr:
    env = environment(cr)
    env["client.billing.run"]._cron_bill()
    cr.commit()
"""
CLAIM = """
from odoo.exceptions import UserError
with registry.cursor() as cr:
    env = environment(cr)
    entries = env["client.contract.entry"].search([("state", "=", "ready")])
    run = env["client.billing.run"].create({"invoice_date": date(2026, 7, 1)})
    print("found", len(entries), flush=True)
    sys.stdin.readline()
    try:
        run._claim(entries)
        run.state = "running"
        print("claimed", flush=True)
        time.sleep(1)
        cr.commit()
    except UserError as error:
        print("refused:", error, flush=True)
    except Exception as error:
        print("again:", type(error).__name__, flush=True)
"""
AT_ONCE = """
from odoo.exceptions import ConcurrencyError
import psycopg2

def agree(env):
    env["client.contract.overlay"].create({
        "contract_id": contract_id, "kind": "suspend", "reason": "Summer",
        "date_start": date(2026, 1, 1), "date_end": date(2026, 1, 31),
    }).action_confirm()

def credit(env):
    env["account.move"].browse(credit_id).action_post()

for first, second in ((agree, credit), (credit, agree)):
    with registry.cursor() as cr:
        env = environment(cr)
        prepare(env)
        contract = make_contract(env, "Late", date(2026, 1, 31), 1000.0)
        contract_id, entry = contract.id, contract.entry_ids
        env["client.billing.run"].create({"post": True})._start(entry)
        invoice = entry.invoice_line_ids.move_id
        wizard = env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids,
        ).create({"journal_id": invoice.journal_id.id})
        wizard.refund_moves()
        wizard.new_move_ids.invoice_line_ids.price_unit = 600.0
        credit_id = wizard.new_move_ids.id
    with registry.cursor() as one, registry.cursor() as other:
        for cr in (one, other):
            cr.execute("SELECT count(*) FROM client_contract_entry")
        first(environment(one))
        one.commit()
        try:
            second(environment(other))
            other.commit()
        except (psycopg2.OperationalError, ConcurrencyError):
            other.rollback()
            second(environment(other))
            other.commit()
        entries = environment(other)["client.contract"].browse(contract_id).entry_ids
        print(sorted(entries.mapped("amount")), flush=True)
"""
FIRST_OF_ALL = """
from odoo.exceptions import UserError

with registry.cursor() as cr:
    env = environment(cr)
    contract = make_contract(env, "Early", date(2026, 3, 31), 10.0)
    ids = contract.entry_ids.ids
with registry.cursor() as one, registry.cursor() as other:
    mine, theirs = (
        environment(cr)["client.contract.entry"].browse(ids) for cr in (one, other))
    mine.sorted("id")[:1].try_lock_for_update()
    try:
        theirs.env["client.billing.run"].create({})._claim(theirs)
    except UserError as error:
        print("refused:", error, flush=True)
    print(len(mine.try_lock_for_update()), "of", len(ids), flush=True)
"""


@tagged("post_install", "-at_install", "client_hub_long")
class TestBillingConcurrency(ProcessCase):
    """Real processes, real commits."""

    def test_two_workers_and_two_claims(self):
        self._finish(self._start(PREPARE + SET_UP))
        workers = [self._start(WORK), self._start(WORK)]
        for worker in workers:
            self._finish(worker)
        [[entries, lines, invoices]] = self._query(
            """
            SELECT count(DISTINCT entry.id), count(line.id),
                   count(DISTINCT line.move_id)
              FROM client_contract_entry entry
              LEFT JOIN account_move_line line ON line.client_entry_id = entry.id
             WHERE entry.state = 'billed'
            """
        )
        self.assertEqual((entries, lines, invoices), (360, 360, 60))
        self.assertEqual(
            self._query("SELECT state FROM client_billing_run"), [("done",)]
        )
        numbers = self._query(
            "SELECT sequence_number FROM account_move WHERE state = 'posted' "
            "AND client_billing_run_id IS NOT NULL ORDER BY 1"
        )
        first = numbers[0][0]
        self.assertEqual(
            [number for (number,) in numbers], list(range(first, first + 60))
        )
        # give them back, then two people bill them at the same time
        self._execute(
            "UPDATE client_contract_entry SET state = 'ready', billing_run_id = NULL"
        )
        people = [self._start(CLAIM), self._start(CLAIM)]
        outputs = []
        for person in people:  # both have looked before either one clicks
            self.assertEqual(person.stdout.readline(), "found 360\n")
        for person in people:
            person.stdin.write("go\n")
            person.stdin.flush()
        outputs = sorted(self._finish(person) for person in people)
        self.assertEqual(outputs.count("claimed\n"), 1, outputs)
        self.assertRegex(outputs[1], "^(refused: .*at this moment|again: )")


@tagged("post_install", "-at_install", "client_hub_long")
class TestBillingAtOnce(ProcessCase):
    """Two real transactions that know nothing of each other."""

    def test_agreed_and_credited_at_the_same_moment(self):
        """Nothing is due, and 600 were credited: 400 are given back, not 1,000."""
        output = self._finish(self._start(PREPARE + AT_ONCE))
        self.assertEqual(output, "[-400.0, 1000.0]\n" * 2)

    def test_one_of_two_who_claim_the_same_gets_all(self):
        """Who comes second is refused, and keeps nothing from who came first."""
        output = self._finish(self._start(PREPARE + FIRST_OF_ALL))
        self.assertRegex(output, "^refused: .*at this moment")
        self.assertTrue(output.endswith("3 of 3\n"), output)
