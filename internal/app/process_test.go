package app_test

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// asProcess is the setting by which the test program is the program itself: a process of
// its own, that can be killed.
const asProcess = "INNKEEPER_TEST_PROCESS"

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
	begun := time.Now()
	p.running, p.said = exec.Command(os.Args[0]), &bytes.Buffer{}
	p.running.Env = append(append(os.Environ(), p.environ...), asProcess+"="+p.command)
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
	run := exec.CommandContext(t.Context(), os.Args[0])
	run.Env = append(append(os.Environ(), p.environ...), asProcess+"="+p.command)
	said, err := run.CombinedOutput()
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
