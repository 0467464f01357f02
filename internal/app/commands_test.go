package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/app"
	"innkeeper/internal/testkit"
)

// command runs one command to its end, with nothing but the given settings.
func command(t *testing.T, environ []string, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, complaints bytes.Buffer
	environ = append([]string{"INNKEEPER_LOG_LEVEL=error", "INNKEEPER_HTTP_ADDR=127.0.0.1:0", "INNKEEPER_PRIVATE_ADDR="}, environ...)
	code = app.Run(ctx, args, app.Env{Environ: environ, Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &complaints})
	if ctx.Err() != nil {
		t.Fatalf("%v did not end within a minute", args)
	}
	return code, out.String(), complaints.String()
}

// wantOneLine checks that a command failed with one line that says these words.
func wantOneLine(t *testing.T, what string, code int, stderr string, words ...string) {
	t.Helper()
	if code != 1 {
		t.Errorf("%s: the exit status is %d, want 1; it says %q", what, code, stderr)
	}
	line, rest, ended := strings.Cut(stderr, "\n")
	if !ended || rest != "" || !strings.HasPrefix(line, "innkeeper: ") || len(line) > 300 {
		t.Errorf("%s: stderr is %q, want one line", what, stderr)
	}
	for _, word := range words {
		if !strings.Contains(line, word) {
			t.Errorf("%s: the line %q does not say %q", what, line, word)
		}
	}
	if strings.Contains(stderr, "secret") {
		t.Errorf("%s: the line %q repeats a password", what, stderr)
	}
}

// everyCommand is each command that needs the database, with its standard input.
var everyCommand = map[string][]string{
	"":                            {"serve"},
	" ":                           {"worker"},
	"  ":                          {"migrate"},
	"   ":                         {"demo"},
	"a long password of an admin": {"admin", "create", "--email", "ada@test.example", "--password-stdin"},
}

func TestCommandsSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("this is no database, and long enough to be looked at"), 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, "innkeeper.db"), bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		environ []string
		words   []string
	}{
		"nobody listens where PostgreSQL should": {
			[]string{"INNKEEPER_DATA=" + t.TempDir(), "INNKEEPER_DATABASE_URL=postgres://u:secret@127.0.0.1:1/innkeeper"}, []string{"database", "does not answer"},
		},
		"the database has another name": {
			[]string{"INNKEEPER_DATA=" + t.TempDir(), "INNKEEPER_DATABASE_URL=" + otherDatabase(t)}, []string{"database", "nothing_of_that_name"},
		},
		"the address of the database cannot be read": {
			[]string{"INNKEEPER_DATA=" + t.TempDir(), "INNKEEPER_DATABASE_URL=mysql://u:secret@127.0.0.1/x"}, []string{"postgres://"},
		},
		"the data directory is a file":     {[]string{"INNKEEPER_DATA=" + file}, []string{"data directory"}},
		"it lies below a file":             {[]string{"INNKEEPER_DATA=" + file + "/data"}, []string{"data directory"}},
		"the database file is no database": {[]string{"INNKEEPER_DATA=" + damaged}, []string{"database"}},
		"a setting that there is not":      {[]string{"INNKEEPER_DATA=" + t.TempDir(), "INNKEEPER_SESION_IDLE=5m"}, []string{"INNKEEPER_SESION_IDLE", "did you mean INNKEEPER_SESSION_IDLE"}},
		"a duration that is none":          {[]string{"INNKEEPER_DATA=" + t.TempDir(), "INNKEEPER_SWEEP_INTERVAL=soon"}, []string{"INNKEEPER_SWEEP_INTERVAL"}},
		"a session shorter than a visit":   {[]string{"INNKEEPER_DATA=" + t.TempDir(), "INNKEEPER_SESSION_IDLE=1m"}, []string{"INNKEEPER_SESSION_IDLE", "INNKEEPER_IMPERSONATION_IDLE"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for stdin, args := range everyCommand {
				code, _, stderr := command(t, test.environ, strings.TrimSpace(stdin), args...)
				wantOneLine(t, strings.Join(args, " "), code, stderr, test.words...)
			}
		})
	}
}

// Whoever reads the file of the demo, or asks for its sign-ins again, finds the panel where it
// is, on whichever port it was started.
func TestTheDemoKnowsWhereThePanelIs(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		kept := func() (url string, people int) {
			body, err := os.ReadFile(filepath.Join(h.data, "demo.json"))
			if err != nil {
				t.Fatal(err)
			}
			var d struct {
				URL    string
				People []any
			}
			if err := json.Unmarshal(body, &d); err != nil {
				t.Fatal(err)
			}
			return d.URL, len(d.People)
		}
		if url, people := kept(); url != h.url || people != len(h.people) {
			t.Errorf("started, the file names %s and %d people, want %s and %d", url, people, h.url, len(h.people))
		}
		h.wantCommand(t, 0, "sign in at "+h.url+" as", "demo") // its port is to be chosen: nothing newer is known
		h.environ = append(h.environ, "INNKEEPER_HTTP_ADDR=127.0.0.1:8099")
		h.wantCommand(t, 0, "sign in at http://127.0.0.1:8099 as", "demo")
		if url, people := kept(); url != "http://127.0.0.1:8099" || people != len(h.people) {
			t.Errorf("asked again, the file names %s and %d people", url, people)
		}
		if info, err := os.Stat(filepath.Join(h.data, "demo.json")); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file is %v, %v, want it for its user alone", info.Mode(), err)
		}
	})
}

// A demo that was interrupted lacks what nobody would make later, and says so.
func TestDemoThatWasInterrupted(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	environ := []string{"INNKEEPER_DATA=" + data}
	if code, _, stderr := command(t, environ, "a long enough password\n", "admin", "create", "--email", "ada@test.example", "--password-stdin"); code != 0 {
		t.Fatal(stderr)
	}
	if err := os.WriteFile(filepath.Join(data, "demo.json"), []byte(`{"people":[],"unfinished":true}`), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command(t, environ, "", "demo")
	wantOneLine(t, "demo", code, stderr, "were not made to their end: remove "+data)
	if stdout != "" {
		t.Errorf("demo said %q", stdout)
	}
}

// A mistyped directory holds no record: one that was made on the way would hold, too.
func TestCommandsOfTheRecordMakeNoInstallation(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"verify"}, {"erase", "--before", "2020-01-01"}, {"rotate-key"}, {"new-epoch", "--reason", "The disk failed"},
	} {
		data := filepath.Join(t.TempDir(), "mistyped")
		code, stdout, stderr := command(t, []string{"INNKEEPER_DATA=" + data}, "", append([]string{"audit"}, args...)...)
		wantOneLine(t, "audit "+args[0], code, stderr, "there is no installation in "+data)
		if _, err := os.Stat(data); stdout != "" || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("audit %s said %q and left the directory: %v", args[0], stdout, err)
		}
	}
}

// otherDatabase is an address on the tests' PostgreSQL where there is no database.
func otherDatabase(t *testing.T) string {
	t.Helper()
	address := testkit.EmptyPostgres(t)
	start, end := strings.LastIndex(address, "/"), len(address)
	if query := strings.Index(address, "?"); query > start {
		end = query
	}
	return address[:start+1] + "nothing_of_that_name" + address[end:]
}

func TestServeNeedsTheSchema(t *testing.T) {
	t.Parallel()
	environ := []string{"INNKEEPER_DATA=" + t.TempDir(), "INNKEEPER_DATABASE_URL=" + testkit.EmptyPostgres(t)}
	for _, args := range [][]string{{"serve"}, {"worker"}} {
		code, _, stderr := command(t, environ, "", args...)
		wantOneLine(t, args[0], code, stderr, "innkeeper migrate")
	}
	if code, stdout, stderr := command(t, environ, "", "migrate"); code != 0 || stderr != "" {
		t.Errorf("migrate = %d, %q, %q", code, stdout, stderr)
	}
}

func TestServeNeedsItsPorts(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, setting := range []string{"INNKEEPER_HTTP_ADDR=", "INNKEEPER_PRIVATE_ADDR="} {
		code, _, stderr := command(t, []string{"INNKEEPER_DATA=" + t.TempDir(), setting + taken.Addr().String()}, "", "serve")
		wantOneLine(t, setting, code, stderr, taken.Addr().String(), "in use")
	}
}

func TestServeWithoutARedisThatCanBeRead(t *testing.T) {
	t.Parallel()
	code, _, stderr := command(t, []string{"INNKEEPER_DATA=" + t.TempDir(), "INNKEEPER_REDIS_URL=memcached://:secret@127.0.0.1"}, "", "serve")
	wantOneLine(t, "serve", code, stderr, "redis://")
}

func TestAdminCreateRefusesAndLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			h := engine.fill(t)
			before := h.snapshot(t)
			for name, test := range map[string]struct {
				email, password string
				words           []string
			}{
				"a short password":             {"new@test.example", "only 14 chars.", []string{"password", "15 characters"}},
				"a common password":            {"new@test.example", "passwordpassword", []string{"password"}},
				"no password":                  {"new@test.example", "\n", []string{"password"}},
				"an address that is none":      {"new at test.example", "a long enough password", []string{"email"}},
				"an address with a line break": {"new@test.example\r\nBcc: x@y.example", "a long enough password", []string{"email"}},
				"an address in use":            {h.named(t, "Blue Door Bakery").Login, "a long enough password", []string{"in use"}},
			} {
				code, _, stderr := command(t, h.environ, test.password, "admin", "create", "--email", test.email, "--password-stdin")
				wantOneLine(t, name, code, stderr, test.words...)
				h.wantUnchanged(t, name, before)
			}
			code, stdout, stderr := command(t, h.environ, "a long enough password\n", "admin", "create", "--email", "new@test.example", "--password-stdin")
			if code != 0 || !strings.Contains(stdout, "new@test.example") {
				t.Errorf("admin create = %d, %q, %q", code, stdout, stderr)
			}
		})
	}
}

func TestCallsThatAreWrong(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"no command": {}, "another command": {"reign"}, "another flag": {"serve", "--fast"}, "no e-mail": {"admin", "create", "--password-stdin"},
	} {
		code, _, stderr := command(t, []string{"INNKEEPER_DATA=" + t.TempDir()}, "", args...)
		if code != 2 || !strings.Contains(stderr, "innkeeper: ") {
			t.Errorf("%s: exit status %d and %q, want 2 and a word why", name, code, stderr)
		}
	}
}
