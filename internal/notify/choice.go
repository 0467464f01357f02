package notify

import (
	"cmp"
	"context"
	"slices"

	"innkeeper/internal/audit"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
)

// Choosing is how the subject's account wants to be told, and what there is to
// choose.
type Choosing struct {
	Choice
	Events []Event  // that can be chosen
	Off    []string // of those, what the provider has switched off
}

// Choosing returns it.
func (e *Editor) Choosing(ctx context.Context, by principal.Principal) (Choosing, error) {
	off, err := e.d.Shelf.Off(ctx)
	if err != nil {
		return Choosing{}, err
	}
	c := Choosing{Events: slices.DeleteFunc(Events(), func(event Event) bool { return !event.Chosen })}
	for _, event := range c.Events {
		if slices.Contains(off, event.Name) {
			c.Off = append(c.Off, event.Name)
		}
	}
	c.Choice, err = e.choice(ctx, by.Subject.ID)
	return c, err
}

func (e *Editor) choice(ctx context.Context, accountID string) (Choice, error) {
	choices, err := e.d.Shelf.Choices(ctx, []string{accountID})
	c := choices[accountID]
	c.Language = cmp.Or(c.Language, e.d.Language, english.Code)
	return c, err
}

// Choose says in which language the account is told, and of what it wants no mail.
// What stands in the panel cannot be chosen. Only the account's own people do that:
// ErrChoiceClosed in a visit. The same again changes nothing.
func (e *Editor) Choose(ctx context.Context, by principal.Principal, c Choice) error {
	if by.Acting() {
		return ErrChoiceClosed
	}
	c.Unmailed = slices.Compact(slices.Sorted(slices.Values(c.Unmailed)))
	if err := c.check(); err != nil {
		return err
	}
	return e.d.Tx.InTx(ctx, func(ctx context.Context) error {
		before, err := e.choice(ctx, by.Account.ID)
		if err != nil || before.Language == c.Language && slices.Equal(before.Unmailed, c.Unmailed) {
			return err
		}
		if err := e.d.Shelf.Choose(ctx, by.Scope(), by.Account.ID, c); err != nil {
			return err
		}
		return e.d.Audit.Record(ctx, by, audit.Entry{
			Action: ActionChoose, Account: by.Account, Object: audit.Object{Kind: audit.ThingAccount, ID: by.Account.ID, Name: by.Account.Name},
			Before: before.fields(), After: c.fields(),
		})
	})
}

func (c Choice) check() error {
	var bad fault.Fields
	if _, ok := languageOf(c.Language); !ok {
		bad.Add("/language", "choice", "Mails cannot be written in this language.")
	}
	for _, name := range c.Unmailed {
		if event, err := eventNamed(name); err != nil || !event.Chosen {
			bad.Add("/unmailed", "choice", "This is always sent by mail, or there is no such notice.")
			break
		}
	}
	return bad.Err()
}

func (c Choice) fields() audit.Fields {
	return audit.Fields{"language": c.Language, "unmailed": append([]string{}, c.Unmailed...)}
}
