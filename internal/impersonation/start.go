package impersonation

import (
	"context"
	"errors"
	"slices"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/ident"
	"innkeeper/internal/lifetime"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// Begun is what came of a start: a visit, or the ask that has to be answered
// first.
type Begun struct {
	Visit
	Ask *Ask
}

// Start begins a visit. Everything is checked under lock, and the row, its event,
// the notices and their mails come into being together or not at all: what
// cannot be recorded or told does not start. Where the owner wants to be asked,
// nothing begins but an ask; once it is approved a start names it.
//
// ErrDenied for an account that is missing, not the actor's to enter, or his own;
// ErrLocked where nobody may enter; ErrAlready when he is in it; ErrTooMany with
// three open; ErrLookOnly to change a suspended account; auth.ErrStepUpRequired
// when it is too long ago that the actor proved who he is. With Supersede an older
// visit in the way is ended.
func (s *Service) Start(ctx context.Context, by principal.Principal, asked Request) (Begun, error) {
	asked, err := asked.normal()
	if err != nil {
		return Begun{}, err
	}
	s.fresh(ctx)
	var begun Begun
	err = s.Tx.InTx(ctx, func(ctx context.Context) (err error) {
		begun, err = s.begin(ctx, by, asked)
		return err
	})
	if refusedAtTheDoor(err) {
		err = s.recordDenied(ctx, by, ActionDenied, asked.AccountID, asked.Reason, err)
	}
	return begun, err
}

func (s *Service) begin(ctx context.Context, by principal.Principal, asked Request) (Begun, error) {
	asked, err := s.named(ctx, by, asked)
	if err != nil {
		return Begun{}, err
	}
	subject, owner, err := s.lockParties(ctx, by, asked.AccountID)
	if err != nil {
		return Begun{}, err
	}
	if err := s.mayEnter(ctx, by, asked, subject); err != nil {
		return Begun{}, err
	}
	ground, err := s.ground(ctx, by)
	if err != nil {
		return Begun{}, err
	}
	approved, waiting, err := s.door(ctx, by, asked, subject)
	if err != nil || waiting != nil {
		return Begun{Ask: waiting}, err
	}
	if err := s.clearTheWay(ctx, by, asked); err != nil {
		return Begun{}, err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return Begun{}, err
	}
	if err := ground.holds(now); err != nil {
		return Begun{}, err
	}
	v := s.visitOf(by, asked, subject, lifetime.Span{
		StartedAt: now, LastActivity: now, IdleTimeout: s.Limits.Idle, ExpiresAt: now.Add(s.capFor(by)),
	})
	v.StepUpAt, v.StepUpMethod = ground.provedAt, ground.provedBy
	v.boundBy(ground.end, ground.bound)
	if watches(owner, by) {
		v.WatcherID = owner.ID
	}
	if err := s.use(ctx, approved, &v); err != nil {
		return Begun{}, err
	}
	return Begun{Visit: v}, s.inscribe(ctx, by, v, approved, subject, owner)
}

// mayEnter returns why the actor may not be in the account in this mode; what the
// owner has decided about visits comes after it.
func (s *Service) mayEnter(ctx context.Context, by principal.Principal, asked Request, subject account.Account) error {
	if !s.may(by, subject, asked.Mode) {
		return ErrDenied
	}
	if own, err := s.isOwn(ctx, by, subject.ID); err != nil || own {
		return errors.Join(err, denied(own))
	}
	if lookOnly(subject) && asked.Mode != principal.Look {
		return ErrLookOnly
	}
	return nil
}

// boundBy brings the end of a visit forward to an instant that is set.
func (v *Visit) boundBy(end time.Time, what string) {
	if !end.IsZero() && end.Before(v.Span.ExpiresAt) {
		v.Span.ExpiresAt, v.BoundedBy = end, what
	}
}

// use begins the visit on an approved ask: no second one begins on it.
func (s *Service) use(ctx context.Context, approved *Ask, v *Visit) error {
	if approved == nil {
		return nil
	}
	v.Basis = approved.ID
	if approved.Kind == BreakGlass {
		v.Basis = basisBreakGlass
	}
	v.boundBy(approved.EndsAt, boundedByApproval)
	approved.State, approved.VisitID = AskStarted, v.ID
	return s.Asks.Update(ctx, *approved)
}

// lockParties locks the accounts that a visit joins, in the order of their ids:
// the actor's, the subject's, and that of the subject's owner, who may have to be
// told. ErrDenied when there is no such subject.
func (s *Service) lockParties(ctx context.Context, by principal.Principal, subjectID string) (subject, owner account.Account, err error) {
	peek, err := s.Accounts.Refs(ctx, []string{subjectID})
	if err != nil {
		return subject, owner, err
	}
	locked, err := s.Accounts.LockWithin(ctx, principal.Everything(), by.Account.ID, subjectID, peek[subjectID].OwnerID)
	if err != nil {
		return subject, owner, err
	}
	subject, found := locked[subjectID]
	if !found {
		return subject, owner, ErrDenied
	}
	if subject.OwnerID != peek[subjectID].OwnerID {
		return subject, owner, ErrMoving
	}
	return subject, locked[subject.OwnerID], nil
}

// watches reports whether the subject's owner is told besides the subject: a
// reseller, when the actor is not one of his own people.
func watches(owner account.Account, by principal.Principal) bool {
	return owner.Kind == account.KindReseller && owner.ID != by.Account.ID
}

// may asks the policy; a deleted account is nobody's to enter.
func (s *Service) may(by principal.Principal, subject account.Account, mode principal.Mode) bool {
	return !by.Acting() && !subject.Deleted() && s.Policy.MayImpersonate(by, subject.Ref(), mode)
}

func (s *Service) isOwn(ctx context.Context, by principal.Principal, subjectID string) (bool, error) {
	memberships, err := s.People.Memberships(ctx, by.Person.ID)
	return slices.ContainsFunc(memberships, func(m account.Membership) bool { return m.Account.ID == subjectID }), err
}

func denied(is bool) error {
	if is {
		return ErrDenied
	}
	return nil
}

// lookOnly reports whether nothing may be changed in the account by visitors.
func lookOnly(a account.Account) bool { return a.Suspended() || a.Disabled() }

// clearTheWay makes sure that the new visit is the only one of its actor to its
// subject and one of three. Dead rows that are found are settled first.
func (s *Service) clearTheWay(ctx context.Context, by principal.Principal, asked Request) error {
	open, err := s.Store.LockLiveOfActor(ctx, by.Person.ID)
	if err != nil {
		return err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return err
	}
	live, err := s.finishDead(ctx, now, open)
	if err != nil {
		return err
	}
	same := slices.IndexFunc(live, func(v Visit) bool { return v.Subject.ID == asked.AccountID })
	switch {
	case same >= 0 && !asked.Supersede:
		return already(live[same], by)
	case same >= 0:
		return s.finish(ctx, by, now, live[same:same+1], EndSuperseded, closedByCascade)
	case len(live) < maxLiveVisitsOfActor:
		return nil
	case !asked.Supersede:
		return ErrTooMany
	default:
		return s.finish(ctx, by, now, live[:1], EndSuperseded, closedByCascade)
	}
}

// finishDead closes the visits whose deadline has passed and returns the others.
func (s *Service) finishDead(ctx context.Context, now time.Time, open []Visit) ([]Visit, error) {
	var dead, live []Visit
	for _, v := range open {
		if v.Span.Dead(now) {
			dead = append(dead, v)
		} else {
			live = append(live, v)
		}
	}
	return live, s.finish(ctx, principal.System("impersonation"), now, dead, "", closedByRequest)
}

func (s *Service) capFor(by principal.Principal) time.Duration {
	longest := s.Limits.Max
	if by.Account.Kind == string(account.KindReseller) {
		longest = s.Limits.MaxReseller
	}
	if by.ByToken() {
		longest = min(longest, maxByToken)
	}
	return longest
}

func (s *Service) visitOf(by principal.Principal, asked Request, subject account.Account, span lifetime.Span) Visit {
	return Visit{
		ID:         ident.New(ident.Visit),
		Actor:      actorOf(by),
		Subject:    subjectOf(subject),
		SessionID:  by.Via.SessionID,
		TokenID:    by.Via.TokenID(),
		Mode:       asked.Mode,
		ReasonCode: asked.ReasonCode, Reason: asked.Reason, Ticket: asked.Ticket,
		Informed: asked.Informed, NotToldBecause: asked.NotToldBecause, Note: asked.Note, Basis: basisOpen,
		IP: by.Via.IP, UserAgent: by.Via.UserAgent, ReturnTo: asked.ReturnTo,
		Span: span, BoundedBy: boundedByCap,
	}
}

func actorOf(by principal.Principal) Actor {
	return Actor{ID: by.Person.ID, Name: by.Person.Name, AccountID: by.Account.ID, Role: by.Role, Employer: by.Employer}
}

func subjectOf(a account.Account) Subject {
	return Subject{ID: a.ID, Name: a.Name, Kind: string(a.Kind), OwnerID: a.OwnerID}
}

// inscribe writes the visit, its event and the notices: to the subject, and to
// the reseller who has the account when he watches.
func (s *Service) inscribe(ctx context.Context, by principal.Principal, v Visit, approved *Ask, subject, owner account.Account) error {
	if err := s.Store.Create(ctx, v); err != nil {
		return err
	}
	announcedAt, err := s.Announcements.Follow(ctx, v)
	if err != nil {
		return err
	}
	acting := v.principal(subject.Ref())
	acting.Account, acting.Via = by.Account, by.Via
	after := audit.Fields{
		"mode": v.Mode, "reason_code": v.ReasonCode, "ticket": v.Ticket, "informed": v.Informed,
		"expires_at": v.Span.ExpiresAt, "bounded_by": v.BoundedBy,
		"basis": v.Basis, "approved_by": approver(approved),
	}
	if !announcedAt.IsZero() {
		after["announced_at"] = announcedAt
	}
	err = s.Log.RecordAt(ctx, audit.Stamped{At: v.Span.StartedAt, By: acting, Entry: audit.Entry{
		Action: ActionStart, Account: subject.Ref(), Reason: v.Reason,
		Object: audit.Object{Kind: audit.ThingImpersonation, ID: v.ID, Name: v.Subject.Name}, After: after,
	}})
	if err != nil {
		return err
	}
	notices := []notify.Notice{startNotice(v, approved, subject)}
	if v.WatcherID != "" {
		notices = append(notices, startNotice(v, approved, owner))
	}
	return s.Notices.AddAll(ctx, notices)
}

func refusedAtTheDoor(err error) bool { return errors.Is(err, ErrDenied) || errors.Is(err, ErrLocked) }

// recordDenied writes the refused attempt, on the page of the account it was
// aimed at, outside the transaction that was rolled back, and returns the refusal.
func (s *Service) recordDenied(ctx context.Context, by principal.Principal, action audit.Action, accountID, reason string, refusal error) error {
	return errors.Join(refusal, s.Tx.InTx(ctx, func(ctx context.Context) error {
		accounts, err := s.Accounts.LockWithin(ctx, principal.Everything(), accountID)
		if err != nil {
			return err
		}
		aimed, found := accounts[accountID]
		if !found {
			return nil // nobody's page
		}
		return s.Log.Record(ctx, by, audit.Entry{
			Action: action, Account: aimed.Ref(), Result: audit.Denied, Reason: reason,
			Object: audit.Object{Kind: audit.ThingAccount, ID: aimed.ID, Name: aimed.Name},
		})
	}))
}
