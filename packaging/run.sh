#!/usr/bin/env bash
# Opens the workstation on its demo studies; with no display performs the same reading headlessly into the given folder.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-out}
if [ "$(uname)" != Linux ] || .venv/bin/python -m ui.has_display; then
  exec .venv/bin/diptych demo
fi
echo "No display found: performing the demo reading headlessly; results go to $out/"
exec .venv/bin/diptych demo --headless --out "$out"
