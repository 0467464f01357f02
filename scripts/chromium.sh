#!/bin/sh
# Prints the path of the browser for the end-to-end tests: CHROMIUM_PATH, or the one on this machine.
set -eu
if [ -n "${CHROMIUM_PATH:-}" ]; then
	[ -x "$CHROMIUM_PATH" ] || { echo "CHROMIUM_PATH names $CHROMIUM_PATH, which cannot be run" >&2; exit 1; }
	echo "$CHROMIUM_PATH"
	exit
fi
command -v chromium || command -v chromium-browser || command -v google-chrome ||
	{ echo "no Chromium on the PATH (on Debian: apt-get install chromium)" >&2; exit 1; }
