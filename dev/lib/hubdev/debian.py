"""Debian packages: installed on the machine, or only unpacked in the cache."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import cache
from ui import SetupError, say, step

APT_OPTIONS = ["-qq", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
KEYRINGS = [
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
]
SID_ADVICE = (
    "Odoo 19 is taken from Debian's unstable release (sid). If your mirror does "
    "not carry sid, set ODOO_HOME to the folder of an Odoo 19 Community source "
    "tree (the one that contains odoo/ and addons/) and start again."
)


def as_root(command):
    """Prefix a command with sudo where needed."""
    if os.geteuid() == 0:
        return command
    if not shutil.which("sudo"):
        raise SetupError(
            "root rights are needed and there is no sudo. As root, run:\n    "
            + " ".join(command)
        )
    # Without a terminal nobody can type a password: fail at once instead.
    return ["sudo", *([] if sys.stdin.isatty() else ["-n"]), *command]


def missing(packages):
    """The packages that are not installed on this machine."""
    absent = []
    for package in packages:
        result = subprocess.run(
            ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
            capture_output=True,
            text=True,
        )
        if result.stdout != "installed":
            absent.append(package)
    return absent


def install(packages):
    """Install what is missing; refresh the package lists only when needed."""
    if not missing(packages):
        return
    with cache.lock("apt"):
        absent = missing(packages)
        if not absent:
            return
        command = as_root(
            ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *APT_OPTIONS]
        )
        install_command = [*command, "--no-install-recommends", "install", *absent]
        title = f"Debian packages: {' '.join(absent)}"
        log = cache.LOGS / "apt.log"
        advice = (
            "Check the machine's apt sources and network, or install by hand: "
            + " ".join(absent)
        )
        try:
            step(title, install_command, log, advice)
        except SetupError:
            step("refreshing the package lists", [*command, "update"], log, advice)
            step(title, install_command, log, advice)


def _find_mirror():
    # apt itself is asked, so that one-line and deb822 sources, local mirrors
    # and dated archives all work.
    result = subprocess.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(CODENAME)|$(ORIGIN)|$(COMPONENT)|$(REPO_URI)",
            "Created-By: Packages",
        ],
        capture_output=True,
        text=True,
    )
    own = os_release().get("VERSION_CODENAME", "")
    for line in result.stdout.splitlines():
        codename, origin, component, address = line.split("|", 3)
        if (codename, origin, component) == (own, "Debian", "main"):
            return address
    return None


def mirror():
    """Address of the Debian mirror this machine uses."""
    address = _find_mirror()
    if not address:
        # A minimal image comes without package lists.
        step(
            "refreshing the package lists",
            [*as_root(["apt-get", *APT_OPTIONS]), "update"],
            cache.LOGS / "apt.log",
            "Check the machine's apt sources and network.",
        )
        address = _find_mirror()
    if not address:
        raise SetupError(
            f"no Debian mirror found in this machine's apt settings. {SID_ADVICE}"
        )
    return address


def os_release():
    lines = Path("/etc/os-release").read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {key: value.strip('"') for key, value in pairs}


class UnpackedArchive:
    """apt with its own sources and state in the cache.

    The machine's settings (proxy, certificates, date checks) still apply, but
    its sources, lists and installed packages are neither used nor touched.
    """

    def __init__(self, suite):
        self.suite = suite
        self.folder = cache.ROOT / "apt" / suite
        keyring = next((path for path in KEYRINGS if path.exists()), None)
        if not keyring:
            raise SetupError(
                "the Debian archive keyring is missing: "
                "install the package debian-archive-keyring."
            )
        for name in ("lists/partial", "archives/partial", "empty"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        sources = self.folder / "sources.list"
        sources.write_text(f"deb [signed-by={keyring}] {mirror()} {suite} main\n")
        (self.folder / "status").touch()
        settings = {
            "Dir::Etc::sourcelist": sources,
            "Dir::Etc::sourceparts": self.folder / "empty",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": self.folder / "empty",
            "Dir::State": self.folder,
            "Dir::State::lists": self.folder / "lists",
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder,
            "Dir::Cache::archives": self.folder / "archives",
            "APT::Sandbox::User": "root",  # _apt could not reach a home folder
            "Acquire::Retries": "3",
        }
        # Hooks of the machine (desktop notices, image cleaning) are not ours.
        lines = [
            "#clear APT::Update::Pre-Invoke;",
            "#clear APT::Update::Post-Invoke;",
            "#clear APT::Update::Post-Invoke-Success;",
            *(f'{key} "{value}";' for key, value in settings.items()),
        ]
        self.config = self.folder / "apt.conf"
        self.config.write_text("\n".join(lines) + "\n")

    def update(self):
        step(
            f"package list of Debian {self.suite}",
            [
                "apt-get",
                "-c",
                self.config,
                "-o",
                "APT::Update::Error-Mode=any",
                "update",
            ],
            cache.LOGS / f"apt-{self.suite}.log",
            f"Debian {self.suite} could not be read. {SID_ADVICE}",
        )

    def version(self, package):
        result = subprocess.run(
            ["apt-cache", "-c", self.config, "show", "--no-all-versions", package],
            capture_output=True,
            text=True,
        )
        found = re.search(r"^Version: (.+)$", result.stdout, re.M)
        return found and found[1]

    def unpack(self, packages, target):
        """Download packages, checked against the keyring, and unpack them."""
        downloads = self.folder / "archives" / f"get.{os.getpid()}"
        downloads.mkdir(exist_ok=True)
        try:
            step(
                f"downloading {' '.join(packages)} ({self.suite})",
                ["apt-get", "-c", self.config, "download", *packages],
                cache.LOGS / "download.log",
                f"Check the network. {SID_ADVICE}",
                cwd=downloads,
            )
            for archive in sorted(downloads.glob("*.deb")):
                say(f"unpacking {archive.name}")
                subprocess.run(["dpkg-deb", "-x", archive, target], check=True)
        finally:
            shutil.rmtree(downloads, ignore_errors=True)
