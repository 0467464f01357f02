package app_test

import (
	"strings"
	"testing"
)

// What the product promises, operation by operation, written down from its
// documents without a look at the policy. A letter is an account on which the role
// may do it, as it stands to the account that the role is on:
//
//	o  the own one           b  one below it          s  one of the same owner
//	f  one in another tree   t  one of the provider's staff
//	y  there is no account to name, and the role may       -  it may not
//	x  there is none for whom it is to be had by a sign-in
//	n  it may with what the person himself has, who has none here
//
// acting says what the operation is in a visit. A letter with a number may, and
// gets that status because the thing itself does not allow it.
const oracleTable = `
# operation          acting  admin      support  assistant  billing  reporting  reseller  staff  customer  user
  listAccounts       look    obsft      osf      osf        osf      osf        ob        ob     o         o
  getAccount         look    obsft      osf      osf        osf      osf        ob        ob     o         o
  createAccount      change  os         -        -          t        -          o         -      -         -
  updateAccount      change  obsft      sf       -          -        -          b         b      -         -
  deleteAccount      closed  bsft       -        -          -        -          b         -      -         -
  disableAccount     closed  bsft       -        -          -        -          b         b      -         -
  enableAccount      closed  bsft       -        -          -        -          b         b      -         -
  signOutAccount     closed  bsft       -        -          -        -          b         b      -         -
  suspendAccount     change  bsft       sf       -          sf       -          b         b      -         -
  unsuspendAccount   change  bsft       sf       -          sf       -          b         b      -         -
  transferAccount    closed  bfts=422   -        -          -        -          b         -      -         -
  resendInvitation   change  bsfto=409  sf       -          -        -          b         b      -         -
  acceptInvitation   public  y          y        y          y        y          y         y      y         y

  listActivity       look    obsft      sf       sf         -        sf         ob        ob     o         -
  exportActivity     closed  obsft      sf       sf         -        sf         ob        ob     o         -
  listSavedFilters   closed  y          y        y          -        y          y         y      y         -
  saveFilter         closed  y          y        y          -        y          y         y      y         -
  deleteSavedFilter  closed  o          o        n          -        n          o         n      o         -
  listOperations     closed  y          y        y          y        y          y         y      y         y
  getOperation       closed  o          o        n          n        n          o         n      o         n
  cancelOperation    closed  o          o        n          n        n          o         n      o         n
  downloadOperation  closed  o          o        n          n        n          o         n      o         n
  getDashboard       look    y          y        y          y        y          y         y      y         y
  listPlans          look    y          y        y          y        y          y         y      -         -

  listDomains        look    obsft      sf       sf         -        sf         ob        ob     o         o
  getDomain          look    obsft      sf       sf         -        sf         ob        ob     o         o
  createDomain       change  obsft      sf       -          -        -          ob        ob     o         -
  deleteDomain       change  obsft      sf       -          -        -          ob        ob     o         -
  listRecords        look    obsft      sf       sf         -        sf         ob        ob     o         o
  createRecord       change  obsft      sf       -          -        -          ob        ob     o         -
  updateRecord       change  obsft      sf       -          -        -          ob        ob     o         -
  deleteRecord       change  obsft      sf       -          -        -          ob        ob     o         -

  listMailboxes      look    obsft      sf       sf         -        sf         ob        ob     o         o
  getMailbox         look    obsft      sf       sf         -        sf         ob        ob     o         o
  createMailbox      change  obsft      sf       -          -        -          ob        ob     o         -
  updateMailbox      change  obsft      sf       -          -        -          ob        ob     o         -
  deleteMailbox      change  obsft      sf       -          -        -          ob        ob     o         -
  setMailboxPassword closed  o          -        -          -        -          o         -      o         -
  listMessages       shut    o          -        -          -        -          o         -      o         -
  readMessage        shut    o          -        -          -        -          o         -      o         -
  listMailboxUnlocks closed  y          -        -          -        -          y         -      y         -
  unlockMailbox      closed  o          -        -          -        -          o         -      o         -
  lockMailbox        closed  o          -        -          -        -          o         -      o         -

  listFiles          look    y          -        -          -        -          y         y      y         y
  readFile           look    y          -        -          -        -          y         y      y         y
  writeFile          change  y          -        -          -        -          y         y      y         -
  createFolder       change  y          -        -          -        -          y         y      y         -
  renameFile         change  y          -        -          -        -          y         y      y         -
  deleteFiles        change  y          -        -          -        -          y         y      y         -

  startImpersonation closed  bf         sf       sf         -        -          b         b      -         -
  announceImpersonation closed bf       sf       sf         -        -          b         b      -         -
  listAnnouncements  closed  y          y        y          y        y          y         y      y         y
  createSSOLink      closed  bf         -        -          -        -          b         -      -         -
  readSSOLink        closed  x          x        x          x        x          x         x      x         x
  startBySSOLink     closed  x          x        x          x        x          x         x      x         x
  listImpersonations look    obsft      sf       sf         -        sf         ob        ob     -         -
  listVisitWeeks     look    y          y        y          -        y          y         y      -         -
  listVisitFlags     look    y          y        y          -        y          y         y      -         -
  getImpersonation   look    obsft      sf       sf         -        sf         ob        ob     -         -
  endImpersonation   closed  obsft      -        -          -        -          ob        ob     o         -
  stopImpersonation  visit   -          -        -          -        -          -         -      -         -
  changeVisitMode    visit   -          -        -          -        -          -         -      -         -
  recordVisitActivity visit  -          -        -          -        -          -         -      -         -
  getAccessPolicy    look    y          -        -          -        -          y         -      y         -
  setAccessPolicy    closed  -          -        -          -        -          y         -      y         -
  listAccessRequests look    y          -        -          -        -          y         -      y         -
  approveAccessRequest closed -         -        -          -        -          o         -      o         -
  denyAccessRequest  closed  -          -        -          -        -          o         -      o         -
  readAccessRequest  public  y          y        y          y        y          y         y      y         y
  answerAccessRequest public y          y        y          y        y          y         y      y         y
  listImpersonationRequests closed y    y        y          y        y          y         y      y         y
  getImpersonationRequest closed bf     sf       sf         -        -          b         b      -         -
  withdrawImpersonationRequest closed bf sf      sf         -        -          b         b      -         -
  giveRequestCode    closed  bf         sf       sf         -        -          b         b      -         -
  approveBreakGlass  closed  bf         -        -          -        -          -         -      -         -
  denyBreakGlass     closed  bf         -        -          -        -          -         -      -         -
  listAccessHistory  look    y          -        -          -        -          y         -      y         -
  getAccessHistory   look    o          -        -          -        -          o         -      o         -
  getAccessReceipt   look    o          -        -          -        -          o         -      o         -
  getAccessStatement look    y          -        -          -        -          y         -      y         -
  getRecordKey       public  y          y        y          y        y          y         y      y         y

  listNotifications  look    y          y        y          y        y          y         y      y         y
  readNotification   closed  o          o        o          o        o          o         o      o         o
  getNotificationSettings closed y      y        y          y        y          y         y      y         y
  setNotificationSettings closed y      y        y          y        y          y         y      y         y
  getSession         look    y          y        y          y        y          y         y      y         y
  streamEvents       look    y          y        y          y        y          y         y      y         y
  signIn             public  y          y        y          y        y          y         y      y         y
  signOut            closed  y          y        y          y        y          y         y      y         y
  listSessions       closed  y          y        y          y        y          y         y      y         y
  endSession         closed  o          o        o          o        o          o         o      o         o
  changePassword     closed  y          y        y          y        y          y         y      y         y
  stepUp             closed  y          y        y          y        y          y         y      y         y
  getSecondFactor    closed  y          y        y          y        y          y         y      y         y
  beginTOTP          closed  y          y        y          y        y          y         y      y         y
  confirmTOTP        closed  y          y        y          y        y          y         y      y         y
  removeSecondFactor closed  y          y        y          y        y          y         y      y         y
  makeRecoveryCodes  closed  y          y        y          y        y          y         y      y         y
  getPasskeySupport  public  y          y        y          y        y          y         y      y         y
  beginPasskeySignIn public  y          y        y          y        y          y         y      y         y
  signInWithPasskey  public  y          y        y          y        y          y         y      y         y
  beginPasskeyStepUp closed  y          y        y          y        y          y         y      y         y
  listPasskeys       closed  y          y        y          y        y          y         y      y         y
  beginPasskey       closed  y          y        y          y        y          y         y      y         y
  addPasskey         closed  y          y        y          y        y          y         y      y         y
  renamePasskey      closed  o          o        o          o        o          o         o      o         o
  removePasskey      closed  o          o        o          o        o          o         o      o         o

  listTokens         closed  y          y        y          y        y          y         y      y         y
  createToken        closed  y          y        y          y        y          y         y      y         y
  getOwnToken        closed  x          x        x          x        x          x         x      x         x
  rotateToken        closed  o          o        o          o        o          o         o      o         o
  revokeToken        closed  o          o        o          o        o          o         o      o         o

  listRoles          look    y          -        -          -        -          -         -      -         -
  getRole            look    y          -        -          -        -          -         -      -         -
  createRole         closed  y          -        -          -        -          -         -      -         -
  updateRole         closed  y          -        -          -        -          -         -      -         -
  deleteRole         closed  y          -        -          -        -          -         -      -         -
  listStaff          look    y          -        -          -        -          -         -      -         -
  assignRole         closed  y          -        -          -        -          -         -      -         -

  listNotificationTemplates closed y    -        -          -        -          -         -      -         -
  getNotificationTemplate closed y      -        -          -        -          -         -      -         -
  writeNotificationTemplate closed y    -        -          -        -          -         -      -         -
  restoreNotificationTemplate closed y  -        -          -        -          -         -      -         -
  previewNotificationTemplate closed y  -        -          -        -          -         -      -         -
  disableNotificationMail closed y      -        -          -        -          -         -      -         -
  enableNotificationMail closed y       -        -          -        -          -         -      -         -
  setNotificationCopies closed y        -        -          -        -          -         -      -         -

  listMails          look    y          -        -          -        -          -         -      -         -
  getMail            look    y          -        -          -        -          -         -      -         -
  listJobs           look    y          -        -          -        -          -         -      -         -
  getRecordShipping  look    y          -        -          -        -          -         -      -         -
  retryJob           change  y          -        -          -        -          -         -      -         -
`

// oracle knows the table.
type oracle struct {
	roles  []string
	acting map[string]string
	may    map[string]map[string]string // operation, role: the letters
}

func newOracle(t *testing.T) *oracle {
	t.Helper()
	o := &oracle{acting: map[string]string{}, may: map[string]map[string]string{}}
	for line := range strings.Lines(oracleTable) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case words[0] == "#":
			o.roles = words[3:]
		case len(words) != len(o.roles)+2:
			t.Fatalf("the oracle's line %q has %d words", line, len(words))
		default:
			o.acting[words[0]], o.may[words[0]] = words[1], map[string]string{}
			for i, role := range o.roles {
				o.may[words[0]][role] = words[2+i]
			}
		}
	}
	return o
}

// allows reports whether the role may, and the status if it is not that of
// success.
func (o *oracle) allows(op operation, role, where string) (may bool, status string) {
	letters, special, _ := strings.Cut(o.may[op.id][role], "=")
	switch {
	case letters == "-", where == missing:
		return false, ""
	case op.names == "", op.names == "all", op.names == "system":
		return true, ""
	case special != "" && strings.HasSuffix(letters, where):
		return true, special
	default:
		return strings.Contains(letters, where), ""
	}
}

// any reports whether the role may on some account.
func (o *oracle) any(op operation, role string) bool { return o.may[op.id][role] != "-" }

// seenBy names the operation by which a thing is seen: who may use that one is
// told that he may not use another; to everybody else the thing is not there.
var seenBy = map[string]string{"account": "getAccount", "domain": "getDomain", "mailbox": "getMailbox", "visit": "getImpersonation", "glass": "approveBreakGlass"}

// verdict is what an answer must be.
type verdict struct {
	status string // "ok" for the documented success
	code   string // "" for any
}

var (
	fine       = verdict{"ok", ""}
	notThere   = verdict{"404", ""}
	noRight    = verdict{"403", "forbidden"}
	onlyLook   = verdict{"403", "read-only-visit"}
	closedHere = verdict{"403", "closed-while-acting"}
	notEntered = verdict{"403", "impersonation-denied"}
	unusable   = verdict{"422", "invalid"}
)

// direct is the verdict on somebody who asks as himself.
func (o *oracle) direct(op operation, role, where string) verdict {
	may, status := o.allows(op, role, where)
	switch {
	case may && status != "":
		return verdict{status, ""}
	case may:
		return fine
	case op.names == "whom":
		return notEntered
	case op.names == "owner":
		return choose(o.any(op, role), unusable, noRight)
	case op.names == "system", op.names == "mine":
		return choose(o.any(op, role), notThere, noRight)
	case op.names == "", op.names == "all", op.names == "mine" && !o.any(op, role):
		return noRight
	default:
		return o.unseen(op, role, where, noRight)
	}
}

// during is the verdict on a visitor: what the subject's owner may, within the
// mode, and nothing of what is closed.
func (o *oracle) during(op operation, actor, subject, where, mode string) verdict {
	class := o.acting[op.id]
	may, status := o.allows(op, subject, where)
	if op.id == "updateAccount" && where == own {
		may = false // its e-mail address is a way in
	}
	_, thing := seenBy[op.names]
	switch {
	case class == "visit":
		return choose(where == own, fine, notThere)
	case class == "closed" && (may || !thing), class == "public", class == "shut" && may:
		return closedHere // shut: the owner has opened it to nobody
	case class == "closed":
		return o.unseen(op, subject, where, closedHere)
	case class == "change" && mode == "look" && (may || op.names == "owner" && o.any(op, subject)):
		return choose(actor == "assistant", closedHere, onlyLook) // who may never make changes is not told to choose it
	case may && status != "":
		return verdict{status, ""}
	case may:
		return fine
	case op.names == "owner":
		return choose(o.any(op, subject), unusable, noRight)
	case thing:
		return o.unseen(op, subject, where, noRight)
	default:
		return noRight
	}
}

// unseen is the verdict on who may not: one who sees the thing is told so.
func (o *oracle) unseen(op operation, role, where string, otherwise verdict) verdict {
	by, thing := seenBy[op.names]
	if !thing {
		return notThere
	}
	sees, _ := o.allows(operation{id: by, names: op.names}, role, where)
	return choose(sees, otherwise, notThere)
}

func choose(first bool, one, other verdict) verdict {
	if first {
		return one
	}
	return other
}
