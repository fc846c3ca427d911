"""Two real processes bill the same entries: each entry is billed once.

What the processes need must be committed for them to see it, so this test works in
a database of its own, copied from the one of the tests.
"""

from odoo.tests import tagged

from .common_processes import ProcessCase

SET_UP = """
with registry.cursor() as cr:
    env = environment(cr)
    env["ir.cron"].search([]).active = False
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False)
    product = env["product.product"].create(
        {"name": "Fee", "type": "service", "list_price": 100})
    for number in range(60):
        client = env["res.partner"].create({
            "name": f"Client {number}", "legal_name": f"Client {number} Ltd",
            "is_company": True, "is_client": True})
        contract = env["client.contract"].create({
            "name": "Fee", "client_id": client.id,
            "date_start": date(2026, 1, 1), "date_end": date(2026, 6, 30),
            "line_ids": [(0, 0, {"product_id": product.id})]})
        contract.action_approve()
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


@tagged("post_install", "-at_install", "client_hub_long")
class TestBillingConcurrency(ProcessCase):
    """Real processes, real commits."""

    def test_two_workers_and_two_claims(self):
        self._finish(self._start(SET_UP))
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
