package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/audit"
	"innkeeper/internal/audit/export"
	"innkeeper/internal/fault"
	"innkeeper/internal/operation"
	"innkeeper/internal/principal"
)

// shelf is a log that knows the scopes.
type shelf []audit.Event

func (s shelf) List(_ context.Context, by principal.Principal, f audit.Filter) ([]audit.Event, error) {
	var list []audit.Event
	for _, e := range s {
		in := by.Scope().Covers(principal.Account{ID: e.Account.ID, Path: "/p/" + e.Account.ID + "/"})
		if in && (f.Before == 0 || e.Seq < f.Before) && len(list) < f.Limit {
			list = append(list, e)
		}
	}
	return list, nil
}

// reach is what the policy says by then.
type reach principal.Scope

func (r reach) Scope(principal.Principal, string) principal.Scope { return principal.Scope(r) }

var own = principal.Account{ID: "acc_own", Path: "/p/acc_own/"}

func events(n int) shelf {
	list := make(shelf, n)
	for i := range list {
		of := []string{"acc_own", "acc_other"}[i%2]
		list[i] = audit.Event{
			Seq: int64(n - i), At: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), Action: "test.done", Result: audit.Done,
			Actor: audit.Actor{Name: `=HYPERLINK("http://evil.example")`}, Account: audit.Party{ID: of, Name: of}, After: audit.Fields{"quota": 5.0},
		}
	}
	return list
}

func write(t *testing.T, log shelf, scope principal.Scope, wish export.Wish) (string, []int, error) {
	t.Helper()
	input, err := json.Marshal(wish)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	var told []int
	asked := principal.Principal{Person: principal.Person{ID: "per_1"}, Account: own}.WithScope(principal.Everything())
	err = export.NewWriter(log, reach(scope)).Run(t.Context(), asked, operation.Operation{Input: string(input)}, &file, func(percent int) error {
		told = append(told, percent)
		return nil
	})
	return file.String(), told, err
}

func TestC29AnExportHasWhatTheAskerMaySeeWhenItIsWritten(t *testing.T) {
	t.Parallel()
	text, told, err := write(t, events(5000), principal.Only(own), export.Wish{Format: export.CSV, Columns: []string{"account_id"}})
	if lines := strings.Count(text, "acc_own\n"); err != nil || lines != 2500 || strings.Contains(text, "acc_other") {
		t.Errorf("the file has %d lines, %v, want the 2500 of the own account alone", lines, err)
	}
	if len(told) < 2 || told[0] >= told[1] {
		t.Errorf("it was told to be at %v percent", told)
	}
	if _, _, err := write(t, events(2), principal.Scope{}, export.Wish{Format: export.CSV}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("without a right to the log it is %v, want Forbidden", err)
	}
}

func TestC29ColumnsAreChosenAndFormulasStayTexts(t *testing.T) {
	t.Parallel()
	wish := export.Wish{Format: export.CSV, Columns: []string{"actor", "after", "seq"}}
	text, _, err := write(t, events(1), principal.Everything(), wish)
	rows, other := csv.NewReader(strings.NewReader(text)).ReadAll()
	want := [][]string{{"actor", "after", "seq"}, {`'=HYPERLINK("http://evil.example")`, `{"quota":5}`, "1"}}
	if diff := cmp.Diff(want, rows); err != nil || other != nil || diff != "" {
		t.Errorf("the table is %v, %v (-want +got):\n%s", err, other, diff)
	}
	wish.Format = export.Lines
	text, _, err = write(t, events(1), principal.Everything(), wish)
	if want := `{"actor":"=HYPERLINK(\"http://evil.example\")","after":{"quota":5},"seq":1}` + "\n"; err != nil || text != want {
		t.Errorf("the line is %s, %v, want %s", text, err, want)
	}
	if text, _, err := write(t, nil, principal.Everything(), export.Wish{Format: export.CSV}); err != nil || text != strings.Join(export.Columns(), ",")+"\n" {
		t.Errorf("a file of nothing is %q, %v, want its head alone", text, err)
	}
}

func TestAnExportSaysThatAReasonWasErased(t *testing.T) {
	t.Parallel()
	log := events(1)
	log[0].TextsErasedAt = time.Date(2028, 3, 2, 10, 0, 0, 0, time.UTC)
	text, _, err := write(t, log, principal.Everything(), export.Wish{Format: export.CSV, Columns: []string{"reason"}})
	if want := "reason\nerased on 2 March 2028\n"; err != nil || text != want {
		t.Errorf("the file is %q, %v, want %q", text, err, want)
	}
}

func TestAnExportEndsWhenItIsCancelled(t *testing.T) {
	t.Parallel()
	over := errors.New("over")
	var file bytes.Buffer
	err := export.NewWriter(events(5000), reach(principal.Everything())).Run(t.Context(), principal.Principal{},
		operation.Operation{Input: `{"format":"csv"}`}, &file, func(int) error { return over })
	if !errors.Is(err, over) {
		t.Errorf("Run = %v, want what telling answered", err)
	}
}
