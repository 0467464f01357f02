#!/bin/sh
# Generates anew and fails if one of the files named is not what was committed or saved before.
# The files are left as generated, so that looking at the difference and keeping it is one step.
set -eu
cd "$(dirname "$0")/.."
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
i=0
for file; do
	i=$((i + 1))
	[ -f "$file" ] && cp "$file" "$before/$i"
done
scripts/generate.sh
i=0 stale=0
for file; do
	i=$((i + 1))
	[ -f "$before/$i" ] && cmp -s "$file" "$before/$i" && continue
	stale=1
	echo "$file was stale; it is generated anew now, commit it" >&2
	[ ! -f "$before/$i" ] || diff -u "$before/$i" "$file" | head -n 40 >&2 || true
done
exit $stale
