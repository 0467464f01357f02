// Package bench owns the measures that need several rooms at once: a change made in
// a visit, the sweep of idle visits, and events that are written and sealed, each
// against the same statements without anything of ours around them; and receipts. It is tests alone; what one room can
// measure by itself is left to that room, the goals to scripts/bench.
package bench
