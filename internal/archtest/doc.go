// Package archtest owns which room may import which, which library lives where,
// and that the page of the tests of security names tests that there are. It reads
// the source files itself, so the answer is never older than the files. What a room
// does is left to the room.
package archtest
