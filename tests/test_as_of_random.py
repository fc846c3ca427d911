"""Random operations: an earlier day is shown as it was when it was today.

After each operation some clients are written down as their live records say: plain
reading, see ``as_of_random_world.Snapshot``.  At the end the history leads back to each
of these moments, and the page must say the same, word for word: team, contacts,
addresses, contracts with services and prices, temporary agreements, budgets with their
use, access.  Clients that were merged since are shown beside the one that stayed.

``CLIENT_HUB_RANDOM_OPERATIONS`` (default 60; the full run is 1000) and
``CLIENT_HUB_RANDOM_SEED`` choose how many and which.
"""

import os
import random
import re
import sys
from collections import Counter
from datetime import datetime, timedelta

from psycopg2 import Error as DatabaseError

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .as_of_random_world import OPERATIONS, Snapshot, World, add_client
from .common_contract import ContractCommon

COUNT = int(os.environ.get("CLIENT_HUB_RANDOM_OPERATIONS", "60"))
SEED = int(os.environ.get("CLIENT_HUB_RANDOM_SEED", "20260303"))
# operations of one transaction
TOGETHER = (1, 1, 1, 2, 3)


@tagged("post_install", "-at_install")
class TestAsOfRandom(ContractCommon):
    def setUp(self):
        super().setUp()
        self.rng = random.Random(SEED)  # noqa: S311
        self.history = self.env["client.history"]
        self.done, self.refused, self.log = Counter(), Counter(), []
        self.snapshots = []

    def _settle(self):
        self.env.flush_all()
        self.history._write_pending()
        self.env.invalidate_all()

    def _step(self, frozen, world):
        """Do what one request does: all of it, or nothing when it is refused."""
        frozen.tick(timedelta(minutes=self.rng.randint(1, 2000)))
        drawn = self.rng.choices(
            list(OPERATIONS),
            weights=list(OPERATIONS.values()),
            k=self.rng.choice(TOGETHER),
        )
        names = [operation.__name__ for operation in drawn]
        known = list(world.client_ids)
        user = self.rng.choice((self.user_admin_hub, self.user_manager, None))
        env = self.env(user=user) if user else self.env
        env = env(context={**env.context, "tracking_disable": True})
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                for operation in drawn:
                    sudo = env(su=True) if user else env
                    operation(sudo, self.rng, world)
                    env.flush_all()
        except (UserError, RedirectWarning, DatabaseError) as error:
            # as with a request that fails, nothing of it is left
            self.history._pending().clear()
            self.history._pending_index().clear()
            self.env.cr.precommit.data.pop("client_history_creating", None)
            world.client_ids[:] = known
            self.env.invalidate_all()
            self.refused.update(names[:1])
            self.log.append(f"refused {names}: {str(error)[:120]}")
        else:
            self.done.update(names)
            self._settle()
            self.log.append(f"{datetime.now()} {names}")
        frozen.tick(timedelta(seconds=1))

    def _watch(self, world):
        """Write down what some clients are now."""
        now = datetime.now().replace(microsecond=0)
        snapshot = Snapshot(self.env(user=self.user_admin_hub))
        for client_id in self.rng.sample(world.client_ids, 2):
            self.snapshots.append((now, client_id, snapshot.of(client_id)))

    def _told(self, client, moment):
        """Return what the pages say, by the client that it was then."""
        wizard = self.env["client.as.of"].with_user(self.user_admin_hub).new({})
        client = client.with_user(self.user_admin_hub)
        side = wizard._get_side(client, moment)
        page = {"is_comparison": False, "only_differences": False}
        blocks = wizard._get_blocks(client, [side], page)
        return {
            block["id"]: {
                section["key"]: {
                    record["id"]: self._plain(record, section["key"])
                    for record in section["records"]
                }
                for section in block["sections"]
                if section["records"]
            }
            for block in blocks
        }

    def _plain(self, record, key=None):
        told = {field["name"]: field["left"] for field in record["fields"]}
        if key in ("contacts", "addresses"):
            # a column of its own only where somebody is archived
            told.setdefault("active", "Yes")
        if key not in ("identity", "team", "access"):
            told["title"] = record["title"]
        if key == "members":
            told["reason"] = sorted(told["reason"].split(", "))
        for name in ("children", "overlays"):
            if key == "contracts":
                told[name] = {line["id"]: self._plain(line) for line in record[name]}
        return told

    def _differences(self, expected, told, path=""):
        """Yield where two nested dicts differ; what is empty needn't be told."""
        if not isinstance(expected, dict) or not isinstance(told, dict):
            if (expected or "") != (told or ""):
                yield f"{path}: was {expected!r}, told {told!r}"
            return
        for key in {**expected, **told}:
            yield from self._differences(
                expected.get(key, {} if isinstance(told.get(key), dict) else ""),
                told.get(key, {} if isinstance(expected.get(key), dict) else ""),
                f"{path}/{key}",
            )

    def test_the_past_is_as_it_was(self):
        # later than what the set-up has written
        start = datetime.now() + timedelta(days=1)
        with freeze_time(start) as frozen:
            users = self.user_manager | self.user_traffic | self.user_creation
            world = World(
                self.env,
                users | self.user_outsider | self.user_admin_hub,
                self.service | self.extra_service,
            )
            for _i in range(4):
                add_client(self.env, self.rng, world)
            self._settle()
            frozen.tick(timedelta(seconds=1))
            for _number in range(COUNT):
                self._step(frozen, world)
                self._watch(world)
            wrong = self._compare_all()
        if COUNT > 250:
            sys.stderr.write(
                f"\nseed {SEED}: {sum(self.done.values())} operations"
                f" ({dict(self.done)}), refused {dict(self.refused)},"
                f" {len(self.snapshots)} snapshots\n"
            )
        kinds = Counter(re.sub(r"\d+", "#", text.split(": was")[0]) for text in wrong)
        self.assertFalse(wrong, "\n".join([*wrong[:40], str(kinds)]))
        self.assertGreater(sum(self.done.values()), COUNT // 2, self.log)

    def _compare_all(self):
        wrong = []
        stayed = {}
        for row in self.history.search([("action", "=", "merge")], order="id"):
            stayed[row.res_id] = row.chain_id
        for moment, client_id, expected in self.snapshots:
            target = client_id
            while target in stayed:
                target = stayed[target]
            client = self.env["res.partner"].browse(target)
            told = self._told(client, moment).get(client_id, {})
            wrong += [
                f"{moment} client {client_id}{text}"
                for text in self._differences(expected, told)
            ]
        return wrong
