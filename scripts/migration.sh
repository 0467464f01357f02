#!/bin/sh
# Begins a migration: one file for each engine, with the next number and the name given.
set -eu
cd "$(dirname "$0")/.."
name=${1:-}
case $name in
"" | *[!a-z0-9_]*)
	echo "say what it is about, in small letters: make migration name=site_certificate" >&2
	exit 2
	;;
esac
last=$(for file in migrations/*/[0-9]*.sql; do [ -f "$file" ] && basename "$file"; done | sort | tail -n 1)
last=${last%%_*}
number=$(printf '%04d' "$(($(echo "${last:-0}" | sed 's/^0*//;s/^$/0/') + 1))")
for engine in postgres sqlite; do
	mkdir -p "migrations/$engine"
	file=migrations/$engine/${number}_$name.sql
	cat >"$file" <<-SQL
		-- +goose Up

		-- +goose Down
	SQL
	echo "$file"
done
