// Package bench owns the two measures that need several rooms at once: a change
// made in a visit, and the sweep of idle visits, each against the same statements
// without anything of ours around them. It is tests alone; what one room can
// measure by itself is left to that room, the goals to scripts/bench.
package bench
