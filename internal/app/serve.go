package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"innkeeper/internal/httpapi"
)

// grace is how long requests and jobs under way may take to finish when the
// process is told to stop.
const grace = 15 * time.Second

// patience is the part of it that connections have: a client that has opened one and
// says nothing is no reason to end badly.
const patience = 10 * time.Second

type serveCommand struct {
	Worker bool `default:"true" negatable:"" help:"Also do the work behind the panel."`
}

// Run serves until the context ends, then lets what is under way finish.
func (c serveCommand) Run(s *session) error {
	part := fullWorker
	if !c.Worker {
		part = relayOnly
	}
	h, err := build(s.ctx, s.cfg, s.env, part)
	if err != nil {
		return err
	}
	defer h.close()
	return h.serve(s)
}

func (h *house) serve(s *session) error {
	listener, err := net.Listen("tcp", s.cfg.HTTPAddr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", s.cfg.HTTPAddr, err)
	}
	if s.cfg.PublicURL == "" { // a port that was chosen for us is known only now
		h.cfg.HTTPAddr = listener.Addr().String()
	}
	metrics := newMetrics()
	server, err := h.server(s.ctx, metrics)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	private, privateAddr, err := servePrivate(s.cfg.PrivateAddr, metrics)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := h.worker.Start(s.ctx); err != nil {
		return errors.Join(err, listener.Close(), private.Close())
	}
	go h.followPolicy(s.ctx)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	if err := moved(h.cfg); err != nil {
		slog.Warn("the file of the demo's sign-ins keeps an address of before", slog.Any("error", err))
	}
	fmt.Fprintf(s.env.Stdout, "Innkeeper is ready at %s\n", publicURL(h.cfg))
	if s.env.Ready != nil {
		s.env.Ready(publicURL(h.cfg), privateAddr)
	}
	select {
	case err = <-ended:
	case <-s.ctx.Done():
	}
	return errors.Join(err, h.shutdown(server, private))
}

func (h *house) shutdown(server *httpapi.Server, private *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	slog.Info("stopping")
	return errors.Join(hangUp(ctx, server), h.worker.Stop(ctx), private.Shutdown(ctx))
}

// hangUp lets requests under way finish and drops the connections that are still open
// after that.
func hangUp(ctx context.Context, server *httpapi.Server) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		slog.Warn("connections that were still open are dropped")
		return nil
	}
	return err
}

func (h *house) server(ctx context.Context, metrics *metrics) (*httpapi.Server, error) {
	key, err := h.install.Key(ctx, "cursor", 32)
	if err != nil {
		return nil, fmt.Errorf("read the key of cursors: %w", err)
	}
	return httpapi.New(httpapi.Deps{
		Rooms: httpapi.Rooms{
			Accounts: h.accounts, Plans: h.plans, Auth: h.auth, Visits: h.visits, Audit: h.audit, Hourly: h.hourly, Ledger: h.ledger, Shipping: h.shipping, Notify: h.notices, Notices: h.letters,
			Jobs: h.desk, Domains: h.domains, Mail: h.mail, Files: h.files, Roles: h.editor,
			Bookmarks: h.bookmarks, Exports: h.exports, Operations: h.operations,
		},
		Policy: h.policy, Targets: h.targets, Hub: h.hub, Tx: h.db, Repeats: h.repeats, CursorKey: key, PublicURL: publicURL(h.cfg), SupportURL: h.cfg.SupportURL,
		Proxies: h.cfg.TrustedProxies, Readiness: h.readiness(), Observe: metrics.observe, Now: time.Now,
	}), nil
}

func (h *house) readiness() []httpapi.Readiness {
	return []httpapi.Readiness{
		{Name: "database", Required: true, Check: h.db.Ping},
		{Name: "migrations", Required: true, Check: func(ctx context.Context) error {
			ok, err := h.db.Migrated(ctx)
			if err == nil && !ok {
				err = errors.New("migrations are missing")
			}
			return err
		}},
		{Name: "queue", Check: h.worker.Ping},
		{Name: "record", Check: recently(h.now, knownFor, h.ledger.Stands)},
		{Name: "record-shipping", Check: recently(h.now, knownFor, h.shipping.Stands)},
	}
}

// knownFor is for how long the answer about the record is good.
const knownFor = 5 * time.Second

// recently returns a check that finds out at most once in a while how a part is, and
// answers whoever asks in between with that. It is for what takes a lock: anybody may ask.
func recently(now func() time.Time, while time.Duration, check func(ctx context.Context) error) func(ctx context.Context) error {
	var (
		mu    sync.Mutex
		until time.Time
		last  error
	)
	return func(ctx context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		if !now().Before(until) {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience) // others wait for the answer, too
			defer cancel()
			last, until = check(ctx), now().Add(while)
		}
		return last
	}
}

type workerCommand struct{}

// Run works until the context ends.
func (workerCommand) Run(s *session) error {
	h, err := build(s.ctx, s.cfg, s.env, fullWorker)
	if err != nil {
		return err
	}
	defer h.close()
	metrics := newMetrics()
	private, privateAddr, err := servePrivate(s.cfg.PrivateAddr, metrics)
	if err != nil {
		return err
	}
	if err := h.worker.Start(s.ctx); err != nil {
		return errors.Join(err, private.Close())
	}
	go h.followPolicy(s.ctx)
	fmt.Fprintln(s.env.Stdout, "The worker is ready.")
	if s.env.Ready != nil {
		s.env.Ready("", privateAddr)
	}
	<-s.ctx.Done()
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	return errors.Join(h.worker.Stop(ctx), private.Shutdown(ctx))
}

// metrics counts requests by route, never by what is in a path.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "innkeeper_http_request_seconds", Help: "How long requests took, by method, route and status.",
			Buckets: []float64{.001, .005, .02, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "route", "status"}),
	}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

// servePrivate serves metrics and profiles on an address of their own. With an
// empty address it serves nothing.
func servePrivate(address string, m *metrics) (*http.Server, string, error) {
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	if address == "" {
		return server, "", nil
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, "", fmt.Errorf("listen on %s for metrics: %w", address, err)
	}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("the private address stopped", slog.Any("error", err))
		}
	}()
	return server, listener.Addr().String(), nil
}
