package audit

// Object is the thing that was touched, named as it was at the time.
type Object struct {
	Kind string // one of those below; in an event of an older version perhaps another
	ID   string
	Name string
}

// The kinds of things, chosen once and for ever.
var (
	ThingAccessPolicy         = thing("access-policy")
	ThingAccount              = thing("account")
	ThingActivity             = thing("activity")
	ThingAnnouncement         = thing("announcement")
	ThingDomain               = thing("domain")
	ThingFile                 = thing("file")
	ThingFolder               = thing("folder")
	ThingImpersonation        = thing("impersonation")
	ThingImpersonationRequest = thing("impersonation-request")
	ThingJob                  = thing("job")
	ThingMailbox              = thing("mailbox")
	ThingMessage              = thing("message")
	ThingNotificationTemplate = thing("notification-template")
	ThingOperation            = thing("operation")
	ThingPasskey              = thing("passkey")
	ThingPerson               = thing("person")
	ThingPlan                 = thing("plan")
	ThingRecord               = thing("record")
	ThingRole                 = thing("role")
	ThingSession              = thing("session")
	ThingSSOLink              = thing("sso-link")
	ThingToken                = thing("token")
)

var things []string

// thing declares a kind.
func thing(kind string) string {
	things = append(things, kind)
	return kind
}
