"""Messages. Everything goes to stderr: stdout belongs to the tool that is run."""

import os
import subprocess
import sys
import time
from pathlib import Path

COLOUR = sys.stderr.isatty()


class SetupError(Exception):
    """A step failed; the message says what to do."""


def _paint(code, text):
    return f"\033[{code}m{text}\033[0m" if COLOUR else text


def say(message):
    print(_paint("1;34", "==>"), message, file=sys.stderr, flush=True)


def warn(message):
    print(_paint("1;33", "warning:"), message, file=sys.stderr, flush=True)


def fail(message):
    print(_paint("1;31", "error:"), message, file=sys.stderr, flush=True)


def tail(path, lines=30):
    text = Path(path).read_text(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in text[-lines:])


def step(title, command, log, advice, *, env=None, cwd=None, check=None):
    """Run a long command quietly, with its output in a log file.

    :param check: function of the log's text that returns an error or nothing,
        for programs that exit with 0 although they failed
    :raise SetupError: with the end of the log and the advice
    """
    say(title)
    started = time.monotonic()
    log = Path(log)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        print("$", *command, file=output, flush=True)
        try:
            code = subprocess.call(
                [os.fspath(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
            )
        except OSError as error:
            raise SetupError(f"{title}: {error}\n{advice}") from error
    problem = f"exit code {code}" if code else None
    if not problem and check:
        problem = check(log.read_text(errors="replace"))
    if problem:
        raise SetupError(
            f"{title}: {problem}. The end of {log}:\n{tail(log)}\n{advice}"
        )
    elapsed = time.monotonic() - started
    if elapsed > 5:
        say(f"  done in {elapsed:.0f} s")
