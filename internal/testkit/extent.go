package testkit

import (
	"os"
	"strconv"
	"testing"
)

// Extent is how many of something a test makes: so many as it takes seconds for, unless the
// environment names another number. One below the least is refused.
func Extent(t testing.TB, setting string, usual, least int) int {
	t.Helper()
	text := os.Getenv(setting)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least {
		t.Fatalf("%s=%q is not a number from %d on", setting, text, least)
	}
	return n
}
