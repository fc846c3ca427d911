"""Node.js tools (prettier, eslint, axe-core) of dev/package-lock.json, in the cache."""

import os
import re
import shutil
import subprocess

import cache
import debian
from ui import SetupError, say, step

FILES = [cache.DEV / "package.json", cache.DEV / "package-lock.json"]
OLDEST = (18, 18)  # what eslint 9 needs, and what Debian 12 has


def _version():
    program = shutil.which("node")
    if not program:
        return None
    text = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2])


def find():
    """Folder with node_modules, made ready if necessary."""
    if (_version() or ()) < OLDEST or not shutil.which("npm"):
        debian.install(["nodejs", "npm"])
    version = _version()
    if not version or version < OLDEST:
        raise SetupError(
            f"node {version} is too old: at least {OLDEST[0]}.{OLDEST[1]} is needed."
        )
    key = cache.digest(*(path.read_text() for path in FILES))
    folder = cache.ROOT / "node" / f"{version[0]}-{key}"
    with cache.lock("node"):
        if not cache.read_stamp(folder):
            _build(folder)
    return folder


def _build(folder):
    if folder.exists():
        say("the Node.js packages are incomplete: they are made again")
    with cache.building(folder) as fresh:
        for path in FILES:
            shutil.copy(path, fresh)
        step(
            "Node.js packages (prettier, eslint, axe-core)",
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cache.LOGS / "npm.log",
            "Check the network and npm's configuration (npm config list).",
            cwd=fresh,
        )
    cache.write_stamp(folder)


def environment(folder):
    return {**os.environ, "NODE_PATH": str(folder / "node_modules")}


def program(folder, name):
    return [shutil.which("node"), str(folder / "node_modules" / name)]
