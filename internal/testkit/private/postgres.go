package private

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNoPostgres says that PostgreSQL's own programs are not on this machine.
var ErrNoPostgres = errors.New("PostgreSQL is not installed: no initdb and postgres in /usr/lib/postgresql/*/bin or on the PATH " +
	"(on Debian: apt-get install postgresql)")

// durable is the variable that keeps PostgreSQL's own ways of not losing anything, for whoever measures.
const durable = "INNKEEPER_TEST_DURABLE"

// Postgres is a PostgreSQL server of one process, reached through a socket in its own folder.
type Postgres struct {
	guard *guard
	url   string
}

// StartPostgres makes a cluster and starts a server on it, with 200 connections: nothing is synced to disk,
// unless INNKEEPER_TEST_DURABLE is set.
// It returns ErrNoPostgres where the programs are missing. As root it runs under the account postgres,
// because PostgreSQL refuses to run as root.
func StartPostgres() (*Postgres, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	as, err := postgresAccount()
	if err != nil {
		return nil, err
	}
	dir, err := folder("innkeeper-pg-", as)
	if err != nil {
		return nil, err
	}
	if err := initCluster(bin, dir, as); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	// INT is PostgreSQL's fast shutdown: clients are disconnected, nothing is waited for.
	settings := []string{
		"-D", filepath.Join(dir, "data"), "-k", dir, "-c", "listen_addresses=", "-c", "max_connections=200",
		"-c", "autovacuum_naptime=10s", "-c", "shared_buffers=128MB",
	}
	if os.Getenv(durable) == "" {
		settings = append(settings, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
	}
	g, err := start(dir, as, "INT", append([]string{filepath.Join(bin, "postgres")}, settings...)...)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	p := &Postgres{guard: g, url: "postgres://innkeeper@/postgres?sslmode=disable&host=" + url.QueryEscape(dir)}
	if err := g.ready(p.ask); err != nil {
		return nil, errors.Join(fmt.Errorf("start PostgreSQL: %w", err), g.close())
	}
	return p, nil
}

// URL returns the address of the server's database "postgres", as a superuser.
func (p *Postgres) URL() string { return p.url }

// Stop shuts the server down at once; its clients lose their connections. The data stay.
func (p *Postgres) Stop() error { return p.guard.tell("stop") }

// Kill ends the server with SIGKILL, as a crash would. The data that were committed stay.
func (p *Postgres) Kill() error { return p.guard.tell("kill") }

// Start brings the server back after Stop or Kill, at the same address, and returns when it answers.
func (p *Postgres) Start() error { return p.guard.ready(p.ask) }

// Close ends the server and removes its folder.
func (p *Postgres) Close() error { return p.guard.close() }

func (p *Postgres) ask() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func initCluster(bin, dir string, as *syscall.Credential) error {
	cmd := exec.Command(filepath.Join(bin, "initdb"), "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
		"--username=innkeeper", "--pgdata="+filepath.Join(dir, "data"))
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make a PostgreSQL cluster: %w\n%s", err, said)
	}
	return nil
}

// postgresBin returns the folder of the newest PostgreSQL on this machine.
func postgresBin() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return major(a) - major(b) })), nil
	}
	onPath, err := exec.LookPath("initdb")
	if err != nil {
		return "", ErrNoPostgres
	}
	if onPath, err = filepath.EvalSymlinks(onPath); err != nil {
		return "", err
	}
	return filepath.Dir(onPath), nil
}

// major returns 15 for /usr/lib/postgresql/15/bin/initdb and 0 for a folder that is no number.
func major(path string) int {
	n, err := strconv.Atoi(strings.Split(path, "/")[4])
	if err != nil {
		return 0
	}
	return n
}

// postgresAccount returns whom the server runs as: nil for ourselves.
func postgresAccount() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root and the account postgres is missing: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// folder makes a folder that only the account may enter. It is in /tmp whatever TMPDIR says, because the
// path of a socket may have 107 bytes and other accounts must be able to reach it.
func folder(prefix string, as *syscall.Credential) (string, error) {
	dir, err := os.MkdirTemp("/tmp", prefix)
	if err != nil || as == nil {
		return dir, err
	}
	return dir, os.Chown(dir, int(as.Uid), int(as.Gid))
}
