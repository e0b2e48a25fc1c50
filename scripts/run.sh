#!/usr/bin/env bash
# Loads the demo study and serves it; the server is last, and takes the place of this script.
set -euo pipefail
binary=$1
export CONCORD_MODEL=${CONCORD_MODEL:-$CONCORD_CACHE/models/SmolLM2-135M-Instruct-BF16.gguf}

echo "==> Starting PostgreSQL and loading the demo study"
"$binary" questions import Examples/questions.csv --set examples
"$binary" study create Examples/demo-study.yml --open --if-missing
echo "==> Loading the model and starting the server"
exec "$binary" serve --first-admin
