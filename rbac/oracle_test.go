package rbac_test

import (
	"slices"
	"strings"
	"testing"

	"innkeeper/rbac"
)

// The oracle says what the product promises, in plain lines that know nothing of Casbin, of
// policy.csv or of the package's code. It was written from the documents; where policy and
// oracle differ, one of them is wrong.

const (
	anybodys = "account:view dashboard:view notification:view notification:read notification:choose session:view session:manage password:change factor:manage token:manage operation:view operation:cancel"
	private  = "file:view file:manage mailbox:set-password mailbox:read mailbox:unlock access-history:view"
	personal = "dashboard:view notification:view notification:read notification:choose session:view session:manage password:change factor:manage token:manage impersonation:stop impersonation:mode operation:view operation:cancel"
	watching = "account:view account:view-usage impersonation:view domain:view mailbox:view activity:view"
	repairs  = "domain:manage record:manage mailbox:manage account:update account:suspend account:invite"
	dealings = "account:update account:suspend account:disable account:set-plan account:invite account:view"
	hosting  = "domain:view domain:manage record:manage mailbox:view mailbox:manage activity:view account:view-usage"
	changes  = ":manage :create :update :suspend :disable :delete :transfer :set-plan :invite :end :set-password :assign :grant-impersonate :templates"
)

// has reports whether the word stands in the list, between spaces.
func has(list, word string) bool {
	for rest, more := list, true; more; {
		var one string
		if one, rest, more = strings.Cut(rest, " "); one == word {
			return word != ""
		}
	}
	return false
}

// never is what no line, built in or custom, can open.
func never(role, act, rel, mode string) bool {
	switch mine, visit := rel == "self", mode != "direct"; {
	case act == "account:impersonate":
		return mine || has("customer customer_user billing reporting", role) || has("reseller reseller_staff", role) && rel == "foreign"
	case act == "account:break-glass": // two people, at the door, and not at their own
		return mine || visit
	case act == "consent:manage": // the owner himself
		return !mine || visit
	case mine && has("account:suspend account:disable account:delete account:transfer account:set-plan", act):
		return true
	case !mine && has("file:view file:manage mailbox:set-password mailbox:read mailbox:unlock password:change factor:manage token:manage notification:view notification:read notification:choose", act):
		return true
	case visit && has("mailbox:set-password mailbox:unlock password:change factor:manage token:manage account:sso session:manage notification:read notification:choose notification:templates account:delete account:transfer impersonation:end role:manage role:assign role:grant-impersonate", act):
		return true
	default:
		return visit && mine && act == "account:update"
	}
}

// roleMay is what a role may do on an account of a kind, related to its own in this way.
func roleMay(role, kind, act, rel, mode string) bool {
	mine, below, hosted := rel == "self", rel == "owned" || rel == "below", has("customer reseller", kind)
	_, verb, _ := strings.Cut(act, ":")
	switch {
	case !slices.Contains(everyRole, role) || !slices.Contains(everyAct, act) || rel == "unknown" || never(role, act, rel, mode):
		return false
	case mine && (has(anybodys, act) || act == "impersonation:stop" && mode == "direct" || act == "impersonation:mode" && mode != "direct"):
		return true
	case mode != "direct" && !has("admin reseller customer", role), mode == "look" && has(changes, ":"+verb):
		return false // nobody enters the accounts of the others' roles; looking changes nothing
	case act == "account:break-glass":
		return role == "admin" && hosted
	case act == "account:sso":
		return hosted && (role == "admin" || role == "reseller" && below)
	case act == "consent:manage":
		return has("customer reseller", role) && kind == role
	case role == "admin":
		return mine && has(private, act) || !has(private+" "+personal, act)
	case role == "support":
		return hosted && has(watching+" "+repairs, act) || act == "plan:view"
	case role == "assistant", role == "reporting":
		return hosted && has(watching, act) || act == "plan:view"
	case role == "billing":
		return hosted && has("account:view account:view-usage account:create account:suspend account:set-plan", act) || act == "plan:view"
	case role == "reseller" && hosted && (below && has("account:create account:delete account:transfer", act) || mine && kind == "reseller" && has(private, act)),
		role == "reseller_staff" && mine && kind == "reseller" && has("file:view file:manage", act):
		return true
	case role == "reseller", role == "reseller_staff":
		return hosted && (below && has(dealings, act) || (mine || below) && has(hosting+" impersonation:view impersonation:end", act)) ||
			mine && kind == "reseller" && act == "plan:view"
	case role == "customer":
		return mine && kind == "customer" && has(hosting+" "+private+" impersonation:end", act)
	default: // a customer's further user
		return mine && kind == "customer" && has("domain:view mailbox:view file:view", act)
	}
}

// mayEnter is impersonation.md §2: who may be in whose account.
func mayEnter(role, kind, rel, mode string) bool {
	reach := has("admin support", role) || role == "assistant" && mode == "look" ||
		has("reseller reseller_staff", role) && (rel == "owned" || rel == "below")
	return reach && rel != "self" && rel != "unknown" && has("customer reseller", kind)
}

// throughMode is what the mode of a visit lets through, and no further than the subject's tree:
// what the subject has unlocked in either mode, but in his own account alone.
func throughMode(class rbac.Class, rel, mode string) bool {
	return class == "unlocked" && rel == "self" || (class == "look" || class == "change" && mode == "change") && rel != "foreign"
}

func oracle(q asked) bool {
	switch {
	case q.act == "account:impersonate":
		return q.visit == nil && mayEnter(q.role, q.kind, q.rel, "look")
	case q.visit == nil:
		return roleMay(q.role, q.kind, q.act, q.rel, "direct")
	default:
		v := q.visit
		return roleMay(q.role, q.kind, q.act, q.rel, v.mode) && mayEnter(v.role, v.kind, v.rel, v.mode) && throughMode(q.class, q.rel, v.mode)
	}
}

// generousOracle is for a policy in which every role has been given everything, in every way.
func generousOracle(q asked) bool {
	known := slices.Contains(everyRole, q.role) && slices.Contains(everyAct, q.act) && q.rel != "unknown"
	if !known || q.visit == nil || q.act == "account:impersonate" {
		return known && q.visit == nil && !never(q.role, q.act, q.rel, "direct")
	}
	v := q.visit
	return slices.Contains(everyRole, v.role) && !never(v.role, "account:impersonate", v.rel, v.mode) && v.rel != "unknown" &&
		!never(q.role, q.act, q.rel, v.mode) && throughMode(q.class, q.rel, v.mode)
}

func TestPolicyIsWhatTheOracleSays(t *testing.T) {
	t.Parallel()
	compare(t, rbac.Builtin(), oracle)
}

func TestWhatIsNeverIsNeverWhateverLinesSay(t *testing.T) {
	t.Parallel()
	compare(t, generous(rbac.Builtin()), generousOracle)
}

func TestMayImpersonateIsWhatTheOracleSays(t *testing.T) {
	t.Parallel()
	e := enforcer(t, rbac.Builtin())
	for q := range directQuestions([]string{"account:impersonate"}) {
		for _, mode := range []string{"direct", "look", "change", "", "both"} {
			want := has("look change", mode) && mayEnter(q.role, q.kind, q.rel, mode)
			if got := q.mayImpersonate(e, mode); got != want {
				t.Errorf("%s may enter %s in mode %q: policy says %s, oracle says %s", q.role, q.object(), mode, yesNo(got), yesNo(want))
			}
		}
	}
}

func compare(t *testing.T, lines []rbac.Line, oracle func(asked) bool) {
	t.Helper()
	e, asked, shown := enforcer(t, lines), 0, 0
	for q := range everyQuestion {
		asked++
		got, want := q.allow(e), oracle(q)
		if got == want {
			continue
		}
		if shown++; shown > 40 {
			t.Fatal("… and more")
		}
		t.Errorf("%s: policy says %s, oracle says %s", q, yesNo(got), yesNo(want))
	}
	t.Logf("asked %d questions", asked)
}
