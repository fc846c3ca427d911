"""Run tests of Odoo's modules with Odoo's own runner (started by dev/test-odoo).

Odoo runs a test "at install" while its module is loaded, before this addon is there.
Here everything is loaded first, so that each test meets the addon.
"""

import json
import sys
import time

import odoo.http
import odoo.tools.config
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tests import loader, result

OUTCOMES = {}
SECONDS = {}


def name_of(test):
    """A name that is the same in both databases."""
    return str(getattr(test, "id", test.__str__)()).removeprefix("odoo.addons.")


class Result(result.OdooTestResult):
    """Notes what became of each test."""

    def startTest(self, test):
        super().startTest(test)
        OUTCOMES.setdefault(name_of(test), None)
        self.started = time.time()

    def stopTest(self, test):
        super().stopTest(test)
        SECONDS[name_of(test)] = round(time.time() - self.started, 2)

    def addError(self, test, err):
        super().addError(test, err)
        self._note(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._note(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            self._note(test, err)

    def _note(self, test, err):
        text = f"{err[0].__name__}: {err[1]}"
        OUTCOMES[name_of(test)] = OUTCOMES.get(name_of(test)) or text[:2000]


def main(output, tags, *options):
    odoo.tools.config.parse_config(list(options), setup_logging=True)
    [database] = odoo.tools.config["db_name"]
    server.load_server_wide_modules()
    server.server = server.ThreadedServer(odoo.http.root)
    server.server.start(stop=False)
    registry = Registry(database)
    # Only now: tests would start while modules are loaded.
    odoo.tools.config["test_tags"] = tags
    odoo.tools.config["test_enable"] = True
    loader.OdooTestResult = Result
    modules = sorted(registry._init_modules)
    # As Odoo's shell does it (odoo/tests/shell.py).
    registry.loaded = registry.ready = False
    loader.run_suite(loader.make_suite(modules, "at_install"))
    registry.loaded = registry.ready = True
    loader.run_suite(loader.make_suite(modules, "post_install"))
    with open(output, "w", encoding="utf-8") as file:
        json.dump({"outcomes": OUTCOMES, "seconds": SECONDS}, file, indent=1)
    server.server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
