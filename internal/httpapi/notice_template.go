package httpapi

import (
	"context"
	"net/http"
	"slices"

	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// NotificationMail is how things stand with the mail about an event.
type NotificationMail struct {
	Event    string   `json:"event" example:"impersonation.start"`
	Title    string   `json:"title" doc:"As it stands in a sentence." example:"the start of a visit"`
	Enabled  bool     `json:"enabled" doc:"Whether mails about it are sent. Notices in the panel always are."`
	Required bool     `json:"required" doc:"Its mail opens something and cannot be switched off."`
	Written  []string `json:"written" doc:"The languages in which its text was changed here." example:"[\"en\"]"`
	MayCopy  bool     `json:"may_copy" doc:"Whether people of the provider can be told, too."`
	Copies   []string `json:"copies" doc:"Accounts of the provider's people that are told, too." example:"[]"`
}

// MailLanguage is one in which mails are written.
type MailLanguage struct {
	Code string `json:"code" example:"de"`
	Name string `json:"name" example:"Deutsch"`
}

// Colleague is an account of the provider's own people.
type Colleague struct {
	AccountID string `json:"account_id" example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name      string `json:"name" example:"Harbour Hosting"`
	Email     string `json:"email" example:"ops@harbour.example"`
}

type notificationMailsOutput struct {
	Body struct {
		Mails      []NotificationMail `json:"mails"`
		Languages  []MailLanguage     `json:"languages"`
		Colleagues []Colleague        `json:"colleagues" doc:"Who of the provider can be told."`
		NextCursor *string            `json:"next_cursor" doc:"Always null: all of them are one page."`
	}
}

// MailPlaceholder is something that a text can have put in.
type MailPlaceholder struct {
	Name     string `json:"name" example:"actor"`
	Meaning  string `json:"meaning" example:"Who it was, and for whom they work."`
	Kind     string `json:"kind" enum:"words,open,block" doc:"words: anywhere; open: in the text alone; block: on a line of its own." example:"words"`
	Required bool   `json:"required" doc:"The text must have it."`
}

// NotificationTemplate is the text of a mail, as it is edited.
type NotificationTemplate struct {
	Event           string            `json:"event" example:"impersonation.start"`
	Title           string            `json:"title" example:"the start of a visit"`
	Language        string            `json:"language" example:"en"`
	Subject         string            `json:"subject" example:"Visit of {{actor}} to {{whose}}"`
	Body            string            `json:"body" doc:"Text with placeholders in double braces. A line with one that has nothing to say is left out."`
	Changed         bool              `json:"changed" doc:"Somebody here has written it."`
	OriginalSubject string            `json:"original_subject" doc:"As it comes with the program."`
	OriginalBody    string            `json:"original_body"`
	Placeholders    []MailPlaceholder `json:"placeholders"`
}

// MailPreview is a mail about somebody who does not exist.
type MailPreview struct {
	Subject string `json:"subject"`
	Text    string `json:"text" doc:"The mail in plain text."`
	HTML    string `json:"html" doc:"The same mail in HTML, a whole page without scripts or anything from elsewhere."`
}

type templateInput struct {
	Event    string `path:"event" maxLength:"60" doc:"What the mail is about." example:"impersonation.start"`
	Language string `path:"language" maxLength:"10" doc:"The language of the text." example:"en"`
}

// templateText is a text; the room bounds it, so that every mistake has its place.
type templateText struct {
	Subject string `json:"subject" maxLength:"1000" doc:"One line." example:"Visit of {{actor}} to {{whose}}"`
	Body    string `json:"body" maxLength:"50000" doc:"Text with placeholders in double braces." example:"{{summary}}"`
}

type writeTemplateInput struct {
	Event    string `path:"event" maxLength:"60" doc:"What the mail is about." example:"impersonation.start"`
	Language string `path:"language" maxLength:"10" doc:"The language of the text." example:"en"`
	Body     templateText
}

type templateEventInput struct {
	Event string `path:"event" maxLength:"60" doc:"What the mail is about." example:"impersonation.start"`
}

type setCopiesInput struct {
	Event string `path:"event" maxLength:"60" doc:"What the mail is about." example:"impersonation.start"`
	Body  struct {
		AccountIDs []string `json:"account_ids" maxItems:"100" doc:"Accounts of the provider's people." example:"[]"`
	}
}

type templateOutput struct{ Body NotificationTemplate }

type previewOutput struct{ Body MailPreview }

type templateHandlers struct{ editor *notify.Editor }

func registerNotificationTemplates(r *Registry, editor *notify.Editor) {
	h := templateHandlers{editor: editor}
	own := func(*templateInput) Target { return Own() }
	const tag, permission = "Notification templates", "notification:templates"
	Register(r, Operation{
		ID: "listNotificationTemplates", Method: http.MethodGet, Path: "/notification-templates", Tag: tag, Summary: "List the mails of the system",
		Description: "What mails are sent about, whether they are, in which languages their text was changed here, and who of the provider is told, too.",
		Permission:  permission, Class: rbac.ClassDeny,
	}, func(*struct{}) Target { return Own() }, h.list)
	Register(r, Operation{
		ID: "getNotificationTemplate", Method: http.MethodGet, Path: "/notification-templates/{event}/texts/{language}", Tag: tag, Summary: "See the text of a mail",
		Description: "The text of a mail in one language, what can be put in, and the text that comes with the program.",
		Permission:  permission, Class: rbac.ClassDeny,
	}, own, h.get)
	Register(r, Operation{
		ID: "writeNotificationTemplate", Method: http.MethodPut, Path: "/notification-templates/{event}/texts/{language}", Tag: tag, Summary: "Change the text of a mail",
		Description: "Nothing in it is run. Every mistake is named with its line and column.",
		Permission:  permission, Class: rbac.ClassDeny, Activity: true, Audit: notify.ActionWrite,
	}, func(*writeTemplateInput) Target { return Own() }, h.write)
	Register(r, Operation{
		ID: "restoreNotificationTemplate", Method: http.MethodDelete, Path: "/notification-templates/{event}/texts/{language}", Status: http.StatusNoContent, Tag: tag, Summary: "Restore the text of a mail",
		Description: "Brings back the text that comes with the program.",
		Permission:  permission, Class: rbac.ClassDeny, Activity: true, Audit: notify.ActionRestore,
	}, own, func(ctx context.Context, by principal.Principal, in *templateInput) (*emptyOutput, error) {
		return nil, editor.Restore(ctx, by, in.Event, in.Language)
	})
	Register(r, Operation{
		ID: "previewNotificationTemplate", Method: http.MethodPost, Path: "/notification-templates/{event}/texts/{language}/preview", Tag: tag, Summary: "Preview a mail",
		Description: "Writes a mail with the given text about somebody who does not exist. Nothing is kept or sent.",
		Permission:  permission, Class: rbac.ClassDeny,
	}, func(*writeTemplateInput) Target { return Own() }, h.preview)
	Register(r, Operation{
		ID: "disableNotificationMail", Method: http.MethodPost, Path: "/notification-templates/{event}/disable", Status: http.StatusNoContent, Tag: tag, Summary: "Switch a mail off",
		Description: "Nobody gets a mail about it any more; what stands in the panel stays. Every account reads on its page that it was switched off.",
		Permission:  permission, Class: rbac.ClassDeny, Activity: true, Audit: notify.ActionOff, Errors: []int{http.StatusConflict},
	}, func(*templateEventInput) Target { return Own() }, h.switched(true))
	Register(r, Operation{
		ID: "enableNotificationMail", Method: http.MethodPost, Path: "/notification-templates/{event}/enable", Status: http.StatusNoContent, Tag: tag, Summary: "Switch a mail on",
		Description: "Mails about it are sent again, to who has not chosen otherwise.",
		Permission:  permission, Class: rbac.ClassDeny, Activity: true, Audit: notify.ActionOn, Errors: []int{http.StatusConflict},
	}, func(*templateEventInput) Target { return Own() }, h.switched(false))
	Register(r, Operation{
		ID: "setNotificationCopies", Method: http.MethodPut, Path: "/notification-templates/{event}/copies", Status: http.StatusNoContent, Tag: tag, Summary: "Tell people of the provider, too",
		Description: "Says which accounts of the provider's own people are told about it, in the panel and by mail.",
		Permission:  permission, Class: rbac.ClassDeny, Activity: true, Audit: notify.ActionCopies, Errors: []int{http.StatusConflict},
	}, func(*setCopiesInput) Target { return Own() }, func(ctx context.Context, by principal.Principal, in *setCopiesInput) (*emptyOutput, error) {
		return nil, editor.SetCopies(ctx, by, in.Event, in.Body.AccountIDs)
	})
}

func (h templateHandlers) list(ctx context.Context, by principal.Principal, _ *struct{}) (*notificationMailsOutput, error) {
	mailings, colleagues, err := h.editor.List(ctx, by)
	if err != nil {
		return nil, err
	}
	out := &notificationMailsOutput{}
	out.Body.Mails, out.Body.Colleagues = make([]NotificationMail, len(mailings)), make([]Colleague, len(colleagues))
	for i, m := range mailings {
		out.Body.Mails[i] = NotificationMail{
			Event: m.Event.Name, Title: m.Event.Title, Enabled: !m.Off, Required: m.Event.Fixed, Written: append([]string{}, m.Written...),
			MayCopy: m.Event.Copied, Copies: append([]string{}, m.Copies...),
		}
	}
	for i, c := range colleagues {
		out.Body.Colleagues[i] = Colleague{AccountID: c.AccountID, Name: c.Name, Email: c.Email}
	}
	out.Body.Languages = mailLanguages()
	return out, nil
}

func mailLanguages() []MailLanguage {
	known := notify.Languages()
	out := make([]MailLanguage, len(known))
	for i, l := range known {
		out[i] = MailLanguage{Code: l.Code, Name: l.Name}
	}
	return out
}

func (h templateHandlers) get(ctx context.Context, by principal.Principal, in *templateInput) (*templateOutput, error) {
	return templateOf(h.editor.Sheet(ctx, by, in.Event, in.Language))
}

func (h templateHandlers) write(ctx context.Context, by principal.Principal, in *writeTemplateInput) (*templateOutput, error) {
	return templateOf(h.editor.Write(ctx, by, in.Event, in.Language, notify.Wording(in.Body)))
}

func (h templateHandlers) preview(ctx context.Context, by principal.Principal, in *writeTemplateInput) (*previewOutput, error) {
	p, err := h.editor.Preview(ctx, by, in.Event, in.Language, notify.Wording(in.Body))
	return &previewOutput{Body: MailPreview(p)}, err
}

func (h templateHandlers) switched(off bool) func(context.Context, principal.Principal, *templateEventInput) (*emptyOutput, error) {
	return func(ctx context.Context, by principal.Principal, in *templateEventInput) (*emptyOutput, error) {
		return nil, h.editor.Switch(ctx, by, in.Event, off)
	}
}

func templateOf(s notify.Sheet, err error) (*templateOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &templateOutput{Body: NotificationTemplate{
		Event: s.Event.Name, Title: s.Event.Title, Language: s.Language.Code, Subject: s.Wording.Subject, Body: s.Wording.Body, Changed: s.Written,
		OriginalSubject: s.Original.Subject, OriginalBody: s.Original.Body, Placeholders: []MailPlaceholder{},
	}}
	for _, p := range notify.PlacesOf(s.Event) {
		out.Body.Placeholders = append(out.Body.Placeholders, MailPlaceholder{
			Name: p.Name, Meaning: p.Meaning, Kind: string(p.Kind), Required: slices.Contains(s.Event.Needs, p.Name),
		})
	}
	return out, nil
}
