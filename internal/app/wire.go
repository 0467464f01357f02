package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/audit/export"
	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/audit/ship"
	"innkeeper/internal/auth"
	"innkeeper/internal/config"
	"innkeeper/internal/db"
	"innkeeper/internal/dns"
	"innkeeper/internal/engine/collector"
	"innkeeper/internal/engine/disk"
	"innkeeper/internal/engine/mailer"
	"innkeeper/internal/file"
	"innkeeper/internal/httpapi"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/live"
	"innkeeper/internal/mail"
	"innkeeper/internal/notify"
	"innkeeper/internal/operation"
	"innkeeper/internal/outbox"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
	"innkeeper/internal/repeat"
	"innkeeper/internal/role"
	"innkeeper/internal/site"
	"innkeeper/internal/store"
	"innkeeper/jobs"
	"innkeeper/rbac"
)

// house is every part, built once.
type house struct {
	cfg    config.Config
	now    func() time.Time
	db     *db.DB
	disk   *disk.Disk
	policy *rbac.Enforcer
	worker *jobs.Worker

	accounts *account.Service
	plans    *plan.Service
	auth     *auth.Service
	visits   *impersonation.Service
	audit    *audit.Service
	hourly   *audit.Hourly
	eraser   *audit.Eraser
	ledger   *ledger.Service
	shipping *ship.Service
	notices  *notify.Service
	letters  *notify.Editor
	post     *notify.Post
	outbox   *outbox.Service
	desk     *outbox.Desk
	domains  *dns.Service
	sites    *site.Service
	mail     *mail.Service
	files    *file.Service

	bookmarks  *audit.Bookmarks
	exports    *export.Service
	operations *operation.Service
	repeats    *repeat.Service

	targets httpapi.Targets
	hub     *live.Hub
	install *store.Installation
	people  *store.People
	roles   *role.Service
	editor  *role.Editor
}

func openForMigration(ctx context.Context, cfg config.Config) (*db.DB, error) {
	address := cfg.MigrateURL
	if address == "" {
		address = cfg.DatabaseURL
	}
	return db.Open(ctx, address, cfg.Data)
}

// applicationRole returns the role with which the panel works, when the schema belongs to
// another one.
func applicationRole(cfg config.Config) string {
	if cfg.MigrateURL == "" {
		return ""
	}
	of := func(address string) string {
		u, err := url.Parse(address)
		if err != nil {
			return ""
		}
		return u.User.Username()
	}
	if role := of(cfg.DatabaseURL); role != of(cfg.MigrateURL) {
		return role
	}
	return ""
}

// build opens what has to be open and builds every part. Embedded, it brings the
// schema up to date by itself; with PostgreSQL that is the migrate command's work.
func build(ctx context.Context, cfg config.Config, env Env, part jobsRole) (*house, error) {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	var options []db.Option
	if env.Now != nil {
		options = append(options, db.WithClock(env.Now))
	}
	d, err := db.Open(ctx, cfg.DatabaseURL, cfg.Data, options...)
	if err != nil {
		return nil, err
	}
	h := &house{cfg: cfg, db: d}
	if err := h.schema(ctx); err != nil {
		return nil, errors.Join(err, h.close())
	}
	if h.disk, err = disk.Open(cfg.Data); err != nil {
		return nil, errors.Join(err, h.close())
	}
	if h.policy, err = rbac.New(roleLines{store.NewRoles(d)}); err != nil {
		return nil, errors.Join(err, h.close())
	}
	if err := h.rooms(env, part); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

func (h *house) schema(ctx context.Context) error {
	if h.db.Dialect() == db.SQLite {
		return h.db.Migrate(ctx)
	}
	ok, err := h.db.Migrated(ctx)
	if err == nil && !ok {
		err = errors.New("the database schema is older than this program: run innkeeper migrate first")
	}
	return err
}

const (
	// lookEvery is how often a process with open streams looks for changes.
	lookEvery = 500 * time.Millisecond
	// mostStreams is how many streams one person may have open in one process.
	mostStreams = 10
)

// jobsRole says which part of the work a process does.
type jobsRole int

const (
	fullWorker jobsRole = iota
	relayOnly           // rings the queue for a worker elsewhere
)

func (h *house) rooms(env Env, part jobsRole) error {
	h.now = time.Now
	if env.Now != nil {
		h.now = env.Now
	}
	var (
		accounts = store.NewAccounts(h.db)
		people   = store.NewPeople(h.db)
		visits   = store.NewImpersonations(h.db)
		domains  = store.NewDomains(h.db)
		boxes    = store.NewMailboxes(h.db)
		meter    = file.NewMeter(h.disk, h.now)
		hasher   = auth.NewHasher()
	)
	h.install, h.people, h.roles = store.NewInstallation(h.db), people, role.New(store.NewRoles(h.db))
	events := store.NewAudit(h.db)
	h.audit = audit.New(events, visits)
	h.eraser = audit.NewEraser(events, store.NewCopies(h.db), h.audit, h.db, h.cfg.RecordTextsKept)
	h.hourly = audit.NewHourly(h.audit, h.db)
	safe, err := newVault(h.cfg.Data)
	if err != nil {
		return err
	}
	h.ledger = ledger.New(store.NewLedger(h.db), h.db, safe, h.audit)
	elsewhere, err := collector.Open(collectorOf(h.cfg))
	if err != nil {
		return err
	}
	h.shipping = ship.New(store.NewShipping(h.db), h.db, elsewhere)
	ring := func() { h.worker.Ring() }
	promises := store.NewOutbox(h.db)
	h.outbox = outbox.New(promises, h.db, ring)
	h.desk = outbox.NewDesk(promises, h.db, h.audit, ring)
	h.plans = plan.New(plan.Deps{Tx: h.db, Clock: h.db, Store: store.NewPlans(h.db), Disk: meter, Audit: h.audit})
	sender, err := mailer.Open(h.cfg.SMTPURL, h.cfg.Data)
	if err != nil {
		return err
	}
	settings := store.NewNoticeSettings(h.db)
	h.notices = notify.New(notify.Deps{
		Tx: h.db, Store: store.NewNotifications(h.db), Settings: settings, Mails: store.NewMails(h.db), Work: h.outbox, Sender: sender, From: h.cfg.MailFrom, PublicURL: publicURL(h.cfg), Language: h.cfg.Language,
	})
	sessions, tokens := store.NewSessions(h.db), store.NewTokens(h.db)
	key, err := secretKey(h.cfg.Data)
	if err != nil {
		return err
	}
	sealer, err := auth.NewSealer(key)
	if err != nil {
		return err
	}
	h.repeats = repeat.New(store.NewRepeats(h.db), h.db, sealer)
	h.visits = impersonation.New(impersonation.Deps{
		Store: visits, Asks: store.NewAsks(h.db), Announcements: store.NewAnnouncements(h.db), Links: store.NewLinks(h.db), Policy: decisions{h.policy}, Accounts: accounts, People: people, Sessions: sessions, Tokens: tokens,
		Log: h.audit, Notices: h.notices, Work: h.outbox, Tx: h.db,
		Limits: impersonation.Limits{Idle: h.cfg.ImpersonationIdle, Max: h.cfg.ImpersonationMax, MaxReseller: h.cfg.ImpersonationMaxReseller, StepUp: h.cfg.StepUp},
		Fresh:  h.rolesChanged,
	})
	h.letters = notify.NewEditor(notify.EditorDeps{Tx: h.db, Shelf: settings, Audit: h.audit, PublicURL: publicURL(h.cfg), Language: h.cfg.Language})
	h.post = notify.NewPost(h.notices, sealedStories{h.visits, h.ledger})
	h.auth = auth.New(auth.Deps{
		Store: sessions, Throttle: store.NewThrottle(h.db), People: people, Visits: h.visits, Audit: h.audit, Hourly: h.hourly, Tx: h.db, Hasher: hasher,
		Limits: auth.Limits{Idle: h.cfg.SessionIdle, Max: h.cfg.SessionMax},
		Tokens: tokens, Scopes: h.policy,
		Factors: store.NewFactors(h.db), Passkeys: store.NewPasskeys(h.db), PublicURL: func() string { return publicURL(h.cfg) }, Sealer: sealer, Notices: h.notices, FactorRequired: h.factorRequired(h.cfg),
	})
	h.accounts = account.New(account.Deps{
		Tx: h.db, Clock: h.db, Accounts: accounts, Tree: accounts, Index: accounts, People: people, Invitations: store.NewInvitations(h.db),
		Roles: h.roles, Plans: h.plans, Policy: decisions{h.policy}, Sessions: h.auth, Visits: h.visits, Passwords: h.auth,
		Mailer: h.notices, Notices: h.notices, Audit: h.audit, Work: h.outbox,
	})
	h.domains = dns.New(dns.Deps{
		Tx: h.db, Clock: h.db, Store: domains, Records: store.NewRecords(h.db), Accounts: accounts, Limits: h.plans, Mailboxes: boxes,
		Audit: h.audit, Work: h.outbox, Reserved: ownHosts(h.cfg),
	})
	h.sites = site.New(site.Deps{Domains: domains, Disk: h.disk})
	h.mail = mail.New(mail.Deps{
		Tx: h.db, Clock: h.db, Store: boxes, Unlocks: store.NewUnlocks(h.db), Domains: domains, Accounts: accounts, Limits: h.plans, Policy: decisions{h.policy},
		Hasher: hasher, Disk: h.disk, Audit: h.audit, Work: h.outbox,
	})
	h.files = file.New(file.Deps{
		Tx: h.db, Clock: h.db, Store: store.NewFileChanges(h.db), Disk: h.disk, Desk: h.disk, Meter: meter, Accounts: accounts, Limits: h.plans,
		Sites: domains, Audit: h.audit, Work: h.outbox,
	})
	h.editor = role.NewEditor(role.Deps{Tx: h.db, Shelf: store.NewRoles(h.db), Policy: decisions{h.policy}, Visits: h.visits, Audit: h.audit, Changed: h.rolesChanged})
	h.bookmarks = audit.NewBookmarks(events, h.db)
	h.operations = operation.New(operation.Deps{
		Tx: h.db, Store: store.NewOperations(h.db), Files: h.disk, Askers: h.auth, Audit: h.audit, Work: h.outbox,
		Runners: map[operation.Kind]operation.Runner{export.Kind: export.NewWriter(h.audit, h.policy).Run},
	})
	h.exports = export.New(export.Deps{Tx: h.db, Operations: h.operations, Accounts: accounts, Audit: h.audit})
	h.hub = live.New(store.NewLive(h.db), live.Config{Every: lookEvery, Most: mostStreams})
	h.targets = targetsOf(accounts, domains, boxes, h.visits)
	h.worker = jobs.New(jobs.Config{
		Redis: h.cfg.RedisURL, Outbox: h.outbox, Handlers: h.handlers(),
		Sweepers: map[outbox.Task]jobs.Sweeper{
			"impersonation.sweep": h.visits, "impersonation-request.sweep": impersonation.Lapsing{Service: h.visits},
			"session.sweep": h.auth, "file.sweep": h.files.Janitor(abandoned, time.Hour), "outbox.sweep": h.outbox, "audit.seal": h.ledger,
			"audit.index": audit.NewIndexer(events, h.db), "audit.erase": h.eraser,
			"operation.sweep": h.operations, "idempotency-key.sweep": h.repeats, "record.ship": h.shipping,
		},
		Interval: h.cfg.SweepInterval, RelayOnly: part == relayOnly, Log: slog.Default(),
	})
	return nil
}

// sealedStories tells of a visit, and carries the last signed head along: everybody who
// gets the mail is a witness of the record.
type sealedStories struct {
	visits *impersonation.Service
	ledger *ledger.Service
}

// Story returns what a mail says of a visit.
func (s sealedStories) Story(ctx context.Context, visitID string) (notify.Story, error) {
	story, err := s.visits.Story(ctx, visitID)
	if err == nil {
		story.Seal, err = s.ledger.LastSeal(ctx)
	}
	return story, err
}

// collectorOf is where the record is sent, and as whom.
func collectorOf(cfg config.Config) collector.Settings {
	host, _ := os.Hostname() // without one we are nobody, which is allowed
	if u, err := url.Parse(cfg.PublicURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return collector.Settings{
		To: cfg.ShipTo, CA: cfg.ShipCA, Cert: cfg.ShipCert, Key: cfg.ShipKey, Token: cfg.ShipToken, TokenFile: cfg.ShipTokenFile, Host: host,
	}
}

// abandoned is how long an upload waits for its next piece: a day, so that it can
// be gone on with the next morning.
const abandoned = 24 * time.Hour

// decisions asks the policy the way the rooms do.
type decisions struct{ policy *rbac.Enforcer }

// May reports whether the principal may do the act on the account.
func (d decisions) May(by principal.Principal, permission string, a principal.Account) bool {
	return d.policy.Allow(by, rbac.Operation{Permission: permission, Class: rbac.ClassChange}, a)
}

// MayImpersonate reports whether the principal may step into the account.
func (d decisions) MayImpersonate(by principal.Principal, subject principal.Account, mode principal.Mode) bool {
	return d.policy.MayImpersonate(by, subject, mode)
}

// Kinds returns the kinds of account that the act reaches.
func (d decisions) Kinds(by principal.Principal, permission string) []string {
	return d.policy.Kinds(by, permission)
}

// publicURL is how people reach the panel.
func publicURL(cfg config.Config) string {
	if cfg.PublicURL != "" {
		return cfg.PublicURL
	}
	return "http://" + cfg.HTTPAddr
}

// ownHosts are the names that no customer may have as a domain.
func ownHosts(cfg config.Config) []string {
	u, err := url.Parse(publicURL(cfg))
	if err != nil {
		return nil
	}
	return []string{u.Hostname()}
}

func (h *house) close() error {
	var errs []error
	for _, c := range []io.Closer{closer(h.disk), h.db} {
		if c != nil {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}

func closer(d *disk.Disk) io.Closer {
	if d == nil {
		return nil
	}
	return d
}
