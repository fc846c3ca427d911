"""dev/screenshot: picture of a page of a running Odoo; see screenshot.py."""

import os

import debian
import python_env


def main(arguments):
    venv = python_env.find()
    debian.install(["chromium"])
    program = os.path.join(os.path.dirname(__file__), "screenshot.py")
    command = [str(python_env.python(venv)), program, *arguments]
    os.execve(command[0], command, {**os.environ, **python_env.environment(venv)})
