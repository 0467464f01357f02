package app

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/config"
	"innkeeper/internal/file"
	"innkeeper/internal/mail"
	"innkeeper/internal/plan"
	"innkeeper/internal/principal"
)

type demoCommand struct {
	JSON bool `help:"Print everybody's sign-in as JSON."`
}

// demo is what is kept of the demo data: who can sign in with what.
type demo struct {
	URL        string       `json:"url"`
	People     []demoPerson `json:"people"`
	Unfinished bool         `json:"unfinished,omitempty"` // what they host is still being made
}

type demoPerson struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Login     string `json:"login"`
	Password  string `json:"password"`
	AccountID string `json:"account_id"`
	OwnerID   string `json:"owner_id"`
}

// Run fills an empty installation through the services themselves. An
// installation that it has filled is left alone: its sign-ins are printed again.
func (c demoCommand) Run(s *session) error {
	h, err := build(s.ctx, s.cfg, s.env, fullWorker)
	if err != nil {
		return err
	}
	defer h.close()
	path := demoFile(s.cfg)
	empty, err := h.empty(s.ctx)
	if err != nil {
		return err
	}
	d, err := readDemo(path)
	switch {
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return err
	case empty:
		d, err = h.fill(s.ctx, path)
	case err != nil:
		err = errors.New("this installation has accounts already, so it is not filled with demo data")
	case d.Unfinished:
		err = fmt.Errorf("the demo data were not made to their end: remove %s and start again", s.cfg.Data)
	default:
		d, err = d.at(s.cfg, path)
	}
	if err != nil {
		return inOneLine(err)
	}
	return d.print(s.env.Stdout, c.JSON)
}

// demoFile is where the sign-ins of the demo are kept; where it is, the data are
// those of the demo.
func demoFile(cfg config.Config) string { return filepath.Join(cfg.Data, "demo.json") }

func (h *house) empty(ctx context.Context) (bool, error) {
	page, err := h.accounts.List(ctx, principal.System("demo"), account.Filter{Status: account.All, Limit: 1})
	return len(page.Accounts) == 0, err
}

func readDemo(path string) (demo, error) {
	var d demo
	body, err := os.ReadFile(path)
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal(body, &d); err != nil {
		return d, fmt.Errorf("read %s: %w", path, err)
	}
	return d, nil
}

// fill makes everything in one transaction and keeps the sign-ins with it. Then the jobs
// are done, and the sites get their pages.
func (h *house) fill(ctx context.Context, path string) (demo, error) {
	d := demo{URL: publicURL(h.cfg), Unfinished: true}
	var sites []demoSite
	err := h.db.InTx(ctx, func(ctx context.Context) error {
		var err error
		if sites, err = h.cast(ctx, &d); err != nil {
			return err
		}
		return d.keep(path)
	})
	if err != nil {
		return d, err
	}
	if err := h.drain(ctx); err != nil {
		return d, err
	}
	for _, s := range sites {
		if err := h.publish(ctx, s); err != nil {
			return d, err
		}
	}
	if err := h.drain(ctx); err != nil {
		return d, err
	}
	d.Unfinished = false
	return d, d.keep(path)
}

// keep writes the sign-ins into a file that only this user can read, at once: nobody reads
// half of it.
func (d demo) keep(path string) error {
	body, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return putWhole(path, string(body)+"\n", os.Rename)
}

// hasAddress reports whether it is known where the panel stands before it listens: a port
// that the system is to choose is not.
func hasAddress(cfg config.Config) bool {
	_, port, err := net.SplitHostPort(cfg.HTTPAddr)
	return cfg.PublicURL != "" || err == nil && port != "0"
}

// at keeps where the panel stands now beside the sign-ins, if that is known.
func (d demo) at(cfg config.Config, path string) (demo, error) {
	if !hasAddress(cfg) || d.URL == publicURL(cfg) {
		return d, nil
	}
	d.URL = publicURL(cfg)
	return d, d.keep(path)
}

// moved keeps the address at which the panel listens beside the sign-ins of the demo, where
// there is one.
func moved(cfg config.Config) error {
	path := demoFile(cfg)
	d, err := readDemo(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		_, err = d.at(cfg, path)
	}
	return err
}

// demoSite is a domain whose first page is still to be written.
type demoSite struct {
	owner principal.Principal
	name  string
	root  string
}

// cast opens the accounts of the demo with what they host.
func (h *house) cast(ctx context.Context, d *demo) ([]demoSite, error) {
	system := principal.System("demo")
	plans := map[string]string{}
	for _, p := range demoPlans {
		made, err := h.plans.Create(ctx, system, p.name, p.limits)
		if err != nil {
			return nil, err
		}
		plans[p.name] = made.ID
	}
	owners := map[string]principal.Principal{"": system}
	var sites []demoSite
	for _, a := range demoAccounts {
		password, err := randomPassword()
		if err != nil {
			return nil, err
		}
		by := owners[a.owner]
		owner, err := h.open(ctx, by, newcomer{password: password, draft: account.Draft{
			Kind: a.kind, Name: a.name, Email: a.email, Company: a.company, Phone: a.phone, PlanID: plans[a.plan],
		}})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
		owners[a.name] = owner
		d.People = append(d.People, demoPerson{
			Kind: string(a.kind), Name: owner.Person.Name, Login: a.email, Password: password, AccountID: owner.Account.ID, OwnerID: owner.Account.OwnerID,
		})
		if a.domain == "" {
			continue
		}
		site, err := h.host(ctx, owner, a)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.domain, err)
		}
		sites = append(sites, site)
	}
	return sites, nil
}

// host gives a customer a domain and mailboxes; the first has a password, as if
// he had set it himself.
func (h *house) host(ctx context.Context, owner principal.Principal, a demoAccount) (demoSite, error) {
	owner = owner.WithScope(principal.Only(owner.Account))
	d, err := h.domains.Create(ctx, owner, owner.Account.ID, a.domain)
	if err != nil {
		return demoSite{}, err
	}
	for _, r := range demoRecords {
		if _, err := h.domains.AddRecord(ctx, owner, d.ID, r); err != nil {
			return demoSite{}, err
		}
	}
	for _, local := range a.mailboxes {
		password, err := randomPassword()
		if err != nil {
			return demoSite{}, err
		}
		if _, err := h.mail.Create(ctx, owner, mail.Input{AccountID: owner.Account.ID, Address: local + "@" + a.domain, Password: &password}); err != nil {
			return demoSite{}, err
		}
	}
	return demoSite{owner: owner, name: a.name, root: d.DocumentRoot}, nil
}

// publish writes the first pages of a site, through the file manager.
func (h *house) publish(ctx context.Context, s demoSite) error {
	for name, text := range map[string]string{
		"index.html": fmt.Sprintf(demoPage, s.name, s.name), "style.css": demoStyle, "robots.txt": "User-agent: *\nAllow: /\n",
	} {
		in := file.WriteInput{Path: strings.TrimSuffix(s.root, "/") + "/" + name, Upload: strings.ReplaceAll(name, ".", "-"), Body: []byte(text), Complete: true}
		if _, err := h.files.Write(ctx, s.owner, in); err != nil {
			return fmt.Errorf("write %s of %s: %w", name, s.name, err)
		}
	}
	return nil
}

// drainPatience is how long the jobs of the demo may take.
const drainPatience = time.Minute

// drain lets the worker do what has been promised so far.
func (h *house) drain(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drainPatience)
	defer cancel()
	if err := h.worker.Start(ctx); err != nil {
		return err
	}
	defer func() { _ = h.worker.Stop(context.WithoutCancel(ctx)) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		tally, err := h.desk.Count(ctx, principal.System("demo"))
		switch {
		case err != nil:
			return err
		case tally.Failed > 0:
			return fmt.Errorf("%d jobs of the demo failed; see the log", tally.Failed)
		case tally.Waiting == 0:
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.New("the jobs of the demo took too long; see the log")
		case <-tick.C:
		}
	}
}

// randomPassword returns 100 random bits in letters that are easy to tell apart.
func randomPassword() (string, error) {
	raw := make([]byte, 12)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	text := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
	return text[:5] + "-" + text[5:10] + "-" + text[10:15] + "-" + text[15:], nil
}

// print writes one sign-in of each kind for a person, or all for a program.
func (d demo) print(w io.Writer, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(d)
	}
	fmt.Fprintf(w, "Demo data: sign in at %s as\n\n", d.URL)
	seen := map[string]bool{}
	for _, p := range d.People {
		if seen[p.Kind] {
			continue
		}
		seen[p.Kind] = true
		fmt.Fprintf(w, "  %-9s %-28s %s\n", p.Kind, p.Login, p.Password)
	}
	_, err := fmt.Fprintf(w, "\nEverybody else is in demo.json in the data directory.\n\n")
	return err
}

// limits is a plan's limits, written briefly.
func limits(domains, mailboxes, gigabytes int64) plan.Limits {
	bytes := gigabytes << 30
	return plan.Limits{Domains: &domains, Mailboxes: &mailboxes, DiskBytes: &bytes}
}
