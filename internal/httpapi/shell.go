package httpapi

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"innkeeper/internal/auth"
	"innkeeper/internal/fault"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
	"innkeeper/web"
)

// The page shell is rendered here, so that the banner of a visit and its Leave
// account stand on every page under it, with the application's script or without.

type shellPage struct {
	Title  string
	Base   string
	Nonce  string
	Assets web.Page
	Built  bool
	Banner *bannerView
	Notice *noticeView
}

type bannerView struct {
	VisitID          string
	Actor            string
	Subject          string
	Mode             string
	ModeWords        string
	Reason           string
	RemainingSeconds int
	RemainingWords   string
	IdleSeconds      int
	CSRF             string
}

type noticeView struct {
	Heading string
	Text    string
	Link    string
	Label   string
}

var shellTemplate = template.Must(template.New("shell").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{.Title}}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
{{with .Banner}}<link rel="stylesheet" href="{{$.Assets.Banner}}">{{end}}
{{if .Notice}}<link rel="stylesheet" href="/notice.css">{{else}}
{{range .Assets.Styles}}<link rel="stylesheet" href="{{.}}" nonce="{{$.Nonce}}">
{{end}}{{range .Assets.Preloads}}<link rel="modulepreload" href="{{.}}" nonce="{{$.Nonce}}">
{{end}}{{range .Assets.Scripts}}<script type="module" src="{{.}}" nonce="{{$.Nonce}}"></script>
{{end}}{{end}}</head>
<body>
{{with .Banner}}<aside id="ik-banner" class="ik-banner" aria-label="Support visit" data-mode="{{.Mode}}" data-remaining-seconds="{{.RemainingSeconds}}" data-idle-seconds="{{.IdleSeconds}}">
<p class="ik-banner-text"><strong class="ik-banner-who">You (<bdi>{{.Actor}}</bdi>) are in <bdi>{{.Subject}}</bdi>'s account</strong>
<span class="ik-banner-facts"><span id="ik-banner-mode" class="ik-banner-mode">{{.ModeWords}}</span>
<span class="ik-banner-reason"><bdi>{{.Reason}}</bdi></span>
<span id="ik-banner-left" class="ik-banner-left">{{.RemainingWords}}</span></span></p>
<div class="ik-banner-acts"><span id="ik-banner-more"></span>
<form id="ik-banner-leave" class="ik-banner-leave" method="post" action="/as/{{.VisitID}}/stop"><input type="hidden" name="csrf_token" value="{{.CSRF}}"><button type="submit">Leave account</button></form></div>
</aside>{{end}}
{{with .Notice}}<main class="notice"><h1>{{.Heading}}</h1><p>{{.Text}}</p>{{if .Link}}<p><a href="{{.Link}}">{{.Label}}</a></p>{{end}}</main>
{{else}}<div id="root" data-base="{{.Base}}" data-nonce="{{.Nonce}}"></div>
<noscript><p>The panel needs JavaScript. Leave account, above, works without it.</p></noscript>
{{end}}</body>
</html>
`))

func (s *Server) pages() {
	s.app.Get(manualPath, s.manualPage())
	s.app.All("/api/*", s.noOperation)
	s.app.Get("/*", s.page)
	s.app.Use(func(*fiber.Ctx) error { return fiber.ErrMethodNotAllowed })
}

// page answers a file of the panel, or the shell for everything else.
func (s *Server) page(c *fiber.Ctx) error {
	name := strings.TrimPrefix(path.Clean(c.Path()), "/")
	if file, err := web.Files().Open(name); err == nil && name != "index.html" {
		return s.asset(c, name, file)
	}
	if strings.HasPrefix(name, "assets/") {
		return s.pageProblem(c, errNoPage)
	}
	visitID, _, under := visitPrefix(c.Path())
	if !under {
		return s.shell(c, shellPage{})
	}
	by, err := principalOf(c.UserContext())
	switch {
	case errors.Is(err, impersonation.ErrEnded):
		return s.visitOver(c, err)
	case fault.KindOf(err) == fault.Unauthenticated:
		return c.Redirect("/sign-in", http.StatusSeeOther)
	case err != nil:
		return s.pageProblem(c, err)
	}
	return s.visitShell(c, by, visitID)
}

func (s *Server) asset(c *fiber.Ctx, name string, file fs.File) error {
	defer file.Close()
	body, err := fs.ReadFile(web.Files(), name)
	if err != nil {
		return err
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		c.Set(fiber.HeaderContentType, kind)
	}
	if strings.HasPrefix(name, "assets/") || c.Query("v") != "" { // named by their content
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	} else {
		c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	}
	return c.Send(body)
}

func (s *Server) visitShell(c *fiber.Ctx, by principal.Principal, visitID string) error {
	banner, err := s.banner(c, by)
	if err != nil {
		return err
	}
	return s.shell(c, shellPage{Base: "/as/" + visitID, Banner: banner})
}

func (s *Server) banner(c *fiber.Ctx, by principal.Principal) (*bannerView, error) {
	v, err := s.visits.Visit(c.UserContext(), by)
	if err != nil {
		return nil, err
	}
	words := "View only"
	if v.Mode == principal.Change {
		words = "Making changes"
	}
	return &bannerView{
		VisitID: v.ID, Actor: v.Actor.Name, Subject: v.Subject.Name, Mode: string(v.Mode), ModeWords: words, Reason: v.Reason,
		RemainingSeconds: int(by.Visit.Remaining.Seconds()), IdleSeconds: int(by.Visit.IdleRemaining.Seconds()),
		RemainingWords: leftInWords(by.Visit.Remaining),
		CSRF:           auth.CSRFToken(c.Cookies(s.cookieName())),
	}, nil
}

// leftInWords is how long the visit may last, rounded up: a minute begun is a
// minute.
func leftInWords(left time.Duration) string {
	if left < time.Minute {
		return "less than a minute left"
	}
	return fmt.Sprintf("%d min left", int(left.Minutes()+0.999))
}

// visitOver says that the visit has ended, with the status that says so too.
func (s *Server) visitOver(c *fiber.Ctx, err error) error {
	p := problemOf(c.UserContext(), err)
	back, _ := p.Extra["return_to"].(string)
	c.Status(p.Status)
	return s.shell(c, shellPage{Title: "Visit ended · Innkeeper", Notice: &noticeView{
		Heading: "This visit has ended", Text: endInWords(p.Extra["end_reason"]), Link: back, Label: "Return to your account",
	}})
}

func endInWords(reason any) string {
	switch reason {
	case "idle":
		return "It was closed automatically because nothing was done for a while."
	case "expired":
		return "It reached the longest time that a visit may last."
	case impersonation.EndBySubject:
		return "The customer ended it."
	case impersonation.EndByOwner, impersonation.EndByAdmin:
		return "Somebody responsible for the account ended it."
	case impersonation.EndStopped:
		return "You left the account."
	default:
		return "It is no longer allowed."
	}
}

// pageProblem answers a person's browser: a small page instead of a document for
// programs. Under a live visit it carries the banner like every page.
func (s *Server) pageProblem(c *fiber.Ctx, err error) error {
	p := problemOf(c.UserContext(), err)
	page := shellPage{Title: p.Title + " · Innkeeper", Notice: &noticeView{Heading: p.Title, Text: p.Detail, Link: "/", Label: "To the first page"}}
	if by, ok := signedIn(c.UserContext()); ok && by.Acting() {
		banner, err := s.banner(c, by)
		if err != nil {
			return err
		}
		page.Banner = banner
	}
	c.Status(p.Status)
	return s.shell(c, page)
}

func (s *Server) shell(c *fiber.Ctx, page shellPage) error {
	nonce := make([]byte, 16)
	if _, err := rand.Read(nonce); err != nil {
		return err
	}
	page.Nonce = base64.RawStdEncoding.EncodeToString(nonce)
	page.Assets, page.Built = web.Shell()
	if page.Title == "" {
		page.Title = "Innkeeper"
	}
	c.Set(fiber.HeaderCacheControl, "no-store") // Back after Leave account must show nothing
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set("Content-Security-Policy", s.policyFor(c, page))
	if !page.Built && page.Notice == nil && page.Banner == nil {
		return c.Send(web.Placeholder())
	}
	var body bytes.Buffer
	if err := shellTemplate.Execute(&body, page); err != nil {
		return err
	}
	return c.Send(body.Bytes())
}

// plainHost is a host as browsers name it: nothing in it could end a directive.
var plainHost = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$|^\[[0-9a-f:]+\](:[0-9]+)?$`)

// policyFor is the content security policy of a page. Under a visit the script
// may talk to the visit's own addresses alone: a mistake in it cannot reach the
// actor's account.
func (s *Server) policyFor(c *fiber.Ctx, page shellPage) string {
	connect, host := "'self'", string(c.Context().Host())
	if page.Base != "" && plainHost.MatchString(host) {
		scheme := "http://"
		if s.secure {
			scheme = "https://"
		}
		connect = scheme + host + page.Base + "/"
	}
	return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + page.Nonce + "'; img-src 'self' data: blob:; font-src 'self'; " +
		"connect-src " + connect + "; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
}
