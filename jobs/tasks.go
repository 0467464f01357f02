package jobs

import (
	"innkeeper/internal/account"
	"innkeeper/internal/dns"
	"innkeeper/internal/file"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/mail"
	"innkeeper/internal/notify"
	"innkeeper/internal/operation"
	"innkeeper/internal/outbox"
	"innkeeper/internal/site"
)

// Rooms are the services that tasks call.
type Rooms struct {
	Accounts *account.Service
	Sites    *site.Service
	Mail     *mail.Service
	Files    *file.Service
	Post     *notify.Post
	Visits   *impersonation.Service

	Operations *operation.Service
}

// Handlers returns what keeps each kind of promise: one method of the room that
// made it. A task that is missing here waits, with its error shown to the admin, until a
// version knows it.
func Handlers(r Rooms) map[outbox.Task]Handler {
	return map[outbox.Task]Handler{
		account.TaskApply:  r.Accounts.Apply,
		account.TaskInvite: r.Accounts.SendInvitation,
		dns.TaskApply:      r.Sites.Apply,
		mail.TaskApply:     r.Mail.Apply,
		file.TaskApply:     r.Files.Apply,
		notify.TaskMail:    r.Post.Send,

		impersonation.TaskAsk: r.Visits.SendAsk,
		operation.TaskRun:     r.Operations.Run,
	}
}
