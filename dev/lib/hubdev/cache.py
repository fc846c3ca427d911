"""The cache folder: where everything lives that is not part of the checkout.

Each part has its own folder, named after what it was made from. A part is
complete when its stamp exists and still fits what is on disk; the stamp is
written last, so whatever was interrupted is made again.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from pathlib import Path

from ui import say

ADDON = "client_hub"
CHECKOUT = Path(__file__).resolve().parents[3]
DEV = CHECKOUT / "dev"


def _cache_root():
    explicit = os.environ.get("CLIENT_HUB_CACHE")
    if explicit:
        return Path(explicit).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).absolute() / ADDON


ROOT = _cache_root()
LOGS = ROOT / "logs"


def digest(*parts):
    """Short hash of strings, to name what was made from them."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def checkout_slug():
    """A name for this checkout, different for each path."""
    name = re.sub(r"[^a-z0-9]+", "_", CHECKOUT.name.lower()).strip("_") or "checkout"
    return f"{name[:24]}_{digest(CHECKOUT)[:6]}"


def checkout_dir():
    """Folder for this checkout's configuration and its `addons/client_hub` link.

    The checkout may have any folder name, while Odoo takes the addon's name
    from its folder: hence the link.
    """
    folder = ROOT / "checkouts" / checkout_slug()
    link = folder / "addons" / ADDON
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.resolve() != CHECKOUT:
        fresh = link.with_name(f".{ADDON}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(CHECKOUT)
        fresh.replace(link)
    return folder


@contextlib.contextmanager
def lock(name):
    """Only one process at a time makes the part `name`."""
    path = ROOT / "locks" / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another command that prepares {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def count_files(folder):
    """Number of files and links, byte code apart: a cheap look for damage."""
    total = 0
    for _path, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        total += sum(not name.endswith(".pyc") for name in files)
        total += len(folders)
    return total


def _stamp_path(folder):
    return folder.with_name(f"{folder.name}.json")


def read_stamp(folder):
    """The stamp of a complete, undamaged part, or None."""
    try:
        stamp = json.loads(_stamp_path(folder).read_text())
        if stamp["files"] == count_files(folder):
            return stamp
    except (OSError, ValueError, KeyError):
        pass
    return None


def write_stamp(folder, **facts):
    stamp = {**facts, "files": count_files(folder), "made": time.strftime("%FT%T")}
    path = _stamp_path(folder)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(stamp, indent=1))
    fresh.replace(path)
    return stamp


def remove(folder):
    """Delete a part; its stamp goes first."""
    _stamp_path(folder).unlink(missing_ok=True)
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def _remove_drafts(folder):
    for left_over in folder.parent.glob(f".{folder.name}.*.tmp"):
        shutil.rmtree(left_over, ignore_errors=True)


@contextlib.contextmanager
def building(folder):
    """A temporary folder that becomes `folder` when the block succeeds."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_drafts(folder)
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    fresh.mkdir()
    try:
        yield fresh
        remove(folder)
        fresh.rename(folder)
    finally:
        # Also those of a killed command, whose children went on writing.
        _remove_drafts(folder)
