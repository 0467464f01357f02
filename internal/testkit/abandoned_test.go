package testkit_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/jackc/pgx/v5"

	"innkeeper/internal/testkit"
)

// recorder is a test that keeps what made it fail, to test how a helper fails.
type recorder struct {
	testing.TB
	said string
}

func (r *recorder) Helper() {}

func (r *recorder) Fatalf(format string, args ...any) {
	r.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// crashURL tells this test binary to take a database on that server and die at once.
const crashURL = "INNKEEPER_TEST_CRASH"

// TestCrash is the body of the process that TestAbandonedDatabasesAreDropped starts; by itself it proves
// that a database of this process is there.
func TestCrash(t *testing.T) {
	url := testkit.Postgres(t, migrateNothing)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv(crashURL) != "" {
		os.Exit(7)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAbandonedDatabasesAreDropped(t *testing.T) {
	t.Parallel()
	server := testkit.NewPostgres(t)
	run(t, server.URL(), 7, crashURL+"=1")
	if got := databases(t, server.URL()); len(got) != 2 {
		t.Fatalf("a crashed process left %q, want its template and its database", got)
	}
	run(t, server.URL(), 0)
	if got := databases(t, server.URL()); len(got) != 1 {
		t.Errorf("after the next process %q are left, want its template alone", got)
	}
}

// run runs TestCrash in a process of its own against the server.
func run(t *testing.T, url string, status int, env ...string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrash$")
	cmd.Env = append(append(os.Environ(), "INNKEEPER_TEST_POSTGRES_URL="+url), env...)
	said, err := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != status {
		t.Fatalf("the process ended with %d, %v, want %d\n%s", got, err, status, said)
	}
}

func databases(t *testing.T, url string) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	rows, err := conn.Query(t.Context(), `SELECT datname FROM pg_database WHERE starts_with(datname, 'testkit_')`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return names
}
