#!/usr/bin/env bash
# Fetches D3, with which the admin pages draw, from Debian's package node-d3 into the cache, once, and puts it where pages
# find it: Public/assets/vendor/d3.min.js, which is not committed.
set -euo pipefail

sha256=63cdc8691107d063922c58ece1b9b4eeb9fef305429a55d3d962eea0812f1e03     # of D3 5.16.0
cache=${CONCORD_CACHE:-$HOME/.cache/concord}
file=$cache/d3-5.16.0.min.js
target=$(dirname "$(dirname "$(realpath "$0")")")/Public/assets/vendor/d3.min.js

is_good() { echo "$sha256  $1" | sha256sum --check --status 2>/dev/null; }

is_good "$target" && exit 0
if ! is_good "$file"; then
    echo "==> Fetching D3 (0.2 MB)"
    mkdir -p "$cache"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    chmod 755 "$work"
    fetch() { (cd "$work" && apt-get download -qq node-d3) >"$work/log" 2>&1; }
    if ! fetch; then
        sudo=(); [[ $(id -u) -eq 0 ]] || sudo=(sudo)
        "${sudo[@]}" apt-get update -qq
        fetch || { cat "$work/log" >&2; echo "Fetching Debian's package node-d3 failed; the lines above say why." >&2; exit 1; }
    fi
    dpkg-deb -x "$work"/node-d3_*.deb "$work/package"
    is_good "$work/package/usr/share/nodejs/d3/dist/d3.min.js" || {
        echo "Debian's package node-d3 does not hold the D3 5.16.0 that is expected; nothing was kept." >&2
        exit 1
    }
    mv "$work/package/usr/share/nodejs/d3/dist/d3.min.js" "$file"
fi
mkdir -p "$(dirname "$target")"
cp "$file" "$target.partial"
mv "$target.partial" "$target"
