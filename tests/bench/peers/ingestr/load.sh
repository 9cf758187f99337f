#!/usr/bin/env bash
# ingestr: its package fetches the program from outside when it first runs, and among its sources, named services and whole files,
# none for any paged JSON API was found: https://getbruin.com/docs/ingestr/supported-sources/
#
# usage: load.sh BASE_URL VARIANT FOLDER-OF-VENVS
set -euo pipefail
timeout 60 "$3/env/bin/ingestr" --help >/dev/null
echo "no source for a paged JSON API was found in it" >&2
exit 1
