package impersonation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/audit"
	"innkeeper/internal/ident"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// The events of asking.
var (
	ActionRequest    = audit.NewAction("impersonation.request", "{actor} asked to be let in to {account}: “{reason}”.")
	ActionBreakGlass = audit.NewAction("impersonation.break-glass", "{actor} asked a second administrator to be let in to {account}, which is locked: “{reason}”.")
	ActionWithdraw   = audit.NewAction("impersonation.withdraw", "{actor} took back the request to be let in to {account}.")
)

// breakGlassReasons are the reasons for which a locked door may be opened by two.
var breakGlassReasons = []string{"incident", "abuse"}

// named returns the ask that the request names and the request as it was
// approved. ErrAskNotFound for an ask that is not this person's, or not to this
// account.
func (s *Service) named(ctx context.Context, by principal.Principal, asked Request) (Request, error) {
	if asked.AskID == "" {
		return asked, nil
	}
	a, err := s.Asks.ByID(ctx, by.Scope(), asked.AskID)
	if err != nil {
		return asked, err
	}
	if !a.askedBy(by) || a.Subject.ID != asked.AccountID {
		return asked, ErrAskNotFound
	}
	return a.request(asked), nil
}

func (a Ask) askedBy(by principal.Principal) bool {
	return a.Actor.ID == by.Person.ID && a.Actor.AccountID == by.Account.ID
}

// door is what the owner's decision makes of a request: an approved ask to begin
// on, a new one to wait for, or neither where the door is open. ErrLocked where
// nobody may enter.
func (s *Service) door(ctx context.Context, by principal.Principal, asked Request, subject account.Account) (approved, waiting *Ask, err error) {
	if asked.AskID != "" {
		approved, err = s.lockApproved(ctx, asked.AskID)
		return approved, nil, err
	}
	policy, err := s.Asks.PolicyOf(ctx, principal.Everything(), subject.ID)
	switch {
	case err != nil:
		return nil, nil, err
	case policy == Locked:
		if err := s.mayBreakGlass(by, asked, subject); err != nil {
			return nil, nil, err
		}
		waiting, err = s.ask(ctx, by, asked, subject, BreakGlass)
	case policy == AskMe:
		waiting, err = s.ask(ctx, by, asked, subject, Consent)
	}
	return nil, waiting, err
}

// lockApproved returns an ask on which a visit may begin now.
func (s *Service) lockApproved(ctx context.Context, id string) (*Ask, error) {
	a, err := s.Asks.LockAsk(ctx, id)
	if err != nil {
		return nil, err
	}
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	if a = a.At(now); a.State == AskWaiting {
		return nil, ErrAskWaiting
	}
	if a.State != AskApproved {
		return nil, a.Over()
	}
	return &a, nil
}

// mayBreakGlass returns ErrLocked unless the principal may ask for a locked door
// to be opened, and for a reason that is one.
func (s *Service) mayBreakGlass(by principal.Principal, asked Request, subject account.Account) error {
	may := s.Policy.May(by, permissionBreakGlass, subject.Ref())
	switch {
	case may && asked.BreakGlass && slices.Contains(breakGlassReasons, asked.ReasonCode):
		return nil
	case may && asked.BreakGlass:
		return ErrBreakGlassReason
	default:
		return ErrLocked.WithExtra("break_glass", may)
	}
}

// ask writes what has to be answered first, and tells who answers. Asked again
// while one is open, it is that one: nobody is asked twice.
func (s *Service) ask(ctx context.Context, by principal.Principal, asked Request, subject account.Account, kind AskKind) (*Ask, error) {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	open, err := s.Asks.LockOpenTo(ctx, subject.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range open {
		if a.Actor.ID != by.Person.ID {
			continue
		}
		if standing := a.At(now); standing.Open() {
			return &standing, nil
		}
		if err := s.lapse(ctx, a); err != nil {
			return nil, err
		}
	}
	a := askOf(by, asked, subject, kind, now)
	return &a, s.announceAsk(ctx, by, a, subject)
}

func askOf(by principal.Principal, asked Request, subject account.Account, kind AskKind, now time.Time) Ask {
	return Ask{
		ID: ident.New(ident.Ask), Kind: kind, State: AskWaiting, Actor: actorOf(by), Subject: subjectOf(subject),
		Mode: asked.Mode, ReasonCode: asked.ReasonCode, Reason: asked.Reason, Ticket: asked.Ticket,
		Informed: asked.Informed, NotToldBecause: asked.NotToldBecause, Note: asked.Note,
		CreatedAt: now, LapsesAt: now.Add(askLife),
	}
}

// announceAsk writes a new ask with its event. The owner is told of one that he
// answers, in the panel and by a mail that a job sends: its link and its code are
// nowhere else.
func (s *Service) announceAsk(ctx context.Context, by principal.Principal, a Ask, subject account.Account) error {
	if err := s.Asks.Create(ctx, a); err != nil {
		return err
	}
	action := ActionRequest
	if a.Kind == BreakGlass {
		action = ActionBreakGlass
	}
	err := s.Log.Record(ctx, by, audit.Entry{
		Action: action, Account: subject.Ref(), Reason: a.Reason, Object: a.object(),
		After: audit.Fields{"mode": a.Mode, "reason_code": a.ReasonCode, "ticket": a.Ticket, "lapses_at": a.LapsesAt},
	})
	if err != nil || a.Kind == BreakGlass {
		return err
	}
	text := fmt.Sprintf("%s asks to be let in to your account, %s: “%s”", who(a.Actor), modeInWords(a.Mode), a.Reason)
	err = s.Notices.AddAll(ctx, []notify.Notice{{Event: notify.EventAsk, AccountID: subject.ID, Text: text, At: a.CreatedAt}})
	if err != nil {
		return err
	}
	return s.Work.Add(ctx, by, TaskAsk, a.ID)
}

// object is the ask as the record names it: by who asks.
func (a Ask) object() audit.Object {
	return audit.Object{Kind: audit.ThingImpersonationRequest, ID: a.ID, Name: a.Actor.Name}
}

// Ask returns an ask of the principal's own, or one that is his to answer as a
// second admin; ErrAskNotFound for every other.
func (s *Service) Ask(ctx context.Context, by principal.Principal, id string) (Ask, error) {
	a, err := s.Asks.ByID(ctx, by.Scope(), id)
	if err != nil {
		return Ask{}, err
	}
	seen, err := s.seen(ctx, by, []Ask{a})
	if err == nil && len(seen) == 0 {
		err = ErrAskNotFound
	}
	if err != nil {
		return Ask{}, err
	}
	return seen[0], nil
}

// SubjectOfAsk returns the account that an ask is about, for the edge.
func (s *Service) SubjectOfAsk(ctx context.Context, id string) (principal.Account, error) {
	a, err := s.Asks.ByID(ctx, principal.Everything(), id)
	if err != nil {
		return principal.Account{}, err
	}
	subjects, err := s.Accounts.Refs(ctx, []string{a.Subject.ID})
	return subjects[a.Subject.ID], err
}

// asksAtOnce bounds the lists of asks; more are answered after these.
const asksAtOnce = 100

// OpenAsks returns what the principal has asked for and may still come of, and
// the locked doors that others ask him to open, newest first.
func (s *Service) OpenAsks(ctx context.Context, by principal.Principal) ([]Ask, error) {
	mine, err := s.Asks.List(ctx, by.Scope(), AskFilter{ActorID: by.Person.ID, Open: true, Limit: asksAtOnce})
	if err != nil {
		return nil, err
	}
	glass, err := s.Asks.List(ctx, by.Scope(), AskFilter{Kind: BreakGlass, Open: true, Limit: asksAtOnce})
	if err != nil {
		return nil, err
	}
	others := slices.DeleteFunc(glass, func(a Ask) bool { return a.Actor.ID == by.Person.ID || a.State != AskWaiting })
	seen, err := s.seen(ctx, by, append(mine, others...))
	return slices.DeleteFunc(seen, func(a Ask) bool { return !a.Open() }), err
}

// seen returns those asks that the principal made or may answer, as they stand.
func (s *Service) seen(ctx context.Context, by principal.Principal, asks []Ask) ([]Ask, error) {
	now, err := s.Tx.Now(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(asks))
	for i, a := range asks {
		ids[i] = a.Subject.ID
	}
	subjects, err := s.Accounts.Refs(ctx, ids)
	if err != nil {
		return nil, err
	}
	var seen []Ask
	for _, a := range asks {
		if a.askedBy(by) || s.answersGlass(by, a, subjects[a.Subject.ID]) {
			seen = append(seen, a.At(now))
		}
	}
	return seen, nil
}

// answersGlass reports whether the principal is the second admin that the ask
// needs: another person who has the same right.
func (s *Service) answersGlass(by principal.Principal, a Ask, subject principal.Account) bool {
	return a.Kind == BreakGlass && a.Actor.ID != by.Person.ID && s.Policy.May(by, permissionBreakGlass, subject)
}

// Withdraw takes back one's own ask. One that is over stays as it is: ErrAskOver.
func (s *Service) Withdraw(ctx context.Context, by principal.Principal, id string) error {
	found, err := s.Asks.ByID(ctx, by.Scope(), id)
	if err != nil {
		return err
	}
	if !found.askedBy(by) {
		return ErrAskNotFound
	}
	return s.settled(ctx, id, func(ctx context.Context, a Ask, now time.Time) error {
		return s.decide(ctx, by, a, AskWithdrawn, viaPanel, now)
	})
}
