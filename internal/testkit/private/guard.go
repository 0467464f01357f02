// Package private owns servers that live and die with one process: a PostgreSQL
// and a Redis with their files in a temporary folder. Which test gets which
// database is left to testkit.
//
// Each server has a guard, a small shell that holds one end of a pipe. When the
// process that started it ends, however it ends, the pipe closes; the guard then
// stops the server and removes its folder. Nothing outlives a panic or a kill -9.
package private

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// guardScript reads one word a line and answers each with "ok". "$0" is the
// folder, "$1" the signal that stops the server for good, "$@" after both the
// server itself. A server whose folder is gone has nothing left to write to.
const guardScript = `
dir=$0 last=$1; shift
start() { "$@" >>"$dir/server.log" 2>&1 </dev/null & pid=$!; }
start "$@"
echo ok
while read -r word; do
	case $word in
	start) kill -0 "$pid" 2>/dev/null || start "$@" ;;
	stop) kill -"$last" "$pid" 2>/dev/null; wait "$pid" ;;
	kill) kill -KILL "$pid" 2>/dev/null; wait "$pid" ;;
	esac
	echo ok
done
kill -"$last" "$pid" 2>/dev/null
wait "$pid"
rm -rf "$dir"
`

// readyWithin is how long a server may take to answer. Starting takes half a
// second; the rest is for a machine that is busy compiling.
const readyWithin = 60 * time.Second

// guards keeps every guard in reach: a pipe that is garbage is closed, and its server would end early.
var guards sync.Map

// guard runs one server and ends it with this process.
type guard struct {
	dir   string
	cmd   *exec.Cmd
	words io.WriteCloser
	acks  *bufio.Reader

	mu    sync.Mutex
	ended bool
}

// start runs args under a new guard, as the account given (nil: as ourselves).
func start(dir string, as *syscall.Credential, last string, args ...string) (*guard, error) {
	cmd := exec.Command("/bin/sh", append([]string{"-c", guardScript, dir, last}, args...)...)
	cmd.Dir = dir
	// A session of its own, so that Ctrl-C at the terminal reaches the tests and not the servers under them.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as, Setsid: true}
	words, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	acks, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the guard of %s: %w", args[0], err)
	}
	g := &guard{dir: dir, cmd: cmd, words: words, acks: bufio.NewReader(acks)}
	guards.Store(dir, g)
	if _, err := g.acks.ReadString('\n'); err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	return g, nil
}

// tell gives the guard one word and waits until it has been carried out.
func (g *guard) tell(word string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return errors.New("the private server has been closed")
	}
	if _, err := io.WriteString(g.words, word+"\n"); err != nil {
		return fmt.Errorf("%s the private server: %w", word, err)
	}
	if _, err := g.acks.ReadString('\n'); err != nil {
		return fmt.Errorf("%s the private server: %w", word, err)
	}
	return nil
}

// close ends the server and waits until its folder is gone. Closing twice is closing once.
func (g *guard) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		return nil
	}
	g.ended = true
	guards.Delete(g.dir)
	if err := g.words.Close(); err != nil {
		return err
	}
	return g.cmd.Wait()
}

// ready waits until ask succeeds, starting the server again if it has gone.
func (g *guard) ready(ask func() error) error {
	var last error
	for deadline := time.Now().Add(readyWithin); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if last = ask(); last == nil {
			return nil
		}
		if err := g.tell("start"); err != nil {
			return err
		}
	}
	return fmt.Errorf("not ready within %s: %w\n%s", readyWithin, last, g.log())
}

// log returns the end of what the server has said.
func (g *guard) log() string {
	said, err := os.ReadFile(filepath.Join(g.dir, "server.log"))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}
