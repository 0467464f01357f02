package app_test

import (
	"slices"
	"strings"
	"testing"
)

// What each scope opens, operation by operation, written down without a look at the
// code. What stands nowhere here is closed to tokens.
const scopeTable = `
	always              getSession streamEvents getOwnToken
	accounts:read       listAccounts getAccount
	accounts:write      listAccounts getAccount createAccount updateAccount deleteAccount disableAccount enableAccount signOutAccount suspendAccount unsuspendAccount resendInvitation
	plans:read          listPlans
	domains:read        listDomains getDomain listRecords
	domains:write       listDomains getDomain listRecords createDomain deleteDomain createRecord updateRecord deleteRecord
	mailboxes:read      listMailboxes getMailbox
	mailboxes:write     listMailboxes getMailbox createMailbox updateMailbox deleteMailbox
	files:read          listFiles readFile
	files:write         listFiles readFile writeFile createFolder renameFile deleteFiles
	activity:read       listActivity getDashboard listImpersonations getImpersonation listAccessHistory getAccessHistory getAccessReceipt getAccessStatement getAccessPolicy listAccessRequests exportActivity listSavedFilters saveFilter deleteSavedFilter listVisitWeeks listVisitFlags listOperations getOperation cancelOperation downloadOperation
	visits:end          listImpersonations getImpersonation endImpersonation listVisitWeeks listVisitFlags
	notifications:read  listNotifications
	roles:read          listRoles getRole listStaff
	system:read         listMails getMail listJobs getRecordShipping
	system:write        listMails getMail listJobs retryJob getRecordShipping
	sso:create          createSSOLink
	impersonate         startImpersonation announceImpersonation listAnnouncements stopImpersonation changeVisitMode recordVisitActivity listImpersonationRequests getImpersonationRequest withdrawImpersonationRequest giveRequestCode
`

// Every operation of the document, by a token of an admin with each scope alone: it is
// let through if the table says so, and refused as what it lacks if not.
func TestEveryScopeOpensWhatItSaysAndNothingElse(t *testing.T) {
	t.Parallel()
	h := embedded(t)
	h.serve(t, "--worker=false")
	document, opens := h.document(t), map[string][]string{}
	for line := range strings.Lines(scopeTable) {
		if words := strings.Fields(line); len(words) > 0 {
			opens[words[0]] = words[1:]
		}
	}
	m := &matrix{house: h, document: document}
	ada := h.named(t, "Ada Winter")
	home := place{id: ada.AccountID, person: h.personID(t, ada), path: "/" + ada.AccountID + "/"}
	for _, scope := range append([]string{"always"}, allScopes()...) {
		secret, s := aSecret(), &script{h: h}
		s.tokenFor(home.person, home.id, "admin", secret, scope)
		s.run(t)
		job := &asker{client: h.program(t, secret), h: h, person: home.person, mode: "look", next: m.next}
		x := h.plant(t, "customer", home)
		for _, op := range operations() {
			if documented := document.operations[op.id]; documented.permission != "public" {
				m.wantLetThrough(t, job, op, x, scope, slices.Contains(opens["always"], op.id) || slices.Contains(opens[scope], op.id))
				ways, _ := documented.raw["security"].([]any)
				if known := mentioned(opens, op.id); known != (len(ways) == 2) {
					t.Errorf("%s can be called by token: %v, the document says %v", op.id, known, ways)
				}
			}
		}
	}
}

// wantLetThrough makes the call and looks whether it was the token that was refused.
func (m *matrix) wantLetThrough(t *testing.T, c *asker, op operation, x place, scope string, may bool) {
	t.Helper()
	if op.id == "stopImpersonation" || op.names == "under" {
		x.visit = "imp_none"
	}
	r := op.call(t, c, x)
	a := c.do(r.method, c.where(r, false), r.body, r.header...)
	code, _ := a.body["code"].(string)
	refused := a.status == 403 && (code == "scope-missing" || code == "closed-to-tokens")
	if strings.HasPrefix(r.path, "/as/") && a.status == 404 && op.id != "stopImpersonation" {
		return // there is no such visit, whatever the token may
	}
	if may == refused || a.status == 401 {
		t.Errorf("%s with the scope %s = %d %s, want it let through: %v", op.id, scope, a.status, a.raw, may)
	}
}

func mentioned(opens map[string][]string, id string) bool {
	for _, ids := range opens {
		if slices.Contains(ids, id) {
			return true
		}
	}
	return false
}
