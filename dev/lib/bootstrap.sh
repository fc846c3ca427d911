# shellcheck shell=bash
# Shared start of every dev/ command: find or install the system's Python, then
# hand over to dev/lib/hubdev, which does the rest. Only this file is bash,
# because a minimal Debian has no Python at all.

DEV_DIR="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)"

say() { echo "==> $*" >&2; }

die() {
    echo "error: $*" >&2
    exit 1
}

as_root() {
    # Without a terminal nobody can type a password: fail at once instead.
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif [ -t 0 ]; then sudo "$@"
    else sudo -n "$@"
    fi
}

# quietly COMMAND...: show its output only if it fails.
quietly() {
    local log
    log="$(mktemp)"
    if "$@" >"$log" 2>&1; then
        rm -f "$log"
    else
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
}

python_is_usable() {
    /usr/bin/python3 -c \
        'import ensurepip, ssl, sys, venv; sys.exit(sys.version_info < (3, 11))' \
        2>/dev/null
}

ensure_python() {
    if python_is_usable; then return; fi
    command -v apt-get >/dev/null ||
        die "apt-get not found: these commands need Debian 12 or 13."
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null ||
        die "root rights are needed and there is no sudo. As root, run:" \
            "apt-get install python3 python3-venv"
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -y
        -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 --no-install-recommends)
    say "Debian packages: python3 python3-venv"
    quietly as_root "${apt[@]}" update ||
        die "'apt-get update' failed: check the machine's apt sources and network."
    quietly as_root "${apt[@]}" install python3 python3-venv ca-certificates ||
        die "python3 and python3-venv could not be installed (see above)."
    python_is_usable ||
        die "the system's Python must be 3.11 or newer (Debian 12 or 13)."
}

# start COMMAND ARGS...: become the Python program.
start() {
    ensure_python
    # A PYTHONPATH or PYTHONHOME of the caller must not reach Odoo, and byte code
    # does not belong into the checkout.
    unset PYTHONPATH PYTHONHOME
    export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
    exec /usr/bin/python3 "$DEV_DIR/lib/hubdev" "$@"
}
