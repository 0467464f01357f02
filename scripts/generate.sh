#!/bin/sh
# Writes what is made from the registry of operations: OpenAPI, and from that the panel's typed client.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .cache
go run ./cmd/innkeeper openapi >.cache/openapi.json
mv .cache/openapi.json web/openapi.json
npm --prefix web run --silent generate
