# Everything that is done with this checkout. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Where Go is when it was unpacked by hand, as its own instructions say.
export PATH := $(PATH):/usr/local/go/bin
# No C compiler is needed; only the race detector wants one.
export CGO_ENABLED := 0

TOOLS := .cache/bin
SERVICES := $(TOOLS)/services
# What `make bench` measures: every package, or those named.
BENCH ?= ./internal/... ./jobs/... ./rbac/...
PANEL_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -path web/e2e -prune -o \
	-type f -not -name '*.go' -not -name '*.md' -not -name openapi.json -print)

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- build and run

.PHONY: run
run: build ## build, fill ./data with demo data the first time, and serve on 127.0.0.1:8080
	@bin/innkeeper demo
	@exec bin/innkeeper serve

.PHONY: build
build: panel ## build the panel and bin/innkeeper
	@# Without -trimpath, which would compile every dependency a second time beside the tests'.
	go build -ldflags '-s -w' -o bin/innkeeper ./cmd/innkeeper

.PHONY: panel
panel: web/dist/index.html ## build the panel into web/dist, if it has changed

web/dist/index.html: web/node_modules/.package-lock.json $(PANEL_SOURCES)
	cd web && npm run build
	@touch $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@scripts/need-node.sh
	cd web && npm ci --no-audit --no-fund
	@touch $@

# ---- check

.PHONY: test
test: ## run every check and every test; installs what it lacks on Debian as root
	@scripts/test.sh

.PHONY: check
check: format-check lint archtest vet panel-check stale ## format, lint, imports, generated files: what every commit passes

.PHONY: format
format: $(TOOLS)/golangci-lint web/node_modules/.package-lock.json ## put Go and panel sources into their usual form
	$(TOOLS)/golangci-lint fmt
	cd web && npx biome check --write .

.PHONY: format-check
format-check:
	@unformatted=$$(find . \( -name node_modules -o -name .cache \) -prune -o -name '*.go' -print0 | xargs -0 gofmt -l); \
	if [ -n "$$unformatted" ]; then echo "not formatted (make format):" $$unformatted; exit 1; fi

.PHONY: lint
lint: $(TOOLS)/golangci-lint ## look for mistakes in the Go code
	$(TOOLS)/golangci-lint run --allow-parallel-runners ./...

.PHONY: archtest
archtest: ## check which room imports which
	go test ./internal/archtest

.PHONY: vet
vet:
	go vet ./...
	cd tools && go vet ./...

.PHONY: panel-check
panel-check: web/node_modules/.package-lock.json
	cd web && npm run check

.PHONY: stale
stale: web/node_modules/.package-lock.json ## fail if openapi.json or the typed client is not what `make generate` makes
	@scripts/stale.sh web/openapi.json web/src/api/schema.ts

# ---- parts of the tests; those in Go bring a PostgreSQL and a Redis of their own

.PHONY: unit
unit: ## the Go tests of everything but the storage suite and the API scenarios
	go test $$(go list ./... | grep -Ev '/internal/(store|httpapi|app)(/|$$)')

.PHONY: storage
storage: $(SERVICES) ## the storage suite on SQLite and PostgreSQL
	$(SERVICES) go test ./internal/db/... ./internal/store/...

.PHONY: scenarios
scenarios: $(SERVICES) ## the API scenarios on SQLite and PostgreSQL
	$(SERVICES) go test ./internal/httpapi/... ./internal/app/...

.PHONY: races
races: $(SERVICES) ## the races of impersonation and the attribution under load, on both engines
	$(SERVICES) go test -count=1 -run 'Race|Attribution|UnderLoad' ./...

.PHONY: race-detector
race-detector: $(SERVICES) ## all Go tests under the race detector; needs a C compiler
	CGO_ENABLED=1 $(SERVICES) go test -race -timeout 30m ./...

.PHONY: deploy
deploy: ## check docker-compose.yml with Docker Compose's own reader
	cd tools && go test ./...

.PHONY: panel-test
panel-test: web/node_modules/.package-lock.json ## the panel's own tests
	cd web && npm test

.PHONY: e2e
e2e: build $(SERVICES) ## the story in a real browser
	@CHROMIUM_PATH=$$(scripts/chromium.sh) INNKEEPER_TEST_BIN=$(CURDIR)/bin/innkeeper $(SERVICES) npm --prefix web run e2e

.PHONY: bench
bench: $(SERVICES) ## measure against the goals, as ratios, on both engines
	INNKEEPER_TEST_DURABLE=1 $(SERVICES) go test -run '^$$' -bench . -p 1 -timeout 60m $(BENCH) 2>&1 | go run ./scripts/bench

.PHONY: million
million: $(SERVICES) ## one edited entry of a million in the record is named, on both engines; takes minutes
	INNKEEPER_TEST_ENTRIES=1000000 $(SERVICES) go test -count=1 -p 1 -timeout 60m -v -run OneOfMany ./internal/audit/ledger

.PHONY: thousand
thousand: $(SERVICES) ## page, receipt and rows of a thousand visits agree, on both engines; takes minutes
	INNKEEPER_TEST_VISITS=1000 $(SERVICES) go test -count=1 -timeout 60m -v -run PageReceiptAndRowsAgree ./internal/app

.PHONY: ten-million
ten-million: $(SERVICES) ## pages of the activity log among ten million events on PostgreSQL; takes most of an hour
	INNKEEPER_TEST_EVENTS=10000000 $(SERVICES) go test -run '^$$' -bench ActivityPage/postgres -benchtime 200x -timeout 3h ./internal/store

.PHONY: cover
cover: $(SERVICES) ## which lines the Go tests reach: coverage.html
	$(SERVICES) go test -coverpkg=./internal/...,./jobs/...,./rbac/... -coverprofile=coverage.out ./...
	@go tool cover -html=coverage.out -o coverage.html
	@go tool cover -func=coverage.out | tail -n 1

# ---- make things

.PHONY: generate
generate: web/node_modules/.package-lock.json ## write web/openapi.json and the typed client from the operations
	@scripts/generate.sh

.PHONY: migration
migration: ## begin a migration for both engines: make migration name=site_certificate
	@scripts/migration.sh "$(name)"

.PHONY: clean
clean: ## remove what was built, not ./data
	rm -rf .cache bin coverage.out coverage.html web/node_modules
	find web/dist -mindepth 1 -not -name .gitkeep -delete

# ---- tools, built once

$(TOOLS)/golangci-lint: tools/go.mod tools/go.sum
	@mkdir -p $(TOOLS)
	@echo "building golangci-lint (once; about a minute)"
	cd tools && go build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

$(SERVICES): $(wildcard scripts/services/*.go internal/testkit/private/*.go) go.mod
	@mkdir -p $(TOOLS)
	go build -o $@ ./scripts/services

$(TOOLS)/tally: $(wildcard scripts/tally/*.go)
	@mkdir -p $(TOOLS)
	go build -o $@ ./scripts/tally
