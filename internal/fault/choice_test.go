package fault_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/fault"
)

func TestChoiceNamesTheNearest(t *testing.T) {
	t.Parallel()
	known := []string{"mailbox", "domain", "file", "account"}
	var bad fault.Fields
	bad.Choice("kind", "", "kind", known)
	bad.Choice("kind", "file", "kind", known)
	if len(bad) != 0 {
		t.Errorf("nothing, and one there is, are noted: %v", bad)
	}
	bad.Choice("kind", "mail-box", "kind", known)
	bad.Choice("event", "File", "event", []string{"mile", "file"})
	want := fault.Fields{
		{Pointer: "kind", Code: "choice", Detail: "There is no such kind. Did you mean mailbox?"},
		{Pointer: "event", Code: "choice", Detail: "There is no such event. Did you mean file?"},
	}
	if diff := cmp.Diff(want, bad); diff != "" {
		t.Error(diff)
	}
	if got := fault.Nearest("x", nil); got != "" {
		t.Errorf("Nearest of none = %q", got)
	}
}
