"""Odoo 19: the tree of ODOO_HOME, or Debian's package unpacked in the cache."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import cache
from debian import SID_ADVICE, UnpackedArchive, os_release
from ui import SetupError, say, warn

PACKAGE = "odoo-19"
# What the links inside the package point to. Some of these have newer, renamed
# contents in sid, so the machine's own release is tried first.
LINKED_PACKAGES = [
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
]
# Left out of Debian's package for licence reasons, but still listed in a
# manifest: without it the backend's bundle logs an error that fails each tour.
STRIPPED_FILE = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@dataclass(frozen=True)
class OdooSource:
    python_path: Path  # folder that contains the package `odoo`
    addons_paths: tuple[Path, ...]
    version: str  # differs whenever the code may differ

    def environment(self):
        return {"PYTHONPATH": str(self.python_path)}


def find():
    """The Odoo to use, made ready if necessary."""
    home = os.environ.get("ODOO_HOME")
    return _from_home(Path(home)) if home else _from_debian()


def _from_home(home):
    home = home.absolute()
    release = home / "odoo" / "release.py"
    if not release.is_file():
        raise SetupError(
            f"ODOO_HOME={home} is not an Odoo source tree (no odoo/release.py). "
            "Set it to the folder that contains odoo/, or unset it."
        )
    if "version_info = (19, 0" not in release.read_text():
        raise SetupError(f"ODOO_HOME={home} is not Odoo 19.0. Correct or unset it.")
    candidates = [home / "addons", home / "odoo" / "addons"]
    addons_paths = tuple(path for path in candidates if path.is_dir())
    # The tree may be a git checkout that moves; its date tells.
    revision = subprocess.run(
        ["git", "-C", home, "rev-parse", "HEAD"], capture_output=True, text=True
    ).stdout.strip()
    version = revision or f"{release.stat().st_mtime_ns}"
    return OdooSource(home, addons_paths, cache.digest(home, version))


def _source_in(folder, version):
    packages = folder / "usr/lib/python3/dist-packages"
    return OdooSource(packages, (packages / "odoo" / "addons",), version)


def _from_debian():
    base = cache.ROOT / "odoo"
    with cache.lock("odoo"):
        for folder in sorted(base.glob("19*"), reverse=True):
            if folder.is_dir() and (stamp := cache.read_stamp(folder)):
                return _source_in(folder, stamp["version"])
        return _unpack(base)


def _unpack(base):
    sid = UnpackedArchive("sid")
    sid.update()
    version = sid.version(PACKAGE)
    if not version:
        raise SetupError(f"Debian sid has no package {PACKAGE}. {SID_ADVICE}")
    folder = base / version.replace(":", "_").replace("+", "_")
    if folder.exists():
        say("the unpacked Odoo is damaged: it is made again")
    with cache.building(folder) as fresh:
        sid.unpack([PACKAGE], fresh)
        packages = fresh / "usr/lib/python3/dist-packages"
        # A second, incomplete copy of the addons and other left-overs.
        for name in ("addons", "doc", "setup"):
            shutil.rmtree(packages / name, ignore_errors=True)
        own = UnpackedArchive(os_release()["VERSION_CODENAME"])
        own.update()
        for archive in (own, sid):
            if dangling_links(fresh):
                available = [name for name in LINKED_PACKAGES if archive.version(name)]
                archive.unpack(available, fresh / f".{archive.suite}")
                _merge(fresh / f".{archive.suite}", fresh)
        _repair_links(fresh)
        stub = packages / "odoo" / "addons" / STRIPPED_FILE
        if not stub.exists():
            stub.parent.mkdir(parents=True, exist_ok=True)
            stub.write_text("// Not part of Debian's package; empty on purpose.\n")
    cache.write_stamp(folder, version=version)
    return _source_in(folder, version)


def _merge(source, target):
    """Move the files of `source` that `target` lacks; drop the rest."""
    for path in sorted(source.rglob("*")):
        wanted = target / path.relative_to(source)
        if path.is_dir() and not path.is_symlink():
            wanted.mkdir(exist_ok=True)
        elif not wanted.exists():
            wanted.unlink(missing_ok=True)
            path.rename(wanted)
    shutil.rmtree(source)


def dangling_links(root):
    """Links below `root` whose target is not below `root`."""
    found = []
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = Path(folder, name)
            if path.is_symlink():
                target = os.readlink(path)
                # An absolute link means a place in the unpacked tree.
                if target.startswith("/") or not path.exists():
                    found.append(path)
    return found


def _repair_links(root):
    for link in dangling_links(root):
        target = os.readlink(link)
        if target.startswith("/") and (root / target.lstrip("/")).exists():
            replacement = root / target.lstrip("/")
        else:
            replacement = _same_named_file(root, Path(target).name)
        if not replacement:
            if "/usr/share/doc/" in f"{link}" or "/usr/share/lintian/" in f"{link}":
                link.unlink()
                continue
            raise SetupError(
                f"the link {link.relative_to(root)} points to {target}, which none "
                f"of the packages contains. {SID_ADVICE}"
            )
        warn(f"{link.relative_to(root)}: linked to {replacement.relative_to(root)}")
        link.unlink()
        link.symlink_to(os.path.relpath(replacement, link.parent))


def _same_named_file(root, name):
    share = root / "usr" / "share"
    matches = [path for path in share.rglob(name) if path.is_file()]
    return matches[0] if matches else None
