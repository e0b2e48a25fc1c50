#!/bin/sh
# Prints the path of a Python that has the packages of Tests/requirements.txt. They go into a cache outside the clone,
# installed anew when that file changes. Needs Debian's python3 with venv.
set -eu

root=$(dirname "$(dirname "$(realpath "$0")")")
requirements=$root/Tests/requirements.txt
cache=${CONCORD_CACHE:-$HOME/.cache/concord}
environment=$cache/venv-$(sha256sum "$requirements" | cut -c 1-12)

if [ ! -f "$environment/ready" ]; then
    echo "Installing the tests' Python packages into $environment (about a minute) …" >&2
    rm -rf "$environment"
    mkdir -p "$cache"
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" >&2
    touch "$environment/ready"
fi
echo "$environment/bin/python"
