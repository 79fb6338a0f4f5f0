#!/usr/bin/env bash
# Makes sure that the browser journeys have a Chromium; prints which one. `make test` calls it before the tests.
set -euo pipefail

find_browser() {
    if [ -n "${CHROMIUM:-}" ]; then
        command -v "$CHROMIUM"
        return
    fi
    local name
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" && return
    done
    return 1
}

has_fonts() {
    local found
    found=$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/nonexistent}/.fonts" \
        -name '*.[to]tf' -print -quit 2>/dev/null) || true
    [ -n "$found" ]
}

can_install() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null
}

install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq </dev/null
    apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

if [ -n "${CHROMIUM:-}" ] && ! find_browser >/dev/null; then
    echo "CHROMIUM is '$CHROMIUM', which is not a program. Correct it, or unset it." >&2
    exit 1
fi

if ! find_browser >/dev/null; then
    if ! can_install; then
        echo "The browser journeys need Chromium. Install it (Debian: sudo apt-get install chromium)," >&2
        echo "or name one that you have: make test CHROMIUM=/path/to/chrome" >&2
        exit 1
    fi
    echo "Installing Chromium for the browser journeys …"
    install chromium
fi

# Without any font a browser draws boxes, and a headless machine often has none.
if ! has_fonts; then
    if can_install; then
        install fonts-dejavu-core
    else
        echo "No fonts were found: the browser may draw boxes. Debian: sudo apt-get install fonts-dejavu-core" >&2
    fi
fi

browser=$(find_browser) || { echo "Chromium was installed, and is not to be found." >&2; exit 1; }
"$browser" --version
