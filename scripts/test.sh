#!/usr/bin/env bash
# Every check and every test, from a fresh checkout, in order: what is missing is installed (Debian, as root) or
# named; then format, lint, imports, generated files; the Go tests with a private PostgreSQL and Redis; the
# panel's tests; the story in a real browser. A phase that fails does not keep the next from running.
# The last line counts all tests; a skipped one counts as failed.
set -euo pipefail
cd "$(dirname "$0")/.."

export PATH="$PATH:/usr/local/go/bin" CGO_ENABLED=0
[ -t 1 ] || export NO_COLOR=1
counts=$PWD/.cache/test/counts
logs=$PWD/.cache/test
bin=$PWD/.cache/bin

main() {
	work_in_memory
	rm -rf "$logs" && mkdir -p "$logs" "$bin" && : >"$counts"
	phase needs install_needs || give_up
	phase tools make -s .cache/bin/tally .cache/bin/services || give_up
	# The linter compiles while the panel's packages arrive.
	nice make -s .cache/bin/golangci-lint >"$logs/linter.log" 2>&1 &
	linter=$!
	phase panel make -s panel || give_up
	phase linter finished "$linter" "$logs/linter.log" || give_up

	phase format make -s format-check || true
	phase lint make -s lint || true
	phase vet make -s vet || true
	phase panel-check make -s panel-check || true
	phase generated make -s stale || true
	phase build make -s build || give_up
	phase go go_tests || true
	phase deploy deploy_tests || true
	phase vitest panel_tests || true
	phase e2e browser_tests || true
	close
}

# work_in_memory puts the files of the tests where there is no disk to wait for, if there is room and programs may
# be run from it. They are gone at the end either way. What is compiled goes where it always does.
work_in_memory() {
	[ -z "${TMPDIR:-}" ] && [ "$(df --output=avail -B1G /dev/shm 2>/dev/null | tail -n 1)" -ge 6 ] 2>/dev/null || return 0
	memory=$(mktemp -d /dev/shm/innkeeper-test-XXXXXX) || return 0
	if install -m 700 "$(type -P true)" "$memory/true" && "$memory/true"; then
		export GOTMPDIR=${GOTMPDIR:-/tmp} TMPDIR=$memory
	fi
}

# ---- phases

# install_needs looks for the programs the tests start. They come from the distribution's packages.
install_needs() {
	local packages=()
	command -v go >/dev/null || { echo "Go 1.26 is needed; there is no go on the PATH or in /usr/local/go/bin"; return 1; }
	scripts/need-node.sh || return 1
	compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || packages+=(postgresql)
	command -v redis-server >/dev/null || packages+=(redis-server)
	scripts/chromium.sh >/dev/null 2>&1 || packages+=(chromium)
	[ -n "$(find /usr/share/fonts -name '*.[ot]tf' -print -quit 2>/dev/null)" ] || packages+=(fonts-liberation)
	[ ${#packages[@]} -gt 0 ] || return 0
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "missing: ${packages[*]} (on Debian, as root: apt-get install ${packages[*]})"
		return 1
	fi
	echo "installing ${packages[*]}"
	{ apt-get update && apt-get install --yes --no-install-recommends "${packages[@]}"; } \
		>"$logs/install.log" 2>&1 </dev/null || { tail -n 30 "$logs/install.log"; return 1; }
}

# finished waits for a process started earlier and shows what it said if it failed.
finished() {
	wait "$1" || { cat "$2"; return 1; }
}

# go_tests runs the unit tests, the storage suite, the API scenarios and the races; both engines are in each.
go_tests() {
	"$bin/services" go test -json -count=1 -timeout 20m ./... </dev/null | "$bin/tally" gotest "$counts"
}

# deploy_tests read docker-compose.yml with Docker Compose's own code, which is not in the program.
deploy_tests() {
	(cd tools && go test -json -count=1 ./... </dev/null) | "$bin/tally" gotest "$counts"
}

panel_tests() {
	local report=$logs/vitest.json
	npm --prefix web test -- --reporter=default --reporter=json --outputFile.json="$report" </dev/null || true
	"$bin/tally" vitest "$report" "$counts"
}

# browser_tests has its own servers too, for whichever engine a scenario asks.
browser_tests() {
	local report=$logs/playwright.json
	CHROMIUM_PATH=$(scripts/chromium.sh) INNKEEPER_TEST_BIN=$PWD/bin/innkeeper PLAYWRIGHT_JSON_OUTPUT_FILE=$report \
		"$bin/services" npm --prefix web run e2e -- --reporter=list,json </dev/null || true
	"$bin/tally" playwright "$report" "$counts"
}

# ---- the frame

# phase runs a command under a name, says how long it took, and counts a failure that no test has counted.
phase() {
	local name=$1 begin=$SECONDS status=0 before
	shift
	printf '\n== %s\n' "$name"
	before=$(failures)
	"$@" || status=$?
	[ $status = 0 ] || [ "$(failures)" != "$before" ] || echo "$name 0 1" >>"$counts"
	times+=("$(printf '%-12s %4ds  %s' "$name" $((SECONDS - begin)) "$([ $status = 0 ] && echo ok || echo FAILED)")")
	return $status
}

failures() { awk '{ sum += $3 } END { print sum + 0 }' "$counts"; }

# give_up ends early: nothing after this phase can work without it.
give_up() {
	echo "the phases after this one cannot run without it" >&2
	close
}

close() {
	local status=0
	printf '\n'
	printf '  %s\n' "${times[@]}" "all          $(printf '%4d' $SECONDS)s"
	printf '\n'
	if [ -x "$bin/tally" ]; then
		"$bin/tally" total "$counts" || status=1
	else
		status=1
		echo "0 passed, 1 failed"
	fi
	exit $status
}

leave() {
	[ -z "$linter" ] || kill "$linter" 2>/dev/null || true
	[ -z "$memory" ] || rm -rf "$memory"
}

linter=
memory=
times=()
trap leave EXIT
main
