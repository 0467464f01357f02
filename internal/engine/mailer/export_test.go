package mailer

import (
	"crypto/x509"
	"testing"

	"innkeeper/internal/notify"
)

// Trusting returns a sender that trusts other certificates than the system's.
func Trusting(t *testing.T, address string, roots *x509.CertPool) notify.Sender {
	t.Helper()
	s, err := parseSMTP(address)
	if err != nil {
		t.Fatal(err)
	}
	s.roots = roots
	return s
}
