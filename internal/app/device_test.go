package app_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"innkeeper/internal/ident"
)

// device is an authenticator made of software: it holds passkeys and signs with
// them as WebAuthn Level 3 §6 says, for a page of the origin.
type device struct {
	t          *testing.T
	origin     string
	keys       []*deviceKey
	unverified bool // it does not make sure who holds it
	silent     bool // it does not say whom it takes the passkey for
	again      bool // it makes no new key but gives the newest again
}

type deviceKey struct {
	id      []byte
	handle  string
	private *ecdsa.PrivateKey
	count   uint32
}

// device returns a new one, in front of a page of the house.
func (h *house) device(t *testing.T) *device {
	t.Helper()
	origin := h.stranger(t).want(200, "GET", "/api/v1/session/passkey", nil)["origin"]
	return &device{t: t, origin: fmt.Sprint(origin)}
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// The flags of authenticator data (WebAuthn Level 3 §6.1).
const (
	userPresent  = 0x01
	userVerified = 0x04
	keyIncluded  = 0x40
)

// clientData is what the browser says about the page.
func (d *device) clientData(kind, challenge string) []byte {
	d.t.Helper()
	text, err := json.Marshal(fields("type", kind, "challenge", challenge, "origin", d.origin, "crossOrigin", false))
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

func (d *device) authenticatorData(rp string, flags byte, count uint32) []byte {
	sum := sha256.Sum256([]byte(rp))
	if !d.unverified {
		flags |= userVerified
	}
	return binary.BigEndian.AppendUint32(append(sum[:], flags|userPresent), count)
}

// make is a new passkey for what a browser was asked for, as the API takes it.
func (d *device) make(asked map[string]any, name string) map[string]any {
	d.t.Helper()
	key := d.newest(fmt.Sprint(asked["user_id"]))
	data := d.authenticatorData(fmt.Sprint(asked["relying_party_id"]), keyIncluded, key.count)
	data = append(data, make([]byte, 16)...) // of no known make
	data = binary.BigEndian.AppendUint16(data, uint16(len(key.id)))
	data = append(append(data, key.id...), key.public(d.t)...)
	attestation, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		d.t.Fatal(err)
	}
	return fields("name", name, "credential_id", b64(key.id), "client_data", b64(d.clientData("webauthn.create", fmt.Sprint(asked["challenge"]))),
		"attestation", b64(attestation), "transports", []string{"internal"})
}

func (d *device) newest(handle string) *deviceKey {
	d.t.Helper()
	if d.again {
		return d.keys[len(d.keys)-1]
	}
	return d.newKey(handle)
}

func (d *device) newKey(handle string) *deviceKey {
	d.t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		d.t.Fatal(err)
	}
	key := &deviceKey{id: []byte(rand.Text()), handle: handle, private: private}
	d.keys = append(d.keys, key)
	return key
}

// public is the key's public half as COSE writes ES256 (RFC 9053 §7.1.1).
func (k *deviceKey) public(t *testing.T) []byte {
	t.Helper()
	point, err := k.private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// sign answers with the newest passkey, and counts.
func (d *device) sign(asked map[string]any) map[string]any {
	d.t.Helper()
	key := d.keys[len(d.keys)-1]
	key.count++
	return d.answer(key, asked, key.count)
}

func (d *device) answer(key *deviceKey, asked map[string]any, count uint32) map[string]any {
	d.t.Helper()
	data := d.authenticatorData(fmt.Sprint(asked["relying_party_id"]), 0, count)
	client := d.clientData("webauthn.get", fmt.Sprint(asked["challenge"]))
	said := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), said[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, key.private, digest[:])
	if err != nil {
		d.t.Fatal(err)
	}
	answer := fields("credential_id", b64(key.id), "client_data", b64(client), "authenticator_data", b64(data), "signature", b64(signature))
	if !d.silent {
		answer["user_handle"] = key.handle
	}
	return answer
}

// with returns the answer with one part changed.
func with(answer map[string]any, part string, value any) map[string]any {
	changed := maps.Clone(answer)
	changed[part] = value
	return changed
}

// addPasskey adds a passkey through the API, and returns its device and the answer.
func (c *client) addPasskey(h *house, name string) (d *device, added map[string]any) {
	c.t.Helper()
	d = h.device(c.t)
	asked := c.want(200, "POST", "/api/v1/me/passkeys/challenge", nil)
	return d, c.want(201, "POST", "/api/v1/me/passkeys", d.make(asked, name))
}

const passkeySignIn = "/api/v1/session/passkey"

// passkeyAsked begins to sign in with a passkey.
func (c *client) passkeyAsked() map[string]any {
	c.t.Helper()
	return c.want(200, "POST", passkeySignIn+"/challenge", fields())
}

// signInWithDevice signs in with what the device answers.
func (h *house) signInWithDevice(t *testing.T, d *device) *client {
	t.Helper()
	c := h.stranger(t)
	in := c.want(200, "POST", passkeySignIn, d.sign(c.passkeyAsked()))
	c.csrf = fmt.Sprint(in["csrf_token"])
	return c
}

// givePasskey puts a passkey of the person beside the running house.
func (h *house) givePasskey(t *testing.T, person string) *device {
	t.Helper()
	d := h.device(t)
	key := d.newKey(b64([]byte(person)))
	s := &script{h: h}
	s.passkey(person, b64(key.id), b64(key.public(t)))
	s.run(t)
	return d
}

func (s *script) passkey(person, credential, public string) string {
	id := ident.New(ident.Passkey)
	s.add(`INSERT INTO passkeys (id, person_id, credential_id, name, public_key, sign_count, synced, transports, created_at) VALUES (?, ?, ?, 'put there by a test', ?, 0, ?, 'internal', ?)`,
		id, person, credential, public, false, s.h.clock.Now().UnixMicro())
	return id
}

// giveChallenge asks a device beside the running house, as its operations would.
func (h *house) giveChallenge(t *testing.T, holder, purpose, person string) map[string]any {
	t.Helper()
	challenge := b64([]byte(rand.Text() + rand.Text()))
	h.exec(t, "DELETE FROM passkey_challenges WHERE holder = ? AND purpose = ?", holder, purpose)
	h.exec(t, "INSERT INTO passkey_challenges (holder, purpose, person_id, challenge, ip, expires_at) VALUES (?, ?, ?, ?, '192.0.2.1', ?)",
		holder, purpose, person, challenge, h.clock.Now().Add(5*time.Minute).UnixMicro())
	return fields("challenge", challenge, "relying_party_id", "localhost", "user_id", b64([]byte(person)))
}
