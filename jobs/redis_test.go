package jobs_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"innkeeper/internal/db"
	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
	"innkeeper/internal/testkit"
	"innkeeper/jobs"
)

// hasty is for tests that wait in real time.
var hasty = jobs.Timing{
	Lease: 2 * time.Second, Poll: 200 * time.Millisecond, Patience: 500 * time.Millisecond, Backoff: 50 * time.Millisecond,
}

func inspector(t *testing.T, url string) *asynq.Inspector {
	t.Helper()
	option, err := asynq.ParseRedisURI(url)
	if err != nil {
		t.Fatal(err)
	}
	i := asynq.NewInspector(option)
	t.Cleanup(func() { i.Close() })
	return i
}

func names(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("dom_%03d", i)
	}
	return out
}

func TestAFlushedQueueLosesNothing(t *testing.T) {
	t.Parallel()
	w, url := newWorld(t), testkit.RedisURL(t)
	relay := w.start(t, jobs.Config{Redis: url, RelayOnly: true, Timing: hasty})
	objects := names(50)
	w.promise(t, "site.apply", objects...)
	queue := inspector(t, url)
	until(t, 30*time.Second, "50 are rung", func() bool {
		info, err := queue.GetQueueInfo("innkeeper")
		return err == nil && info.Pending >= 50
	})
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { client.Close() })
	if err := client.FlushDB(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	var seen ledger
	w.start(t, jobs.Config{Redis: url, Timing: hasty, Handlers: map[outbox.Task]jobs.Handler{"site.apply": seen.handler}})
	until(t, 30*time.Second, "all done", func() bool { waiting, _ := w.tally(t); return waiting == 0 })
	for _, object := range objects {
		if got := seen.of(object); got != 1 {
			t.Errorf("%s was done %d times, want once", object, got)
		}
	}
	if err := relay.Ping(t.Context()); err != nil {
		t.Errorf("Ping = %v, want nil", err)
	}
}

func TestFourWorkersOnOneRedisDoEachJobOnce(t *testing.T) {
	t.Parallel()
	w, url := newWorld(t), testkit.RedisURL(t)
	var seen ledger
	for range 4 {
		w.start(t, jobs.Config{
			Redis: url, Outbox: &stammer{Promises: w.outbox}, Timing: hasty,
			Handlers: map[outbox.Task]jobs.Handler{"site.apply": seen.handler},
		})
	}
	objects := names(50)
	w.promise(t, "site.apply", objects...)
	queue := inspector(t, url)
	until(t, 60*time.Second, "all done and no ring left", func() bool {
		info, err := queue.GetQueueInfo("innkeeper")
		waiting, _ := w.tally(t)
		return err == nil && waiting == 0 && info.Pending+info.Active == 0
	})
	for _, object := range objects {
		if got := seen.of(object); got != 1 {
			t.Errorf("%s was done %d times, want once", object, got)
		}
	}
}

func TestWorkersOnPostgreSQL(t *testing.T) {
	t.Parallel()
	d, err := db.Open(t.Context(), testkit.Postgres(t, newest), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	w := &world{db: d}
	w.outbox = outbox.New(store.NewOutbox(d), d, w.ring)
	url := testkit.RedisURL(t)
	var seen ledger
	var visits sweeper
	failing := func(ctx context.Context, by principal.Principal, object string) error {
		if seen.add(object) == 1 {
			return errBroken
		}
		return nil
	}
	for range 2 {
		w.start(t, jobs.Config{
			Redis: url, Timing: hasty, Handlers: map[outbox.Task]jobs.Handler{"site.apply": failing},
			Sweepers: map[outbox.Task]jobs.Sweeper{"impersonation.sweep": &visits}, Interval: 200 * time.Millisecond,
		})
	}
	objects := names(20)
	w.promise(t, "site.apply", objects...)
	until(t, 60*time.Second, "all done", func() bool { waiting, _ := w.tally(t); return waiting == 0 })
	for _, object := range objects {
		if got := seen.of(object); got != 2 {
			t.Errorf("%s was tried %d times, want twice", object, got)
		}
	}
	until(t, 30*time.Second, "the periodic task runs", func() bool { return visits.of("task") > 1 })
}

// newest brings a database to the newest schema.
func newest(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url, "")
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(ctx)
}

func TestRedisGoesAndComesBack(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testkit.NewRedis(t)
	var visits sweeper
	var seen ledger
	worker := w.start(t, jobs.Config{
		Redis: server.URL(), Timing: hasty, Interval: 300 * time.Millisecond,
		Sweepers: map[outbox.Task]jobs.Sweeper{"impersonation.sweep": &visits},
		Handlers: map[outbox.Task]jobs.Handler{"site.apply": seen.handler},
	})
	until(t, 30*time.Second, "the periodic task runs", func() bool { return visits.of("task") > 1 })
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	w.promise(t, "site.apply", names(20)...)
	own := visits.of("sweep")
	until(t, 30*time.Second, "the ticker sweeps", func() bool { return visits.of("sweep") > own+1 })
	if err := worker.Ping(t.Context()); err == nil {
		t.Error("Ping of a queue that is away = nil, want an error")
	}
	if waiting, _ := w.tally(t); waiting != 20 {
		t.Errorf("%d promises wait, want 20", waiting)
	}
	task := visits.of("task")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, 30*time.Second, "the jobs are done", func() bool { waiting, _ := w.tally(t); return waiting == 0 })
	until(t, 30*time.Second, "the periodic task runs again", func() bool { return visits.of("task") > task+1 })
	for _, object := range names(20) {
		if got := seen.of(object); got != 1 {
			t.Errorf("%s was done %d times, want once", object, got)
		}
	}
}

func TestRedisIsAwayFromTheStartToTheStop(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testkit.NewRedis(t)
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	var visits sweeper
	worker := w.launch(t, jobs.Config{
		Redis: server.URL(), Timing: hasty, Interval: 100 * time.Millisecond,
		Sweepers: map[outbox.Task]jobs.Sweeper{"impersonation.sweep": &visits},
	})
	w.promise(t, "site.apply", "dom_1")
	until(t, 30*time.Second, "the ticker sweeps", func() bool { return visits.of("sweep") > 0 })
	stop(t, worker)
	if waiting, _ := w.tally(t); waiting != 1 {
		t.Errorf("%d promises wait, want 1", waiting)
	}
}

// victimFolder makes the test program a worker that waits to be killed, on the
// database in that folder.
const victimFolder = "INNKEEPER_TEST_VICTIM"

func TestMain(m *testing.M) {
	if folder := os.Getenv(victimFolder); folder != "" {
		if err := victim(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func victim(folder string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, "", folder)
	if err != nil {
		return err
	}
	worker := jobs.New(jobs.Config{
		Redis: os.Getenv("INNKEEPER_REDIS_URL"), Outbox: outbox.New(store.NewOutbox(d), d, func() {}), Timing: hasty,
		Handlers: map[outbox.Task]jobs.Handler{
			"site.apply": func(_ context.Context, _ principal.Principal, object string) error {
				if err := os.WriteFile(filepath.Join(folder, "begun-"+object), nil, 0o600); err != nil {
					return err
				}
				select {}
			},
		},
	})
	if err := worker.Start(ctx); err != nil {
		return err
	}
	select {}
}

func TestKill9LosesNoJob(t *testing.T) {
	t.Parallel()
	folder, url := t.TempDir(), testkit.RedisURL(t)
	w := newWorldIn(t, folder)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(program)
	child.Env = append(os.Environ(), victimFolder+"="+folder, "INNKEEPER_REDIS_URL="+url)
	child.Stderr = os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Process.Kill() })
	objects := names(3)
	w.promise(t, "site.apply", objects...)
	until(t, 60*time.Second, "all are begun", func() bool {
		begun, err := filepath.Glob(filepath.Join(folder, "begun-*"))
		return err == nil && len(begun) == len(objects)
	})
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // killed, as it says
	var seen ledger
	w.start(t, jobs.Config{Redis: url, Timing: hasty, Handlers: map[outbox.Task]jobs.Handler{"site.apply": seen.handler}})
	until(t, 30*time.Second, "all are done by the next worker", func() bool { waiting, _ := w.tally(t); return waiting == 0 })
	for _, p := range w.all(t) {
		if got := seen.of(p.ObjectID); got != 1 || p.Attempts != 2 {
			t.Errorf("%s was done %d times after %d attempts, want once at the second", p.ObjectID, got, p.Attempts)
		}
	}
}
