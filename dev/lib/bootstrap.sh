# Shared start of every dev/ command: find or install the system's Python, then
# hand over to dev/lib/hubdev, which does the rest. Only this file is bash,
# because a minimal Debian has no Python at all.
# shellcheck shell=bash

DEV_DIR="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)"

say() { printf '\033[1;34m==>\033[0m %s\n' "$*" >&2; }

die() {
    printf '\033[1;31merror:\033[0m %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        # Without a terminal nobody can type a password: fail at once instead.
        if [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
    else
        die "this needs root rights and there is no sudo. As root, run: $*"
    fi
}

python_is_usable() {
    /usr/bin/python3 -c 'import ensurepip, ssl, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

ensure_python() {
    python_is_usable && return
    command -v apt-get >/dev/null || die "apt-get not found: these commands need Debian 12 or 13."
    say "Debian packages: python3 python3-venv"
    as_root apt-get -qq -o DPkg::Lock::Timeout=300 update >&2 ||
        die "'apt-get update' failed: check this machine's apt sources and network."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Use-Pty=0 --no-install-recommends install python3 python3-venv ca-certificates >&2 ||
        die "could not install python3 and python3-venv (see above)."
    python_is_usable || die "the system's Python must be 3.11 or newer (Debian 12 or 13)."
}

# start COMMAND ARGS...: replace this shell by the Python command.
start() {
    ensure_python
    # The checkout must not collect byte code written by root, and a PYTHONPATH
    # or PYTHONHOME of the caller must not reach Odoo.
    unset PYTHONPATH PYTHONHOME
    export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
    exec /usr/bin/python3 "$DEV_DIR/lib/hubdev" "$@"
}
