"""dev/test-odoo: tests of Odoo itself, with and without this addon."""

import json
import os
import socket
import subprocess

import cache
import workspace
from database import Databases
from ui import SetupError, say

SELECTION = cache.DEV / "odoo_tests.txt"
RUNNER = cache.DEV / "lib" / "hubdev" / "odoo_tests_runner.py"
# Modules with tests of Odoo that no customer installs.
TEST_MODULES = ("test_mail",)
VARIANTS = ("without", "with")


def main(arguments):
    tags = ",".join(arguments) or ",".join(read_selection(SELECTION.read_text()))
    place = workspace.prepare()
    databases = Databases(place)
    names = {kind: databases.scratch_name(f"test-{kind}") for kind in VARIANTS}
    folder = cache.CHECKOUT / "artifacts" / "test-odoo"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        databases.copy_with_tests(names["without"], TEST_MODULES)
        databases.clone(names["without"], names["with"])
        databases.install(
            names["with"], f"installing {cache.ADDON}", ["-i", cache.ADDON]
        )
        return _compare(_run(place, names, folder, tags), folder)
    finally:
        for name in names.values():
            databases.drop(name)


def read_selection(text):
    """Return the test tags of a selection; each has its reason.

    >>> read_selection("# comment\\n/mail | the thread\\n-/mail:TestX | slow\\n")
    ['/mail', '-/mail:TestX']
    """
    tags = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            tag, _bar, reason = (part.strip() for part in line.partition("|"))
            if not reason:
                raise SetupError(f"{SELECTION}: no reason for {tag}")
            tags.append(tag)
    return tags


def _run(place, names, folder, tags):
    """Run both at a time; return what became of the tests of each."""
    processes = {}
    for kind, name in names.items():
        output = folder / f"{kind}.json"
        output.unlink(missing_ok=True)
        config = place.config_file(name, f"test-{kind}-{os.getpid()}.conf")
        command = [place.python, RUNNER, output, tags, "-d", name]
        command += ["--http-port", _free_port(), "--log-level", "warn"]
        with open(folder / f"{kind}.log", "w", encoding="utf-8") as log:
            processes[kind] = subprocess.Popen(
                [str(part) for part in command],
                env=place.exec_env({"ODOO_RC": config}),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
    say(f"Odoo's tests with and without {cache.ADDON}; logs in {folder}")
    results = {}
    for kind, process in processes.items():
        process.wait()
        place.folder.joinpath(f"test-{kind}-{os.getpid()}.conf").unlink()
        try:
            results[kind] = json.loads((folder / f"{kind}.json").read_text())
        except FileNotFoundError as error:
            raise SetupError(
                f"Odoo's tests {kind} {cache.ADDON} did not end: see "
                f"{folder / kind}.log"
            ) from error
    return results


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _compare(results, folder):
    """Print what fails only with the addon; return the exit code."""
    outcomes = {kind: result["outcomes"] for kind, result in results.items()}
    failed = {
        kind: {name for name, error in found.items() if error}
        for kind, found in outcomes.items()
    }
    new = sorted(failed["with"] - failed["without"])
    gone = sorted(outcomes["without"].keys() - outcomes["with"].keys())
    for kind in VARIANTS:
        say(
            f"{kind} {cache.ADDON}: {len(outcomes[kind])} tests, "
            f"{len(failed[kind])} failed, "
            f"{sum(results[kind]['seconds'].values()):.0f} s"
        )
    for name in sorted(failed["with"] & failed["without"]):
        say(f"fails without {cache.ADDON}, too: {name}")
    for name in new:
        print(f"NEW FAILURE {name}\n    {outcomes['with'][name]}")
    for name in gone:
        print(f"NOT RUN with {cache.ADDON}: {name}")
    if not outcomes["with"]:
        print("no test ran")
    return 1 if new or gone or not outcomes["with"] else 0
