// Package notify owns what people are told: the notices of an account in the
// panel, and the mails that go out with them. A notice is written in the
// transaction of what it tells of; its mail is sent by a job afterwards. How a
// mail travels is left to engine/mailer, what a visit was to impersonation.
package notify

import (
	"time"

	"innkeeper/internal/outbox"
)

// TaskMail sends the mail of a notification; the object is the notification.
const TaskMail outbox.Task = "notify.mail"

// The events that mails of visits are about. The end of a visit is told to
// whoever was told of its start.
const (
	EventStart = "impersonation.start"
	EventStop  = "impersonation.stop"
)

// Notice is what another room has to tell an account. Event, visit and account
// together are told once. Email is where the mail goes, fixed from now on; for
// EventStop it is taken from the notice of the start.
type Notice struct {
	Event     string
	VisitID   string
	AccountID string
	Email     string // "": in the panel alone
	Text      string
	At        time.Time
}

// Notification is a notice as it stands in the panel of its account.
type Notification struct {
	ID        string
	AccountID string
	Event     string
	VisitID   string
	Text      string
	Email     string
	CreatedAt time.Time
	ReadAt    time.Time // zero: unread
}
