// Package storetest owns the suites that every store passes on both engines, and
// the small world in which the rooms are tested. What the rows mean is left to
// the rooms.
package storetest
