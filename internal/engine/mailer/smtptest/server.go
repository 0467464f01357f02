// Package smtptest owns a mail server for tests: a real one, that accepts what it
// is sent or fails as it is told to. It is imported by tests alone.
package smtptest

import (
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Fault is what goes wrong with one delivery. The zero Fault is none.
type Fault struct {
	Mail, Rcpt, Data error // an *smtp.SMTPError answers with its code
	Drop             bool  // take the message, then break off without an answer
	Stall            bool  // say nothing after the message, until the other side leaves
}

// Answer is an error with an SMTP code.
func Answer(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: text}
}

// Delivery is a message that arrived whole.
type Delivery struct {
	From      string
	To        []string
	Raw       string
	Encrypted bool
	User      string // who signed in
}

// Message returns the parsed message.
func (d Delivery) Message(t testing.TB) *mail.Message {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(d.Raw))
	if err != nil {
		t.Fatalf("a message that cannot be read: %v\n%s", err, d.Raw)
	}
	return m
}

// Part is one of the forms in which a message says what it says.
type Part struct {
	Type string
	Text string
}

// Parts returns the parts of a message, decoded.
func (d Delivery) Parts(t testing.TB) []Part {
	t.Helper()
	m := d.Message(t)
	kind, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("a message of the type %q: %v", m.Header.Get("Content-Type"), err)
	}
	var parts []Part
	for reader := multipart.NewReader(m.Body, parameters["boundary"]); ; {
		part, err := reader.NextPart() // which decodes quoted-printable
		if errors.Is(err, io.EOF) {
			return parts
		}
		if err != nil {
			t.Fatalf("a part that cannot be read: %v", err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			t.Fatalf("a part that cannot be read: %v", err)
		}
		parts = append(parts, Part{Type: part.Header.Get("Content-Type"), Text: strings.ReplaceAll(string(text), "\r\n", "\n")})
	}
}

// Server is a mail server on a free port of the loopback address.
type Server struct {
	Host, Port string
	Password   string // of everybody who signs in; "": nobody is asked

	mu         sync.Mutex
	faults     []Fault
	deliveries []Delivery
	attempts   int
	tarpits    map[string]*tarpit
}

// tarpit is a domain for which no recipient is answered.
type tarpit struct {
	open    chan struct{} // closed: it is none any more
	waiting int
}

// Settings change the server before it starts.
type Settings struct {
	TLS      *tls.Config // offers STARTTLS
	Implicit bool        // speaks TLS from the first byte
	Password string
}

// Start runs a server until the test ends.
func Start(t testing.TB, settings Settings) *Server {
	t.Helper()
	s := &Server{Password: settings.Password}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Host, s.Port, _ = net.SplitHostPort(listener.Addr().String())
	if settings.Implicit {
		listener = tls.NewListener(listener, settings.TLS)
	}
	server := smtp.NewServer(smtp.BackendFunc(s.session))
	server.Domain, server.TLSConfig, server.AllowInsecureAuth = "localhost", settings.TLS, true
	server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
	server.ErrorLog = silent{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return s
}

// URL returns the server's address.
func (s *Server) URL() string { return "smtp://" + net.JoinHostPort(s.Host, s.Port) }

// Fail makes the next deliveries go wrong, one after the other.
func (s *Server) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// Tarpit says nothing to recipients in the domain, until the function is called or
// the test ends.
func (s *Server) Tarpit(t testing.TB, domain string) (open func()) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	pit := &tarpit{open: make(chan struct{})}
	if s.tarpits == nil {
		s.tarpits = map[string]*tarpit{}
	}
	s.tarpits[domain] = pit
	open = sync.OnceFunc(func() { close(pit.open) })
	t.Cleanup(open)
	return open
}

// Stuck returns how many deliveries wait for an answer in the domain.
func (s *Server) Stuck(domain string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if pit := s.tarpits[domain]; pit != nil {
		return pit.waiting
	}
	return 0
}

// wait waits where the recipient's domain is a tarpit.
func (s *Server) wait(recipient string) {
	_, domain, _ := strings.Cut(recipient, "@")
	s.mu.Lock()
	pit := s.tarpits[domain]
	if pit == nil {
		s.mu.Unlock()
		return
	}
	pit.waiting++
	s.mu.Unlock()
	<-pit.open
	s.mu.Lock()
	defer s.mu.Unlock()
	pit.waiting--
}

// Deliveries returns what has arrived whole, broken off or not.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Delivery(nil), s.deliveries...)
}

// Attempts returns how many deliveries were begun.
func (s *Server) Attempts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attempts
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: c}, nil
}

// next begins a delivery and returns what is to go wrong with it.
func (s *Server) next() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts++
	if len(s.faults) == 0 {
		return Fault{}
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	return f
}

// silent is a log that nobody reads: what fails here is meant to.
type silent struct{}

// Printf says nothing.
func (silent) Printf(string, ...any) {}

// Println says nothing.
func (silent) Println(...any) {}

type session struct {
	server   *Server
	conn     *smtp.Conn
	fault    Fault
	delivery Delivery
	user     string
}

// AuthMechanisms offers PLAIN where a password is asked for.
func (s *session) AuthMechanisms() []string {
	if s.server.Password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth checks the password.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != s.server.Password {
			return Answer(535, "no")
		}
		s.user = user
		return nil
	}), nil
}

// Mail begins a delivery.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.Password != "" && s.user == "" {
		return Answer(530, "sign in first")
	}
	_, encrypted := s.conn.TLSConnectionState()
	s.fault, s.delivery = s.server.next(), Delivery{From: from, Encrypted: encrypted, User: s.user}
	return s.fault.Mail
}

// Rcpt adds a recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.wait(to)
	s.delivery.To = append(s.delivery.To, to)
	return s.fault.Rcpt
}

// Data takes the message.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.fault.Data != nil {
		return s.fault.Data
	}
	s.delivery.Raw = string(raw)
	s.server.mu.Lock()
	s.server.deliveries = append(s.server.deliveries, s.delivery)
	s.server.mu.Unlock()
	switch {
	case s.fault.Drop:
		_ = s.conn.Conn().Close()
		return errors.New("broken off")
	case s.fault.Stall:
		_, _ = s.conn.Conn().Read(make([]byte, 1)) // until the other side leaves
		return errors.New("stalled")
	default:
		return nil
	}
}

// Reset forgets a delivery that was not finished.
func (s *session) Reset() { s.delivery = Delivery{} }

// Logout ends the session.
func (s *session) Logout() error { return nil }
