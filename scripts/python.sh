#!/bin/sh
# Prints the path of a Python that has the packages of a requirements file, Tests/requirements.txt if none is named. They
# go into a cache outside the clone, installed anew when that file changes. Needs Debian's python3 with venv.
#
#   scripts/python.sh [REQUIREMENTS]
set -eu

root=$(dirname "$(dirname "$(realpath "$0")")")
requirements=${1:-$root/Tests/requirements.txt}
cache=${CONCORD_CACHE:-$HOME/.cache/concord}
environment=$cache/venv-$(sha256sum "$requirements" | cut -c 1-12)

if [ ! -f "$environment/ready" ]; then
    mkdir -p "$cache"
    # One at a time; whoever waited finds it ready.
    exec 9>"$environment.lock"
    flock 9
fi
if [ ! -f "$environment/ready" ]; then
    echo "Installing the Python packages of $(basename "$requirements") into $environment (about a minute) …" >&2
    rm -rf "$environment"
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" >&2
    touch "$environment/ready"
fi
echo "$environment/bin/python"
