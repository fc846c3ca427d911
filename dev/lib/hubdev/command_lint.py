"""dev/lint: all linters; with --fix, format and repair in place."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import cache
import node
import python_env
from ui import fail, say

PRETTIER_SUFFIXES = {".xml", ".js", ".cjs", ".css", ".scss"}
# The checks of the OCA's hooks that are not followed, with the reason.
DISABLED_OCA_CHECKS = {
    "prefer-readme-rst": "README.md is what the project's readers expect",
}


def main(arguments):
    parser = argparse.ArgumentParser(prog="dev/lint", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="format and repair in place")
    options = parser.parse_args(arguments)
    os.chdir(cache.CHECKOUT)
    failed = [
        title for title, run in _linters(options.fix, _files()) if not _run(title, run)
    ]
    if failed:
        hint = "" if options.fix else " (dev/lint --fix repairs some of it)"
        fail(f"dev/lint: {', '.join(failed)}{hint}")
        return 1
    print("dev/lint: all checks passed")
    return 0


def _files():
    """Files of the checkout, without what git ignores."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return _walk()  # no git, or not a clone
    return sorted(name for name in result.stdout.splitlines() if Path(name).is_file())


def _walk():
    names = []
    for folder, folders, files in os.walk("."):
        ignored = {"node_modules", "__pycache__", ".git", ".venv", "artifacts"}
        folders[:] = [name for name in folders if name not in ignored]
        names += [os.path.relpath(os.path.join(folder, name)) for name in files]
    return sorted(names)


def _run(title, run):
    say(title)
    sys.stderr.flush()
    return run() == 0


def _linters(fix, files):
    """Pairs of title and function."""
    venv = python_env.find()
    modules = node.find()
    addon = str(cache.checkout_dir() / "addons" / cache.ADDON)
    python = str(python_env.python(venv))

    def call(*command, env=None):
        variables = {**os.environ, **python_env.environment(venv), **(env or {})}
        return subprocess.call(command, env=variables)

    def javascript(name, *command):
        program = node.program(modules, name)
        return call(*program, *command, env=node.environment(modules))

    ruff = (python, "-m", "ruff")
    pretty = [name for name in files if Path(name).suffix in PRETTIER_SUFFIXES]
    scripts = [f for f in files if f.endswith(".js") and f.startswith("static/")]
    translations = [f for f in files if f.endswith((".po", ".pot"))]
    yield (
        "ruff: rules",
        lambda: call(*ruff, "check", "--no-cache", *["--fix"] * fix, "."),
    )
    yield (
        "ruff: format",
        lambda: call(*ruff, "format", "--no-cache", *["--check"] * (not fix), "."),
    )
    if pretty:
        mode = "--write" if fix else "--check"
        yield (
            "prettier",
            lambda: javascript(
                "prettier/bin/prettier.cjs", mode, "--log-level=warn", *pretty
            ),
        )
    if scripts:
        yield (
            "eslint",
            lambda: javascript(
                "eslint/bin/eslint.js", "--max-warnings=0", *["--fix"] * fix, *scripts
            ),
        )
    yield (
        "pylint-odoo",
        lambda: call(
            python, "-m", "pylint", f"--rcfile={cache.CHECKOUT / '.pylintrc'}", addon
        ),
    )
    yield (
        "OCA hooks",
        lambda: call(
            python,
            "-m",
            "oca_pre_commit_hooks.cli",
            f"--disable={','.join(DISABLED_OCA_CHECKS)}",
            *["--fix"] * fix,
            addon,
        ),
    )
    if translations:
        yield (
            "OCA hooks: translations",
            lambda: call(python, "-m", "oca_pre_commit_hooks.cli_po", *translations),
        )
