package auth

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/ident"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// TokenStore keeps API tokens.
type TokenStore interface {
	Create(ctx context.Context, t Token) error
	// Resume finds the token of a secret, the valid one or the one before, with its
	// person, membership and employer; ErrTokenInvalid when there is none.
	Resume(ctx context.Context, hash string) (ResumedToken, error)
	ByID(ctx context.Context, id string) (Token, error)
	// OfPerson lists the tokens of a person, newest first.
	OfPerson(ctx context.Context, personID, before string, limit int) ([]Token, error)
	CountLive(ctx context.Context, personID string, now time.Time) (int, error)
	// Lock finds tokens and keeps them from changing until the commit.
	Lock(ctx context.Context, id string) (Token, error)
	LockOfAccount(ctx context.Context, accountID string) ([]Token, error)
	// Reissue writes the secrets, the proof and the expiry of a token that is not
	// revoked, Revoke its end.
	Reissue(ctx context.Context, t Token) error
	Revoke(ctx context.Context, t Token) error
	Used(ctx context.Context, id, ip string, at time.Time) error
}

// Scopes knows what a token can be given.
type Scopes interface {
	// Grantable returns the scopes that the principal can give a token of his.
	Grantable(by principal.Principal) []string
}

// The events of API tokens.
var (
	ActionTokenCreate = audit.NewAction("token.create", "{actor} made the API token {object}.")
	ActionTokenRotate = audit.NewAction("token.rotate", "{actor} gave the API token {object} another secret.")
	ActionTokenRevoke = audit.NewAction("token.revoke", "{actor} revoked the API token {object}.")
	ActionTokenAbroad = audit.NewAction("token.refused", "The API token {object} was used from an address that it is closed to.")
)

// usePause is how often at most the last use of a token is written.
const usePause = time.Minute

// NewToken is what somebody wants an API token to be.
type NewToken struct {
	Name     string
	Scopes   []string
	Networks []string
	Life     time.Duration
}

// CreateToken makes an API token for the asker and returns its secret, which is never
// shown again. The edge has made sure that he has just proved who he is; the token
// remembers it. ErrClosedToTokens for who asks by a token, or in a visit.
func (s *Service) CreateToken(ctx context.Context, by principal.Principal, wanted NewToken) (secret string, t Token, err error) {
	if by.ByToken() || by.Acting() {
		return "", Token{}, ErrClosedToTokens
	}
	wanted, networks, err := s.checkToken(by, wanted)
	if err != nil {
		return "", Token{}, err
	}
	if secret, err = newSecret(); err != nil {
		return "", Token{}, err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		session, now, err := s.proof(ctx, by)
		if err != nil {
			return err
		}
		live, err := s.Tokens.CountLive(ctx, by.Person.ID, now)
		if err != nil {
			return err
		}
		if live >= mostTokens {
			return ErrTooManyTokens
		}
		t = Token{
			ID: ident.New(ident.Token), PersonID: by.Person.ID, AccountID: by.Account.ID, MadeAs: by.Role, Name: wanted.Name,
			Hash: hashToken(secret), Hint: hintOf(secret), Scopes: wanted.Scopes, Networks: networks,
			CreatedAt: now, IssuedAt: now, ExpiresAt: now.Add(wanted.Life), ProvedAt: session.ProvedAt, ProvedBy: session.ProvedBy,
		}
		if err := s.Tokens.Create(ctx, t); err != nil {
			return err
		}
		if err := s.Audit.Record(ctx, by, tokenEntry(ActionTokenCreate, by.Account, t)); err != nil {
			return err
		}
		return s.tellOfToken(ctx, t, notify.EventTokenCreate, "The API token “"+t.Name+"” was made. It can be used until "+t.ExpiresAt.UTC().Format(time.DateOnly)+".", now)
	})
	return secret, t, err
}

// proof locks the asker's session and returns it with the clock.
func (s *Service) proof(ctx context.Context, by principal.Principal) (Session, time.Time, error) {
	session, err := s.Store.Lock(ctx, by.Via.SessionID)
	if err != nil {
		return Session{}, time.Time{}, err
	}
	now, err := s.Tx.Now(ctx)
	if err == nil && (session.Ended() || session.Span.Dead(now)) {
		err = ErrSessionEnded
	}
	return session, now, err
}

func (s *Service) checkToken(by principal.Principal, wanted NewToken) (NewToken, []netip.Prefix, error) {
	var bad fault.Fields
	wanted.Name = bad.Name("/name", wanted.Name, mostTokenName)
	slices.Sort(wanted.Scopes)
	wanted.Scopes = slices.Compact(wanted.Scopes)
	if len(wanted.Scopes) == 0 {
		bad.Add("/scopes", "required", "Choose what the token may do.")
	}
	grantable := s.Scopes.Grantable(by)
	for _, scope := range wanted.Scopes {
		if !slices.Contains(grantable, scope) {
			bad.Add("/scopes", "choice", fmt.Sprintf("%.40q is nothing that you can give a token.", scope))
		}
	}
	networks, err := networksOf(wanted.Networks)
	if err != nil {
		bad.Add("/networks", "network", err.Error())
	}
	if wanted.Life <= 0 || wanted.Life > MaxTokenLife {
		bad.Add("/expires_in_days", "range", "Choose 1 to 366 days.")
	}
	return wanted, networks, bad.Err()
}

// OwnTokens returns the person's own tokens, newest first.
func (s *Service) OwnTokens(ctx context.Context, by principal.Principal, before string, limit int) ([]Token, error) {
	return s.Tokens.OfPerson(ctx, by.Person.ID, before, limit)
}

// GrantableScopes returns what the asker can give a token of his.
func (s *Service) GrantableScopes(by principal.Principal) []string { return s.Scopes.Grantable(by) }

// TokenOf returns the token by which the principal came; ErrNoToken for who came by a
// session.
func (s *Service) TokenOf(ctx context.Context, by principal.Principal) (Token, error) {
	if !by.ByToken() {
		return Token{}, ErrNoToken
	}
	return s.Tokens.ByID(ctx, by.Via.Token.ID)
}

// RotateToken gives one of the asker's own tokens another secret, which is returned,
// and as long a life as it had. The secret before works on for the overlap; visits go
// on. ErrTokenNotFound for somebody else's, ErrTokenOver for one that opens nothing.
func (s *Service) RotateToken(ctx context.Context, by principal.Principal, id string, overlap time.Duration) (secret string, t Token, err error) {
	if overlap < 0 || overlap > MaxTokenOverlap {
		return "", Token{}, fault.ErrInvalid.WithFields(fault.Field{Pointer: "/overlap_seconds", Code: "range", Detail: "Choose up to seven days."})
	}
	if secret, err = newSecret(); err != nil {
		return "", Token{}, err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		session, now, err := s.proof(ctx, by)
		if err != nil {
			return err
		}
		if t, err = s.ownToken(ctx, by, id); err != nil {
			return err
		}
		if t.Over(now) || t.MadeAs != by.Role || t.AccountID != by.Account.ID {
			return ErrTokenOver
		}
		life := t.ExpiresAt.Sub(t.IssuedAt)
		t.PreviousHash, t.PreviousUntil = t.Hash, now.Add(overlap)
		t.Hash, t.Hint = hashToken(secret), hintOf(secret)
		t.IssuedAt, t.ExpiresAt = now, now.Add(life)
		t.ProvedAt, t.ProvedBy = session.ProvedAt, session.ProvedBy
		if err := s.Tokens.Reissue(ctx, t); err != nil {
			return err
		}
		if err := s.Audit.Record(ctx, by, tokenEntry(ActionTokenRotate, by.Account, t)); err != nil {
			return err
		}
		return s.tellOfToken(ctx, t, notify.EventTokenRotate, "The API token “"+t.Name+"” was given another secret.", now)
	})
	return secret, t, err
}

// RevokeToken takes one of the asker's own tokens back, and ends the visits that hang
// on it. Revoked twice is once. ErrTokenNotFound for somebody else's.
func (s *Service) RevokeToken(ctx context.Context, by principal.Principal, id string) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		t, err := s.ownToken(ctx, by, id)
		if err != nil {
			return err
		}
		return s.revoke(ctx, by, t, RevokedByPerson, "request")
	})
}

func (s *Service) ownToken(ctx context.Context, by principal.Principal, id string) (Token, error) {
	t, err := s.Tokens.Lock(ctx, id)
	if err == nil && t.PersonID != by.Person.ID {
		return Token{}, ErrTokenNotFound
	}
	return t, err
}

// revoke writes the end of a locked token, its visits first.
func (s *Service) revoke(ctx context.Context, by principal.Principal, t Token, why, closedBy string) error {
	if t.Revoked() {
		return nil
	}
	if err := s.endVisitsOf(ctx, by, t, why, closedBy); err != nil {
		return err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	t.RevokedAt, t.RevokedWhy = now, why
	if err := s.Tokens.Revoke(ctx, t); err != nil {
		return err
	}
	on, err := s.accountOf(ctx, t.PersonID, t.AccountID)
	if err != nil {
		return err
	}
	if err := s.Audit.Record(ctx, by, tokenEntry(ActionTokenRevoke, on, t)); err != nil {
		return err
	}
	return s.tellOfToken(ctx, t, notify.EventTokenRevoke, "The API token “"+t.Name+"” was revoked.", now)
}

// endVisitsOf ends the visits that hang on a token, for the reason that it dies for.
func (s *Service) endVisitsOf(ctx context.Context, by principal.Principal, t Token, why, closedBy string) error {
	reason, known := visitEnd[why]
	if !known {
		reason = "actor_session_ended"
	}
	return s.Visits.EndOfToken(ctx, by, t.ID, reason, closedBy)
}

// revokeOfAccount takes back every token that comes in by the account. Of those that had
// expired nobody needs to hear any more; nothing brings them back.
func (s *Service) revokeOfAccount(ctx context.Context, by principal.Principal, accountID, why string) error {
	tokens, err := s.Tokens.LockOfAccount(ctx, accountID)
	if err != nil {
		return err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		end := s.revoke
		if t.Over(now) {
			end = s.endVisitsOf
		}
		if err := end(ctx, by, t, why, "cascade"); err != nil {
			return err
		}
	}
	return nil
}

// ResumeToken returns who the secret belongs to. What is malformed, unknown, revoked or
// expired, and the token of somebody who may not sign in or has another role than when
// he made it, is ErrTokenInvalid alike; from a network that is not listed it is
// ErrTokenAbroad, and recorded once an hour.
func (s *Service) ResumeToken(ctx context.Context, secret string, via principal.Via) (principal.Principal, error) {
	if !wellFormed(secret) {
		return principal.Principal{}, ErrTokenInvalid
	}
	hash := hashToken(secret)
	in, err := s.Tokens.Resume(ctx, hash)
	if err != nil {
		return principal.Principal{}, err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return principal.Principal{}, err
	}
	blocked := in.Membership.Disabled || !in.Person.DisabledAt.IsZero() || in.Membership.Role != in.Token.MadeAs
	if blocked || !in.Token.opens(hash, now) {
		return principal.Principal{}, ErrTokenInvalid
	}
	by := s.tokenPrincipal(in, via)
	if !in.Token.From(via.IP) {
		return principal.Principal{}, s.refusedAbroad(ctx, by, in.Token)
	}
	if now.Sub(in.Token.LastUsedAt) >= usePause {
		err = s.Tokens.Used(ctx, in.Token.ID, via.IP, now)
	}
	return by, err
}

// tokenPrincipal returns the person of the token as himself, as far as its scopes
// reach. Whether he lacks a second factor is asked of the person: no token goes round
// it.
func (s *Service) tokenPrincipal(in ResumedToken, via principal.Via) principal.Principal {
	by := principalOf(in.Person, in.Membership, in.Employer)
	lacks := !in.Factored && s.requires(by)
	by.Via = via
	by.Via.Method, by.Via.LacksFactor, by.Via.ProvedAt = "token", lacks, in.Token.ProvedAt
	by.Via.Token = &principal.Token{ID: in.Token.ID, Name: in.Token.Name, Scopes: in.Token.Scopes}
	return by
}

// refusedAbroad records, once an hour, that the token was used from elsewhere: whoever has
// it may ask as often as he likes.
func (s *Service) refusedAbroad(ctx context.Context, by principal.Principal, t Token) error {
	entry := tokenEntry(ActionTokenAbroad, by.Account, t)
	entry.Result = audit.Denied
	if err := s.Hourly.Record(ctx, by, entry); err != nil {
		return err
	}
	return ErrTokenAbroad
}

// accountOf returns the account of that id by which the person comes in.
func (s *Service) accountOf(ctx context.Context, personID, accountID string) (principal.Account, error) {
	memberships, err := s.People.Memberships(ctx, personID)
	for _, m := range memberships {
		if m.Account.ID == accountID {
			return m.Account, err
		}
	}
	return principal.Account{ID: accountID}, err
}

func tokenEntry(action audit.Action, on principal.Account, t Token) audit.Entry {
	return audit.Entry{
		Action: action, Account: on, Object: audit.Object{Kind: audit.ThingToken, ID: t.ID, Name: t.Name},
		After: audit.Fields{"scopes": strings.Join(t.Scopes, " "), "networks": strings.Join(t.NetworkTexts(), " "), "expires_at": t.ExpiresAt, "revoked_why": t.RevokedWhy},
	}
}

func (s *Service) tellOfToken(ctx context.Context, t Token, event, text string, at time.Time) error {
	person, err := s.People.ByID(ctx, t.PersonID)
	if err != nil {
		return err
	}
	return s.tell(ctx, person, event, text, at)
}

// networksOf reads networks as people write them: 192.0.2.0/24, or one address.
func networksOf(texts []string) ([]netip.Prefix, error) {
	networks := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		text = strings.TrimSpace(text)
		n, err := netip.ParsePrefix(text)
		if address, single := netip.ParseAddr(text); single == nil && address.Zone() == "" {
			n, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil || n.Masked() != n {
			return nil, fmt.Errorf("%.60q is no network, such as 192.0.2.0/24", text)
		}
		networks = append(networks, n)
	}
	return networks, nil
}
