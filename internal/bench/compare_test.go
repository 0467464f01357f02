package bench_test

import (
	"slices"
	"testing"
	"time"
)

// ratio gathers two rates that were measured by turns, so that whatever else the
// machine does meets both.
type ratio struct {
	ours, plain, part []float64
}

// add adds one round, in which the same number of things was done by each side, in
// so many turns.
func (r *ratio) add(things int, ours, plain []time.Duration) {
	r.ours = append(r.ours, float64(things)/sum(ours))
	r.plain = append(r.plain, float64(things)/sum(plain))
	for i := range plain {
		r.part = append(r.part, plain[i].Seconds()/ours[i].Seconds())
	}
}

// turn adds one turn of each side, measured as a rate.
func (r *ratio) turn(ours, plain float64) {
	r.ours, r.plain, r.part = append(r.ours, ours), append(r.plain, plain), append(r.part, ours/plain)
}

// report gives the medians: each rate, and ours as a part of plain's in the same
// turn.
func (r *ratio) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(median(r.ours), "ours/s")
	b.ReportMetric(median(r.plain), "plain/s")
	b.ReportMetric(median(r.part), "of-plain")
	b.ReportMetric(1e9/median(r.ours), "ns/op")
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

func sum(list []time.Duration) (seconds float64) {
	for _, d := range list {
		seconds += d.Seconds()
	}
	return seconds
}
