#!/usr/bin/env bash
# Runs a command with a screen of its own: Xvfb chooses a free display number and tells it through a pipe.
set -euo pipefail
folder=$(mktemp -d)
mkfifo "$folder/display"
exec 3<>"$folder/display"
rm -r "$folder"
Xvfb -displayfd 3 -screen 0 "${XVFB_SCREEN:-1920x1080x24}" -nolisten tcp >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
read -r number <&3
export DISPLAY=":$number" QT_QPA_PLATFORM=xcb
unset WAYLAND_DISPLAY XAUTHORITY
"$@"
