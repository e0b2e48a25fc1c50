#!/bin/sh
# Runs the browser tests against a built concord.
#
#   scripts/browser-tests.sh BINARY [pytest arguments …]      the tests
#   scripts/browser-tests.sh BINARY --screenshots             pictures of each step and of the admin pages, into docs/screenshots
#
# Needs Debian's chromium. CONCORD_MODEL is passed on to the server.
set -eu

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
    echo "usage: scripts/browser-tests.sh BINARY [pytest arguments …]; BINARY is a built concord" >&2
    exit 2
fi
CONCORD_BINARY=$(realpath "$1")
export CONCORD_BINARY
shift

root=$(dirname "$(dirname "$(realpath "$0")")")
python=$("$root/scripts/python.sh")

cd "$root"
if [ "${1:-}" = --screenshots ]; then
    "$python" Tests/Browser/screenshots.py
    exec "$python" Tests/Browser/screenshots_admin.py
fi
exec "$python" -m pytest Tests/Browser "$@"
