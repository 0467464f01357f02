package notify

import (
	"context"
	"slices"
)

// Settings is what mails say here, and who gets them.
type Settings interface {
	// Wording returns the text that somebody here has written for the mail of an
	// event; ok is false when nobody has.
	Wording(ctx context.Context, event, lang string) (w Wording, ok bool, err error)
	// Off returns the events of which nobody gets a mail.
	Off(ctx context.Context) ([]string, error)
	// Copies returns who of the provider is told of which event, with the addresses
	// that they have now.
	Copies(ctx context.Context) (map[string][]Colleague, error)
	// Choices returns how the accounts want to be told; those that have not chosen
	// are not among them.
	Choices(ctx context.Context, accountIDs []string) (map[string]Choice, error)
}

// Colleague is an account of the provider's own people.
type Colleague struct {
	AccountID string
	Name      string
	Email     string
	Kind      string
}

// Choice is how an account wants to be told.
type Choice struct {
	Language string
	Unmailed []string // events of which it wants no mail, sorted
}

// wishes returns whether a mail about an event is wanted for one of the accounts.
// Only events that can be chosen are.
func (s *Service) wishes(ctx context.Context, accountIDs []string) (func(event, accountID string) bool, error) {
	off, err := s.d.Settings.Off(ctx)
	if err != nil {
		return nil, err
	}
	choices, err := s.d.Settings.Choices(ctx, accountIDs)
	if err != nil {
		return nil, err
	}
	return func(event, accountID string) bool {
		e, err := eventNamed(event)
		if err != nil || e.Fixed {
			return true
		}
		return !slices.Contains(off, event) && !(e.Chosen && slices.Contains(choices[accountID].Unmailed, event))
	}, nil
}

// wanted reports whether the account wants the mail about an event.
func (s *Service) wanted(ctx context.Context, event, accountID string) (bool, error) {
	wanted, err := s.wishes(ctx, []string{accountID})
	if err != nil {
		return false, err
	}
	return wanted(event, accountID), nil
}

// form returns the mail of an event in the language of an account. A text that
// does not fit any more, because an older version took it, gives way to the one
// that comes with the program: what is to be told is told.
func (s *Service) form(ctx context.Context, event, accountID string) (form, language, error) {
	e, err := eventNamed(event)
	if err != nil {
		return form{}, language{}, err
	}
	choices, err := s.d.Settings.Choices(ctx, []string{accountID})
	if err != nil {
		return form{}, language{}, err
	}
	in, _ := languageOf(choices[accountID].Language)
	w, written, err := s.d.Settings.Wording(ctx, event, in.Code)
	if err != nil {
		return form{}, language{}, err
	}
	if written {
		if f, err := e.read(w); err == nil {
			return f, in, nil
		}
	}
	f, err := e.read(original(event, in.Code))
	return f, in, err
}
