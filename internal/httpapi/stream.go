package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/fault"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/live"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// How a stream keeps time.
const (
	pingEvery    = 15 * time.Second
	lookPatience = 5 * time.Second  // for one look at the database
	writeWithin  = 30 * time.Second // renewed at every write
)

// errOver ends a stream that has said its last word.
var errOver = errors.New("the stream is over")

// run tells what there is to tell until the client goes away, the visit or the
// session ends, or the process stops. fasthttp calls it outside the request.
func (s *eventStream) run(w *bufio.Writer) {
	s.w = w
	defer s.seat.Leave()
	defer func() {
		if panicked := recover(); panicked != nil {
			slog.ErrorContext(s.ctx, "event stream panicked", slog.String("request_id", requestIDOf(s.ctx)), slog.Any("panic", panicked), slog.String("stack", string(debug.Stack())))
		}
	}()
	for {
		wait, err := s.look()
		if err != nil || !s.follow || s.rest(wait) != nil {
			return
		}
	}
}

// rest waits until the stream has to look again.
func (s *eventStream) rest(wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-s.seat.Over():
		if errors.Is(s.seat.Why(), live.ErrReplaced) {
			return errors.Join(errOver, s.tell("replaced", struct{}{}))
		}
		return errOver
	case <-s.seat.Wake():
		return nil
	case <-timer.C:
		return s.write(": here\n\n")
	}
}

// look asks anew who this is and what he may see, tells what has changed, and
// returns when to look again at the latest. An error ends the stream.
func (s *eventStream) look() (time.Duration, error) {
	ctx, cancel := context.WithTimeout(s.ctx, lookPatience)
	defer cancel()
	by, err := s.who(ctx)
	if errors.Is(err, auth.ErrUnauthenticated) || by.Via.LacksFactor {
		return 0, errOver // the session goes on under another cookie, or with less: the client comes again
	}
	if err == nil && !s.registry.May(by, "session:view", rbac.ClassLook, by.Subject) {
		err = ErrForbidden
	}
	if err != nil {
		return 0, s.end(ctx, err)
	}
	visits, err := s.running(ctx, by)
	if err != nil {
		return 0, s.end(ctx, err)
	}
	unread, err := s.unread(ctx, by)
	if err != nil {
		return 0, s.end(ctx, err)
	}
	if err := errors.Join(s.tell("visits", visits), s.tell("unread", unread)); err != nil {
		return 0, err
	}
	return restOf(by), nil
}

// restOf is how long nothing may happen by itself: a visit ends at its deadline
// whether or not anybody writes that down.
func restOf(by principal.Principal) time.Duration {
	if !by.Acting() {
		return pingEvery
	}
	return min(pingEvery, max(by.Visit.Remaining, 0), max(by.Visit.IdleRemaining, 0)) + time.Millisecond
}

// end says the last word. Who cannot be asked about at the moment gets none: the
// client comes again and is told then.
func (s *eventStream) end(ctx context.Context, err error) error {
	var name string
	switch kind := fault.KindOf(err); {
	case errors.Is(err, impersonation.ErrEnded):
		name = "impersonation-ended"
	case kind == fault.Unauthenticated, kind == fault.NotFound:
		name = "session-ended"
	default:
		slog.ErrorContext(ctx, "event stream given up", slog.String("request_id", requestIDOf(ctx)), slog.Any("error", err))
		return err
	}
	return errors.Join(errOver, s.tell(name, problemOf(ctx, err)))
}

// tell sends an event, unless that is what was said last.
func (s *eventStream) tell(name string, data any) error {
	text, err := json.Marshal(data)
	if err != nil || s.told[name] == string(text) {
		return err
	}
	s.told[name] = string(text)
	return s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", name, text))
}

func (s *eventStream) write(text string) error {
	if err := s.conn.SetWriteDeadline(s.now().Add(writeWithin)); err != nil {
		return err
	}
	if _, err := s.w.WriteString(text); err != nil {
		return err
	}
	return s.w.Flush()
}
