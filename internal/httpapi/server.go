package httpapi

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/audit/export"
	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/audit/ship"
	"innkeeper/internal/auth"
	"innkeeper/internal/dns"
	"innkeeper/internal/fault"
	"innkeeper/internal/file"
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
)

// maxBody bounds every body: the largest chunk of an upload and a little more.
const maxBody = 8<<20 + 4096

// Rooms are the services that operations call.
type Rooms struct {
	Accounts *account.Service
	Plans    *plan.Service
	Auth     *auth.Service
	Visits   *impersonation.Service
	Audit    *audit.Service
	Hourly   *audit.Hourly
	Ledger   *ledger.Service
	Shipping *ship.Service
	Notify   *notify.Service
	Notices  *notify.Editor
	Jobs     *outbox.Desk
	Domains  *dns.Service
	Mail     *mail.Service
	Files    *file.Service
	Roles    *role.Editor

	Bookmarks  *audit.Bookmarks
	Exports    *export.Service
	Operations *operation.Service
}

// Readiness says whether a part that requests need works.
type Readiness struct {
	Name     string
	Required bool // false: the process still answers, degraded
	Check    func(ctx context.Context) error
}

// Deps are what the server is built from.
type Deps struct {
	Rooms
	Policy     Policy
	Targets    Targets
	Hub        *live.Hub // who is told that something has changed; Shutdown closes it
	Tx         Tx
	Repeats    *repeat.Service
	CursorKey  []byte
	PublicURL  string
	SupportURL string
	Proxies    []netip.Prefix
	Readiness  []Readiness
	Observe    func(method, route string, status int, took time.Duration) // may be nil
	Now        func() time.Time                                           // of the process: how long requests take
}

// Server is the panel and the API on one address.
type Server struct {
	app        *fiber.App
	registry   *Registry
	sessions   *auth.Service
	visits     *impersonation.Service
	hub        *live.Hub
	proxies    []netip.Prefix
	publicURL  string
	publicHost string
	secure     bool
	supportURL string
	readiness  []Readiness
	observe    func(method, route string, status int, took time.Duration)
	now        func() time.Time // of the process: how long requests take
}

// New builds the server; it does not listen yet. It panics when an operation is
// declared incompletely.
func New(d Deps) *Server {
	s := framed(d)
	s.registry = s.operations(d)
	s.pages()
	return s
}

// framed is the server with what happens to every request, and nothing to ask for yet.
func framed(d Deps) *Server {
	s := &Server{
		sessions: d.Auth, visits: d.Visits, hub: d.Hub, proxies: d.Proxies, publicURL: d.PublicURL, supportURL: d.SupportURL, readiness: d.Readiness, observe: d.Observe, now: d.Now,
	}
	if u, err := url.Parse(d.PublicURL); err == nil {
		s.publicHost, s.secure = u.Host, u.Scheme == "https"
	}
	s.app = fiber.New(fiber.Config{
		Immutable: true, CaseSensitive: true, StrictRouting: true, UnescapePath: true, DisableStartupMessage: true,
		BodyLimit: maxBody, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute,
		ReadBufferSize: 16 << 10, ServerHeader: "", ErrorHandler: answerProblem,
	})
	s.app.Server().HeaderReceived = s.bounds
	s.app.Use(s.observed, s.frame, s.strip, s.identify, s.guard, s.attempts)
	s.health()
	s.app.Post("/as/:visit/stop", s.stopForm)
	return s
}

func (s *Server) operations(d Deps) *Registry {
	config := huma.DefaultConfig("Innkeeper", "1")
	config.Info.Description = "Everything that the panel does. Below /as/{impersonation_id}/api/v1 stands the same API, acting for the subject of a visit."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "/api/openapi", "", ""
	config.CreateHooks = nil
	config.RejectUnknownQueryParameters = true
	config.Formats = map[string]huma.Format{"application/json": strictJSON, "json": strictJSON}
	config.Servers = []*huma.Server{{URL: "/"}}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: s.cookieName(), Description: "The cookie of POST /session. Writes also carry its csrf_token as X-CSRF-Token."},
		"token":   {Type: "http", Scheme: "bearer", Description: "An API token of POST /tokens. It needs no CSRF token, and does not go together with the cookie."},
	}
	config.Security = []map[string][]string{} // each operation says its own
	r := &Registry{
		api: humafiber.NewV2(s.app, config), policy: d.Policy, visits: d.Visits, sessions: d.Auth, unlocks: d.Mail, audit: d.Audit, hourly: d.Hourly,
		tx: d.Tx, cursor: NewCursor(d.CursorKey),
		targets: d.Targets, repeats: d.Repeats,
	}
	r.api.UseMiddleware(once(r.api))
	session := registerSession(r, s, d.Auth, d.Visits)
	registerPasskeys(r, s, session, d.Auth)
	registerEvents(r, s, d)
	registerFactor(r, d.Auth)
	registerTokens(r, d.Auth)
	registerAccounts(r, d.Accounts)
	registerPlans(r, d.Plans)
	registerDashboard(r, d)
	registerImpersonations(r, d.Visits)
	registerLinks(r, s, d.Visits)
	registerWorth(r, d.Visits)
	registerConsent(r, d.Visits)
	registerAnnouncements(r, d.Visits)
	registerAccess(r, d.Visits, d.Audit)
	registerReceipts(r, d.Ledger)
	registerActivity(r, d.Audit)
	registerExports(r, d.Exports)
	registerSavedFilters(r, d.Bookmarks)
	registerOperations(r, d.Operations)
	registerDomains(r, d.Domains)
	registerMailboxes(r, d.Mail)
	registerMessages(r, d.Mail)
	registerUnlocks(r, d.Mail)
	registerFiles(r, d.Files)
	registerNotifications(r, d.Notify)
	registerNotificationSettings(r, d.Notices)
	registerNotificationTemplates(r, d.Notices)
	registerMails(r, d.Notify)
	registerJobs(r, d.Jobs)
	registerShipping(r, d.Shipping)
	registerRoles(r, d.Roles)
	finishDocument(r.api.OpenAPI().Components.Schemas)
	return r
}

// OpenAPI returns the OpenAPI 3.1 document.
func (s *Server) OpenAPI() ([]byte, error) { return s.registry.api.OpenAPI().MarshalJSON() }

// Operations returns all registered operations.
func (s *Server) Operations() []Operation { return s.registry.Operations() }

// Serve answers requests on the listener until Shutdown.
func (s *Server) Serve(l net.Listener) error { return s.app.Listener(l) }

// Test answers one request without a network.
func (s *Server) Test(r *http.Request) (*http.Response, error) { return s.app.Test(r, -1) }

// Shutdown stops accepting, tells the event streams, and waits for requests under
// way, as long as the context allows.
func (s *Server) Shutdown(ctx context.Context) error {
	s.hub.Close()
	return s.app.ShutdownWithContext(ctx)
}

// health answers whether the process lives, and whether it can do its work.
func (s *Server) health() {
	s.app.Get("/healthz", func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"status": "ok"}) })
	s.app.Get("/readyz", func(c *fiber.Ctx) error {
		status, parts := "ok", fiber.Map{}
		for _, part := range s.readiness {
			parts[part.Name] = "ok"
			err := part.Check(c.UserContext())
			switch {
			case err != nil && part.Required:
				status, parts[part.Name] = "unavailable", "unavailable"
				c.Status(http.StatusServiceUnavailable)
			case err != nil:
				parts[part.Name] = "degraded"
				if status == "ok" {
					status = "degraded"
				}
			}
		}
		return c.JSON(fiber.Map{"status": status, "parts": parts})
	})
}

const observedLocal = "observed"

func (s *Server) observed(c *fiber.Ctx) error {
	if s.observe == nil || c.Locals(observedLocal) != nil { // the second round is the same request
		return c.Next()
	}
	c.Locals(observedLocal, true)
	begun := s.now()
	err := c.Next()
	s.observe(c.Method(), c.Route().Path, c.Response().StatusCode(), s.now().Sub(begun))
	return err
}

// cookieName has the __Host- prefix (RFC 6265bis §4.1.3.2) wherever the panel is
// reached over TLS. On plain loopback HTTP browsers refuse it.
func (s *Server) cookieName() string {
	if s.secure {
		return "__Host-innkeeper"
	}
	return "innkeeper"
}

// stopForm is Leave account as a plain form: it works with the script blocked and
// leads back to where the actor was.
func (s *Server) stopForm(c *fiber.Ctx) error {
	if !strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEApplicationForm) {
		return c.Next()
	}
	by, err := principalOf(c.UserContext())
	if err != nil {
		return s.pageProblem(c, err)
	}
	v, err := s.visits.Stop(c.UserContext(), by, c.Params("visit"))
	if err != nil {
		return s.pageProblem(c, err)
	}
	return c.Redirect(v.ReturnTo, http.StatusSeeOther)
}

// noOperation answers what no operation has taken: there is none at the address, or none
// with that method (RFC 9110 section 15.5.6).
func (s *Server) noOperation(c *fiber.Ctx) error {
	methods := s.registry.methodsAt(strings.TrimPrefix(c.Path(), Prefix))
	if len(methods) == 0 {
		return errNoPage
	}
	c.Set(fiber.HeaderAllow, strings.Join(methods, ", "))
	return fiber.ErrMethodNotAllowed
}

var errNoPage = fault.New(fault.NotFound, "not-found", "There is nothing at this address.")

// signedIn returns who asks, or nobody.
func signedIn(ctx context.Context) (principal.Principal, bool) {
	by, err := principalOf(ctx)
	return by, err == nil
}
