"""The virtual environment with Odoo's Python packages and the test tools."""

import os
import sys
from pathlib import Path

import cache
import debian
from ui import SetupError, say, step, warn

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
REQUIREMENTS = cache.DEV / f"requirements-{PYTHON}.txt"
# Shared libraries of wkhtmltopdf, of python-magic, a font for PDFs, and what makes
# previews of documents and films.
SYSTEM_PACKAGES = [
    "python3-venv",
    "libxrender1",
    "libfontconfig1",
    "libxext6",
    "libx11-6",
    "libmagic1t64" if PYTHON >= "3.13" else "libmagic1",
    "fonts-dejavu-core",
    "poppler-utils",
    "ffmpeg",
]


def find():
    """Folder of the virtual environment, made ready if necessary."""
    if not REQUIREMENTS.exists():
        known = sorted(path.stem[13:] for path in cache.DEV.glob("requirements-3*"))
        raise SetupError(
            f"/usr/bin/python3 is Python {PYTHON}, but the pinned packages are for "
            f"{' and '.join(known)} (Debian 12 and 13)."
        )
    key = cache.digest(sys.version, os.uname().machine, REQUIREMENTS.read_text())
    folder = cache.ROOT / "python" / f"{PYTHON}-{key}"
    debian.install(SYSTEM_PACKAGES)
    with cache.lock("python"):
        if not cache.read_stamp(folder):
            _build(folder)
    return folder


def _build(folder):
    if folder.exists():
        say("the Python environment is incomplete: it is made again")
        cache.remove(folder)
    # Not in a temporary folder: the scripts in bin/ contain the final path.
    advice = "Check the network and pip's configuration (pip config list)."
    log = cache.LOGS / "python.log"
    folder.parent.mkdir(parents=True, exist_ok=True)
    step(
        f"virtual environment (Python {PYTHON})",
        [sys.executable, "-m", "venv", folder],
        log,
        "Install the package python3-venv.",
    )
    pip = [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    step(
        f"Python packages ({REQUIREMENTS.name})",
        [*pip, "install", "--no-deps", "--no-input", "-r", REQUIREMENTS],
        log,
        advice,
    )
    step(
        "checking the Python packages",
        [*pip, "check"],
        cache.LOGS / "pip-check.log",
        f"{REQUIREMENTS.name} is not consistent; see dev/README.md.",
    )
    packed = folder / "bin" / "wkhtmltopdf-pack"
    if packed.exists():
        (folder / "bin" / "wkhtmltopdf").symlink_to(packed.name)
    else:
        warn("no packed wkhtmltopdf for this machine: PDFs need the system's own")
    cache.write_stamp(folder)


def environment(folder):
    """Variables with which programs of the environment come first on PATH."""
    path = os.pathsep.join([str(folder / "bin"), os.environ.get("PATH", os.defpath)])
    return {"VIRTUAL_ENV": str(folder), "PATH": path, "PYTHONNOUSERSITE": "1"}


def python(folder):
    return Path(folder, "bin", "python")
