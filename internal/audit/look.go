package audit

import (
	"context"
	"sync"
	"time"

	"innkeeper/internal/principal"
)

// lookAgain is for how long somebody's looking at the same account counts as one look.
const lookAgain = time.Hour

// ActionLook is somebody's looking at an account that is not his, without a visit.
var ActionLook = NewAction("account.look", "{actor} looked at the account {account} from outside, without a visit.")

// looks remembers who has looked at which account. It is a process's own: another one
// writes an event of its own.
type looks struct {
	mu   sync.Mutex
	last map[look]time.Time
}

type look struct{ personID, accountID string }

// Look records that somebody reads what belongs to an account that is not his, once an
// hour. It is called before the answer is given.
func (s *Service) Look(ctx context.Context, by principal.Principal, account principal.Account) error {
	now, err := s.clock.Now(ctx)
	if err != nil {
		return unavailable(err)
	}
	this := look{by.Person.ID, account.ID}
	if s.looks.recently(this, now) {
		return nil
	}
	err = s.Record(ctx, by, Entry{
		Action: ActionLook, Account: account, Result: Viewed, Object: Object{Kind: "account", ID: account.ID, Name: account.Name},
	})
	if err == nil {
		s.looks.note(this, now)
	}
	return err
}

func (l *looks) recently(this look, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, known := l.last[this]
	return known && now.Sub(at) < lookAgain
}

// manyLooks is when those that are over are forgotten.
const manyLooks = 10_000

func (l *looks) note(this look, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.last) >= manyLooks {
		for other, at := range l.last {
			if now.Sub(at) >= lookAgain {
				delete(l.last, other)
			}
		}
	}
	if l.last == nil {
		l.last = map[look]time.Time{}
	}
	l.last[this] = now
}
