package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/audit/ship"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// RecordShipping is how the sending of the record to a collector stands.
type RecordShipping struct {
	State        string     `json:"state" enum:"off,current,behind,failing" doc:"off: there is no collector; failing: the last delivery was not acknowledged."`
	Destination  *string    `json:"destination" example:"syslog+tls://logs.example:6514"`
	Shipped      int64      `json:"shipped" example:"41230" doc:"How many events the collector has acknowledged."`
	Behind       int64      `json:"behind" example:"0" doc:"How many sealed events it has not acknowledged."`
	OldestAt     *time.Time `json:"oldest_at" doc:"When the first of those happened."`
	ShippedAt    *time.Time `json:"shipped_at" doc:"When it acknowledged last."`
	FailingSince *time.Time `json:"failing_since"`
	Attempts     int        `json:"attempts" doc:"How many deliveries have failed since the last acknowledgement."`
	RetryAt      *time.Time `json:"retry_at" doc:"Before this nothing is tried again."`
	LastError    *string    `json:"last_error"`
}

type recordShippingOutput struct{ Body RecordShipping }

func registerShipping(r *Registry, shipping *ship.Service) {
	Register(r, Operation{
		ID: "getRecordShipping", Method: http.MethodGet, Path: "/record-shipping", Tag: "System", Summary: "Get how the record is sent",
		Description: "Whether the record is sent to a syslog server or an HTTPS endpoint, how far that has come, and what keeps it.",
		Permission:  "job:view", Class: rbac.ClassLook,
	}, func(*struct{}) Target { return Somewhere() }, func(ctx context.Context, by principal.Principal, _ *struct{}) (*recordShippingOutput, error) {
		standing, on, err := shipping.Standing(ctx, by)
		return &recordShippingOutput{Body: recordShippingOf(standing, on)}, err
	})
}

func recordShippingOf(s ship.Standing, on bool) RecordShipping {
	out := RecordShipping{
		State: "current", Destination: textOrNil(s.Destination), Shipped: s.Next, Behind: s.Behind, OldestAt: timeOrNil(s.Oldest),
		ShippedAt: timeOrNil(s.ShippedAt), FailingSince: timeOrNil(s.FailingSince), Attempts: s.Attempts, RetryAt: timeOrNil(s.RetryAt), LastError: textOrNil(s.LastError),
	}
	switch {
	case !on:
		out.State = "off"
	case s.Attempts > 0:
		out.State = "failing"
	case s.Behind > 0:
		out.State = "behind"
	}
	return out
}
