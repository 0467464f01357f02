package notify

import (
	"cmp"
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
}

// Choice is how an account wants to be told.
type Choice struct {
	Language string
	Unmailed []string // events of which it wants no mail, sorted
}

// wishes are how accounts want to be told, and what the provider has switched off.
type wishes struct {
	off     []string
	choices map[string]Choice
}

func (s *Service) wishes(ctx context.Context, accountIDs ...string) (w wishes, err error) {
	if w.off, err = s.d.Settings.Off(ctx); err != nil {
		return w, err
	}
	w.choices, err = s.d.Settings.Choices(ctx, accountIDs)
	return w, err
}

// mail reports whether a mail about an event is wanted for an account. Only events that
// can be chosen are.
func (w wishes) mail(event, accountID string) bool {
	e, err := eventNamed(event)
	if err != nil || e.Fixed {
		return true
	}
	return !slices.Contains(w.off, event) && !(e.Chosen && slices.Contains(w.choices[accountID].Unmailed, event))
}

// language returns the language of an account.
func (s *Service) language(ctx context.Context, accountID string) (language, error) {
	choices, err := s.d.Settings.Choices(ctx, []string{accountID})
	return s.in(choices[accountID]), err
}

// in returns the language that was chosen, or that of the installation.
func (s *Service) in(c Choice) language {
	l, _ := languageOf(cmp.Or(c.Language, s.d.Language))
	return l
}

// form returns the mail of an event in a language. A text that does not fit any more,
// because an older version took it, gives way to the one that comes with the program:
// what is to be told is told.
func (s *Service) form(ctx context.Context, event string, in language) (form, error) {
	e, err := eventNamed(event)
	if err != nil {
		return form{}, err
	}
	w, written, err := s.d.Settings.Wording(ctx, event, in.Code)
	if err != nil {
		return form{}, err
	}
	if written {
		if f, err := e.read(w); err == nil {
			return f, nil
		}
	}
	return e.read(original(event, in.Code))
}
