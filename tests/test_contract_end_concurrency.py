"""One person ends a contract while another one works on it: real processes."""

from odoo import sql_db
from odoo.tests import tagged

from . import billing_random_oracle as oracle
from .common_processes import ProcessCase

SET_UP = """
from dateutil.relativedelta import relativedelta
with registry.cursor() as cr:
    env = environment(cr)
    env["ir.cron"].search([]).active = False
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False)
    product = env["product.product"].create(
        {"name": "Fee", "type": "service", "list_price": 1000})
    for name in ("billed", "extra", "ended"):
        client = env["res.partner"].create({
            "name": f"Client {name}", "legal_name": f"Client {name} Ltd",
            "is_company": True, "is_client": True})
        contract = env["client.contract"].create({
            "name": name, "client_id": client.id,
            "date_start": date.today().replace(day=1) - relativedelta(months=1),
            "line_ids": [(0, 0, {"product_id": product.id})]})
        contract.action_approve()
        contract.action_activate()
"""
# says that it has looked, waits, acts, says so, waits, commits; again when it must
STEPS = """
import psycopg2
from dateutil.relativedelta import relativedelta
from odoo.exceptions import UserError
today = date.today()
def step(text):
    print(text, flush=True)
    sys.stdin.readline()
for attempt in range(5):
    try:
        with registry.cursor() as cr:
            env = environment(cr)
            contract = env["client.contract"].search([("name", "=", NAME)])
            entries = contract.entry_ids.sorted("date_due")
            states = entries.mapped("state")
            if not attempt:
                step("looked")
            act(env, contract, entries)
            env.flush_all()
            if not attempt:
                step("acted")
        print("done", attempt, flush=True)
        break
    except psycopg2.OperationalError:
        pass
    except UserError as error:
        print("refused", error, flush=True)
        break
"""
BILL = """
def act(env, contract, entries):
    due = entries.filtered(lambda e: e.state == "ready")[:3]
    env["client.billing.run"].create({})._start(due)
"""
EXTRA = """
def act(env, contract, entries):
    contract._create_extra_entry(
        contract.line_ids.product_id, "Extra", 1.0, 50.0,
        date.today() + relativedelta(months=2), "Race")
"""
END = """
def act(env, contract, entries):
    contract.action_end(date=today)
"""


@tagged("post_install", "-at_install")
class TestContractEndConcurrency(ProcessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        process = cls._start(SET_UP)
        _output, errors = process.communicate(timeout=600)
        if process.returncode:
            raise AssertionError(errors[-3000:])

    def _race(self, name, first, second):
        """Both look, the first acts, the second acts, the first commits.

        :return: last lines of both
        """
        processes = [
            self._start(f"NAME = {name!r}\n{act.strip()}\n{STEPS.strip()}\n")
            for act in (first, second)
        ]
        for process in processes:
            self.assertEqual(process.stdout.readline().strip(), "looked")
        for process in processes:
            process.stdin.write("\n")
            process.stdin.flush()
            if process is processes[0]:
                self.assertEqual(process.stdout.readline().strip(), "acted")
        # the second one waits for the first at some row, or for its turn to commit
        outputs = [self._finish(process, "\n\n") for process in processes]
        return [output.strip().split("\n")[-1] for output in outputs]

    def _check(self, name):
        """Nothing is due after the end, and each day is paid for once."""
        [[contract_id, state, today]] = self._query(
            f"SELECT id, state, CURRENT_DATE FROM client_contract WHERE name = '{name}'"
        )
        self.assertEqual(state, "ended")
        self.assertFalse(
            self._query(
                f"""
                SELECT entry.id FROM client_contract_entry entry
                  JOIN client_contract contract ON contract.id = entry.contract_id
                 WHERE contract.id = {contract_id} AND entry.amount >= 0
                   AND entry.state IN ('open', 'ready')
                   AND entry.period_start > contract.date_end
                """
            )
        )
        with sql_db.db_connect(self.database).cursor() as cursor:
            oracle.check(cursor, [contract_id], today)

    def test_ended_while_somebody_bills(self):
        """The one who ends comes second: what was billed beyond is given back."""
        outcomes = self._race("billed", BILL, END)
        self.assertEqual(outcomes[0], "done 0")
        self.assertRegex(outcomes[1], "^done [1-4]$")
        self._check("billed")
        billed, differences = self._query(
            """
            SELECT sum(amount) FILTER (WHERE kind = 'recurring' AND state = 'billed'),
                   count(*) FILTER (WHERE kind = 'difference' AND amount < 0)
              FROM client_contract_entry entry
             WHERE contract_id = (SELECT id FROM client_contract WHERE name = 'billed')
            """
        )[0]
        self.assertEqual(billed, 3000)
        self.assertGreaterEqual(differences, 1)

    def test_ended_while_somebody_adds_an_extra(self):
        """Neither sees the other; the database has the second one look again."""
        outcomes = self._race("extra", EXTRA, END)
        self.assertEqual(outcomes[0], "done 0")
        self.assertRegex(outcomes[1], "^done [1-4]$")
        self._check("extra")
        [[start, end]] = self._query(
            """
            SELECT entry.period_start, contract.date_end
              FROM client_contract_entry entry
              JOIN client_contract contract ON contract.id = entry.contract_id
             WHERE contract.name = 'extra' AND entry.kind = 'extra'
            """
        )
        self.assertEqual(start, end, "still owed, on the last day")

    def test_billed_while_somebody_ends(self):
        """The one who bills comes second: only what is left is billed."""
        outcomes = self._race("ended", END, BILL)
        self.assertEqual(outcomes[0], "done 0")
        self.assertRegex(outcomes[1], "^(done [1-4]|refused .*)$")
        self._check("ended")
