package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Mail is a message that the system sent, or is to send.
type Mail struct {
	ID        string     `json:"id" example:"eml_01890a5d-ac96-774b-bcce-b302099a8057"`
	Event     string     `json:"event" example:"impersonation.stop"`
	To        string     `json:"to" example:"mila@bluedoor.example"`
	Subject   string     `json:"subject"`
	MessageID string     `json:"message_id" doc:"Of a notice the same however often it is sent (RFC 5322 §3.6.4); each invitation has its own."`
	CreatedAt time.Time  `json:"created_at"`
	SentAt    *time.Time `json:"sent_at" doc:"null until it was handed over."`
	Attempts  int        `json:"attempts" example:"1"`
	LastError string     `json:"last_error" doc:"Why the last attempt failed; empty when it did not."`
	ErasedAt  *time.Time `json:"texts_erased_at,omitempty" doc:"When subject and text were erased, because they are kept no longer: they say so themselves."`
	FailedJob *string    `json:"failed_job_id" doc:"The job that was given up, and can be tried again; null while it is tried, and when it was sent." example:"job_01890a5d-ac96-774b-bcce-b302099a8057"`
}

// MailText is a message with what it says.
type MailText struct {
	Mail
	Text string `json:"text" doc:"Links that open something are left out."`
}

type mailsOutput struct {
	Body struct {
		Mails      []Mail  `json:"mails"`
		NextCursor *string `json:"next_cursor"`
	}
}

type listMailsInput struct {
	Page
	Undelivered bool `query:"undelivered" doc:"Only those that nobody tries to send any more."`
}

type mailIDInput struct {
	ID string `path:"id" maxLength:"60" doc:"The message." example:"eml_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type mailTextOutput struct{ Body MailText }

func registerMails(r *Registry, notices *notify.Service) {
	Register(r, Operation{
		ID: "listMails", Method: http.MethodGet, Path: "/mails", Tag: "System", Summary: "List mail sent by the system",
		Description: "Every message of the system, newest first, and what became of it.",
		Permission:  "mail:view", Class: rbac.ClassLook,
	}, func(*listMailsInput) Target { return Somewhere() }, func(ctx context.Context, by principal.Principal, in *listMailsInput) (*mailsOutput, error) {
		f := notify.MailFilter{Undelivered: in.Undelivered, Limit: in.PageSize + 1}
		if err := r.cursor.Decode("mails", in.Cursor, &f.Before); err != nil {
			return nil, err
		}
		found, err := notices.ListMails(ctx, by, f)
		if err != nil {
			return nil, err
		}
		out := &mailsOutput{}
		found, out.Body.NextCursor, err = pageOf(r.cursor, "mails", found, in.PageSize, func(m notify.Mail) any { return m.ID })
		out.Body.Mails = make([]Mail, len(found))
		for i, m := range found {
			out.Body.Mails[i] = mailOf(m)
		}
		return out, err
	})
	Register(r, Operation{
		ID: "getMail", Method: http.MethodGet, Path: "/mails/{id}", Tag: "System", Summary: "Read mail sent by the system",
		Description: "One message with its text.",
		Permission:  "mail:view", Class: rbac.ClassLook,
	}, func(*mailIDInput) Target { return Somewhere() }, func(ctx context.Context, by principal.Principal, in *mailIDInput) (*mailTextOutput, error) {
		m, err := notices.Mail(ctx, by, in.ID)
		return &mailTextOutput{Body: MailText{Mail: mailOf(m), Text: m.Text}}, err
	})
}

func mailOf(m notify.Mail) Mail {
	return Mail{
		ID: m.ID, Event: m.Event, To: m.To, Subject: m.Subject, MessageID: m.MessageID, CreatedAt: m.CreatedAt,
		SentAt: timeOrNil(m.SentAt), ErasedAt: timeOrNil(m.ErasedAt), Attempts: m.Attempts, LastError: m.LastError, FailedJob: textOrNil(m.FailedJob),
	}
}
