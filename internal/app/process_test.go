package app_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// testBin is the setting that says where the program is that people run; without it the tests
// build it.
const testBin = "INNKEEPER_TEST_BIN"

// program is the path of the program, built once at most.
var program = sync.OnceValues(func() (string, error) {
	if given := os.Getenv(testBin); given != "" {
		return given, nil
	}
	path := filepath.Join(patterns, "innkeeper")
	if said, err := exec.Command("go", "build", "-o", path, "innkeeper/cmd/innkeeper").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w: %s", err, said)
	}
	return path, nil
})

// run is the command as a process of its own, that can be killed, with the settings of the
// house and none of the tests'.
func (p *process) run(ctx context.Context, t *testing.T) *exec.Cmd {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(ctx, path, strings.Fields(p.command)...)
	around := slices.DeleteFunc(os.Environ(), func(setting string) bool { return strings.HasPrefix(setting, "INNKEEPER_") })
	run.Env = slices.Concat(around, p.environ)
	return run
}

// process is a command of the program that runs as a process of its own.
type process struct {
	command string
	environ []string
	running *exec.Cmd
	said    *bytes.Buffer // on standard error
}

// start starts it and returns how long it took until it said that it is ready.
func (p *process) start(t *testing.T) time.Duration {
	t.Helper()
	if _, err := program(); err != nil { // which takes its time, too
		t.Fatal(err)
	}
	begun := time.Now()
	p.running, p.said = p.run(context.WithoutCancel(t.Context()), t), &bytes.Buffer{}
	p.running.Stderr = p.said
	out, err := p.running.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.running.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.Contains(line, "ready") {
		p.kill()
		t.Fatalf("%s says %q, %v: %s", p.command, line, err, p.said)
	}
	return time.Since(begun)
}

// output runs it to its end and returns everything that it says.
func (p *process) output(t *testing.T) string {
	t.Helper()
	said, err := p.run(t.Context(), t).CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(said)
}

// kill ends it at once, as kill -9 does.
func (p *process) kill() {
	_ = p.running.Process.Kill()
	_ = p.running.Wait() // says that it was killed
}

// asProcesses returns the processes of the house: one, or the panel and its worker apart.
// They are killed when the test ends.
func (h *house) asProcesses(t *testing.T, apart bool) []*process {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	h.url = "http://" + address
	environ := slices.Concat(h.environ, []string{"INNKEEPER_HTTP_ADDR=" + address})
	all := []*process{{command: "serve", environ: environ}}
	if apart {
		all = []*process{{command: "serve --worker=false", environ: environ}, {command: "worker", environ: environ}}
	}
	for _, p := range all {
		p.start(t)
		t.Cleanup(p.kill)
	}
	return all
}
