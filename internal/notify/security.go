package notify

// The events of a person's own sign-in. Their mail, and that of EventEmail, says
// what the notice says, and what to do if it was somebody else.
const (
	EventPassword      = "password.change"
	EventFactorOn      = "factor.enable"
	EventFactorOff     = "factor.remove"
	EventRecoveryCodes = "factor.recovery-codes"
	EventRecoveryUsed  = "factor.recovery-used"
	EventTokenCreate   = "token.create"
	EventTokenRotate   = "token.rotate"
	EventTokenRevoke   = "token.revoke"
	EventPasskeyOn     = "passkey.add"
	EventPasskeyOff    = "passkey.remove"
	EventPasskeyCopied = "passkey.refused"
)

// securityValues are what the mail of such a notice says, and of others that are
// about no visit.
func securityValues(in language, n Notification, panel string) values {
	v := values{"panel": {words: panel, opens: true}}
	v.say("summary", shortened(n.Text, 2*longest)) // it may hold a whole reason, and who gives it
	v.say("at", n.CreatedAt.UTC().Format(in.moment))
	return v
}
