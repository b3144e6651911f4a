#!/bin/sh
# Install Leadglass from the folder of this file, without a network: sh install.sh [VENV]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
venv=${1:-leadglass-venv}
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || {
  echo "Leadglass needs Python 3.11 to 3.13; '$python' is another. Say which: PYTHON=python3.11 sh install.sh" >&2
  exit 2
}
"$python" -c 'import ensurepip, venv' 2>/dev/null || {
  echo "This Python lacks venv. On Debian it is the package python3-venv; install it, then run this again." >&2
  exit 2
}
"$python" -m venv "$venv"
# Each wheel is checked against its SHA-256 before any is installed; nothing is looked for elsewhere.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --require-hashes \
  --find-links "$here" -r "$here/requirements.txt"
"$venv/bin/leadglass" --version
echo "Installed. Begin: $venv/bin/leadglass --help"
