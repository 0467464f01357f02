package outbox

import (
	"context"
	"time"

	"innkeeper/internal/ident"
	"innkeeper/internal/principal"
)

// Clock is the one clock for what is persisted.
type Clock interface {
	Now(ctx context.Context) (time.Time, error)
	AfterCommit(ctx context.Context, do func())
}

// Service makes promises and sees them kept.
type Service struct {
	store Store
	clock Clock
	ring  func()
}

// New returns the service. Ring is called after a commit that added promises; it
// must not block.
func New(store Store, clock Clock, ring func()) *Service {
	return &Service{store: store, clock: clock, ring: ring}
}

// Add promises one piece of work, in the transaction of the change that needs
// it. Rolled back, there was no promise.
func (s *Service) Add(ctx context.Context, by principal.Principal, task Task, objectID string) error {
	return s.AddAll(ctx, by, task, []string{objectID})
}

// AddAll promises the same work for several objects, as Add does for one.
func (s *Service) AddAll(ctx context.Context, by principal.Principal, task Task, objectIDs []string) error {
	if len(objectIDs) == 0 {
		return nil
	}
	now, err := s.clock.Now(ctx)
	if err != nil {
		return err
	}
	cause := causeIn(ctx, by)
	promises := make([]Promise, len(objectIDs))
	for i, objectID := range objectIDs {
		promises[i] = Promise{
			ID: ident.New(ident.Job), Task: task, ObjectID: objectID, Cause: cause, CreatedAt: now, DueAt: now,
		}
	}
	if err := s.store.Add(ctx, promises...); err != nil {
		return err
	}
	s.clock.AfterCommit(ctx, s.ring)
	return nil
}

// Open reports whether a promise of the task for the object is still to be kept.
func (s *Service) Open(ctx context.Context, task Task, objectID string) (bool, error) {
	return s.store.Open(ctx, task, objectID)
}

// CauseOf returns the cause that a principal is.
func CauseOf(by principal.Principal) Cause {
	return Cause{
		ActorID: by.Person.ID, ActorName: by.Person.Name,
		SubjectID: by.Subject.ID, SubjectName: by.Subject.Name,
		VisitID: by.VisitID(),
	}
}

type causeKey struct{}

// WithCause returns the context of a job: what it promises in turn, and what it
// records, is caused by whoever made the first promise.
func WithCause(ctx context.Context, c Cause) context.Context {
	return context.WithValue(ctx, causeKey{}, c)
}

// CauseFrom returns the cause of the job that the context is in.
func CauseFrom(ctx context.Context) (Cause, bool) {
	c, ok := ctx.Value(causeKey{}).(Cause)
	return c, ok
}

func causeIn(ctx context.Context, by principal.Principal) Cause {
	if c, ok := CauseFrom(ctx); ok && by.IsSystem() {
		return c
	}
	return CauseOf(by)
}
