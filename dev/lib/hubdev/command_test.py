"""dev/test: every test with pytest-odoo, on two workers."""

import os
import re
import sys
from pathlib import Path

import cache
import debian
import node
import workspace
from database import Databases
from ui import say

TEST_MODULES = cache.DEV / "test_modules.txt"
# pytest's exit code when nothing was left to run, as by -k.
NOTHING_COLLECTED = 5
LINT_TESTS = cache.DEV / "checks" / "test_odoo_lint.py"

# pytest's options whose value is the next argument.
WITH_VALUE = {"-k", "-m", "-n", "-o", "-p", "-r", "-W", "--deselect", "--dist"}


def main(arguments):
    place = workspace.prepare()
    debian.install(["chromium"])
    databases = Databases(place)
    targets, options = _split(arguments, place)
    extra = read_test_modules(TEST_MODULES.read_text())
    codes = [
        _run(place, databases, modules, *run, options)
        for modules, *run in plan(targets, place.addon, extra)
    ]
    failed = [code for code in codes if code not in (0, NOTHING_COLLECTED)]
    return failed[0] if failed else min(codes)


def read_test_modules(text):
    """Which test files need which modules beside those of the addon.

    >>> read_test_modules("# comment\\ntests/test_x.py | stock mrp\\n")
    {'tests/test_x.py': ('stock', 'mrp')}
    """
    found = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            file, _bar, modules = (part.strip() for part in line.partition("|"))
            found[file] = tuple(modules.split())
    return found


def plan(targets, addon, extra):
    """Sort the tests by the modules that they need.

    :param extra: as from :func:`read_test_modules`
    :return: list of ``(modules, targets, what to leave out)``

    >>> plan(["/a/t"], Path("/a"), {"t/test_x.py": ("stock",)})
    [((), ['/a/t'], ['/a/t/test_x.py']), (('stock',), ['/a/t/test_x.py'], [])]
    """
    special, ordinary = {}, []
    for target in targets:
        path = Path(target.partition("::")[0])
        inside = [
            (str(addon / file), modules)
            for file, modules in extra.items()
            if (addon / file).is_relative_to(path)
        ]
        for file, modules in inside:
            is_file = path.suffix == ".py"
            special.setdefault(modules, []).append(target if is_file else file)
        if path.suffix != ".py" or not inside:
            ordinary.append(target)
    runs = [((), ordinary, [str(addon / file) for file in extra])] if ordinary else []
    return runs + [(modules, files, []) for modules, files in special.items()]


def _run(place, databases, modules, targets, ignored, options):
    """Run tests in a database with the addon and, beside it, some modules."""
    # A copy of its own, so that several runs at a time do not meet.
    scratch = databases.scratch_name("test")
    try:
        if modules:
            databases.copy_with_modules(scratch, modules)
        else:
            databases.copy_template(
                scratch, bundles=_needs_bundles(targets), people=True
            )
        variables = {}
        if _mention(targets, "CLIENT_HUB_AXE"):
            axe = node.find() / "node_modules" / "axe-core" / "axe.min.js"
            variables["CLIENT_HUB_AXE"] = axe
        options = [*options, *(f"--ignore={path}" for path in ignored)]
        if modules:
            # few tests: a copy of the database for each worker takes longer
            options = ["-n0", *options]
        return _pytest(place, scratch, targets, options, variables)
    finally:
        databases.drop(scratch)


def _split(arguments, place):
    """Separate the tests to run from pytest's options.

    Paths go through the link that carries the addon's name: pytest-odoo takes
    the module's name from them.
    """
    targets, options = [], []
    for previous, argument in zip(["", *arguments], arguments, strict=False):
        file, colons, names = argument.partition("::")
        inside = None if previous in WITH_VALUE else _inside_checkout(file)
        if argument.startswith("-") or not inside:
            options.append(argument)
        else:
            targets.append(f"{place.addon / inside}{colons}{names}")
    if not targets:
        targets = [str(place.addon / "tests")]
        if LINT_TESTS.exists():
            targets.append(str(place.addon / LINT_TESTS.relative_to(cache.CHECKOUT)))
    return targets, options


def _inside_checkout(name):
    """The path relative to the checkout, if it is one."""
    for folder in (Path.cwd(), cache.CHECKOUT):
        path = Path(folder, name).resolve()
        if path.exists() and path.is_relative_to(cache.CHECKOUT):
            return path.relative_to(cache.CHECKOUT)
    return None


def _needs_bundles(targets):
    """Do tests use a browser, or make PDFs (which load style sheets)?"""
    return _mention(
        targets,
        r"start_tour|browser_js|ChromeBrowser|allow_pdf_render|force_report_\w+",
    )


def _mention(targets, pattern):
    """Does one of the test files use one of these words?"""
    words = re.compile(rf"\b({pattern})\b")
    for target in targets:
        path = Path(target.split("::")[0])
        files = path.rglob("*.py") if path.is_dir() else [path]
        if any(words.search(file.read_text()) for file in files):
            return True
    return False


def _pytest(place, database, targets, options, environment):
    config = place.config_file(
        database,
        f"test-{os.getpid()}.conf",
        screenshots=cache.CHECKOUT / "artifacts",  # of tours that fail
    )
    command = [
        *(place.python, "-m", "pytest", "-p", "hub_pytest"),
        *("-o", f"cache_dir={place.folder / 'pytest'}"),
        *(f"--odoo-config={config}", "--odoo-http"),
        *_workers(options),
        *options,
        *targets,
    ]
    say(f"pytest {' '.join([*options, *targets])}")
    python_path = [str(cache.DEV / "lib"), place.environment["PYTHONPATH"]]
    try:
        return place.call(
            command,
            PYTHONPATH=os.pathsep.join(python_path),
            ODOO_RC=config,
            HYPOTHESIS_STORAGE_DIRECTORY=place.folder / "hypothesis",
            **environment,
        )
    finally:
        config.unlink(missing_ok=True)
        sys.stdout.flush()


def _workers(options):
    """Two workers, unless the caller says otherwise or looks for one failure."""
    own = ("-n", "--numprocesses", "--pdb", "--collect-only", "--co", "-s")
    if any(option.startswith(own) for option in options):
        return []
    # hub_pytest puts the long classes first; xdist would put those of many tests first
    return ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]
