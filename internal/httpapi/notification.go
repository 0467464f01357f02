package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Notification is something an account was told.
type Notification struct {
	ID              string     `json:"id" example:"ntf_01890a5d-ac96-774b-bcce-b302099a8057"`
	Event           string     `json:"event" example:"impersonation.start"`
	Text            string     `json:"text" example:"Anna Lind (Harbour Hosting) signed in to your account, view only."`
	At              time.Time  `json:"at"`
	ReadAt          *time.Time `json:"read_at" doc:"null while nobody of the account has read it."`
	ImpersonationID *string    `json:"impersonation_id" doc:"The visit it is about."`
}

type listNotificationsInput struct {
	Page
	Unread bool `query:"unread" doc:"Only those nobody has read."`
}

type notificationsOutput struct {
	Body struct {
		Notifications []Notification `json:"notifications"`
		Unread        int64          `json:"unread" doc:"How many nobody has read."`
		NextCursor    *string        `json:"next_cursor"`
	}
}

type notificationIDInput struct {
	ID string `path:"id" maxLength:"60" doc:"The notification." example:"ntf_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type notificationHandlers struct {
	registry *Registry
	notices  *notify.Service
}

func registerNotifications(r *Registry, notices *notify.Service) {
	h := notificationHandlers{registry: r, notices: notices}
	Register(r, Operation{
		ID: "listNotifications", Method: http.MethodGet, Path: "/notifications", Tag: "Notifications", Summary: "List notifications",
		Description: "What the own account was told, newest first. Listing reads none of them.",
		Permission:  "notification:view", Class: rbac.ClassLook,
	}, func(*listNotificationsInput) Target { return Own() }, h.list)
	Register(r, Operation{
		ID: "readNotification", Method: http.MethodPost, Path: "/notifications/{id}/read", Status: http.StatusNoContent, Tag: "Notifications", Summary: "Mark a notification as read",
		Description: "For the account's own people alone: what a visitor opens stays unread.",
		Permission:  "notification:read", Class: rbac.ClassDeny, Activity: true,
	}, func(*notificationIDInput) Target { return Own() }, func(ctx context.Context, by principal.Principal, in *notificationIDInput) (*emptyOutput, error) {
		return nil, notices.Read(ctx, by, in.ID)
	})
}

func (h notificationHandlers) list(ctx context.Context, by principal.Principal, in *listNotificationsInput) (*notificationsOutput, error) {
	f := notify.Filter{Unread: in.Unread, Limit: in.PageSize + 1}
	if err := h.registry.cursor.Decode("notifications", in.Cursor, &f.Before); err != nil {
		return nil, err
	}
	found, err := h.notices.List(ctx, by, f)
	if err != nil {
		return nil, err
	}
	out := &notificationsOutput{}
	if out.Body.Unread, err = h.notices.Unread(ctx, by); err != nil {
		return nil, err
	}
	found, out.Body.NextCursor, err = pageOf(h.registry.cursor, "notifications", found, in.PageSize, func(n notify.Notification) any { return n.ID })
	out.Body.Notifications = make([]Notification, len(found))
	for i, n := range found {
		out.Body.Notifications[i] = Notification{
			ID: n.ID, Event: n.Event, Text: n.Text, At: n.CreatedAt, ReadAt: timeOrNil(n.ReadAt), ImpersonationID: textOrNil(n.VisitID),
		}
	}
	return out, err
}
