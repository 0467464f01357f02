package mailer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"innkeeper/internal/notify"
)

// patience is how long a server may be silent in one phase of a delivery: longer
// than any healthy relay takes to accept a mail, shorter than a job's lease is
// renewed for.
const patience = 30 * time.Second

// errAddress never repeats the address: it holds a password.
var errAddress = errors.New("the SMTP address must look like smtp://user:password@host:587 or smtps://user:password@host:465, with ?tls=required, opportunistic or none")

// SMTP hands messages to a mail server, one connection each.
type SMTP struct {
	host     string
	port     int
	implicit bool // TLS from the first byte (RFC 8314)
	policy   gomail.TLSPolicy
	user     string
	password string
	roots    *x509.CertPool // nil: those of the system
}

var _ notify.Sender = (*SMTP)(nil)

// parseSMTP reads an address. STARTTLS is required when there is a password to
// protect on a network, and used when offered otherwise; ?tls= says it outright.
func parseSMTP(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return nil, errAddress
	}
	s := &SMTP{host: u.Hostname(), user: u.User.Username(), port: 587, policy: gomail.TLSOpportunistic}
	s.password, _ = u.User.Password()
	switch u.Scheme {
	case "smtp":
	case "smtps":
		s.implicit, s.port = true, 465
	default:
		return nil, errAddress
	}
	if s.user != "" && !loopback(s.host) {
		s.policy = gomail.TLSMandatory
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil || s.port < 1 || s.port > 65535 {
			return nil, errAddress
		}
	}
	return s, s.options(u.Query())
}

func (s *SMTP) options(query url.Values) error {
	for name, values := range query {
		if name != "tls" || len(values) != 1 {
			return errAddress
		}
		switch values[0] {
		case "required", "starttls":
			s.policy = gomail.TLSMandatory
		case "opportunistic":
			s.policy = gomail.TLSOpportunistic
		case "none":
			s.policy = gomail.NoTLS
		default:
			return errAddress
		}
	}
	return nil
}

// Send hands the message over. A server that is away, says "later", or breaks off
// is ErrAway; a sender, recipient or text that it refuses for good is ErrRefused.
func (s *SMTP) Send(ctx context.Context, m notify.Message) error {
	msg, err := compose(m, gomail.EncodingQP)
	if err != nil {
		return err
	}
	// The library does not watch the context once it is connected: closing the
	// connection is what ends a silent server.
	var line connection
	defer context.AfterFunc(ctx, line.cut)()
	defer line.cut()
	client, err := s.client(&line)
	if err != nil {
		return notify.ErrAway.WithCause(err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return notify.ErrAway.WithCause(err) // who we are is wrong or they are: not the message
	}
	err = client.Send(msg)
	if err != nil && !msg.IsDelivered() {
		return judged(err)
	}
	_ = client.Close() // a QUIT that fails takes nothing back
	return nil
}

func (s *SMTP) client(line *connection) (*gomail.Client, error) {
	policy := s.policy
	if s.implicit {
		policy = gomail.NoTLS // it is encrypted already
	}
	options := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(patience), gomail.WithTLSPolicy(policy), gomail.WithoutNoop(),
		gomail.WithTLSConfig(s.tls()),
		gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			if s.implicit {
				return line.dial(ctx, network, address, s.tls())
			}
			return line.dial(ctx, network, address, nil)
		}),
	}
	if s.user != "" {
		options = append(options, gomail.WithSMTPAuthCustom(&login{server: s}))
	}
	return gomail.NewClient(s.host, options...)
}

func (s *SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12, RootCAs: s.roots}
}

// judged tells apart what may work later: only an answer that begins with 5
// (RFC 5321, section 4.2.1) is for good, and not even that when it is about
// signing in (53x, RFC 4954): then our settings are wrong, not the message.
func judged(err error) error {
	var answer *textproto.Error
	var sent *gomail.SendError
	code := 0
	switch {
	case errors.As(err, &answer):
		code = answer.Code
	case errors.As(err, &sent):
		code = sent.ErrorCode()
	}
	if code >= 500 && code <= 599 && code/10 != 53 {
		return notify.ErrRefused.WithCause(err)
	}
	return notify.ErrAway.WithCause(err)
}

// login signs in by the first mechanism that the server offers and that keeps the
// password safe enough.
type login struct {
	server *SMTP
	smtp.Auth
}

// Start chooses the mechanism. Without encryption a password is given only to
// this machine, or where the address says tls=none.
func (l *login) Start(server *smtp.ServerInfo) (string, []byte, error) {
	s := l.server
	open := s.policy == gomail.NoTLS && !s.implicit
	for _, offered := range server.Auth {
		switch offered {
		case "PLAIN":
			l.Auth = smtp.PlainAuth("", s.user, s.password, s.host, open)
		case "LOGIN":
			l.Auth = smtp.LoginAuth(s.user, s.password, s.host, open)
		case "CRAM-MD5":
			l.Auth = smtp.CRAMMD5Auth(s.user, s.password)
		default:
			continue
		}
		return l.Auth.Start(server)
	}
	return "", nil, fmt.Errorf("the mail server offers no way to sign in that is known: %v", server.Auth)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
