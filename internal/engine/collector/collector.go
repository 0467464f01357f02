// Package collector owns how the record leaves the house: to a syslog server over TLS,
// or to an HTTPS endpoint. What is sent, how far it has come and when it is tried again
// is left to ship.
package collector

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"innkeeper/internal/audit/ship"
)

// Settings say where the record goes, and by which certificates.
type Settings struct {
	To        string // syslog+tls://host:port or https://host/path; empty: nowhere
	CA        string // a PEM file with who may have signed the collector's certificate; empty: the system's
	Cert, Key string // PEM files of our own certificate; empty: none
	Token     string // HTTPS: the bearer token
	TokenFile string // HTTPS: a file with it
	Host      string // who we are, in syslog
}

// The answers to settings that cannot be.
var (
	errPlain  = errors.New("INNKEEPER_SHIP_TO must begin with syslog+tls:// or https://, because the record is not sent in the clear")
	errSecret = errors.New("INNKEEPER_SHIP_TO holds a name, a password or a query, and is shown: put what is secret into INNKEEPER_SHIP_TOKEN_FILE")
	errToken  = errors.New("INNKEEPER_SHIP_TOKEN goes with https:// alone, and is one word of plain letters, digits and signs, given once: in the environment or in a file")
	errPair   = errors.New("INNKEEPER_SHIP_CERT and INNKEEPER_SHIP_KEY go together")
	errAlone  = errors.New("INNKEEPER_SHIP_CA, …_CERT, …_KEY, …_TOKEN and …_TOKEN_FILE mean nothing without INNKEEPER_SHIP_TO")
)

// Open returns the collector of the settings, nil for none. Nothing is connected yet;
// what cannot be is refused here.
func Open(s Settings) (ship.Collector, error) {
	if s.To == "" {
		if s.CA+s.Cert+s.Key+s.Token+s.TokenFile != "" {
			return nil, errAlone
		}
		return nil, nil
	}
	u, err := url.Parse(s.To)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "syslog+tls" {
		return nil, errPlain
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errSecret
	}
	trust, err := trustOf(s)
	if err != nil {
		return nil, err
	}
	token, err := tokenOf(s)
	if err != nil {
		return nil, err
	}
	if u.Scheme == "https" {
		return newEndpoint(u, trust, token), nil
	}
	if token != "" {
		return nil, errToken
	}
	return newSyslog(u, trust, s.Host), nil
}

// trustOf is whom we believe, and by what we are believed. Nothing switches it off.
func trustOf(s Settings) (*tls.Config, error) {
	trust := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.CA != "" {
		pem, err := os.ReadFile(s.CA)
		if err != nil {
			return nil, fmt.Errorf("INNKEEPER_SHIP_CA: %w", err)
		}
		trust.RootCAs = x509.NewCertPool()
		if !trust.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("INNKEEPER_SHIP_CA: %s holds no certificate", s.CA)
		}
	}
	if (s.Cert == "") != (s.Key == "") {
		return nil, errPair
	}
	if s.Cert != "" {
		pair, err := tls.LoadX509KeyPair(s.Cert, s.Key)
		if err != nil {
			return nil, fmt.Errorf("INNKEEPER_SHIP_CERT: %w", err)
		}
		trust.Certificates = []tls.Certificate{pair}
	}
	return trust, nil
}

func tokenOf(s Settings) (string, error) {
	token := s.Token
	if s.TokenFile != "" {
		text, err := os.ReadFile(s.TokenFile)
		if err != nil {
			return "", fmt.Errorf("INNKEEPER_SHIP_TOKEN_FILE: %w", err)
		}
		if token = strings.TrimSpace(string(text)); token == "" || s.Token != "" {
			return "", errToken
		}
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "", errToken
	}
	return token, nil
}

// addressOf is host and port, with the usual port when none is named.
func addressOf(u *url.URL, usual string) string {
	port := u.Port()
	if port == "" {
		port = usual
	}
	return net.JoinHostPort(u.Hostname(), port)
}
