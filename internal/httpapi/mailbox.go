package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/mail"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Mailbox receives mail under its address.
type Mailbox struct {
	ID         string     `json:"id" example:"mbx_01890a5d-ac96-774b-bcce-b302099a8057"`
	AccountID  string     `json:"account_id" example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	Address    string     `json:"address" example:"info@bluedoor.example"`
	Status     string     `json:"status" enum:"waiting_for_password,active" doc:"A mailbox that somebody else than the owner made waits until he sets its password."`
	QuotaBytes *int64     `json:"quota_bytes" doc:"null: only the plan's limit." example:"1073741824"`
	UsedBytes  int64      `json:"used_bytes" example:"0"`
	OpenUntil  *time.Time `json:"open_until" doc:"Until when the owner lets support read it in a visit; null: it is closed."`
	CreatedAt  time.Time  `json:"created_at"`
}

type mailboxIDInput struct {
	ID string `path:"id" maxLength:"60" doc:"The mailbox." example:"mbx_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type mailboxOutput struct{ Body Mailbox }

type listMailboxesInput struct {
	Page
	AccountID string `query:"account_id" maxLength:"60" doc:"Only those of this account; left out: all the asker may see."`
	Q         string `query:"q" maxLength:"254" doc:"A part of the address."`
}

type mailboxesOutput struct {
	Body struct {
		Mailboxes  []Mailbox `json:"mailboxes"`
		NextCursor *string   `json:"next_cursor"`
	}
}

type createMailboxInput struct {
	Body struct {
		Address    string  `json:"address" maxLength:"320" doc:"Its domain belongs to the account." example:"info@bluedoor.example"`
		Password   *string `json:"password,omitempty" maxLength:"1024" doc:"Only the owner himself may give one."`
		QuotaBytes *int64  `json:"quota_bytes,omitempty" doc:"Left out: only the plan's limit." example:"1073741824"`
		AccountID  string  `json:"account_id,omitempty" maxLength:"60" doc:"Whose it is to be; left out: the own account's."`
	}
}

type updateMailboxInput struct {
	ID   string `path:"id" maxLength:"60" doc:"The mailbox." example:"mbx_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body struct {
		QuotaBytes *int64 `json:"quota_bytes" nullable:"true" doc:"null: only the plan's limit." example:"1073741824"`
	}
}

type mailboxPasswordInput struct {
	ID   string `path:"id" maxLength:"60" doc:"The mailbox." example:"mbx_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body struct {
		Password string `json:"password" minLength:"1" maxLength:"1024" doc:"At least 12 characters."`
	}
}

type mailboxHandlers struct {
	registry  *Registry
	mailboxes *mail.Service
}

func registerMailboxes(r *Registry, mailboxes *mail.Service) {
	h := mailboxHandlers{registry: r, mailboxes: mailboxes}
	one := func(in *mailboxIDInput) Target { return MailboxID(in.ID) }
	Register(r, Operation{
		ID: "listMailboxes", Method: http.MethodGet, Path: "/mailboxes", Tag: "Mailboxes", Summary: "List mailboxes",
		Description: "The mailboxes of one account, or of all the asker may see. Their contents are the owner's alone, unless he lets support read one.",
		Permission:  "mailbox:view", Class: rbac.ClassLook,
	}, func(in *listMailboxesInput) Target { return AccountOrSomewhere(in.AccountID) }, h.list)
	Register(r, Operation{
		ID: "createMailbox", Method: http.MethodPost, Path: "/mailboxes", Status: http.StatusCreated, Tag: "Mailboxes", Summary: "Create a mailbox",
		Description: "Creates a mailbox. Made by anybody but the owner it waits for the owner's password; giving one is refused with `closed-while-acting` or `closed-to-others`.",
		Permission:  "mailbox:manage", Class: rbac.ClassChange, Activity: true, Audit: mail.ActionCreate, Errors: []int{http.StatusConflict},
	}, func(in *createMailboxInput) Target { return AccountOrOwn(in.Body.AccountID) }, h.create)
	Register(r, Operation{
		ID: "getMailbox", Method: http.MethodGet, Path: "/mailboxes/{id}", Tag: "Mailboxes", Summary: "See a mailbox",
		Description: "One mailbox with its quota and whether it can be opened.",
		Permission:  "mailbox:view", Class: rbac.ClassLook,
	}, one, func(ctx context.Context, by principal.Principal, in *mailboxIDInput) (*mailboxOutput, error) {
		m, err := mailboxes.ByID(ctx, by, in.ID)
		return &mailboxOutput{Body: mailboxOf(m)}, err
	})
	Register(r, Operation{
		ID: "updateMailbox", Method: http.MethodPatch, Path: "/mailboxes/{id}", Tag: "Mailboxes", Summary: "Change a mailbox's quota",
		Description: "Sets how much the mailbox may hold.",
		Permission:  "mailbox:manage", Class: rbac.ClassChange, Activity: true, Audit: mail.ActionUpdate, Errors: []int{http.StatusConflict},
	}, func(in *updateMailboxInput) Target { return MailboxID(in.ID) }, func(ctx context.Context, by principal.Principal, in *updateMailboxInput) (*mailboxOutput, error) {
		m, err := mailboxes.SetQuota(ctx, by, in.ID, in.Body.QuotaBytes)
		return &mailboxOutput{Body: mailboxOf(m)}, err
	})
	Register(r, Operation{
		ID: "setMailboxPassword", Method: http.MethodPut, Path: "/mailboxes/{id}/password", Status: http.StatusNoContent, Tag: "Mailboxes", Summary: "Set a mailbox's password",
		Description: "For the owner himself alone: nobody else ever chooses a password that opens his mail.",
		Permission:  "mailbox:set-password", Class: rbac.ClassDeny, Activity: true, Audit: mail.ActionPassword,
	}, func(in *mailboxPasswordInput) Target { return MailboxID(in.ID) }, func(ctx context.Context, by principal.Principal, in *mailboxPasswordInput) (*emptyOutput, error) {
		return nil, mailboxes.SetPassword(ctx, by, in.ID, in.Body.Password)
	})
	Register(r, Operation{
		ID: "deleteMailbox", Method: http.MethodDelete, Path: "/mailboxes/{id}", Status: http.StatusNoContent, Tag: "Mailboxes", Summary: "Delete a mailbox",
		Description: "Takes the mailbox away.",
		Permission:  "mailbox:manage", Class: rbac.ClassChange, Activity: true, Audit: mail.ActionDelete,
	}, one, func(ctx context.Context, by principal.Principal, in *mailboxIDInput) (*emptyOutput, error) {
		return nil, mailboxes.Delete(ctx, by, in.ID)
	})
}

func (h mailboxHandlers) list(ctx context.Context, by principal.Principal, in *listMailboxesInput) (*mailboxesOutput, error) {
	var after string
	if err := h.registry.cursor.Decode("mailboxes", in.Cursor, &after); err != nil {
		return nil, err
	}
	page, err := h.mailboxes.List(ctx, by, mail.Filter{AccountID: in.AccountID, Query: in.Q}, after, in.PageSize)
	if err != nil {
		return nil, err
	}
	out := &mailboxesOutput{}
	out.Body.Mailboxes = make([]Mailbox, len(page.Mailboxes))
	for i, m := range page.Mailboxes {
		out.Body.Mailboxes[i] = mailboxOf(m)
	}
	if page.Next != "" {
		out.Body.NextCursor, err = h.registry.cursor.Encode("mailboxes", page.Next)
	}
	return out, err
}

func (h mailboxHandlers) create(ctx context.Context, by principal.Principal, in *createMailboxInput) (*mailboxOutput, error) {
	m, err := h.mailboxes.Create(ctx, by, mail.Input{
		AccountID: accountOrOwn(by, in.Body.AccountID), Address: in.Body.Address, Password: in.Body.Password, Quota: in.Body.QuotaBytes,
	})
	return &mailboxOutput{Body: mailboxOf(m)}, err
}

func mailboxOf(m mail.Mailbox) Mailbox {
	return Mailbox{
		ID: m.ID, AccountID: m.AccountID, Address: m.Address, Status: string(m.Status()), QuotaBytes: m.Quota, UsedBytes: m.Used,
		OpenUntil: timeOrNil(m.OpenUntil), CreatedAt: m.CreatedAt,
	}
}
