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
)

// securitySubjects are the subjects of the mails about them.
var securitySubjects = map[string]string{
	EventPassword:      "Your password was changed",
	EventFactorOn:      "A second factor was set up",
	EventFactorOff:     "Your second factor was removed",
	EventRecoveryCodes: "New recovery codes were made",
	EventRecoveryUsed:  "A recovery code was used",
	EventTokenCreate:   "An API token was made",
	EventTokenRotate:   "An API token was given another secret",
	EventTokenRevoke:   "An API token was revoked",
	EventEmail:         "The e-mail address of your account was changed",
}

// securityLetter writes the mail of such a notice.
func securityLetter(n Notification, panel string) (letter, error) {
	text, err := render("security.txt", map[string]string{"Text": plain(n.Text), "At": n.CreatedAt.UTC().Format(moment), "Panel": panel})
	return letter{subject: securitySubjects[n.Event], text: text}, err
}
