package app_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/ident"
	"innkeeper/rbac"
)

// place is an account with one of each thing that an account can have.
type place struct {
	id, kind, name, path, owner string
	person                      string // its owner's
	session                     string // a live sign-in of that person
	passkey                     string // one of that person
	domain, record, mailbox     string
	host                        string // the domain's name
	unlock                      string // a grant for a mailbox of its own, that visitors may read
	visit, visitor              string // a live visit to it, and who is there
	asked, glass, mine          string // asks to enter it: of the owner, of a second admin, and by who calls
	link                        string // of the mail that asks the owner
	notice, job, mail           string
	waiting, made, filter       string // of that person: an operation under way, one with a file, a saved filter
	token                       string // of an invitation that nobody has accepted
	apiToken                    string // of the owner
	heir                        string // who could own it instead
}

// script collects statements and runs them in one transaction: rows are put
// beside the running house where the way through its services is not the test's
// matter.
type script struct {
	h          *house
	statements []statement
	files      []string // of operations
}

type statement struct {
	sql  string
	args []any
}

func (s *script) add(sql string, args ...any) {
	s.statements = append(s.statements, statement{sql, args})
}

func (s *script) run(t *testing.T) {
	t.Helper()
	for _, id := range s.files {
		if err := os.WriteFile(filepath.Join(s.h.data, "results", id), []byte("file"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	err := s.h.db.InTx(t.Context(), func(ctx context.Context) error {
		for _, one := range s.statements {
			if err := s.h.db.Write(ctx).Exec(one.sql, one.args...).Error; err != nil {
				t.Errorf("%s: %v", one.sql, err)
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.statements = nil
}

// exec runs one statement beside the running house.
func (h *house) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if err := h.db.Write(t.Context()).Exec(sql, args...).Error; err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// plant makes an account of the kind below another with its owner and one of
// each thing. The kind is also the name of its owner's role.
func (h *house) plant(t *testing.T, kind string, above place) place {
	t.Helper()
	s := &script{h: h}
	p := s.plant(kind, above)
	s.run(t)
	h.message(t, p.mailbox)
	return p
}

// plantedMessage is in the mailbox of every planted account.
const plantedMessage = "1.planted"

// message puts a message into a mailbox, as a mail server would.
func (h *house) message(t *testing.T, mailbox string) {
	t.Helper()
	folder := filepath.Join(h.data, "mail", mailbox, "Maildir", "new")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, plantedMessage), []byte("From: a@test.example\r\nSubject: canary-51c the rent\r\n\r\ncanary-51c the text"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (s *script) plant(kind string, above place) place {
	p := place{id: ident.New(ident.Account), kind: kind, owner: above.id}
	p.name = kind + " " + p.id[len(p.id)-12:]
	p.path = above.path + p.id + "/"
	if above.id == "" {
		p.path = "/" + p.id + "/"
	}
	now := s.h.clock.Now().UnixMicro()
	s.add(`INSERT INTO accounts (id, kind, name, name_key, email, owner_id, path, created_at, updated_at) VALUES (?, ?, ?, ?, ?, NULLIF(?, ''), ?, ?, ?)`,
		p.id, kind, p.name, p.name, p.id+"@test.example", above.id, p.path, now, now)
	p.person = s.person(p, kind)
	p.session = s.session(p.person, p.id, ident.New("tok"))
	p.apiToken = s.apiToken(p.person, p.id, kind, ident.New("tok"))
	p.passkey = s.passkey(p.person, ident.New("key"), "")
	s.things(&p)
	return p
}

// person makes somebody with a role on the account.
func (s *script) person(p place, role string) string {
	id, now := ident.New(ident.Person), s.h.clock.Now().UnixMicro()
	s.add(`INSERT INTO people (id, name, email, created_at) VALUES (?, ?, ?, ?)`, id, role+" "+id[len(id)-12:], id+"@test.example", now)
	s.add(`INSERT INTO account_people (account_id, person_id, role, created_at) VALUES (?, ?, ?, ?)`, p.id, id, role, now)
	return id
}

// session signs the person in, as the server would remember it.
func (s *script) session(personID, accountID, token string) string {
	id, now := ident.New(ident.Session), s.h.clock.Now().UnixMicro()
	sum := sha256.Sum256([]byte(token))
	s.add(`INSERT INTO login_sessions (id, person_id, account_id, token_hash, ip, user_agent, started_at, last_activity_at, idle_timeout, expires_at) VALUES (?, ?, ?, ?, '192.0.2.1', 'test', ?, ?, ?, ?)`,
		id, personID, accountID, hex.EncodeToString(sum[:]), now, now, (30 * time.Minute).Microseconds(), now+(12*time.Hour).Microseconds())
	return id
}

// apiToken is an API token of the person, which may everything that a token may.
func (s *script) apiToken(personID, accountID, role, secret string) string {
	var scopes []string
	for _, one := range rbac.Scopes() {
		scopes = append(scopes, one.Name)
	}
	return s.tokenFor(personID, accountID, role, secret, scopes...)
}

// tokenFor is an API token of the person with these scopes.
func (s *script) tokenFor(personID, accountID, role, secret string, scopes ...string) string {
	id, now := ident.New(ident.Token), s.h.clock.Now().UnixMicro()
	sum := sha256.Sum256([]byte(secret))
	s.add(`INSERT INTO api_tokens (id, person_id, account_id, made_as, name, secret_hash, hint, scopes, created_at, issued_at, expires_at, proved_at, proved_by)
		VALUES (?, ?, ?, ?, 'a test', ?, 'test', ?, ?, ?, ?, ?, 'password')`,
		id, personID, accountID, role, hex.EncodeToString(sum[:]), strings.Join(scopes, " "), now, now, now+(24*time.Hour).Microseconds(), now)
	return id
}

// things gives the account one of each thing, all of them new.
func (s *script) things(p *place) {
	now := s.h.clock.Now().UnixMicro()
	p.domain, p.record, p.mailbox = ident.New(ident.Domain), ident.New(ident.Record), ident.New(ident.Mailbox)
	p.host = "d" + strings.ReplaceAll(strings.TrimPrefix(p.domain, ident.Domain+"_"), "-", "") + ".example"
	s.domain(p.domain, p.id, p.host, now)
	s.add(`INSERT INTO dns_records (id, domain_id, name, type, ttl, value, created_at) VALUES (?, ?, 'www', 'A', 3600, '192.0.2.1', ?)`, p.record, p.domain, now)
	mailDomain := ident.New(ident.Domain) // its own, so that the other can be deleted
	mailHost := "m" + p.host
	s.domain(mailDomain, p.id, mailHost, now)
	s.add(`INSERT INTO mailboxes (id, account_id, domain_id, address, created_at) VALUES (?, ?, ?, ?, ?)`, p.mailbox, p.id, mailDomain, "info@"+mailHost, now)
	open := ident.New(ident.Mailbox)
	p.unlock = ident.New(ident.Unlock)
	s.add(`INSERT INTO mailboxes (id, account_id, domain_id, address, created_at) VALUES (?, ?, ?, ?, ?)`, open, p.id, mailDomain, "open@"+mailHost, now)
	s.add(`INSERT INTO mailbox_unlocks (id, account_id, mailbox_id, granted_by, granted_at, until) VALUES (?, ?, ?, ?, ?, ?)`,
		p.unlock, p.id, open, p.person, now, now+time.Hour.Microseconds())
	p.notice = ident.New(ident.Notification)
	s.add(`INSERT INTO notifications (id, account_id, event, text, created_at) VALUES (?, ?, 'test', 'a notice', ?)`, p.notice, p.id, now)
	s.asked(p)
	s.visitor(p)
	s.post(p)
}

// asked is what the account's person has asked for and kept.
func (s *script) asked(p *place) {
	now := s.h.clock.Now().UnixMicro()
	p.waiting, p.made, p.filter = ident.New(ident.Operation), ident.New(ident.Operation), ident.New(ident.SavedFilter)
	s.add(`INSERT INTO operations (id, kind, state, person_id, person_name, account_id, account_name, input, created_at) VALUES (?, 'activity.export', 'queued', ?, 'x', ?, ?, '{}', ?)`,
		p.waiting, p.person, p.id, p.name, now)
	s.add(`INSERT INTO operations (id, kind, state, person_id, person_name, account_id, account_name, input, file_name, file_size, created_at, ended_at, expires_at)
		VALUES (?, 'activity.export', 'succeeded', ?, 'x', ?, ?, '{}', 'a.csv', 4, ?, ?, ?)`, p.made, p.person, p.id, p.name, now, now, now+time.Hour.Microseconds())
	s.add(`INSERT INTO saved_filters (id, person_id, account_id, name, query, created_at) VALUES (?, ?, ?, ?, 'event=test', ?)`, p.filter, p.person, p.id, p.filter, now)
	s.files = append(s.files, p.made)
}

func (s *script) domain(id, account, name string, now int64) {
	key := strings.TrimSuffix(name, ".example")
	s.add(`INSERT INTO domains (id, account_id, name, name_key, document_root, status, created_at) VALUES (?, ?, ?, ?, ?, 'active', ?)`,
		id, account, name, "example."+key+".", "/"+name, now)
}

// visitor puts somebody of nobody's into the account.
func (s *script) visitor(p *place) {
	now := s.h.clock.Now().UnixMicro()
	p.visitor = ident.New(ident.Person)
	s.add(`INSERT INTO people (id, name, email, created_at) VALUES (?, ?, ?, ?)`, p.visitor, "visitor "+p.visitor, p.visitor+"@test.example", now)
	session := s.session(p.visitor, p.id, ident.New("tok"))
	p.visit = s.visit(p.visitor, p.id, session, *p, "look")
	p.link = ident.New("tok")
	p.asked = s.ask(p.visitor, p.id, *p, "consent", p.link)
	p.glass = s.ask(p.person, p.id, *p, "break_glass", ident.New("tok"))
	p.mine = p.asked
}

// askCode is the code of every ask that is put there.
const askCode = "123456"

// ask is a waiting request of a person who came by an account to enter another.
func (s *script) ask(actor, actorAccount string, to place, kind, token string) string {
	id, now := ident.New(ident.Ask), s.h.clock.Now().UnixMicro()
	link, code := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(id+askCode))
	s.add(`UPDATE impersonation_requests SET state = 'withdrawn' WHERE actor_id = ? AND subject_id = ? AND state = 'waiting'`, actor, to.id)
	s.add(`INSERT INTO impersonation_requests (id, kind, state, actor_id, actor_name, actor_account_id, actor_role, actor_employer, subject_id, subject_name, subject_kind,
		mode, reason_code, reason, informed, created_at, lapses_at, token_hash, code_hash)
		VALUES (?, ?, 'waiting', ?, ?, ?, 'support', 'Harbour', ?, ?, ?, 'look', 'other', 'put there by a test', 'asked', ?, ?, ?, ?)`,
		id, kind, actor, actor, actorAccount, to.id, to.name, to.kind, now, now+(12*time.Hour).Microseconds(), hex.EncodeToString(link[:]), hex.EncodeToString(code[:]))
	return id
}

// visit is a live visit by a person who came by an account and a sign-in.
func (s *script) visit(actor, actorAccount, session string, to place, mode string) string {
	id, now := ident.New(ident.Visit), s.h.clock.Now().UnixMicro()
	s.add(`INSERT INTO impersonations (id, actor_id, actor_name, actor_account_id, actor_role, actor_employer, subject_id, subject_name, subject_kind, subject_owner_id,
		login_session_id, mode, reason_code, reason, informed, ip, user_agent, return_to, started_at, last_activity_at, idle_timeout, expires_at, bounded_by)
		VALUES (?, ?, ?, ?, 'support', 'Harbour', ?, ?, ?, ?, ?, ?, 'other', 'put there by a test', 'asked', '192.0.2.1', 'test', '/dashboard', ?, ?, ?, ?, 'cap')`,
		id, actor, actor, actorAccount, to.id, to.name, to.kind, to.owner, session, mode, now, now, (15 * time.Minute).Microseconds(), now+time.Hour.Microseconds())
	s.add(`INSERT INTO audit_events (at, actor_kind, actor_id, actor_name, actor_role, actor_account_id, actor_employer, subject_id, subject_name,
		account_id, account_name, account_path, impersonation_id, login_session_id, method, action, object_kind, object_id, object_name, result)
		VALUES (?, 'person', ?, ?, 'support', ?, 'Harbour', ?, ?, ?, ?, ?, ?, ?, 'test', 'impersonation.start', 'impersonation', ?, ?, 'done')`,
		now, actor, actor, actorAccount, to.id, to.name, to.id, to.name, to.path, id, session, id, to.name)
	return id
}

// post is what the system sent about the account, and is still to do for it.
func (s *script) post(p *place) {
	now := s.h.clock.Now().UnixMicro()
	p.job, p.mail = ident.New(ident.Job), ident.New(ident.Mail)
	s.add(`INSERT INTO outbox (id, task, object_id, subject_id, subject_name, created_at, due_at, failed_at, last_error) VALUES (?, 'notify.mail', ?, ?, ?, ?, ?, ?, 'put there by a test')`,
		p.job, p.notice, p.id, p.name, now, now, now)
	s.add(`INSERT INTO mails (id, source, account_id, event, recipient, subject, body, message_id, created_at) VALUES (?, ?, ?, 'test', 'x@test.example', 'A mail', 'Its text.', ?, ?)`,
		p.mail, p.mail, p.id, p.mail, now)
	p.token = ident.New("tok")
	sum := sha256.Sum256([]byte(p.token))
	s.add(`INSERT INTO invitations (id, person_id, account_id, token_hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
		ident.New(ident.Invitation), p.person, p.id, hex.EncodeToString(sum[:]), now-time.Hour.Microseconds(), now+time.Hour.Microseconds())
}

// as returns a browser in which the person is signed in, without a password
// having been asked for, and the session.
func (h *house) as(t *testing.T, personID, accountID string) (c *client, session string) {
	t.Helper()
	token := rand.Text()
	s := &script{h: h}
	session = s.session(personID, accountID, token)
	s.run(t)
	c = h.stranger(t)
	c.who = person{AccountID: accountID}
	c.adopt(t, token)
	return c, session
}

// adopt puts a session's cookie into the browser.
func (c *client) adopt(t *testing.T, token string) {
	t.Helper()
	u, err := url.Parse(c.url)
	if err != nil {
		t.Fatal(err)
	}
	c.http.Jar.SetCookies(u, []*http.Cookie{{Name: "innkeeper", Value: token, Path: "/"}})
	c.csrf = auth.CSRFToken(token)
}
