#!/usr/bin/env bash
# Makes everything the other commands need: Debian packages, then a Python environment in .venv from the lock.
# Safe to run again; make runs it only when one of its inputs has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }

python=$(command -v python3 || true)

# 1. Packages of the system. Without apt (not a Debian) or without root: say what is needed and go on.
wanted=()
if command -v dpkg-query >/dev/null; then
    while read -r package; do
        # Debian 13 calls some libraries NAMEt64. One of the two names is always unknown, which is no error here.
        found=$(dpkg-query -W -f='${db:Status-Status}\n' "$package" "${package}t64" 2>/dev/null || true)
        grep -qx installed <<<"$found" || wanted+=("$package")
    done < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' packaging/debian-packages.txt)
    [ -n "$python" ] || wanted+=(python3)
    { [ -n "$python" ] && "$python" -c 'import ensurepip, venv' 2>/dev/null; } || wanted+=(python3-venv)
else
    say "no dpkg here; what Debian calls the packages needed stands in packaging/debian-packages.txt"
fi
if [ "${#wanted[@]}" -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing with apt-get: ${wanted[*]}"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null; } ||
            say "apt-get could not install them; going on without"
    else
        say "these packages are missing and only root can install them; going on without:"
        say "    apt-get install --no-install-recommends ${wanted[*]}"
    fi
fi

# 2. Python's packages, exactly those of the lock, checked by hash.
python=$(command -v python3) || { say "python3 is needed (3.11 to 3.13)"; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    say "$python is $("$python" -V), but 3.11 or newer is needed"
    exit 1
}
if [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null; then
    :
else
    say "making .venv with $("$python" -V)"
    "$python" -m venv --clear .venv
fi
say "installing the Python packages of requirements.lock into .venv"
pip=(.venv/bin/python -m pip --disable-pip-version-check --quiet)
"${pip[@]}" install --no-deps --require-hashes -r requirements.lock
# The build backend is in the lock too, so nothing unlocked is fetched for building our own package.
"${pip[@]}" install --no-deps --no-build-isolation --editable .
say "ready"
