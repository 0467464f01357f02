package notify

import (
	"context"
	"slices"
	"time"

	"innkeeper/internal/audit"
	"innkeeper/internal/principal"
)

// What is done to mails and to who gets them. That one is switched off or on stands
// on the page of every account.
var (
	ActionWrite   = audit.NewAction("notification-template.update", "{actor} changed the text of the mail about {object}.")
	ActionRestore = audit.NewAction("notification-template.restore", "{actor} restored the text of the mail about {object}.")
	ActionOff     = audit.NewAction("notification-mail.disable", "{actor} switched off the mail about {object} for all accounts.").ForEverybody()
	ActionOn      = audit.NewAction("notification-mail.enable", "{actor} switched on the mail about {object} for all accounts.").ForEverybody()
	ActionCopies  = audit.NewAction("notification-mail.copy", "{actor} changed who of the provider is told about {object}.")
	ActionChoose  = audit.NewAction("notification.choose", "{actor} changed which notices of {account} are sent by mail.")
)

// Shelf keeps the settings.
type Shelf interface {
	Settings
	// Write keeps a text for the mail of an event, in the place of the one before.
	Write(ctx context.Context, event, lang string, w Wording, at time.Time) error
	// Restore forgets it; without one it does nothing.
	Restore(ctx context.Context, event, lang string) error
	// Written returns the languages in which somebody has written a text, by event.
	Written(ctx context.Context) (map[string][]string, error)
	// Switch switches the mail of an event off or on.
	Switch(ctx context.Context, event string, off bool) error
	// SetCopies says which accounts are told of an event.
	SetCopies(ctx context.Context, event string, accountIDs []string) error
	// Colleagues returns the accounts of the provider's own people, at most so many.
	Colleagues(ctx context.Context, limit int) ([]Colleague, error)
	// Choose keeps how an account in the scope wants to be told, or returns
	// account.ErrNotFound.
	Choose(ctx context.Context, scope principal.Scope, accountID string, c Choice) error
}

// Audit writes the record.
type Audit interface {
	Record(ctx context.Context, by principal.Principal, e audit.Entry) error
}

// EditorDeps are what the editor is built from.
type EditorDeps struct {
	Tx        Tx
	Shelf     Shelf
	Audit     Audit
	PublicURL string
	Language  string // of accounts that have chosen none; empty: en
}

// Editor changes what mails say and who gets them.
type Editor struct{ d EditorDeps }

// NewEditor returns the editor.
func NewEditor(d EditorDeps) *Editor { return &Editor{d: d} }

// mostColleagues bounds the accounts that can be told, too.
const mostColleagues = 500

// Mailing is how things stand with the mail of an event.
type Mailing struct {
	Event   Event
	Off     bool
	Written []string // the languages that have a text of this installation
	Copies  []string // accounts of the provider that are told
}

// List returns how things stand with all mails, and who could be told as well.
func (e *Editor) List(ctx context.Context, _ principal.Principal) ([]Mailing, []Colleague, error) {
	off, err := e.d.Shelf.Off(ctx)
	if err != nil {
		return nil, nil, err
	}
	written, err := e.d.Shelf.Written(ctx)
	if err != nil {
		return nil, nil, err
	}
	copies, err := e.d.Shelf.Copies(ctx)
	if err != nil {
		return nil, nil, err
	}
	out := make([]Mailing, len(events))
	for i, event := range events {
		out[i] = Mailing{Event: event, Off: slices.Contains(off, event.Name), Written: written[event.Name], Copies: idsOf(copies[event.Name])}
	}
	colleagues, err := e.d.Shelf.Colleagues(ctx, mostColleagues)
	return out, colleagues, err
}

func idsOf(colleagues []Colleague) []string {
	ids := make([]string, len(colleagues))
	for i, c := range colleagues {
		ids[i] = c.AccountID
	}
	return ids
}

// Sheet is the text of a mail, as it is edited.
type Sheet struct {
	Event    Event
	Language Language
	Wording  Wording
	Written  bool    // by somebody here
	Original Wording // as it comes with the program
}

// Sheet returns the text of the mail about an event, or ErrTemplateNotFound.
func (e *Editor) Sheet(ctx context.Context, _ principal.Principal, event, lang string) (Sheet, error) {
	s, err := sheet(event, lang)
	if err != nil {
		return Sheet{}, err
	}
	w, written, err := e.d.Shelf.Wording(ctx, event, lang)
	if written {
		s.Wording, s.Written = w, true
	}
	return s, err
}

func sheet(event, lang string) (Sheet, error) {
	about, err := eventNamed(event)
	if err != nil {
		return Sheet{}, err
	}
	in, ok := languageOf(lang)
	if !ok {
		return Sheet{}, ErrTemplateNotFound
	}
	w := original(event, lang)
	return Sheet{Event: about, Language: in.Language, Wording: w, Original: w}, nil
}

// Write keeps a text for the mail about an event. Every mistake in it is named with
// its place. The same text again changes nothing.
func (e *Editor) Write(ctx context.Context, by principal.Principal, event, lang string, w Wording) (after Sheet, err error) {
	err = e.d.Tx.InTx(ctx, func(ctx context.Context) error {
		if after, err = e.Sheet(ctx, by, event, lang); err != nil {
			return err
		}
		before := after.Wording
		w = w.normal()
		if _, err := after.Event.read(w); err != nil || w == before {
			return err
		}
		now, err := e.d.Tx.Now(ctx)
		if err != nil {
			return err
		}
		after.Wording, after.Written = w, true
		if err := e.d.Shelf.Write(ctx, event, lang, w, now); err != nil {
			return err
		}
		return e.record(ctx, by, ActionWrite, after.Event, fieldsOf(lang, before), fieldsOf(lang, w))
	})
	return after, err
}

// Restore brings back the text that comes with the program. Where nobody has
// written one nothing changes.
func (e *Editor) Restore(ctx context.Context, by principal.Principal, event, lang string) error {
	return e.d.Tx.InTx(ctx, func(ctx context.Context) error {
		s, err := e.Sheet(ctx, by, event, lang)
		if err != nil || !s.Written {
			return err
		}
		if err := e.d.Shelf.Restore(ctx, event, lang); err != nil {
			return err
		}
		return e.record(ctx, by, ActionRestore, s.Event, fieldsOf(lang, s.Wording), fieldsOf(lang, s.Original))
	})
}

// Switch switches the mail about an event off or on, for all accounts. Their
// notices in the panel stay. ErrTemplateFixed for a mail that people cannot do
// without. A second time changes nothing.
func (e *Editor) Switch(ctx context.Context, by principal.Principal, event string, off bool) error {
	about, err := eventNamed(event)
	if err != nil {
		return err
	}
	if about.Fixed {
		return ErrTemplateFixed
	}
	return e.d.Tx.InTx(ctx, func(ctx context.Context) error {
		are, err := e.d.Shelf.Off(ctx)
		if err != nil || slices.Contains(are, event) == off {
			return err
		}
		if err := e.d.Shelf.Switch(ctx, event, off); err != nil {
			return err
		}
		action := ActionOn
		if off {
			action = ActionOff
		}
		return e.record(ctx, by, action, about, nil, nil)
	})
}

// SetCopies says who of the provider's own people is told about an event, in the
// panel and by mail. ErrNotCopied for events that are nobody else's matter.
func (e *Editor) SetCopies(ctx context.Context, by principal.Principal, event string, accountIDs []string) error {
	about, err := eventNamed(event)
	if err != nil {
		return err
	}
	if !about.Copied {
		return ErrNotCopied
	}
	accountIDs = slices.Compact(slices.Sorted(slices.Values(accountIDs)))
	return e.d.Tx.InTx(ctx, func(ctx context.Context) error {
		colleagues, err := e.d.Shelf.Colleagues(ctx, mostColleagues)
		if err != nil {
			return err
		}
		for _, id := range accountIDs {
			if !slices.ContainsFunc(colleagues, func(c Colleague) bool { return c.AccountID == id }) {
				return errNoColleague
			}
		}
		copies, err := e.d.Shelf.Copies(ctx)
		before := idsOf(copies[event])
		if err != nil || slices.Equal(before, accountIDs) {
			return err
		}
		if err := e.d.Shelf.SetCopies(ctx, event, accountIDs); err != nil {
			return err
		}
		return e.record(ctx, by, ActionCopies, about, audit.Fields{"accounts": before}, audit.Fields{"accounts": accountIDs})
	})
}

func (e *Editor) record(ctx context.Context, by principal.Principal, action audit.Action, about Event, before, after audit.Fields) error {
	return e.d.Audit.Record(ctx, by, audit.Entry{
		Action: action, Account: by.Account, Object: audit.Object{Kind: audit.ThingNotificationTemplate, ID: about.Name, Name: about.Title},
		Before: before, After: after,
	})
}

func fieldsOf(lang string, w Wording) audit.Fields {
	return audit.Fields{"language": lang, "subject": w.Subject, "text": w.Body}
}
