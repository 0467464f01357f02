package storetest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/principal"
	"innkeeper/internal/store"
)

// AccountLists is the suite of the lists of store.Accounts. Each way of finding
// must find the same, so it is given stores that prefer one or the other.
func AccountLists(t *testing.T, open func(t *testing.T) *db.DB, stores map[string]func(*db.DB) *store.Accounts) {
	t.Helper()
	t.Run("lists agree with a search by hand", func(t *testing.T) {
		t.Parallel()
		c := newCrowd(t, open(t))
		random := rand.New(rand.NewPCG(3, 4))
		found := 0
		for range 400 {
			scopeName, scope := c.anyScope(random)
			f := c.anyFilter(random)
			want := c.byHand(scope, f)
			found += len(want)
			for name, s := range stores {
				got, err := s(c.db).List(t.Context(), scope, f)
				if diff := gocmp.Diff(want, idsOf(got)); err != nil || diff != "" {
					t.Fatalf("List(%s, %+v) by %s = %v (-want +got):\n%s", scopeName, f, name, err, diff)
				}
			}
		}
		if found < 400 {
			t.Errorf("400 lists had %d accounts together: they prove little", found)
		}
	})

	t.Run("totals agree with a count by hand", func(t *testing.T) {
		t.Parallel()
		c := newCrowd(t, open(t))
		s := store.NewAccounts(c.db)
		random := rand.New(rand.NewPCG(5, 6))
		for range 50 {
			scopeName, scope := c.anyScope(random)
			except := c.accounts[random.IntN(20)].ID
			want := map[account.Status]int{account.Active: 0, account.Suspended: 0, account.Disabled: 0}
			for _, a := range c.accounts {
				if scope.Covers(a.Ref()) && !a.Deleted() && a.ID != except {
					want[a.Status()]++
				}
			}
			got, err := s.Totals(t.Context(), scope, except)
			if diff := gocmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("Totals(%s) = %v (-want +got):\n%s", scopeName, err, diff)
			}
		}
	})

	t.Run("pages leave nothing out and repeat nothing", func(t *testing.T) {
		t.Parallel()
		c := newCrowd(t, open(t))
		for _, sort := range []account.Sort{account.ByName, account.ByNameDesc, account.ByCreated, account.ByCreatedDesc} {
			for _, query := range []string{"", "anna", "example"} {
				f := account.Filter{Sort: sort, Status: account.All, Words: account.Words(query), Limit: len(c.accounts)}
				want := c.byHand(principal.Everything(), f)
				for name, s := range stores {
					if diff := gocmp.Diff(want, c.paged(t, s(c.db), f)); diff != "" {
						t.Errorf("pages by %s of %q by %s (-want +got):\n%s", sort, query, name, diff)
					}
				}
			}
		}
	})

	t.Run("words", func(t *testing.T) {
		t.Parallel()
		h := newHosting(t, open)
		s := store.NewAccounts(h.db)
		find := func(query string) []string {
			t.Helper()
			f := account.Filter{Words: account.Words(query), Status: account.All, Limit: 10}
			got, err := s.List(t.Context(), principal.Everything(), f)
			if err != nil {
				t.Fatalf("List(%q) = %v", query, err)
			}
			return idsOf(got)
		}
		terms := func(source string, texts ...string) {
			t.Helper()
			if err := s.SetTerms(t.Context(), h.customer.ID, source, account.Terms(texts...)); err != nil {
				t.Fatalf("SetTerms = %v", err)
			}
		}
		terms(h.customer.ID, "Jürgen O'Brien", "j.obrien@mail.example.com")
		terms("dom_1", "shop.example.org")
		for query, want := range map[string]bool{
			"jür": true, "JUR": true, "o'b": true, "brien": true, "j.obrien@mail": true, "mail.ex": true, "shop": true, "example.org": true,
			"jurgen shop": true, "jurgen brien example": true, "jurgen nobody": false, "rgen": false, "rien": false, "%": false, "_": false, "org": true,
		} {
			if got := len(find(query)) == 1; got != want {
				t.Errorf("List(%q) finds it: %v, want %v", query, got, want)
			}
		}
		terms(h.customer.ID, "Somebody Else")
		for query, want := range map[string]bool{"jürgen": false, "else": true, "shop": true} {
			if got := len(find(query)) == 1; got != want {
				t.Errorf("renamed, List(%q) finds it: %v, want %v", query, got, want)
			}
		}
		terms("dom_1")
		if got := find("shop"); len(got) != 0 {
			t.Errorf("without the domain, List finds %v by it", got)
		}
		if err := s.SetTerms(t.Context(), "acc_missing", "dom_2", []string{"x"}); err == nil {
			t.Error("SetTerms of a missing account = nil, want an error")
		}
	})

	t.Run("a new name changes the place, also in what is found by a domain", func(t *testing.T) {
		t.Parallel()
		h := newHosting(t, open)
		s := store.NewAccounts(h.db)
		for _, a := range []principal.Account{h.customer, h.stranger} {
			if err := s.SetTerms(t.Context(), a.ID, "dom_"+a.ID, []string{"shared"}); err != nil {
				t.Fatal(err)
			}
		}
		a, err := s.ByID(t.Context(), principal.Everything(), h.customer.ID)
		if err != nil {
			t.Fatal(err)
		}
		a.Name = "zzz"
		if err := s.Update(t.Context(), principal.Everything(), a); err != nil {
			t.Fatal(err)
		}
		got, err := s.List(t.Context(), principal.Everything(), account.Filter{Words: []string{"shared"}, Limit: 10})
		if diff := gocmp.Diff([]string{h.stranger.ID, h.customer.ID}, idsOf(got)); err != nil || diff != "" {
			t.Errorf("List = %v (-want +got):\n%s", err, diff)
		}
	})
}

// crowd is a forest of accounts with whatever can differ.
type crowd struct {
	db       *db.DB
	accounts []account.Account
	terms    map[string][]string
}

func newCrowd(t *testing.T, d *db.DB) *crowd {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	c := &crowd{db: d, terms: map[string][]string{}}
	s := store.NewAccounts(d)
	for i := range 120 {
		a := c.anybody(random, i)
		terms := account.Terms(a.Name, a.Email)
		for _, err := range []error{
			s.Create(t.Context(), principal.Everything(), a), s.SetTerms(t.Context(), a.ID, a.ID, terms),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		c.accounts, c.terms[a.ID] = append(c.accounts, a), terms
	}
	return c
}

func (c *crowd) anybody(random *rand.Rand, i int) account.Account {
	pick := func(of ...string) string { return of[random.IntN(len(of))] }
	at := hostedAt.Add(time.Duration(random.IntN(40)) * time.Second) // some are as old as others
	sometimes := func(oneIn int) time.Time {
		if random.IntN(oneIn) == 0 {
			return at
		}
		return time.Time{}
	}
	a := account.Account{
		ID: fmt.Sprintf("acc_%03d", random.IntN(10)*1000+i), Kind: account.Kind(pick("reseller", "customer", "customer", "support")),
		Name: pick("Anna", "ANNA", "anna", "Bruno", "Éva", "Eva") + pick("", " Maier", " Mai"), Email: pick("a@example.com", "b@anna.example"),
		Version: 1, CreatedAt: at, UpdatedAt: at, SuspendedAt: sometimes(4), DisabledAt: sometimes(5), DeletedAt: sometimes(8),
	}
	a.Path = "/" + a.ID + "/"
	if len(c.accounts) > 0 && random.IntN(8) > 0 {
		owner := c.accounts[random.IntN(min(len(c.accounts), 12))]
		a.OwnerID, a.Path = owner.ID, owner.Path+a.ID+"/"
	}
	return a
}

func (c *crowd) anyScope(random *rand.Rand) (string, principal.Scope) {
	name, scope := c.anyReach(random)
	if random.IntN(3) > 0 {
		return name, scope
	}
	return name + ", of some kinds", scope.OfKinds([]string{"reseller", "customer"}, c.accounts[0].ID)
}

func (c *crowd) anyReach(random *rand.Rand) (string, principal.Scope) {
	a := c.accounts[random.IntN(20)].Ref()
	switch random.IntN(8) {
	case 0:
		return "nothing", principal.Scope{}
	case 1:
		return "only " + a.ID, principal.Only(a)
	case 2, 3, 4:
		return "tree of " + a.ID, principal.Tree(a)
	default:
		return "everything", principal.Everything()
	}
}

func (c *crowd) anyFilter(random *rand.Rand) account.Filter {
	some := c.accounts[random.IntN(len(c.accounts))]
	f := account.Filter{
		Sort:   []account.Sort{"", account.ByName, account.ByNameDesc, account.ByCreated, account.ByCreatedDesc}[random.IntN(5)],
		Status: []account.Status{"", account.Active, account.Suspended, account.Disabled, account.All}[random.IntN(5)],
		Limit:  1 + random.IntN(40),
		Words:  account.Words([]string{"", "", "anna", "ann mai", "eva", "example", "a b", "nobody"}[random.IntN(8)]),
	}
	if random.IntN(3) == 0 {
		f.Kind = some.Kind
	}
	if random.IntN(4) == 0 {
		f.OwnerID = some.OwnerID
	}
	if random.IntN(2) == 0 {
		f.After = account.PositionOf(some)
	}
	return f
}

// byHand finds what List must, in the plainest way.
func (c *crowd) byHand(scope principal.Scope, f account.Filter) []string {
	var found []account.Account
	for _, a := range c.accounts {
		if scope.Covers(a.Ref()) && c.takes(f, a) && (f.After.ID == "" || before(f, account.Account{
			ID: f.After.ID, Name: f.After.Key, CreatedAt: f.After.At,
		}, a) < 0) {
			found = append(found, a)
		}
	}
	slices.SortFunc(found, func(x, y account.Account) int { return before(f, x, y) })
	return idsOf(found[:min(len(found), f.Limit)])
}

func (c *crowd) takes(f account.Filter, a account.Account) bool {
	for _, word := range f.Words {
		if !slices.ContainsFunc(c.terms[a.ID], func(term string) bool { return strings.HasPrefix(term, word) }) {
			return false
		}
	}
	switch status := a.Status(); f.Status {
	case "":
		if status == account.Disabled {
			return false
		}
	case account.All:
	default:
		if status != f.Status {
			return false
		}
	}
	return !a.Deleted() && (f.Kind == "" || f.Kind == a.Kind) && (f.OwnerID == "" || f.OwnerID == a.OwnerID)
}

// before compares two accounts in the order of the filter.
func before(f account.Filter, x, y account.Account) int {
	order := cmp.Or(strings.Compare(account.Key(x.Name), account.Key(y.Name)), strings.Compare(x.ID, y.ID))
	if f.Sort == account.ByCreated || f.Sort == account.ByCreatedDesc {
		order = cmp.Or(x.CreatedAt.Compare(y.CreatedAt), strings.Compare(x.ID, y.ID))
	}
	if f.Sort == account.ByNameDesc || f.Sort == account.ByCreatedDesc {
		return -order
	}
	return order
}

// paged reads a list in small pages to its end.
func (c *crowd) paged(t *testing.T, s *store.Accounts, f account.Filter) []string {
	t.Helper()
	f.Limit = 7
	list := []string{}
	for {
		page, err := s.List(t.Context(), principal.Everything(), f)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, idsOf(page)...)
		if len(page) < f.Limit {
			return list
		}
		f.After = account.PositionOf(page[len(page)-1])
	}
}

func idsOf(accounts []account.Account) []string {
	list := []string{}
	for _, a := range accounts {
		list = append(list, a.ID)
	}
	return list
}
