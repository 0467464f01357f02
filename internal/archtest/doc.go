// Package archtest owns which room may import which, and which library lives
// where. It reads the import lines of the source files itself, so the answer is
// never older than the files. What a room does is left to the room.
package archtest
