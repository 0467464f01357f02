package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/plan"
)

func number(n int64) *int64 { return &n }

func TestWithin(t *testing.T) {
	t.Parallel()
	small := plan.Limits{Domains: number(1), Mailboxes: number(1), DiskBytes: number(1)}
	for name, c := range map[string]struct {
		limits, others plan.Limits
		want           bool
	}{
		"the same":                      {small, small, true},
		"within none":                   {small, plan.Limits{}, true},
		"none within some":              {plan.Limits{}, small, false},
		"none within none":              {plan.Limits{}, plan.Limits{}, true},
		"one more domain":               {plan.Limits{Domains: number(2), Mailboxes: number(1), DiskBytes: number(1)}, small, false},
		"one more mailbox":              {plan.Limits{Domains: number(1), Mailboxes: number(2), DiskBytes: number(1)}, small, false},
		"one more byte":                 {plan.Limits{Domains: number(1), Mailboxes: number(1), DiskBytes: number(2)}, small, false},
		"one unlimited":                 {plan.Limits{Domains: number(1), Mailboxes: number(1)}, small, false},
		"one that the others limit not": {small, plan.Limits{Domains: number(1), Mailboxes: number(1)}, true},
	} {
		if got := c.limits.Within(c.others); got != c.want {
			t.Errorf("%s: Within = %v, want %v", name, got, c.want)
		}
	}
}

func TestExceeded(t *testing.T) {
	t.Parallel()
	limits := plan.Limits{Domains: number(1), Mailboxes: number(0), DiskBytes: number(100)}
	for name, c := range map[string]struct {
		limits plan.Limits
		usage  plan.Usage
		want   []plan.Excess
	}{
		"nothing":      {limits, plan.Usage{}, nil},
		"all of it":    {limits, plan.Usage{Domains: 1, DiskBytes: 100}, nil},
		"one too many": {limits, plan.Usage{Domains: 2}, []plan.Excess{{What: "domains", Used: 2, Limit: 1}}},
		"each too many": {limits, plan.Usage{Domains: 2, Mailboxes: 1, DiskBytes: 101}, []plan.Excess{
			{What: "domains", Used: 2, Limit: 1}, {What: "mailboxes", Used: 1, Limit: 0}, {What: "disk_bytes", Used: 101, Limit: 100},
		}},
		"unlimited": {plan.Limits{}, plan.Usage{Domains: 1 << 40, Mailboxes: 1 << 40, DiskBytes: 1 << 60}, nil},
	} {
		if diff := cmp.Diff(c.want, c.limits.Exceeded(c.usage)); diff != "" {
			t.Errorf("%s: Exceeded (-want +got):\n%s", name, diff)
		}
	}
}
