package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/mail"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// MailboxUnlock is the owner's word that support may read a mailbox in a visit.
type MailboxUnlock struct {
	ID        string    `json:"id" example:"unl_01890a5d-ac96-774b-bcce-b302099a8057"`
	MailboxID string    `json:"mailbox_id" example:"mbx_01890a5d-ac96-774b-bcce-b302099a8057"`
	Address   string    `json:"address" example:"info@bluedoor.example"`
	GrantedAt time.Time `json:"granted_at"`
	Until     time.Time `json:"until" doc:"It closes by itself then."`
}

type unlocksOutput struct {
	Body struct {
		Unlocks []MailboxUnlock `json:"unlocks" doc:"Those that last, by when they end."`
	}
}

type unlockInput struct {
	Body struct {
		MailboxID string `json:"mailbox_id" maxLength:"60" doc:"The mailbox." example:"mbx_01890a5d-ac96-774b-bcce-b302099a8057"`
		Hours     int    `json:"hours" doc:"1 to 24." example:"8"`
	}
}

type unlockOutput struct{ Body MailboxUnlock }

type unlockIDInput struct {
	ID string `path:"id" maxLength:"60" doc:"The grant." example:"unl_01890a5d-ac96-774b-bcce-b302099a8057"`
}

func registerUnlocks(r *Registry, mailboxes *mail.Service) {
	Register(r, Operation{
		ID: "listMailboxUnlocks", Method: http.MethodGet, Path: "/me/mailbox-unlocks", Tag: "Access history", Summary: "See which mailboxes support may read",
		Description: "The mailboxes of the own account that support may read at the moment, and until when.",
		Permission:  "mailbox:unlock", Class: rbac.ClassDeny,
	}, func(*struct{}) Target { return Own() }, func(ctx context.Context, by principal.Principal, _ *struct{}) (*unlocksOutput, error) {
		found, err := mailboxes.Unlocks(ctx, by)
		out := &unlocksOutput{}
		out.Body.Unlocks = make([]MailboxUnlock, len(found))
		for i, u := range found {
			out.Body.Unlocks[i] = unlockOf(u)
		}
		return out, err
	})
	Register(r, Operation{
		ID: "unlockMailbox", Method: http.MethodPost, Path: "/me/mailbox-unlocks", Status: http.StatusCreated, Tag: "Access history", Summary: "Let support read a mailbox",
		Description: "Lets visitors of the own account read one mailbox for at most 24 hours; each message they open is recorded. A second grant replaces the first. The owner alone does it.",
		Permission:  "mailbox:unlock", Class: rbac.ClassDeny, Activity: true, Audit: mail.ActionUnlock,
	}, func(*unlockInput) Target { return Own() }, func(ctx context.Context, by principal.Principal, in *unlockInput) (*unlockOutput, error) {
		u, err := mailboxes.Unlock(ctx, by, in.Body.MailboxID, in.Body.Hours)
		return &unlockOutput{Body: unlockOf(u)}, err
	})
	Register(r, Operation{
		ID: "lockMailbox", Method: http.MethodDelete, Path: "/me/mailbox-unlocks/{id}", Status: http.StatusNoContent, Tag: "Access history", Summary: "Close a mailbox to support",
		Description: "Ends a grant before its time, also for a visitor who is reading.",
		Permission:  "mailbox:unlock", Class: rbac.ClassDeny, Activity: true, Audit: mail.ActionLock,
	}, func(*unlockIDInput) Target { return Own() }, func(ctx context.Context, by principal.Principal, in *unlockIDInput) (*emptyOutput, error) {
		return nil, mailboxes.Lock(ctx, by, in.ID)
	})
}

func unlockOf(u mail.Unlock) MailboxUnlock {
	return MailboxUnlock{ID: u.ID, MailboxID: u.MailboxID, Address: u.Address, GrantedAt: u.GrantedAt, Until: u.Until}
}
