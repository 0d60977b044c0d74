#!/usr/bin/env bash
# First-run set-up: Debian packages (named; installed when we are root), then .venv. Runs again only when something changed.
# usage: packaging/bootstrap.sh run|test
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}

packages=$(awk -v purpose="$purpose" '$1 == "run" || $1 == purpose { print $2 }' packaging/debian-packages.txt)

install_system_packages() {
  command -v dpkg-query >/dev/null || { echo "Not a Debian system: please see packaging/debian-packages.txt for what is needed."; return; }
  local missing=()
  for package in $packages; do
    [ "$package" = python3-venv ] && python3 -c 'import ensurepip, venv' 2>/dev/null && continue
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" = 0 ]; then
    echo "Installing Debian packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "These Debian packages are missing: ${missing[*]}"
    echo "Install them with:  sudo apt-get install --no-install-recommends ${missing[*]}"
    echo "then run the command again."
    exit 1
  fi
}

find_python() {
  local candidate
  for candidate in python3.11 python3.12 python3.13 python3; do
    if "$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "Python 3.11 or newer with venv is needed (Debian: python3 python3-venv)." >&2
  return 1
}

install_python_packages() {
  local extra="" wanted stamp=".venv/.diptych-$purpose"
  [ "$purpose" = test ] && extra="[dev]"
  wanted=$(cat pyproject.toml plugins/*/pyproject.toml | sha256sum)
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then return; fi
  if [ ! -x .venv/bin/python ]; then
    echo "Making .venv"
    "$(find_python)" -m venv .venv
  fi
  echo "Installing Python packages into .venv (a few minutes the first time)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -e ".$extra"
  echo "$wanted" > "$stamp"
}

install_system_packages
install_python_packages
