package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/mail"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// MessageHead is a message in a list. What it says of itself is the sender's word.
type MessageHead struct {
	ID         string     `json:"id" doc:"The unique name of a Maildir." example:"1772445600.mbx_01890a5d-ac96-774b-bcce-b302099a8057.welcome"`
	From       string     `json:"from" example:"Innkeeper <info@bluedoor.example>"`
	To         []string   `json:"to" example:"[\"info@bluedoor.example\"]"`
	Subject    string     `json:"subject" example:"Your mailbox is ready"`
	Date       *time.Time `json:"date" doc:"As the sender wrote it; null when it cannot be read."`
	ReceivedAt time.Time  `json:"received_at"`
	SizeBytes  int64      `json:"size_bytes" example:"1024"`
	Seen       bool       `json:"seen" doc:"Whether its owner has seen it in a mail program. Nothing that is done here marks it."`
}

// MailMessage is a message to be read: plain text alone, never HTML.
type MailMessage struct {
	MessageHead
	Cc          []string            `json:"cc"`
	Text        string              `json:"text" doc:"The plain text; of a message in HTML, what it says." example:"Your mailbox info@bluedoor.example is ready."`
	Truncated   bool                `json:"truncated" doc:"Whether there is more than is shown."`
	Attachments []MessageAttachment `json:"attachments"`
}

// MessageAttachment is a part of a message that is not shown.
type MessageAttachment struct {
	Name      string `json:"name" doc:"Empty when it has none." example:"invoice.pdf"`
	Type      string `json:"type" example:"application/pdf"`
	SizeBytes int64  `json:"size_bytes" example:"48211"`
}

type listMessagesInput struct {
	Page
	ID string `path:"id" maxLength:"60" doc:"The mailbox." example:"mbx_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type messagesOutput struct {
	Body struct {
		Messages   []MessageHead `json:"messages" doc:"Newest first."`
		NextCursor *string       `json:"next_cursor"`
	}
}

type messageInput struct {
	ID        string `path:"id" maxLength:"60" doc:"The mailbox." example:"mbx_01890a5d-ac96-774b-bcce-b302099a8057"`
	MessageID string `path:"message_id" maxLength:"200" doc:"The message." example:"1772445600.mbx_01890a5d-ac96-774b-bcce-b302099a8057.welcome"`
}

type messageOutput struct{ Body MailMessage }

type messageHandlers struct {
	registry  *Registry
	mailboxes *mail.Service
}

func registerMessages(r *Registry, mailboxes *mail.Service) {
	h := messageHandlers{registry: r, mailboxes: mailboxes}
	Register(r, Operation{
		ID: "listMessages", Method: http.MethodGet, Path: "/mailboxes/{id}/messages", Tag: "Mailboxes", Summary: "List the messages in a mailbox",
		Description: "The heads of the messages, newest first, for the owner alone. A visitor sees them while the owner's grant for this mailbox lasts, and it is recorded first. Listing marks nothing as read.",
		Permission:  "mailbox:read", Class: rbac.ClassUnlockable, Activity: true, Audit: mail.ActionMessages,
	}, func(in *listMessagesInput) Target { return MailboxID(in.ID) }, h.list)
	Register(r, Operation{
		ID: "readMessage", Method: http.MethodGet, Path: "/mailboxes/{id}/messages/{message_id}", Tag: "Mailboxes", Summary: "Read a message",
		Description: "One message as plain text, with the names and sizes of its attachments, for the owner alone. In a visit that the owner has opened the mailbox to, the reading is recorded before the first byte leaves. Reading marks nothing as read.",
		Permission:  "mailbox:read", Class: rbac.ClassUnlockable, Activity: true, Audit: mail.ActionMessage,
	}, func(in *messageInput) Target { return MailboxID(in.ID) }, h.read)
}

func (h messageHandlers) list(ctx context.Context, by principal.Principal, in *listMessagesInput) (*messagesOutput, error) {
	var after mail.MessageKey
	if err := h.registry.cursor.Decode("messages", in.Cursor, &after); err != nil {
		return nil, err
	}
	page, err := h.mailboxes.Messages(ctx, by, in.ID, after, in.PageSize)
	if err != nil {
		return nil, err
	}
	out := &messagesOutput{}
	out.Body.Messages = make([]MessageHead, len(page.Messages))
	for i, m := range page.Messages {
		out.Body.Messages[i] = messageHeadOf(m.Stored, m.Head)
	}
	if page.Next != nil {
		out.Body.NextCursor, err = h.registry.cursor.Encode("messages", page.Next)
	}
	return out, err
}

func (h messageHandlers) read(ctx context.Context, by principal.Principal, in *messageInput) (*messageOutput, error) {
	letter, err := h.mailboxes.Message(ctx, by, in.ID, in.MessageID)
	if err != nil {
		return nil, err
	}
	body := MailMessage{
		MessageHead: messageHeadOf(letter.Stored, letter.Head), Cc: listed(letter.Cc), Text: letter.Text, Truncated: letter.Truncated,
		Attachments: make([]MessageAttachment, len(letter.Attachments)),
	}
	for i, a := range letter.Attachments {
		body.Attachments[i] = MessageAttachment{Name: a.Name, Type: a.Type, SizeBytes: a.Size}
	}
	return &messageOutput{Body: body}, nil
}

func messageHeadOf(s mail.Stored, h mail.Head) MessageHead {
	return MessageHead{
		ID: s.ID, From: h.From, To: listed(h.To), Subject: h.Subject, Date: timeOrNil(h.Date), ReceivedAt: s.ReceivedAt, SizeBytes: s.Size, Seen: s.Seen,
	}
}

// listed is the list, empty where there is none.
func listed(texts []string) []string { return append([]string{}, texts...) }
