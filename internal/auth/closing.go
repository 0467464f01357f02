package auth

import (
	"context"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// closingBatch is how many dead sessions one transaction of the sweep closes:
// enough to be quick, few enough not to keep others waiting.
const closingBatch = 200

// visitEnd says why visits end with their login session. Whoever changes how he
// signs in may do so because somebody else could: what is open elsewhere is not
// trusted any more.
var visitEnd = map[string]string{
	EndSignedOut:           "actor_logout",
	EndBlocked:             "actor_disabled",
	EndPasswordChanged:     "security",
	EndFactorChanged:       "security",
	account.ReasonDisabled: "actor_disabled",
	account.ReasonDeleted:  "actor_disabled",
}

// close ends one session for the reason wanted, or as it ended already.
func (s *Service) close(ctx context.Context, by principal.Principal, id, wanted, closedBy string) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		session, err := s.Store.Lock(ctx, id)
		if err != nil {
			return err
		}
		return s.settle(ctx, by, session, wanted, closedBy)
	})
}

// settle writes the end of a locked session, its visits first. Already ended, it
// changes nothing.
func (s *Service) settle(ctx context.Context, by principal.Principal, session Session, wanted, closedBy string) error {
	if session.Ended() {
		return nil
	}
	reason, ok := visitEnd[wanted]
	if !ok {
		reason = "actor_session_ended"
	}
	if err := s.Visits.EndOfSession(ctx, by, session.ID, reason, closedBy); err != nil {
		return err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	session.EndedAt, session.EndReason = session.Span.Settle(now, wanted)
	session.ClosedAt, session.ClosedBy = now, closedBy
	if err := s.Store.Close(ctx, session); err != nil {
		return err
	}
	return s.recordEnd(ctx, by, session)
}

func (s *Service) recordEnd(ctx context.Context, by principal.Principal, session Session) error {
	person, err := s.People.ByID(ctx, session.PersonID)
	if err != nil {
		return err
	}
	on, err := s.accountOf(ctx, session.PersonID, session.AccountID)
	if err != nil {
		return err
	}
	entry := audit.Entry{
		Action: ActionSignOut, Account: on, Object: audit.Object{Kind: audit.ThingSession, ID: session.ID, Name: person.Name},
		After: audit.Fields{"end_reason": session.EndReason, "duration_seconds": session.Duration().Seconds(), "closed_by": session.ClosedBy},
	}
	by.Visit = nil // a session ends in its person's own name
	if !by.IsSystem() {
		by.Subject = by.Account
	}
	return s.Audit.Record(ctx, by, entry)
}

// EndFor closes every session by which somebody is in the account, for the reason given.
// Where that is the end of the account's sign-ins, blocked or deleted, it takes back the
// API tokens that come in by it; else they go on. It belongs into the transaction of the
// change.
func (s *Service) EndFor(ctx context.Context, by principal.Principal, accountID, reason string) error {
	sessions, err := s.Store.LockOfAccount(ctx, accountID)
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if err := s.settle(ctx, by, session, reason, "cascade"); err != nil {
			return err
		}
	}
	if reason == account.ReasonDisabled || reason == account.ReasonDeleted {
		return s.revokeOfAccount(ctx, by, accountID, reason)
	}
	return nil
}

// Sweep closes the sessions whose deadline has passed, and returns how many. Two
// sweeps at once share the work. It is housekeeping: a dead session opens nothing
// whether or not it has been swept.
func (s *Service) Sweep(ctx context.Context, closedBy string) (int, error) {
	closed := 0
	for {
		n, err := s.sweepBatch(ctx, closedBy)
		closed += n
		if err != nil || n < closingBatch {
			return closed, err
		}
	}
}

func (s *Service) sweepBatch(ctx context.Context, closedBy string) (n int, err error) {
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		dead, err := s.Store.LockDead(ctx, now, closingBatch)
		if err != nil {
			return err
		}
		for _, session := range dead {
			if err := s.settle(ctx, principal.System("session.sweep"), session, "", closedBy); err != nil {
				return err
			}
		}
		n = len(dead)
		return nil
	})
	return n, err
}

// SetPassword gives a person a password, for an invitation or a command. It ends
// all sessions of the person. The caller has made sure that it is allowed.
func (s *Service) SetPassword(ctx context.Context, by principal.Principal, personID, password string) error {
	return s.setPassword(ctx, by, personID, "/password", password, "")
}

// ChangePassword changes the asker's own password and ends his other sessions.
// ErrWrongPassword when the current one is not right; wrong tries are throttled
// like sign-ins.
func (s *Service) ChangePassword(ctx context.Context, by principal.Principal, current, wanted string) error {
	person, err := s.People.ByID(ctx, by.Person.ID)
	if err != nil {
		return err
	}
	right, err := s.tryPassword(ctx, person, person.Email, current, by.Via)
	if err != nil {
		return err
	}
	if !right {
		if err := s.count(ctx, person.Email, by.Via.IP); err != nil {
			return err
		}
		return ErrWrongPassword
	}
	return s.setPassword(ctx, by, by.Person.ID, "/new_password", wanted, by.Via.SessionID)
}

func (s *Service) setPassword(ctx context.Context, by principal.Principal, personID, pointer, password, keep string) error {
	person, err := s.People.ByID(ctx, personID)
	if err != nil {
		return err
	}
	memberships, err := s.People.Memberships(ctx, personID)
	if err != nil {
		return err
	}
	shortest := MinPassword
	for _, m := range memberships {
		if m.Account.Kind == string(account.KindAdmin) || m.Account.Kind == string(account.KindSupport) {
			shortest = MinStaffPassword
		}
	}
	if err := CheckPassword(pointer, password, shortest, person.Name, person.Email, person.Username); err != nil {
		return err
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		sessions, err := s.Store.LockOfPerson(ctx, personID)
		if err != nil {
			return err
		}
		now, err := s.Tx.Now(ctx)
		if err != nil {
			return err
		}
		if err := s.People.SetPassword(ctx, personID, hash, now); err != nil {
			return err
		}
		if err := s.endOthers(ctx, by, sessions, keep, EndPasswordChanged); err != nil {
			return err
		}
		if err := s.Passkeys.Withdraw(ctx, personID); err != nil { // sign-ins begun with the password before
			return err
		}
		if err := s.recordOn(ctx, by, person, ActionPassword); err != nil {
			return err
		}
		if person.PasswordHash == "" {
			return nil // the first one: whoever chose it is the only one to know of it
		}
		return s.tell(ctx, person, notify.EventPassword, "The password of your sign-in was changed.", now)
	})
}
