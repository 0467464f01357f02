package httpapi

import (
	"context"
	"net/http"
	"slices"

	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// ChosenNotice is an event that an account can be told of by mail.
type ChosenNotice struct {
	Event   string `json:"event" example:"impersonation.start"`
	Title   string `json:"title" doc:"As it stands in a sentence." example:"the start of a visit"`
	Mailed  bool   `json:"mailed" doc:"Whether the account wants a mail, too."`
	Enabled bool   `json:"enabled" doc:"false: the provider has switched this mail off for all accounts."`
}

// NotificationSettings is how the own account is told.
type NotificationSettings struct {
	Language  string         `json:"language" doc:"In which mails are written." example:"en"`
	Languages []MailLanguage `json:"languages" doc:"Those that there are."`
	Notices   []ChosenNotice `json:"notices" doc:"What can be chosen. The record of visits in the panel, and mails about a person's own sign-in, cannot."`
}

type notificationSettingsOutput struct{ Body NotificationSettings }

type chooseNoticesInput struct {
	Body struct {
		Language string   `json:"language" maxLength:"10" doc:"In which mails are written." example:"en"`
		Unmailed []string `json:"unmailed" maxItems:"50" doc:"The events of which no mail is wanted." example:"[]"`
	}
}

type choiceHandlers struct{ editor *notify.Editor }

func registerNotificationSettings(r *Registry, editor *notify.Editor) {
	h := choiceHandlers{editor: editor}
	Register(r, Operation{
		ID: "getNotificationSettings", Method: http.MethodGet, Path: "/me/notification-settings", Tag: "Notifications", Summary: "See how the own account is told",
		Description: "Of what it gets a mail besides the notice in the panel, and in which language.",
		Permission:  "notification:choose", Class: rbac.ClassDeny,
	}, func(*struct{}) Target { return Own() }, h.get)
	Register(r, Operation{
		ID: "setNotificationSettings", Method: http.MethodPut, Path: "/me/notification-settings", Tag: "Notifications", Summary: "Choose how the own account is told",
		Description: "Of what it wants no mail, and in which language mails are written. Notices in the panel are always made.",
		Permission:  "notification:choose", Class: rbac.ClassDeny, Activity: true, Audit: notify.ActionChoose,
	}, func(*chooseNoticesInput) Target { return Own() }, func(ctx context.Context, by principal.Principal, in *chooseNoticesInput) (*notificationSettingsOutput, error) {
		if err := editor.Choose(ctx, by, notify.Choice{Language: in.Body.Language, Unmailed: in.Body.Unmailed}); err != nil {
			return nil, err
		}
		return h.get(ctx, by, nil)
	})
}

func (h choiceHandlers) get(ctx context.Context, by principal.Principal, _ *struct{}) (*notificationSettingsOutput, error) {
	c, err := h.editor.Choosing(ctx, by)
	if err != nil {
		return nil, err
	}
	out := &notificationSettingsOutput{Body: NotificationSettings{Language: c.Language, Languages: mailLanguages(), Notices: make([]ChosenNotice, len(c.Events))}}
	for i, e := range c.Events {
		out.Body.Notices[i] = ChosenNotice{
			Event: e.Name, Title: e.Title, Mailed: !slices.Contains(c.Unmailed, e.Name), Enabled: !slices.Contains(c.Off, e.Name),
		}
	}
	return out, nil
}
