#!/usr/bin/env bash
# LibreOffice's spreadsheet without its screens, for the battery that opens exported files in it: the one that is there, else
# Debian's. Only `make prove` asks for it; where it cannot be installed, the test says so and is skipped.
set -euo pipefail

if command -v soffice >/dev/null; then
  exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "No LibreOffice, and it cannot be installed here: install the package libreoffice-calc." >&2
  exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libreoffice-calc >/dev/null
