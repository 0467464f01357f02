package app_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// wayIn is a field of a request by which somebody could open what is a customer's:
// a password, a code, or an address to which such a thing is sent.
type wayIn struct {
	own  bool // it is about whoever asks: as himself the staff has his own, in a visit it is closed
	code bool // it is a secret that the owner alone has been sent: without it nothing happens
	why  string
	make func(x wayOf) request
}

// wayOf is what the attempts are aimed at.
type wayOf struct{ account, mailbox string }

const chosenByStaff = "a password that the staff has chosen"

// waysIn are all of them. An operation with such a field that is missing here fails
// the test: say who may give it.
var waysIn = map[string]wayIn{
	"createMailbox.password": {make: func(x wayOf) request {
		return post("/mailboxes", fields("address", "spy@bluedoor.example", "account_id", x.account, "password", chosenByStaff))
	}},
	"setMailboxPassword.password": {make: func(x wayOf) request {
		return put("/mailboxes/"+x.mailbox+"/password", fields("password", chosenByStaff))
	}},
	"changePassword.current_password": {own: true, make: changeOwnPassword},
	"changePassword.new_password":     {own: true, make: changeOwnPassword},
	"signIn.password":                 {own: true, make: signInAgain},
	"signIn.code":                     {own: true, make: signInAgain},
	"stepUp.password":                 {own: true, make: proveAgain},
	"stepUp.code":                     {own: true, make: proveAgain},
	"confirmTOTP.code":                {own: true, make: func(wayOf) request { return post("/me/second-factor/totp/confirm", fields("code", "000000")) }},
	"addPasskey.credential_id": {own: true, make: func(wayOf) request {
		return post("/me/passkeys", fields("name", "A key", "credential_id", "AQID", "client_data", "e30", "attestation", "oA"))
	}},
	"beginPasskeySignIn.password": {own: true, make: func(wayOf) request {
		return post("/session/passkey/challenge", fields("login", "mila@bluedoor.example", "password", chosenByStaff))
	}},
	"signInWithPasskey.credential_id": {own: true, make: func(wayOf) request { return post("/session/passkey", madeUpPasskey()) }},
	"stepUp.passkey": {own: true, make: func(wayOf) request {
		return post("/session/step-up", fields("passkey", madeUpPasskey()))
	}},
	"acceptInvitation.password": {code: true, make: acceptWithout},
	"acceptInvitation.token":    {code: true, make: acceptWithout},
	"giveRequestCode.code": {code: true, make: func(wayOf) request {
		return post("/impersonation-requests/ask_00000000-0000-7000-8000-000000000000/code", fields("code", "000000"))
	}},
	"readAccessRequest.token": {code: true, make: func(wayOf) request { return post("/access-requests/read", fields("token", "guessed")) }},
	"answerAccessRequest.token": {code: true, make: func(wayOf) request {
		return post("/access-requests/answer", fields("token", "guessed", "answer", "approve"))
	}},
	"readSSOLink.token": {code: true, make: func(wayOf) request { return post("/sso/read", fields("token", "guessed")) }},
	"startBySSOLink.token": {code: true, make: func(wayOf) request {
		return post("/sso/start", fields("token", "guessed", "informed", "asked"))
	}},
	"updateAccount.email": {why: "the address for notices: nothing that lets anybody in goes there, and the owner is told at both"},
	"createAccount.email": {why: "the account is a new one: nothing of anybody is in it"},
}

func changeOwnPassword(wayOf) request {
	return put("/me/password", fields("current_password", chosenByStaff, "new_password", chosenByStaff))
}

func signInAgain(wayOf) request {
	return post("/session", fields("login", "mila@bluedoor.example", "password", chosenByStaff, "code", "000000"))
}

func proveAgain(wayOf) request {
	return post("/session/step-up", fields("password", chosenByStaff, "code", "000000"))
}

func madeUpPasskey() map[string]any {
	return fields("credential_id", "AQID", "client_data", "e30", "authenticator_data", "AQID", "signature", "AQID")
}

func acceptWithout(wayOf) request {
	return post("/invitations/accept", fields("token", "guessed", "password", chosenByStaff))
}

// opens are the names of fields that open something, or lead something away.
var opens = regexp.MustCompile(`(?i)password|passphrase|secret|token|code$|e?mail$|forward|destination|alias|catch|reply|key$|credential`)

// harmless are fields that are called like one and are none.
var harmless = map[string]bool{
	"startImpersonation.reason_code": true, "announceImpersonation.reason_code": true, "createSSOLink.reason_code": true,
	"exportActivity.token_id": true, // the id that a token has in the record opens nothing
}

// fieldsThatOpen walks the document for such fields.
func fieldsThatOpen(h *house, t *testing.T) []string {
	t.Helper()
	body := h.stranger(t).want(200, "GET", "/api/openapi.json", nil)
	schemas := dig(body, "components", "schemas")
	found := map[string]bool{}
	for _, item := range dig(body, "paths") {
		methods, _ := item.(map[string]any)
		for _, one := range methods {
			op, _ := one.(map[string]any)
			schema := dig(op, "requestBody", "content", "application/json", "schema")
			if ref, ok := schema["$ref"].(string); ok {
				schema = dig(schemas, ref[strings.LastIndex(ref, "/")+1:])
			}
			for field := range dig(schema, "properties") {
				if name := fmt.Sprint(op["operationId"], ".", field); opens.MatchString(field) && !harmless[name] {
					found[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// dig goes down into a document by names; it returns nil where there is nothing.
func dig(m map[string]any, names ...string) map[string]any {
	for _, name := range names {
		m, _ = m[name].(map[string]any)
	}
	return m
}

// Nobody but the owner chooses a password or a channel that opens his mail or his
// files: not by any field of any operation, by managing the account or in a visit.
func TestI26StaffCannotSetAMailboxPasswordByAnyWay(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		found := fieldsThatOpen(h, t)
		for _, name := range found {
			if way, known := waysIn[name]; !known || way.make == nil && way.why == "" {
				t.Errorf("%s may open something of a customer: say in waysIn who may give it", name)
			}
		}
		for name := range waysIn {
			if !slices.Contains(found, name) {
				t.Errorf("%s is in waysIn and not in the document", name)
			}
		}
		bakery := h.named(t, "Blue Door Bakery")
		owner := h.signIn(t, "Blue Door Bakery")
		x := wayOf{account: bakery.AccountID, mailbox: fmt.Sprint(list(owner.want(200, "GET", "/api/v1/mailboxes", nil), "mailboxes")[0]["id"])}
		secrets := func() string {
			var rows []string
			for _, sql := range []string{"SELECT id || address || password_hash FROM mailboxes ORDER BY id", "SELECT id || email || password_hash FROM people ORDER BY id", "SELECT person_id || '' FROM second_factors ORDER BY 1", "SELECT id || person_id FROM passkeys ORDER BY id"} {
				var one []string
				if err := h.db.Read(t.Context()).Raw(sql).Scan(&one).Error; err != nil {
					t.Fatalf("%s: %v", sql, err)
				}
				rows = append(rows, one...)
			}
			return strings.Join(rows, "\n")
		}
		before := secrets()
		for _, name := range []string{"Ada Winter", "Samir Okafor", "Northlight Studio"} {
			staff := h.signIn(t, name)
			for field, way := range waysIn {
				if way.make == nil {
					continue
				}
				if !way.own {
					refusedWay(t, staff, name+" gives "+field, "/api/v1", way.make(x), way.code)
				}
			}
			for _, mode := range []string{"look", "change"} {
				_, base := staff.visit(bakery, mode)
				for field, way := range waysIn {
					if way.make != nil {
						refusedWay(t, staff, name+", in a visit to "+mode+", gives "+field, base+"/api/v1", way.make(x), false)
					}
				}
				staff.want(200, "POST", base+"/stop", nil)
			}
		}
		if after := secrets(); after != before {
			t.Errorf("passwords or channels were changed:\n%s\nwant\n%s", after, before)
		}
		owner.want(204, "PUT", "/api/v1/mailboxes/"+x.mailbox+"/password", fields("password", "four words of the owner himself"))
	})
}

func refusedWay(t *testing.T, c *client, what, prefix string, r request, guessed bool) {
	t.Helper()
	a := c.do(r.method, prefix+r.path, r.body, r.header...)
	switch code := fmt.Sprint(a.body["code"]); {
	case guessed && (a.status == 404 || a.status == 410): // a secret that he does not have
	case a.status == 403 && slices.Contains([]string{"closed-to-others", "closed-while-acting", "read-only-visit", "forbidden"}, code):
	default:
		t.Errorf("%s: %d %s, want it closed", what, a.status, a.raw)
	}
}

// An account's address may be changed by its staff; that opens nothing, and cannot
// be done unseen: what lets somebody in goes on to the address that the owner signs
// in with, the old address and the new one are told, and his page names who did it.
func TestA09AnAddressThatStaffChangesOpensNothing(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		const address, thief = "mila@bluedoor.example", "thief@harbour.example"
		bakery := h.named(t, "Blue Door Bakery")
		owner, samir := h.signIn(t, "Blue Door Bakery"), h.signIn(t, "Samir Okafor")
		owner.want(200, "PUT", "/api/v1/me/access-policy", fields("policy", "ask"))
		path := "/api/v1/accounts/" + bakery.AccountID
		samir.want(200, "PATCH", path, fields("email", thief), "If-Match", samir.do("GET", path, nil).header.Get("ETag"))
		h.posted(t, "both addresses are told", func() bool {
			return len(lettersTo(h, t, address)) == 1 && len(lettersTo(h, t, thief)) == 1
		})
		if letter := lettersTo(h, t, address)[0]; !strings.Contains(letter, "Samir Okafor (Harbour Hosting) changed the e-mail address") || !strings.Contains(letter, thief) {
			t.Errorf("the old address reads:\n%s", letter)
		}
		h.asked(t, samir, bakery, address, 1)
		for _, letter := range lettersTo(h, t, thief) {
			if linkInMail.MatchString(letter) || codeInMail.MatchString(letter) || token.MatchString(letter) {
				t.Errorf("what lets somebody in was sent to the address that staff has chosen:\n%s", letter)
			}
		}
		h.exec(t, "UPDATE people SET password_hash = '' WHERE email = ?", address)
		samir.want(202, "POST", path+"/invitation", nil)
		h.posted(t, "the invitation goes to the owner's own address", func() bool {
			return slices.ContainsFunc(lettersTo(h, t, address), token.MatchString)
		})
		if slices.ContainsFunc(lettersTo(h, t, thief), token.MatchString) {
			t.Error("the invitation went to the address that staff has chosen")
		}
		direct := list(owner.want(200, "GET", "/api/v1/me/access-history", nil), "direct_changes")
		if !slices.ContainsFunc(direct, func(e map[string]any) bool {
			return e["action"] == "account.update" && strings.Contains(fmt.Sprint(e["after"]), thief) && strings.Contains(fmt.Sprint(e["before"]), address)
		}) {
			t.Errorf("the customer's page does not show the change: %v", direct)
		}
	})
}

// lettersTo are the mails that go to the address, not those that name it.
func lettersTo(h *house, t *testing.T, address string) []string {
	t.Helper()
	to := regexp.MustCompile(`(?m)^To: .*` + regexp.QuoteMeta(address))
	return slices.DeleteFunc(h.letters(t, address), func(letter string) bool { return !to.MatchString(letter) })
}
