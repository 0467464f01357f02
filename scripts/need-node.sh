#!/bin/sh
# Ends with a sentence unless Node is there in a version that can build the panel.
set -eu
want="Node 20.19 or newer is needed to build the panel"
command -v node >/dev/null 2>&1 || { echo "$want; there is no node on the PATH" >&2; exit 1; }
command -v npm >/dev/null 2>&1 || { echo "$want; there is no npm on the PATH" >&2; exit 1; }
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
	{ echo "$want; this is $(node --version)" >&2; exit 1; }
