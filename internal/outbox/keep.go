package outbox

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxError bounds the text that is kept of an error, in bytes.
const maxError = 500

// Due returns promises that wait to be kept, the longest waiting first, and the
// time at which that was so.
func (s *Service) Due(ctx context.Context, limit int) ([]Promise, time.Time, error) {
	now, err := s.clock.Now(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	promises, err := s.store.Waiting(ctx, now, limit)
	return promises, now, err
}

// Claim takes a promise for as long as the lease lasts. It is false when
// there is nothing to do: done, failed, not due, or in another's hands.
func (s *Service) Claim(ctx context.Context, id string, lease time.Duration) (Promise, bool, error) {
	now, err := s.clock.Now(ctx)
	if err != nil {
		return Promise{}, false, err
	}
	return s.store.Claim(ctx, id, now, now.Add(lease))
}

// Renew lengthens the lease of a claimed promise, counted from now. It returns
// ErrLost when another worker has it meanwhile.
func (s *Service) Renew(ctx context.Context, p Promise, lease time.Duration) error {
	now, err := s.clock.Now(ctx)
	if err != nil {
		return err
	}
	return s.store.Renew(ctx, p, now.Add(lease))
}

// Done marks a claimed promise as kept. It returns ErrLost when the lease ran
// out meanwhile.
func (s *Service) Done(ctx context.Context, p Promise) error {
	return s.settle(ctx, p, func(p *Promise, now time.Time) {
		p.DoneAt, p.LastError = now, ""
	})
}

// Again puts a claimed promise back after a failure, to be tried after the given
// time.
func (s *Service) Again(ctx context.Context, p Promise, after time.Duration, cause error) error {
	return s.settle(ctx, p, func(p *Promise, now time.Time) {
		p.DueAt, p.LastError = now.Add(after), noted(cause)
	})
}

// Postpone puts a claimed promise back without counting the attempt.
func (s *Service) Postpone(ctx context.Context, p Promise, after time.Duration, why string) error {
	return s.settle(ctx, p, func(p *Promise, now time.Time) {
		p.Attempts--
		p.DueAt, p.LastError = now.Add(after), Line(why)
	})
}

// GiveUp ends a claimed promise as failed.
func (s *Service) GiveUp(ctx context.Context, p Promise, cause error) error {
	return s.settle(ctx, p, func(p *Promise, now time.Time) {
		p.FailedAt, p.LastError = now, noted(cause)
	})
}

func (s *Service) settle(ctx context.Context, p Promise, outcome func(p *Promise, now time.Time)) error {
	now, err := s.clock.Now(ctx)
	if err != nil {
		return err
	}
	outcome(&p, now)
	return s.store.Settle(ctx, p)
}

func noted(err error) string {
	if err == nil {
		return ""
	}
	return Line(err.Error())
}

// Line makes a text fit for one line of a table: printable and short.
func Line(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= maxError {
		return text
	}
	end := maxError
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}
