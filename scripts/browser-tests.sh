#!/bin/sh
# Runs the browser tests against a built concord.
#
#   scripts/browser-tests.sh BINARY [pytest arguments …]      the tests
#   scripts/browser-tests.sh BINARY --screenshots             pictures of each step, into docs/screenshots
#
# Needs Debian's chromium and python3 with venv. Python packages go into a cache outside the clone, made anew when
# Tests/Browser/requirements.txt changes. CONCORD_MODEL is passed on to the server.
set -eu

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
    echo "usage: scripts/browser-tests.sh BINARY [pytest arguments …]; BINARY is a built concord" >&2
    exit 2
fi
CONCORD_BINARY=$(realpath "$1")
export CONCORD_BINARY
shift

root=$(dirname "$(dirname "$(realpath "$0")")")
requirements=$root/Tests/Browser/requirements.txt
cache=${CONCORD_CACHE:-$HOME/.cache/concord}
environment=$cache/venv-$(sha256sum "$requirements" | cut -c 1-12)

if [ ! -f "$environment/ready" ]; then
    echo "Installing the browser tests' Python packages into $environment (about half a minute) …"
    rm -rf "$environment"
    mkdir -p "$cache"
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
    touch "$environment/ready"
fi

cd "$root"
if [ "${1:-}" = --screenshots ]; then
    exec "$environment/bin/python" Tests/Browser/screenshots.py
fi
exec "$environment/bin/python" -m pytest Tests/Browser "$@"
