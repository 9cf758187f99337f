#!/usr/bin/env bash
# ingestr: its package fetches the program from outside when it first runs, and the program's sources are named services and whole files:
# https://getbruin.com/docs/ingestr/supported-sources/
#
# usage: load.sh BASE_URL VARIANT FOLDER-OF-VENVS
set -euo pipefail
timeout 60 "$3/env/bin/ingestr" --help >/dev/null
echo "ingestr has no source for a paged JSON API" >&2
exit 1
