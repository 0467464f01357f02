package auth

import (
	"encoding/base64"
	"net"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"innkeeper/internal/account"
)

// NewKey is a device's answer to being asked for a new passkey, as WebAuthn (Level
// 3 §5.2.1) names its parts, base64url.
type NewKey struct {
	CredentialID string
	ClientData   string
	Attestation  string
	Transports   []string
}

// Assertion is a device's answer to being asked for a passkey it has (WebAuthn
// Level 3 §5.2.2), base64url.
type Assertion struct {
	CredentialID      string
	ClientData        string
	AuthenticatorData string
	Signature         string
	UserHandle        string // whom the device takes the passkey for; may be empty
}

// keyAlgorithms are the signatures that are accepted (RFC 9053): what all devices
// have, in the order in which they are wished for.
var keyAlgorithms = []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgEdDSA, webauthncose.AlgES256, webauthncose.AlgRS256}

// panelName is what devices call this panel.
const panelName = "Innkeeper"

// relyingParty is the panel as devices know it. A passkey belongs to the id, which
// is a domain, and is used on pages of the origin alone.
type relyingParty struct {
	id, origin string
	lib        *webauthn.WebAuthn
}

// relyingParty returns it for the address of now; ErrPasskeysUnavailable, with the
// reason, where browsers would refuse.
func (s *Service) relyingParty() (relyingParty, error) {
	u, err := url.Parse(s.PublicURL())
	if err != nil {
		return relyingParty{}, ErrPasskeysUnavailable.WithExtra("reason", "name").WithCause(err)
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if ip := net.ParseIP(host); ip != nil {
		if !ip.IsLoopback() {
			return relyingParty{}, ErrPasskeysUnavailable.WithExtra("reason", "ip-address")
		}
		host = "localhost" // the same machine by a name that browsers accept
	}
	if u.Scheme != "https" && host != "localhost" {
		return relyingParty{}, ErrPasskeysUnavailable.WithExtra("reason", "insecure")
	}
	if err := protocol.ValidateRPID(host); err != nil {
		return relyingParty{}, ErrPasskeysUnavailable.WithExtra("reason", "name").WithCause(err)
	}
	rp := relyingParty{id: host, origin: u.Scheme + "://" + host}
	if port != "" && port != map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		rp.origin += ":" + port
	}
	rp.lib, err = webauthn.New(&webauthn.Config{RPID: rp.id, RPDisplayName: panelName, RPOrigins: []string{rp.origin}})
	return rp, err
}

// newChallenge returns 256 random bits, base64url.
func newChallenge() (string, error) {
	raw, err := protocol.CreateChallenge()
	return raw.String(), err
}

// register checks a new key and returns it as a passkey of the person. The device
// must have made sure who holds it.
func (rp relyingParty) register(person account.Person, challenge string, answer NewKey) (Passkey, error) {
	raw, err := decode(answer.CredentialID, answer.ClientData, answer.Attestation)
	if err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.CredentialCreationResponse{
		PublicKeyCredential: publicKey(answer.CredentialID, raw[0]),
		AttestationResponse: protocol.AuthenticatorAttestationResponse{
			AuthenticatorResponse: protocol.AuthenticatorResponse{ClientDataJSON: raw[1]}, AttestationObject: raw[2],
		},
	}.Parse()
	if err != nil {
		return Passkey{}, err
	}
	asked := webauthn.SessionData{Challenge: challenge, RelyingPartyID: rp.id, UserID: []byte(person.ID), UserVerification: protocol.VerificationRequired}
	for _, algorithm := range keyAlgorithms {
		asked.CredParams = append(asked.CredParams, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: algorithm})
	}
	made, err := rp.lib.CreateCredential(holder{person: person}, asked, parsed)
	if err != nil {
		return Passkey{}, err
	}
	return Passkey{
		PersonID: person.ID, CredentialID: encode(made.ID), PublicKey: encode(made.PublicKey),
		SignCount: made.Authenticator.SignCount, Synced: made.Flags.BackupEligible, Transports: answer.Transports,
	}, nil
}

// verify checks an answer against the passkey it is said to be of, and returns the
// counter that the device signed with. When verified, the device must have made
// sure who holds it; that somebody does is asked for always.
func (rp relyingParty) verify(person account.Person, key Passkey, challenge string, verified bool, answer Assertion) (count uint32, err error) {
	raw, err := decode(answer.CredentialID, answer.ClientData, answer.AuthenticatorData, answer.Signature, answer.UserHandle, key.PublicKey)
	if err != nil {
		return 0, err
	}
	parsed, err := protocol.CredentialAssertionResponse{
		PublicKeyCredential: publicKey(answer.CredentialID, raw[0]),
		AssertionResponse: protocol.AuthenticatorAssertionResponse{
			AuthenticatorResponse: protocol.AuthenticatorResponse{ClientDataJSON: raw[1]}, AuthenticatorData: raw[2], Signature: raw[3], UserHandle: raw[4],
		},
	}.Parse()
	if err != nil {
		return 0, err
	}
	asked := webauthn.SessionData{
		Challenge: challenge, RelyingPartyID: rp.id, UserID: []byte(person.ID), AllowedCredentialIDs: [][]byte{raw[0]}, UserVerification: protocol.VerificationPreferred,
	}
	if verified {
		asked.UserVerification = protocol.VerificationRequired
	}
	known := webauthn.Credential{ID: raw[0], PublicKey: raw[5], Flags: webauthn.CredentialFlags{BackupEligible: key.Synced}}
	if _, err := rp.lib.ValidateLogin(holder{person, []webauthn.Credential{known}}, asked, parsed); err != nil {
		return 0, err
	}
	return parsed.Response.AuthenticatorData.Counter, nil // whether it has gone on is decided where it is kept
}

func publicKey(id string, raw []byte) protocol.PublicKeyCredential {
	return protocol.PublicKeyCredential{Credential: protocol.Credential{ID: id, Type: string(protocol.PublicKeyCredentialType)}, RawID: raw}
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func decode(texts ...string) (raw [][]byte, err error) {
	raw = make([][]byte, len(texts))
	for i, text := range texts {
		if raw[i], err = base64.RawURLEncoding.DecodeString(text); err != nil {
			return nil, err
		}
	}
	return raw, nil
}

// holder is a person as the library knows one.
type holder struct {
	person account.Person
	keys   []webauthn.Credential
}

// WebAuthnID returns what devices keep beside the passkey.
func (h holder) WebAuthnID() []byte { return []byte(h.person.ID) }

// WebAuthnName returns what people choose by on their device.
func (h holder) WebAuthnName() string { return h.person.Email }

// WebAuthnDisplayName returns the person's name.
func (h holder) WebAuthnDisplayName() string { return h.person.Name }

// WebAuthnCredentials returns the person's passkeys.
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }
