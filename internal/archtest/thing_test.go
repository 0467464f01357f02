package archtest_test

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/archtest"
)

func TestThingsInTheHouse(t *testing.T) {
	t.Parallel()
	refusals, err := archtest.Things(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, refusal := range refusals {
		t.Error(refusal)
	}
}

func TestThings(t *testing.T) {
	t.Parallel()
	const why = "internal/plan/x.go: the kind of a thing is a text; internal/audit/object.go declares it"
	for name, test := range map[string]struct {
		file, source string
		want         []string
	}{
		"a text":            {"internal/plan/x.go", `var o = audit.Object{ID: "1", Kind: "plan"}`, []string{why}},
		"a text by place":   {"internal/plan/x.go", `var o = audit.Object{"plan", "1", "Small"}`, []string{why}},
		"in the same room":  {"internal/plan/x.go", `var o = Object{Kind: "plan"}`, []string{why}},
		"what is declared":  {"internal/plan/x.go", `var o = audit.Object{ID: "plan", Kind: audit.ThingPlan}`, nil},
		"another struct":    {"internal/plan/x.go", `var o, p = Party{Kind: "person"}, s3.Object{Kind: "x"}`, nil},
		"a test":            {"internal/plan/x_test.go", `var o = audit.Object{Kind: "plan"}`, nil},
		"what is for tests": {"internal/store/storetest/x.go", `var o = audit.Object{Kind: "plan"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := archtest.Things(fstest.MapFS{test.file: {Data: []byte("package x; " + test.source)}})
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("Things = %v (-want +got):\n%s", err, diff)
			}
		})
	}
}
