// Package notify owns what people are told: the notices of an account in the
// panel, and the mails that go out with them. A notice is written in the
// transaction of what it tells of; its mail is sent by a job afterwards. How a
// mail travels is left to engine/mailer, what a visit was to impersonation.
package notify

import (
	"context"
	"strings"
	"time"

	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
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
	Elsewhere string // the same as people of the provider read it; "": it is no matter of theirs
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
	Unmailed  bool // no mail was wanted when it was made
	CreatedAt time.Time
	ReadAt    time.Time // zero: unread
}

// Mailed reports whether a mail goes out with it.
func (n Notification) Mailed() bool { return n.Email != "" && !n.Unmailed }

// Unquoted returns the text of a notice with other words in the place of what it quotes. It
// quotes once; of quotes within that nothing is left.
func Unquoted(text, instead string) string {
	from, to := strings.Index(text, "“"), strings.LastIndex(text, "”")
	if from < 0 || to < from {
		return text
	}
	return text[:from] + "“" + instead + text[to:]
}

// Filter narrows the list of an account's notifications.
type Filter struct {
	Unread bool
	Before string // keyset: only notifications with a smaller id; "": from the newest
	Limit  int
}

// Store keeps notifications.
type Store interface {
	// Add writes notifications in the transaction of the context and returns the
	// ids of those that are new: event, visit and account are told once.
	Add(ctx context.Context, notifications ...Notification) (ids []string, err error)
	// Recipients returns where the mails of the visits' starts go.
	Recipients(ctx context.Context, visitIDs []string) (map[Recipient]string, error)
	// Sibling returns the notification that another event of the same visit gave
	// the same account; ok is false when there is none.
	Sibling(ctx context.Context, n Notification, event string) (sibling Notification, ok bool, err error)
	ByID(ctx context.Context, scope principal.Scope, id string) (Notification, error)
	// List returns the notifications of an account in the scope, newest first.
	List(ctx context.Context, scope principal.Scope, accountID string, f Filter) ([]Notification, error)
	Unread(ctx context.Context, scope principal.Scope, accountID string) (int64, error)
	// MarkRead notes that an account's own person has read a notification; the
	// first time stays. It returns ErrNotFound for everybody else, and while acting.
	MarkRead(ctx context.Context, by principal.Principal, id string, at time.Time) error
}

// Recipient is an account that was told of the start of a visit.
type Recipient struct {
	VisitID   string
	AccountID string
}
