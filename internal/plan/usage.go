package plan

import (
	"context"
	"fmt"

	"innkeeper/internal/principal"
)

// Usage returns what those of the accounts have that are in the principal's
// scope; others are left out. Of several at once, the files may have been
// measured up to half a minute ago; of one alone they are measured now.
func (s *Service) Usage(ctx context.Context, by principal.Principal, accountIDs []string) (map[string]Usage, error) {
	counted, err := s.store.Count(ctx, by.Scope(), accountIDs)
	if err != nil {
		return nil, fmt.Errorf("count usage: %w", err)
	}
	measure := s.disk.Used
	if len(accountIDs) > 1 {
		measure = s.lately.used
	}
	for id, u := range counted {
		files, err := measure(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("measure files: %w", err)
		}
		u.DiskBytes += files
		counted[id] = u
	}
	return counted, nil
}

// Allow returns nil when the account's plan leaves room for so many more of what,
// else ErrOverLimit. It is called in the transaction that creates them, before
// other rows are locked: it locks the account, so that two at once do not both
// take the last place. An account without a plan has no limits.
func (s *Service) Allow(ctx context.Context, accountID, what string, more int64) error {
	p, err := s.store.OfAccount(ctx, accountID)
	if err != nil {
		return err
	}
	limit, ok := p.Limits.of(what)
	if !ok {
		return fmt.Errorf("plan: nothing called %q is limited", what)
	}
	if limit == nil {
		return nil
	}
	used, err := s.used(ctx, accountID, what)
	if err != nil || used+more <= *limit {
		return err
	}
	return overLimit(p, Excess{What: what, Used: used, Limit: *limit})
}

// Fits returns nil when what the account has would be within the plan, else
// ErrOverLimit with each excess. ErrNotFound says that there is no such plan.
func (s *Service) Fits(ctx context.Context, accountID, planID string) error {
	p, err := s.get(ctx, planID)
	if err != nil {
		return err
	}
	used, err := s.Usage(ctx, principal.System("plan"), []string{accountID})
	if err != nil {
		return err
	}
	if excess := p.Limits.Exceeded(used[accountID]); len(excess) > 0 {
		return overLimit(p, excess...)
	}
	return nil
}

// used measures one thing alone: files are walked only when bytes are asked for.
func (s *Service) used(ctx context.Context, accountID, what string) (int64, error) {
	counted, err := s.store.Count(ctx, principal.Everything(), []string{accountID})
	if err != nil {
		return 0, err
	}
	used := counted[accountID].of(what)
	if what != DiskBytes {
		return used, nil
	}
	files, err := s.disk.Used(ctx, accountID)
	return used + files, err
}

// overLimit says in words what the first excess is, and lists all for programs.
func overLimit(p Plan, excess ...Excess) error {
	first := excess[0]
	return ErrOverLimit.
		WithMessage("The plan %s allows %s, and %s in use.", p.Name, amount(first.What, first.Limit), inUse(first.What, first.Used)).
		WithExtra("excess", excess)
}

// amount says how many of what, for people.
func amount(what string, n int64) string {
	switch {
	case what == DiskBytes:
		return fmt.Sprintf("%d MiB of disk space", n>>20)
	case what == Domains && n == 1:
		return "1 domain"
	case what == Mailboxes && n == 1:
		return "1 mailbox"
	default:
		return fmt.Sprintf("%d %s", n, what)
	}
}

func inUse(what string, n int64) string {
	switch {
	case what == DiskBytes:
		return fmt.Sprintf("%d MiB are", n>>20)
	case n == 1:
		return "1 is"
	default:
		return fmt.Sprintf("%d are", n)
	}
}
