package httpapi

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"innkeeper/internal/impersonation"
	"innkeeper/internal/live"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// RunningVisits is what the event "visits" tells.
type RunningVisits struct {
	Impersonations []Impersonation `json:"impersonations" doc:"The visits running in the asker's sight, newest first."`
}

// UnreadNotifications is what the event "unread" tells.
type UnreadNotifications struct {
	Unread int64 `json:"unread" doc:"How many notifications nobody has read."`
}

type eventsInput struct {
	Follow bool `query:"follow" default:"true" doc:"false: say how things are now, and end."`
}

type eventsOutput struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Buffering    string `header:"X-Accel-Buffering"`
	Body         func(huma.Context)
}

type eventHandlers struct {
	registry *Registry
	come     func(ctx context.Context, c came) (principal.Principal, error)
	visits   *impersonation.Service
	notices  *notify.Service
	hub      *live.Hub
	now      func() time.Time
}

const eventsDescription = `Server-sent events (text/event-stream), for as long as the asker stays. Nothing in it is activity.
"visits": the visits running in his sight, each time they change. "unread": how many notifications are unread, each time that changes.
"impersonation-ended", below /as/ alone, with the problem that requests get from now on, and "session-ended": the last event, within a second
after the visit or the session has ended, whichever process ended it. "replaced": the last event when the same person has opened too many
streams. Every 15 seconds a comment shows that both sides are there.`

func registerEvents(r *Registry, s *Server, d Deps) {
	h := eventHandlers{registry: r, come: s.who, visits: d.Visits, notices: d.Notify, hub: s.hub, now: s.now}
	Register(r, Operation{
		ID: "streamEvents", Method: http.MethodGet, Path: "/events", Tag: "Session", Summary: "Follow what happens",
		Description: eventsDescription,
		Permission:  "session:view", Class: rbac.ClassLook, Events: true,
	}, func(*eventsInput) Target { return Own() }, h.open)
}

// open admits the stream. The first look is taken by the stream itself, after it
// has its seat: what changes from then on wakes it.
func (h eventHandlers) open(ctx context.Context, by principal.Principal, in *eventsInput) (*eventsOutput, error) {
	stream := &eventStream{
		eventHandlers: h, ctx: context.WithoutCancel(ctx), how: cameOf(ctx), visit: by.VisitID(),
		follow: in.Follow, told: map[string]string{},
	}
	listener := live.Listener{
		PersonID: by.Person.ID, Accounts: []string{by.Account.ID, by.Subject.ID},
		Everybody: h.registry.policy.Scope(by, "impersonation:view").Reach() == principal.ReachAll,
	}
	return &eventsOutput{
		ContentType: "text/event-stream", CacheControl: "no-store", Buffering: "no",
		Body: func(c huma.Context) {
			raw := humafiber.UnwrapV2(c).Context()
			if raw.IsHead() { // a stream would leave its last line behind for the next answer
				return
			}
			stream.seat, stream.conn = h.hub.Join(listener), raw.Conn()
			raw.SetBodyStreamWriter(func(w *bufio.Writer) { stream.run(w) })
		},
	}, nil
}

// who finds out anew who asks, as the middleware does for a request.
func (s *eventStream) who(ctx context.Context) (principal.Principal, error) {
	by, err := s.come(ctx, s.how)
	if err != nil || s.visit == "" {
		return by, err
	}
	return s.visits.Enter(ctx, by, s.visit)
}

// running returns the visits in the principal's sight: what the lists of visits
// and the history of the own account would show him.
func (h eventHandlers) running(ctx context.Context, by principal.Principal) (RunningVisits, error) {
	yes := true
	filter, permission := impersonation.Filter{Live: &yes, Limit: mostRunning}, "impersonation:view"
	out := RunningVisits{Impersonations: []Impersonation{}}
	if !h.may(by, permission) {
		permission, filter.SubjectID = "access-history:view", by.Subject.ID
	}
	if !h.may(by, permission) {
		return out, nil
	}
	by = by.WithScope(h.registry.policy.Scope(by, permission))
	visits, err := h.visits.List(ctx, by, filter)
	if err != nil {
		return out, err
	}
	out.Impersonations, err = visitHandlers{visits: h.visits}.counted(ctx, by, visits)
	return out, err
}

func (h eventHandlers) unread(ctx context.Context, by principal.Principal) (out UnreadNotifications, err error) {
	const permission = "notification:view"
	if !h.may(by, permission) {
		return out, nil
	}
	out.Unread, err = h.notices.Unread(ctx, by.WithScope(h.registry.policy.Scope(by, permission)))
	return out, err
}

func (h eventHandlers) may(by principal.Principal, permission string) bool {
	return h.registry.policy.AllowAny(by, rbac.Operation{Permission: permission, Class: rbac.ClassLook})
}

// mostRunning bounds what one event tells; the list of visits has the rest.
const mostRunning = 100

// eventStream is one open stream.
type eventStream struct {
	eventHandlers
	ctx    context.Context //nolint:containedctx // of the stream, which outlives the request's deadline
	how    came
	visit  string
	follow bool
	seat   *live.Seat
	conn   net.Conn
	w      *bufio.Writer
	told   map[string]string // by event: what was told last
}
