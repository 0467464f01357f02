package app_test

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func names(accounts []map[string]any) []string {
	list := []string{}
	for _, a := range accounts {
		list = append(list, fmt.Sprint(a["name"]))
	}
	return list
}

func TestListAccounts(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		admin, reseller, customer := h.signIn(t, "Ada Winter"), h.signIn(t, "Northlight Studio"), h.signIn(t, "Blue Door Bakery")
		northlight := []string{"Atelier Marlow", "Blue Door Bakery", "Fern & Fable Books", "Kestrel Cycles", "Northlight Studio"}
		for _, c := range []struct {
			by    *client
			query string
			want  []string
		}{
			{reseller, "", northlight},
			{reseller, "?sort=-name&page_size=2", []string{"Northlight Studio", "Kestrel Cycles"}},
			{reseller, "?kind=reseller", []string{"Northlight Studio"}},
			{reseller, "?q=books", []string{"Fern & Fable Books"}},
			{reseller, "?q=BLUEDOOR.example", []string{"Blue Door Bakery"}},
			{reseller, "?q=lindqvist", []string{}}, // another reseller's
			{reseller, "?owner_id=" + reseller.who.AccountID, northlight[:4]},
			{admin, "?q=copper%20cafe", []string{"Copper Kettle Café"}},
			{admin, "?q=jonas@fernfable.example", []string{"Fern & Fable Books"}},
			{admin, "?kind=support", []string{"Samir Okafor"}},
			{admin, "?q=%25", []string{}},
			{h.signIn(t, "Samir Okafor"), "?kind=support", []string{"Samir Okafor"}}, // himself, no other staff
			{h.signIn(t, "Samir Okafor"), "?kind=admin", []string{}},
		} {
			if got := names(list(c.by.want(200, "GET", "/api/v1/accounts"+c.query, nil), "accounts")); !slices.Equal(got, c.want) {
				t.Errorf("GET /accounts%s by %s = %q, want %q", c.query, c.by.who.Name, got, c.want)
			}
		}
		if got := names(list(customer.want(200, "GET", "/api/v1/accounts", nil), "accounts")); !slices.Equal(got, []string{"Blue Door Bakery"}) {
			t.Errorf("a customer sees %q", got)
		}
		other := h.named(t, "Seabright Media")
		reseller.refused(404, "account-not-found", "GET", "/api/v1/accounts?owner_id="+other.AccountID, nil)

		var all []string
		for path := "/api/v1/accounts?page_size=4"; ; {
			page := admin.want(200, "GET", path, nil)
			all = append(all, names(list(page, "accounts"))...)
			cursor, more := page["next_cursor"].(string)
			if !more {
				break
			}
			path = "/api/v1/accounts?page_size=4&cursor=" + url.QueryEscape(cursor)
			for _, wrong := range []string{"/api/v1/accounts?sort=-name&cursor=" + url.QueryEscape(cursor), "/api/v1/plans?cursor=" + url.QueryEscape(cursor), path + "x"} {
				admin.refused(422, "invalid", "GET", wrong, nil)
			}
		}
		if len(all) != len(h.people) || len(slices.Compact(slices.Sorted(slices.Values(all)))) != len(h.people) {
			t.Errorf("page by page there are %d accounts: %q, want %d", len(all), all, len(h.people))
		}
		for _, bad := range []string{"?sort=owner", "?status=deleted", "?kind=king", "?page_size=201", "?page_size=0", "?unknown=1", "?cursor=abc"} {
			if a := admin.do("GET", "/api/v1/accounts"+bad, nil); a.status != 422 {
				t.Errorf("GET /accounts%s = %d, want 422", bad, a.status)
			}
		}

		bakery := "/api/v1/accounts/" + customer.who.AccountID
		admin.want(200, "POST", bakery+"/disable", map[string]any{})
		hidden := reseller.want(200, "GET", "/api/v1/accounts?q=bakery", nil)
		if len(list(hidden, "accounts")) != 0 || hidden["hidden_disabled"] != 1.0 {
			t.Errorf("a search for a disabled account answers %v", hidden)
		}
		shown := list(reseller.want(200, "GET", "/api/v1/accounts?q=bakery&status=disabled", nil), "accounts")
		if len(shown) != 1 || shown[0]["status"] != "disabled" {
			t.Errorf("a search among the disabled finds %v", shown)
		}
	})
}

func TestAccountAsItIsShown(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		bakery, rita := h.named(t, "Blue Door Bakery"), h.named(t, "Northlight Studio")
		path := "/api/v1/accounts/" + bakery.AccountID
		reseller := h.signIn(t, "Northlight Studio")
		got := reseller.want(200, "GET", path, nil)
		for field, want := range map[string]string{
			"kind": "customer", "name": "Blue Door Bakery", "email": "mila@bluedoor.example", "username": "<nil>", "status": "active",
			"suspended_at": "<nil>", "disabled_at": "<nil>", "expires_at": "<nil>", "primary_domain": "bluedoor.example",
			"owner":  fmt.Sprint(map[string]any{"id": rita.AccountID, "name": "Northlight Studio", "kind": "reseller"}),
			"limits": fmt.Sprint(map[string]any{"domains": 5.0, "mailboxes": 50.0, "disk_bytes": float64(20 << 30)}),
		} {
			if got := fmt.Sprint(got[field]); got != want {
				t.Errorf("%s = %s, want %s", field, got, want)
			}
		}
		usage, _ := got["usage"].(map[string]any)
		if usage["domains"] != 1.0 || usage["mailboxes"] != 2.0 || usage["disk_bytes"].(float64) <= 0 {
			t.Errorf("usage = %v, want a domain, two mailboxes and the files", usage)
		}
		_, base := reseller.visit(bakery, "look")
		for name, c := range map[string]struct {
			by   *client
			path string
			can  []string // of the acts
			why  string
		}{
			"the owner":              {reseller, path, []string{"delete", "disable", "impersonate", "invite", "suspend", "transfer", "update"}, "<nil>"},
			"support":                {h.signIn(t, "Samir Okafor"), path, []string{"impersonate", "invite", "suspend", "update"}, "<nil>"},
			"the customer":           {h.signIn(t, "Blue Door Bakery"), path, nil, "This is your own account."},
			"a reseller, his own":    {reseller, "/api/v1/accounts/" + rita.AccountID, nil, "This is your own account."},
			"an admin, of staff":     {h.signIn(t, "Ada Winter"), "/api/v1/accounts/" + h.named(t, "Samir Okafor").AccountID, []string{"delete", "disable", "invite", "suspend", "transfer", "update"}, "Accounts of staff cannot be entered."},
			"a visitor, merely look": {reseller, base + path, nil, "You are in somebody's account already. Leave it first."},
		} {
			can, _ := c.by.want(200, "GET", c.path, nil)["can"].(map[string]any)
			var acts []string
			for _, act := range slices.Sorted(maps.Keys(can)) {
				if can[act] == true {
					acts = append(acts, act)
				}
			}
			if why := fmt.Sprint(can["look_only_because"]); can["impersonate"] == true && why != "<nil>" {
				t.Errorf("%s may only look because %q, want nothing in the way", name, why)
			}
			if why := fmt.Sprint(can["impersonate_why_not"]); !slices.Equal(acts, c.can) || why != c.why {
				t.Errorf("%s can %q, and cannot enter because %q; want %q and %q", name, acts, why, c.can, c.why)
			}
		}
	})
}

// In a visit that only looks the buttons stand as the reseller has them: what they
// would do in change mode is told beside what may be done now.
func TestB3ALookSaysWhatChangesWouldBePossible(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t)
	path := "/api/v1/accounts/" + h.named(t, "Blue Door Bakery").AccountID
	admin, reseller := h.signIn(t, "Ada Winter"), h.named(t, "Northlight Studio")
	for mode, want := range map[string][2]string{"look": {"", "invite suspend update"}, "change": {"invite suspend update", ""}} {
		_, base := admin.visit(reseller, mode)
		shown := admin.want(200, "GET", base+path, nil)
		for i, field := range []string{"can", "can_in_change_mode"} {
			can, _ := shown[field].(map[string]any)
			var acts []string
			for _, act := range slices.Sorted(maps.Keys(can)) {
				if can[act] == true {
					acts = append(acts, act)
				}
			}
			if got := strings.Join(acts, " "); got != want[i] {
				t.Errorf("in a visit to %s %s is %q, want %q", mode, field, got, want[i])
			}
		}
		admin.want(200, "POST", base+"/stop", nil)
	}
	if shown := admin.want(200, "GET", path, nil); shown["can_in_change_mode"] != nil {
		t.Errorf("without a visit can_in_change_mode is %v, want none", shown["can_in_change_mode"])
	}
}

// Every state of an account in which a visit is not to be had, or not to be had for
// changes, says why before it is tried, and the same when it is.
func TestB3EveryRefusedStateSaysWhy(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada, samir := h.signIn(t, "Ada Winter"), h.signIn(t, "Samir Okafor")
		stopped, blocked, gone := h.named(t, "Blue Door Bakery"), h.named(t, "Kestrel Cycles"), h.named(t, "Violet Hour Theatre")
		ada.want(200, "POST", "/api/v1/accounts/"+stopped.AccountID+"/suspend", fields("reason", "an invoice is unpaid"))
		ada.want(200, "POST", "/api/v1/accounts/"+blocked.AccountID+"/disable", fields("reason", "a test"))
		ada.want(204, "DELETE", "/api/v1/accounts/"+gone.AccountID, nil)
		h.exec(t, "UPDATE account_people SET role = 'assistant' WHERE person_id = (SELECT id FROM people WHERE email = ?)", samir.who.Login)
		const denied = "You don't have permission to impersonate this user."
		for name, c := range map[string]struct {
			by             *client
			to             person
			whyNot         string // of the account as it is shown
			lookOnly       string
			look, change   int
			toLook, toMake string // the codes of what is refused
		}{
			"an active one":        {ada, h.named(t, "Tidewater Yoga"), "", "", 201, 201, "", ""},
			"services stopped":     {ada, stopped, "", "The services of this account are stopped, so it can only be viewed.", 201, 409, "", "subject-look-only"},
			"sign-in blocked":      {ada, blocked, "", "Signing in to this account is blocked, so it can only be viewed.", 201, 409, "", "subject-look-only"},
			"a role that may look": {samir, h.named(t, "Tidewater Yoga"), "", "Your role lets you view only.", 201, 403, "", "impersonation-denied"},
			"deleted":              {ada, gone, "none", "none", 403, 403, "impersonation-denied", "impersonation-denied"},
			"an administrator's":   {samir, h.named(t, "Ada Winter"), "none", "none", 403, 403, "impersonation-denied", "impersonation-denied"},
			"staff":                {ada, h.named(t, "Samir Okafor"), "Accounts of staff cannot be entered.", "", 403, 403, "impersonation-denied", "impersonation-denied"},
			"one's own":            {ada, h.named(t, "Ada Winter"), "This is your own account.", "", 403, 403, "impersonation-denied", "impersonation-denied"},
			"without any right":    {h.signIn(t, "Fern & Fable Books"), h.named(t, "Tidewater Yoga"), "none", "none", 403, 403, "impersonation-denied", "impersonation-denied"},
			"somebody else's tree": {h.signIn(t, "Northlight Studio"), h.named(t, "Tidewater Yoga"), "none", "none", 403, 403, "impersonation-denied", "impersonation-denied"},
			"a reseller, his own":  {h.signIn(t, "Northlight Studio"), h.named(t, "Northlight Studio"), "This is your own account.", "", 403, 403, "impersonation-denied", "impersonation-denied"},
		} {
			shown := c.by.do("GET", "/api/v1/accounts/"+c.to.AccountID, nil)
			can, _ := shown.body["can"].(map[string]any)
			text := func(field string) string {
				why, _ := can[field].(string)
				return why
			}
			switch {
			case c.whyNot == "none":
				if shown.status != 404 {
					t.Errorf("%s is shown with %d, want 404", name, shown.status)
				}
			case text("impersonate_why_not") != c.whyNot || text("look_only_because") != c.lookOnly:
				t.Errorf("%s says %q and %q, want %q and %q", name, text("impersonate_why_not"), text("look_only_because"), c.whyNot, c.lookOnly)
			}
			for mode, want := range map[string]struct {
				status int
				code   string
			}{"look": {c.look, c.toLook}, "change": {c.change, c.toMake}} {
				a := c.by.do("POST", "/api/v1/impersonations", wanting(c.to, "mode", mode, "supersede", true))
				if code, _ := a.body["code"].(string); a.status != want.status || code != want.code {
					t.Errorf("%s, to %s: %d %s, want %d %s", name, mode, a.status, a.raw, want.status, want.code)
				}
				if want.code == "impersonation-denied" && a.body["detail"] != denied {
					t.Errorf("%s, to %s: %v, want %q", name, mode, a.body["detail"], denied)
				}
			}
		}
	})
}

var token = regexp.MustCompile(`/welcome\?token=([A-Za-z0-9_-]+)`)

func TestCreateAccountAndAcceptTheInvitation(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		reseller := h.signIn(t, "Northlight Studio")
		made := reseller.do("POST", "/api/v1/accounts", map[string]any{"kind": "customer", "name": "Harbour Choir", "email": "Lena@Choir.example", "username": "choir"})
		if made.status != 201 || made.body["email"] != "lena@choir.example" || made.header.Get("ETag") != `"1"` {
			t.Fatalf("POST /accounts = %d %s, ETag %q", made.status, made.raw, made.header.Get("ETag"))
		}
		id := fmt.Sprint(made.body["id"])
		path := "/api/v1/accounts/" + id

		invited := func(letters int) string {
			t.Helper()
			h.posted(t, "the invitation is sent", func() bool { return len(h.letters(t, "lena@choir.example")) == letters })
			all := h.letters(t, "lena@choir.example")
			found := token.FindStringSubmatch(strings.ReplaceAll(all[letters-1], "=\r\n", ""))
			if found == nil {
				t.Fatalf("the mail has no link: %s", all[letters-1])
			}
			return strings.TrimPrefix(found[1], "3D") // quoted-printable writes = as =3D
		}
		first := invited(1)
		wait := reseller.do("POST", path+"/invitation", nil)
		if wait.status != 429 || wait.body["code"] != "invitation-too-soon" || wait.header.Get("Retry-After") != "60" {
			t.Errorf("sending it again at once = %d %s, Retry-After %q", wait.status, wait.raw, wait.header.Get("Retry-After"))
		}
		h.clock.Advance(time.Minute)
		h.signIn(t, "Seabright Media").refused(404, "account-not-found", "POST", path+"/invitation", nil)
		reseller.want(202, "POST", path+"/invitation", nil)
		second := invited(2)

		stranger := h.stranger(t)
		accept := func(token, password string) answer {
			t.Helper()
			return stranger.do("POST", "/api/v1/invitations/accept", map[string]any{"token": token, "password": password})
		}
		const chosen = "six oars and a drum"
		if a := accept(second, "short"); a.status != 422 || list(a.body, "errors")[0]["pointer"] != "/password" {
			t.Errorf("a short password = %d %s", a.status, a.raw)
		}
		old, never := accept(first, chosen), accept("nonsense", chosen)
		for name, a := range map[string]answer{"an older link": old, "a made-up link": never} {
			if a.status != 410 || a.body["code"] != "invitation-expired" || a.body["detail"] != old.body["detail"] {
				t.Errorf("%s = %d %s, want 410, the same for all", name, a.status, a.raw)
			}
		}
		if a := accept(second, chosen); a.status != 204 {
			t.Fatalf("accepting = %d %s", a.status, a.raw)
		}
		if a := accept(second, chosen); a.status != 410 {
			t.Errorf("accepting again = %d %s, want 410", a.status, a.raw)
		}
		for _, login := range []string{"lena@choir.example", "Choir"} {
			in := h.stranger(t).want(200, "POST", "/api/v1/session", map[string]any{"login": login, "password": chosen})
			if who, _ := in["principal"].(map[string]any); who["account_id"] != id || who["kind"] != "customer" {
				t.Errorf("signed in as %v", who)
			}
		}
		h.clock.Advance(time.Minute)
		reseller.refused(409, "invitation-not-needed", "POST", path+"/invitation", nil)

		// What the log says of it, and who cannot have done it.
		events := list(h.signIn(t, "Ada Winter").want(200, "GET", "/api/v1/activity?account_id="+id, nil), "events")
		var actions []string
		for _, e := range events {
			actions = append(actions, fmt.Sprint(e["action"]))
			if strings.Contains(fmt.Sprint(e), second) {
				t.Errorf("the event %v holds the token", e)
			}
		}
		slices.Sort(actions)
		actions = slices.Compact(actions)
		for _, want := range []string{"account.accept-invitation", "account.create", "account.invite", "session.start"} {
			if !slices.Contains(actions, want) {
				t.Errorf("the log has %q, want %s among them", actions, want)
			}
		}
	})
}

func TestCreateAccountRefused(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		admin, reseller, customer := h.signIn(t, "Ada Winter"), h.signIn(t, "Northlight Studio"), h.signIn(t, "Blue Door Bakery")
		agency := fmt.Sprint(list(admin.want(200, "GET", "/api/v1/plans", nil), "plans")[2]["id"])
		draft := func(more ...string) map[string]any {
			body := map[string]any{"kind": "customer", "name": "New", "email": "new@example.com"}
			for i := 0; i+1 < len(more); i += 2 {
				body[more[i]] = more[i+1]
			}
			return body
		}
		before := h.count(t, "SELECT count(*) FROM accounts")
		for name, c := range map[string]struct {
			by     *client
			status int
			body   map[string]any
			fields []string
		}{
			"an admin by a reseller":          {reseller, 403, draft("kind", "admin"), nil},
			"a support account by a reseller": {reseller, 422, draft("kind", "support"), []string{"/owner_id"}},
			"below another reseller":          {reseller, 422, draft("owner_id", h.named(t, "Seabright Media").AccountID), []string{"/owner_id"}},
			"below the provider":              {reseller, 422, draft("kind", "reseller", "owner_id", admin.who.AccountID), []string{"/owner_id"}},
			"by a customer":                   {customer, 403, draft(), nil},
			"by support":                      {h.signIn(t, "Samir Okafor"), 403, draft(), nil},
			"by nobody":                       {h.stranger(t), 401, draft(), nil},
			"a field that cannot be set":      {reseller, 422, draft("path", "/"), []string{"/path"}},
			"no such kind":                    {reseller, 422, draft("kind", "king"), []string{"/kind"}},
			"no such plan":                    {reseller, 422, draft("plan_id", "pln_missing"), []string{"/plan_id"}},
			"every bad field":                 {reseller, 422, draft("name", "\u202e", "email", "x", "username", "-"), []string{"/name", "/email", "/username"}},
			"a username in use":               {reseller, 201, draft("username", "first", "plan_id", agency), nil},
		} {
			a := c.by.do("POST", "/api/v1/accounts", c.body)
			var fields []string
			for _, f := range list(a.body, "errors") {
				fields = append(fields, fmt.Sprint(f["pointer"]))
			}
			if a.status != c.status || !slices.Equal(fields, c.fields) {
				t.Errorf("creating %s = %d %s, want %d and %q", name, a.status, a.raw, c.status, c.fields)
			}
		}
		reseller.refused(409, "account-username-taken", "POST", "/api/v1/accounts", draft("username", "FIRST", "email", "second@example.com"))
		if after := h.count(t, "SELECT count(*) FROM accounts"); after != before+1 {
			t.Errorf("%d accounts were made, want one", after-before)
		}
	})
}

func TestUpdateAccount(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		reseller, support := h.signIn(t, "Northlight Studio"), h.signIn(t, "Samir Okafor")
		bakery := h.named(t, "Blue Door Bakery")
		path := "/api/v1/accounts/" + bakery.AccountID
		seen := reseller.do("GET", path, nil).header.Get("ETag")
		name := map[string]any{"name": "Blue Door"}
		reseller.refused(428, "precondition-required", "PATCH", path, name)
		reseller.refused(412, "account-changed", "PATCH", path, name, "If-Match", `"77"`)
		reseller.refused(412, "account-changed", "PATCH", path, name, "If-Match", "nonsense")
		changed := reseller.do("PATCH", path, name, "If-Match", seen)
		if changed.status != 200 || changed.body["name"] != "Blue Door" || changed.header.Get("ETag") == seen {
			t.Fatalf("PATCH = %d %s, ETag %s after %s", changed.status, changed.raw, changed.header.Get("ETag"), seen)
		}
		now := changed.header.Get("ETag")
		support.refused(412, "account-changed", "PATCH", path, map[string]any{"phone": "1"}, "If-Match", seen)
		support.want(200, "PATCH", path, map[string]any{"phone": "1"}, "If-Match", now)
		now = support.do("GET", path, nil).header.Get("ETag")

		plans := list(reseller.want(200, "GET", "/api/v1/plans", nil), "plans")
		starter := map[string]any{"plan_id": plans[0]["id"]}
		support.refused(403, "forbidden", "PATCH", path, starter, "If-Match", now)
		for field, value := range map[string]any{"owner_id": "acc_x", "kind": "admin", "status": "active", "path": "/", "suspended_at": nil, "username": "x"} {
			reseller.refused(422, "invalid", "PATCH", path, map[string]any{field: value}, "If-Match", now)
		}
		reseller.refused(404, "account-not-found", "PATCH", "/api/v1/accounts/"+h.named(t, "Tidewater Yoga").AccountID, name, "If-Match", now)
		h.signIn(t, "Blue Door Bakery").refused(403, "forbidden", "PATCH", path, name, "If-Match", now)

		got := reseller.want(200, "PATCH", path, map[string]any{"plan_id": plans[0]["id"], "expires_at": "2027-01-01T00:00:00Z"}, "If-Match", now)
		if plan, _ := got["plan"].(map[string]any); plan["name"] != "Starter" || got["expires_at"] != "2027-01-01T00:00:00Z" {
			t.Errorf("PATCH = %v, want the plan and the expiry", got)
		}
		// What it had before is too much for a plan of its reseller's that is smaller.
		customer := h.signIn(t, "Hollis & Daughters")
		for _, domain := range []string{"a.example", "b.example"} {
			customer.want(201, "POST", "/api/v1/domains", map[string]any{"name": domain})
		}
		admin := h.signIn(t, "Ada Winter")
		full := "/api/v1/accounts/" + customer.who.AccountID
		over := admin.refused(409, "over-limit", "PATCH", full, starter, "If-Match", admin.do("GET", full, nil).header.Get("ETag"))
		if excess := list(over, "excess"); len(excess) != 1 || excess[0]["what"] != "domains" || excess[0]["used"] != 3.0 || excess[0]["limit"] != 1.0 {
			t.Errorf("the excess is %v", over)
		}
	})
}

func TestStatusOfAccounts(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		reseller, customer := h.signIn(t, "Northlight Studio"), h.signIn(t, "Blue Door Bakery")
		path := "/api/v1/accounts/" + customer.who.AccountID
		reseller.refused(422, "invalid", "POST", path+"/suspend", map[string]any{})
		for range 2 {
			got := reseller.want(200, "POST", path+"/suspend", map[string]any{"reason": "Invoice 1007 is unpaid."})
			if got["status"] != "suspended" || got["suspended_reason"] != "Invoice 1007 is unpaid." {
				t.Errorf("suspended it reads %v", got)
			}
		}
		if got := customer.want(200, "GET", path, nil); got["status"] != "suspended" || got["suspended_reason"] == "" {
			t.Errorf("the customer, still signed in, reads %v", got)
		}
		h.signIn(t, "Blue Door Bakery") // suspended is not disabled
		reseller.want(200, "POST", path+"/unsuspend", nil)

		got := reseller.want(200, "POST", path+"/disable", map[string]any{"reason": "asked"})
		if got["status"] != "disabled" || got["disabled_reason"] != "asked" {
			t.Errorf("disabled it reads %v", got)
		}
		customer.refused(401, "session-ended", "GET", "/api/v1/session", nil)
		login := map[string]any{"login": customer.who.Login, "password": customer.who.Password}
		h.stranger(t).refused(403, "sign-in-blocked", "POST", "/api/v1/session", login)
		if got := reseller.want(200, "POST", path+"/enable", nil); got["status"] != "active" {
			t.Errorf("enabled it reads %v", got)
		}
		customer = h.signIn(t, "Blue Door Bakery")

		// Not yours and not there read alike, and nobody does it to himself.
		foreign, missing := "/api/v1/accounts/"+h.named(t, "Tidewater Yoga").AccountID, "/api/v1/accounts/acc_00000000-0000-7000-8000-000000000000"
		for _, act := range []string{"/suspend", "/unsuspend", "/disable", "/enable"} {
			body := map[string]any{"reason": "x"}
			if act[1] == 'u' || act[1] == 'e' {
				body = nil
			}
			a, b := reseller.refused(404, "account-not-found", "POST", foreign+act, body), reseller.refused(404, "account-not-found", "POST", missing+act, body)
			if fmt.Sprint(anyRequest(a)) != fmt.Sprint(anyRequest(b)) {
				t.Errorf("%s of a foreign account answers %v, of a missing one %v", act, a, b)
			}
			reseller.refused(403, "forbidden", "POST", "/api/v1/accounts/"+reseller.who.AccountID+act, body)
			customer.refused(403, "forbidden", "POST", path+act, body)
		}

		reseller.refused(403, "forbidden", "DELETE", "/api/v1/accounts/"+reseller.who.AccountID, nil)
		h.signIn(t, "Ada Winter").refused(409, "account-owns-others", "DELETE", "/api/v1/accounts/"+reseller.who.AccountID, nil)
		reseller.want(204, "DELETE", path, nil)
		reseller.refused(404, "account-not-found", "DELETE", path, nil)
		reseller.refused(404, "account-not-found", "GET", path, nil)
		customer.refused(401, "session-ended", "GET", "/api/v1/session", nil)
		events := h.count(t, "SELECT count(*) FROM audit_events WHERE account_id = ? AND action IN ('account.suspend', 'account.unsuspend', 'account.disable', 'account.enable', 'account.delete')", customer.who.AccountID)
		if events != 5 {
			t.Errorf("%d events, want one for each of the five changes", events)
		}
	})
}

func TestTransferAccount(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		admin, from, to := h.signIn(t, "Ada Winter"), h.signIn(t, "Northlight Studio"), h.signIn(t, "Seabright Media")
		bakery := h.named(t, "Blue Door Bakery")
		path := "/api/v1/accounts/" + bakery.AccountID
		id, base := from.visit(bakery, "change")
		transfer := func(owner string) map[string]any { return map[string]any{"owner_id": owner} }
		bad := from.refused(422, "invalid", "POST", path+"/transfer", transfer(to.who.AccountID))
		if fields := list(bad, "errors"); len(fields) != 1 || fields[0]["pointer"] != "/owner_id" {
			t.Errorf("a transfer to whom one cannot see names %v", fields)
		}
		admin.refused(409, "account-owner-below", "POST", "/api/v1/accounts/"+from.who.AccountID+"/transfer", transfer(from.who.AccountID))
		if got := admin.want(200, "POST", path+"/transfer", transfer(to.who.AccountID)); got["owner"].(map[string]any)["name"] != "Seabright Media" {
			t.Errorf("transferred it reads %v", got)
		}
		from.refused(404, "account-not-found", "GET", path, nil)
		to.want(200, "GET", path, nil)
		ended := from.refused(410, "impersonation-ended", "GET", base+"/api/v1/session", nil)
		if ended["end_reason"] != "ownership_changed" {
			t.Errorf("the old owner's visit %s ended with %v, want ownership_changed", id, ended["end_reason"])
		}
		from.refused(403, "impersonation-denied", "POST", "/api/v1/impersonations", map[string]any{
			"account_id": bakery.AccountID, "reason_code": "customer_request", "reason": "They called us today", "mode": "look", "informed": "asked",
		})
		to.visit(bakery, "look")
	})
}
