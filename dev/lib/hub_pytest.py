"""pytest plugin of dev/test: nothing may pass by not being tested.

* A skipped test fails the run, unless dev/allowed_skips.txt gives a reason.
* A failed subtest fails the run, also where its test is reported as passed.
* No test at all is a failure (pytest says so itself, with exit code 5).

Classes tagged LONG start first, so that no worker waits at the end for a long one.
"""

from fnmatch import fnmatch
from pathlib import Path

import pytest

LONG = "client_hub_long"
ALLOWED_SKIPS = Path(__file__).resolve().parents[1] / "allowed_skips.txt"


def read_allowed_skips(text):
    """Pairs of pattern and reason.

    >>> read_allowed_skips("# comment\\n*::test_x | no printer here\\n")
    [('*::test_x', 'no printer here')]
    """
    pairs = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            pattern, _bar, reason = (part.strip() for part in line.partition("|"))
            if not reason:
                raise pytest.UsageError(f"{ALLOWED_SKIPS}: no reason for {pattern}")
            pairs.append((pattern, reason))
    return pairs


class NothingHidden:
    def __init__(self):
        self.allowed = read_allowed_skips(ALLOWED_SKIPS.read_text())
        self.skipped = []
        self.failed_subtests = []

    def _note_skip(self, report):
        reason = report.longrepr[-1] if report.longrepr else ""
        if not any(fnmatch(report.nodeid, pattern) for pattern, _ in self.allowed):
            self.skipped.append(f"{report.nodeid}: {reason}")

    def pytest_runtest_logreport(self, report):
        if report.skipped:
            self._note_skip(report)
        if report.failed and type(report).__name__ == "SubtestReport":
            self.failed_subtests.append(report.nodeid)

    def pytest_collectreport(self, report):
        if report.skipped:
            self._note_skip(report)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        if session.exitstatus == pytest.ExitCode.OK and (
            self.skipped or self.failed_subtests
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter):
        if self.skipped:
            terminalreporter.section("skipped without a written reason")
            for line in self.skipped:
                terminalreporter.line(line)
            terminalreporter.line(f"Fix them, or give a reason in {ALLOWED_SKIPS}.")
        if self.failed_subtests:
            terminalreporter.section("failed subtests")
            for nodeid in self.failed_subtests:
                terminalreporter.line(nodeid)


def pytest_configure(config):
    # Print ids that can be given to dev/test, not paths into the cache.
    config.cwd_relative_nodeid = lambda nodeid: nodeid
    # With xdist, all reports reach the controlling process.
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(NothingHidden(), "hub_nothing_hidden")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Put the long classes first; the order within them and of the rest stays."""
    items.sort(key=lambda item: LONG not in _tags_of_test(item))


def _tags_of_test(item):
    return getattr(getattr(item, "cls", None), "test_tags", ())


def pytest_sessionstart(session):
    # After each class Odoo deletes the files that its database doesn't know. The two
    # workers share one filestore, so it would take the other one's; the store goes with
    # the test databases anyway.
    from odoo.tests.common import TransactionCase

    TransactionCase._gc_filestore = classmethod(lambda cls: None)
