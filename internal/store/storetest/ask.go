package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// asking is a hosting with people who ask to be let in to the customer's account.
type asking struct {
	hosting
	*store.Asks
}

func newAsking(t *testing.T, open func(t *testing.T) *db.DB) asking {
	t.Helper()
	h := newHosting(t, open)
	for _, id := range []string{"per_anna", "per_bruno"} {
		p := account.Person{ID: id, Name: id, Email: id + "@example.com", CreatedAt: hostedAt}
		if _, err := store.NewPeople(h.db).Add(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	return asking{h, store.NewAsks(h.db)}
}

func (a asking) ask(id, actorID string) impersonation.Ask {
	return impersonation.Ask{
		ID: id, Kind: impersonation.Consent, State: impersonation.AskWaiting,
		Actor:   impersonation.Actor{ID: actorID, Name: "Anna", AccountID: a.provider.ID, Role: "support", Employer: "Harbour"},
		Subject: impersonation.Subject{ID: a.customer.ID, Name: "Customer", Kind: "customer", OwnerID: a.reseller.ID},
		Mode:    principal.Look, ReasonCode: "incident", Reason: "The site is down", Ticket: "4711", Informed: "not_told", NotToldBecause: "It is night",
		Note: "between us", CreatedAt: hostedAt, LapsesAt: hostedAt.Add(12 * time.Hour),
	}
}

func (a asking) create(t *testing.T, asks ...impersonation.Ask) {
	t.Helper()
	for _, one := range asks {
		if err := a.Create(t.Context(), one); err != nil {
			t.Fatalf("Create(%q) = %v", one.ID, err)
		}
	}
}

// Asks is the suite of store.Asks.
func Asks(t *testing.T, open func(t *testing.T) *db.DB) {
	t.Helper()
	t.Run("an ask comes back as it was, for those who reach the account", func(t *testing.T) {
		t.Parallel()
		a := newAsking(t, open)
		full := a.ask("ask_1", "per_anna")
		a.create(t, full)
		full.State, full.LapsesAt, full.EndsAt = impersonation.AskApproved, hostedAt.Add(time.Hour), hostedAt.Add(2*time.Hour)
		full.DecidedAt, full.DecidedBy, full.DecidedVia = hostedAt.Add(time.Minute), impersonation.Party{Kind: "person", ID: "per_olga", Name: "Olga"}, "link"
		full.VisitID, full.TokenHash, full.CodeHash, full.CodeTries = "imp_1", "token", "code", 3
		if err := a.Update(t.Context(), full); err != nil {
			t.Fatalf("Update = %v", err)
		}
		for name, c := range a.scopes() {
			got, err := a.ByID(t.Context(), c.scope, full.ID)
			list, listErr := a.List(t.Context(), c.scope, impersonation.AskFilter{Limit: 9})
			if !c.reaches {
				if !errors.Is(err, impersonation.ErrAskNotFound) || listErr != nil || len(list) != 0 {
					t.Errorf("from %s: ByID = %v, List = %d, %v, want ErrAskNotFound and none", name, err, len(list), listErr)
				}
				continue
			}
			if diff := cmp.Diff(full, got); err != nil || diff != "" {
				t.Errorf("from %s: ByID = %v (-want +got):\n%s", name, err, diff)
			}
			if diff := cmp.Diff([]impersonation.Ask{full}, list); listErr != nil || diff != "" {
				t.Errorf("from %s: List = %v (-want +got):\n%s", name, listErr, diff)
			}
		}
		byToken, err := a.ByToken(t.Context(), "token")
		if diff := cmp.Diff(full, byToken); err != nil || diff != "" {
			t.Errorf("ByToken = %v (-want +got):\n%s", err, diff)
		}
		for _, hash := range []string{"", "other"} {
			if _, err := a.ByToken(t.Context(), hash); !errors.Is(err, impersonation.ErrAskNotFound) {
				t.Errorf("ByToken(%q) = %v, want ErrAskNotFound", hash, err)
			}
		}
	})

	t.Run("one open ask of an actor to an account", func(t *testing.T) {
		t.Parallel()
		a := newAsking(t, open)
		first := a.ask("ask_1", "per_anna")
		a.create(t, first, a.ask("ask_2", "per_bruno"))
		if err := a.Create(t.Context(), a.ask("ask_3", "per_anna")); !errors.Is(err, impersonation.ErrAskOver) {
			t.Errorf("a second open ask = %v, want ErrAskOver", err)
		}
		first.State = impersonation.AskDenied
		if err := a.Update(t.Context(), first); err != nil {
			t.Fatal(err)
		}
		a.create(t, a.ask("ask_4", "per_anna"))
		if err := a.Update(t.Context(), a.ask("ask_none", "per_anna")); !errors.Is(err, impersonation.ErrAskNotFound) {
			t.Errorf("Update of a missing ask = %v, want ErrAskNotFound", err)
		}
	})

	t.Run("lists and locks find what they are asked for", func(t *testing.T) {
		t.Parallel()
		a := newAsking(t, open)
		glass, over := a.ask("ask_2", "per_bruno"), a.ask("ask_3", "per_anna")
		glass.Kind, glass.LapsesAt = impersonation.BreakGlass, hostedAt.Add(time.Hour)
		over.State, over.VisitID, over.Subject.ID = impersonation.AskStarted, "imp_1", a.stranger.ID
		a.create(t, a.ask("ask_1", "per_anna"), glass, over)
		for name, c := range map[string]struct {
			f    impersonation.AskFilter
			want []string
		}{
			"all":              {impersonation.AskFilter{Limit: 9}, []string{"ask_3", "ask_2", "ask_1"}},
			"the newest":       {impersonation.AskFilter{Limit: 1}, []string{"ask_3"}},
			"open":             {impersonation.AskFilter{Open: true, Limit: 9}, []string{"ask_2", "ask_1"}},
			"of an actor":      {impersonation.AskFilter{ActorID: "per_anna", Limit: 9}, []string{"ask_3", "ask_1"}},
			"to an account":    {impersonation.AskFilter{SubjectID: a.customer.ID, Limit: 9}, []string{"ask_2", "ask_1"}},
			"of a kind":        {impersonation.AskFilter{Kind: impersonation.BreakGlass, Limit: 9}, []string{"ask_2"}},
			"of a visit":       {impersonation.AskFilter{VisitID: "imp_1", Limit: 9}, []string{"ask_3"}},
			"of another visit": {impersonation.AskFilter{VisitID: "imp_2", Limit: 9}, nil},
		} {
			list, err := a.List(t.Context(), principal.Everything(), c.f)
			if got := askIDs(list); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("List(%s) = %v, %v, want %v", name, got, err, c.want)
			}
		}
		open, err := a.LockOpenTo(t.Context(), a.customer.ID)
		if got := askIDs(open); err != nil || !slices.Equal(got, []string{"ask_1", "ask_2"}) {
			t.Errorf("LockOpenTo = %v, %v, want both, by id", got, err)
		}
		for at, want := range map[time.Duration][]string{time.Hour - time.Microsecond: nil, time.Hour: {"ask_2"}, 24 * time.Hour: {"ask_2", "ask_1"}} {
			lapsed, err := a.LockLapsed(t.Context(), hostedAt.Add(at), 9)
			if got := askIDs(lapsed); err != nil || !slices.Equal(got, want) {
				t.Errorf("LockLapsed after %v = %v, %v, want %v", at, got, err, want)
			}
		}
		if _, err := a.LockAsk(t.Context(), "ask_none"); !errors.Is(err, impersonation.ErrAskNotFound) {
			t.Errorf("LockAsk of a missing ask = %v, want ErrAskNotFound", err)
		}
	})

	t.Run("what an owner decides, from another account's scope", func(t *testing.T) {
		t.Parallel()
		a := newAsking(t, open)
		everything := principal.Everything()
		if p, err := a.PolicyOf(t.Context(), everything, a.customer.ID); p != impersonation.Open || err != nil {
			t.Errorf("PolicyOf before a decision = %s, %v, want open", p, err)
		}
		for name, c := range a.scopes() {
			want, wantErr := impersonation.Open, impersonation.ErrOwnerOnly
			if c.reaches {
				want, wantErr = impersonation.AskMe, nil
			}
			err := a.SetPolicy(t.Context(), c.scope, a.customer.ID, impersonation.AskMe, hostedAt)
			if wantErr == nil && err != nil || wantErr != nil && !errors.Is(err, wantErr) {
				t.Errorf("from %s: SetPolicy = %v, want %v", name, err, wantErr)
			}
			if p, err := a.PolicyOf(t.Context(), c.scope, a.customer.ID); p != want || err != nil {
				t.Errorf("from %s: PolicyOf = %s, %v, want %s", name, p, err, want)
			}
		}
		if err := a.SetPolicy(t.Context(), everything, a.customer.ID, impersonation.Locked, hostedAt); err != nil {
			t.Fatal(err)
		}
		if p, err := a.PolicyOf(t.Context(), everything, a.customer.ID); p != impersonation.Locked || err != nil {
			t.Errorf("PolicyOf = %s, %v, want locked", p, err)
		}
	})
}

func askIDs(asks []impersonation.Ask) []string {
	var out []string
	for _, a := range asks {
		out = append(out, a.ID)
	}
	return out
}
