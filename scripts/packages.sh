#!/usr/bin/env bash
# Installs what is missing of the Debian packages that Concord needs. With the word `test`, also what its tests need.
set -euo pipefail

wanted=(build-essential cmake ninja-build pkg-config git unzip libpq-dev libssl-dev zlib1g-dev postgresql
        python3 python3-pip python3-venv ca-certificates)
if [[ "${1:-}" == test ]]; then
    wanted+=(chromium fonts-dejavu-core openssl)
fi

missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query -W -f='${db:Status-Abbrev}' "$package" 2>/dev/null || true)
    [[ "$status" == ii* ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

sudo=()
if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null || {
        echo "These packages are missing, and there is no sudo to install them with: ${missing[*]}" >&2
        exit 1
    }
    sudo=(sudo)
fi

echo "==> Installing Debian packages (a few minutes): ${missing[*]}"
log=$(mktemp)
if ! { "${sudo[@]}" apt-get update -qq &&
       "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
     } >"$log" 2>&1; then
    cat "$log" >&2
    echo "Installing packages failed; the lines above say why." >&2
    exit 1
fi
rm -f "$log"
