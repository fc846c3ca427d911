"""Thousands of random operations: after each, every entry is whole.

Of each contract line and period, after each operation:

* billed + credited + open = scheduled, to the cent.  *Scheduled* is the entry's amount,
  by the schedule or as a person adjusted it.  *Billed* is what posted invoices less
  posted credit notes say.  *Credited* is what posted credit notes took back for good: a
  part of the bill, or all of it where it is not to be billed again.  *Open* is the
  whole amount of what is neither billed nor credited for good: waiting, ready, in a
  draft, skipped or written off.
* nothing is billed twice: the posted documents of an entry never bill more than its
  amount, nor credit more than was billed.
* the stored state of the entry is the one that follows from documents and decisions.
* the periods of a line cover each of its days once, without overlap or hole; other days
  only where they were invoiced.
* an entry and its differences cost, day by day, what its line costs with the temporary
  agreements of those days on top, also when those were entered after it was billed.

The reading is plain SQL over contracts, entries and invoice lines, see
``billing_random_oracle`` and ``billing_random_agreed``.  Operations are committed, one
in ten by two people at the same moment, on two connections.

``CLIENT_HUB_RANDOM_OPERATIONS`` (default 250; the full reading is 10000) and
``CLIENT_HUB_RANDOM_SEED`` choose how many and which.  The day matters, too:
``CLIENT_HUB_RANDOM_TODAY`` goes back to that of an earlier run.  With a folder in
``CLIENT_HUB_RANDOM_SAVES`` a run goes on from where the last one of its seed was saved.
"""

import os
import random
import sys
import threading
from collections import Counter, deque
from datetime import date
from unittest.mock import patch

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError, RedirectWarning, UserError
from odoo.modules.registry import Registry
from odoo.tests import freeze_time, tagged
from odoo.tools import config, mute_logger

from . import billing_random_oracle as oracle
from .billing_random_saves import SavesCase
from .billing_random_world import OPERATIONS, World, add_contract

COUNT = int(os.environ.get("CLIENT_HUB_RANDOM_OPERATIONS", "250"))
SEED = int(os.environ.get("CLIENT_HUB_RANDOM_SEED", "20260215"))
TODAY = os.environ.get("CLIENT_HUB_RANDOM_TODAY")
TWO_SESSIONS = 0.1
ATTEMPTS = 5
# all contracts are read every so often, else those that operations still reach
CHECK_ALL = 250


@tagged("post_install", "-at_install", "client_hub_long")
class TestBillingRandom(SavesCase):
    """In a database of its own: everything is committed."""

    def setUp(self):
        super().setUp()
        if TODAY:
            self.enterContext(freeze_time(TODAY, tick=True))
        state = self._restore(SEED)
        with patch.dict(config.options, test_enable=False):
            # else it would run the tests of the addons that it loads
            self.registry = Registry(self.database)
        self.addCleanup(Registry.delete, self.database)
        self.rng = random.Random(SEED)  # noqa: S311
        self.done, self.refused, self.before = Counter(), Counter(), 0
        self.last, self.known = deque(maxlen=25), {}
        if state:
            self._go_on(state)
        else:
            self._begin()

    def _begin(self):
        with self.registry.cursor() as cr:
            env = self._environment_of(cr)
            env["ir.cron"].search([]).active = False
            if not env.company.chart_template:
                env["account.chart.template"].try_loading(
                    "generic_coa", company=env.company, install_demo=False
                )
            self.world = World(env)
            for _contract in range(10):
                add_contract(env, self.rng, self.world)

    def _go_on(self, state):
        """Be where an earlier walk was, see ``_save``."""
        self.rng.setstate(state["random"])
        self.world = World.__new__(World)
        vars(self.world).update(state["world"])
        self.world.today = date.fromisoformat(state["world"]["today"])
        self.before, self.done = state["number"], state["done"]
        self.refused = state["refused"]

    def _environment_of(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        company = env["res.company"].search([], limit=1)
        return api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": company.ids})

    def _do(self, operation, seed, unexpected):
        """Do one operation as a request does: again when the database says so."""
        for _attempt in range(ATTEMPTS):
            known = len(self.world.contract_ids)
            try:
                with self.registry.cursor() as cr:
                    env = self._environment_of(cr)
                    rng = random.Random(seed)  # noqa: S311
                    operation(env, rng, self.world)
                self.done[operation.__name__] += 1
                return
            except (psycopg2.OperationalError, ConcurrencyError):
                del self.world.contract_ids[known:]
            except (UserError, RedirectWarning) as error:
                del self.world.contract_ids[known:]
                self.refused[operation.__name__] += 1
                self.last.append(f"  refused: {error}")
                return
            except Exception as error:
                unexpected.append(error)
                return
        self.refused[operation.__name__] += 1

    def _draw(self):
        [operation] = self.rng.choices(
            list(OPERATIONS), weights=list(OPERATIONS.values())
        )
        return operation, self.rng.randrange(1 << 32)

    def _step(self, number):
        """Do one operation, or two at the same moment."""
        unexpected = []
        drawn = [self._draw()]
        if self.rng.random() < TWO_SESSIONS:
            drawn.append(self._draw())
        names = " and ".join(operation.__name__ for operation, _seed in drawn)
        self.last.append(f"{number}: {names}")
        threads = [
            threading.Thread(target=self._do, args=(*draw, unexpected))
            for draw in drawn[1:]
        ]
        for thread in threads:
            thread.start()
        self._do(*drawn[0], unexpected)
        for thread in threads:
            thread.join(120)
            self.assertFalse(thread.is_alive(), f"{names}: hangs")
        if unexpected:
            raise unexpected[0]

    def _check(self, everything=False):
        ids = self.world.contract_ids if everything else self.world.pool
        with self.registry.cursor() as cr:
            oracle.check(cr, ids, self.world.today, self.known)

    def _tell(self, text):
        """Print; pytest shows it when the test fails, or with ``-s``."""
        sys.stdout.write(f"\n{text}\n")

    def test_random_operations(self):
        self._tell(f"{COUNT} operations, CLIENT_HUB_RANDOM_SEED={SEED}")
        try:
            with mute_logger("odoo.sql_db"):
                for number in range(self.before + 1, COUNT + 1):
                    self._step(number)
                    everything = number % CHECK_ALL == 0
                    self._check(everything or number == COUNT)
                    if everything:
                        self._save(SEED, number)
        except BaseException:
            self._tell("\n".join(self.last))
            self._save(f"{SEED}-failed", number)
            raise
        finally:
            self._tell(f"done {dict(self.done)}, refused {dict(self.refused)}")
        # a test that is mostly refused tests nothing
        total = self.done.total() + self.refused.total()
        self.assertGreater(self.done.total(), total / 2)
        if COUNT >= 1000:
            self.assertEqual(set(self.done), {f.__name__ for f in OPERATIONS})
