package app_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/testkit"
)

// Visits with changes at random: what the owner's page shows, what the receipt holds and
// what the rows say is the same, for each of them.
func TestPageReceiptAndRowsAgree(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		n := testkit.Extent(t, "INNKEEPER_TEST_VISITS", 30, 1)
		dice := rand.New(rand.NewPCG(1, 2))
		names := []string{"Blue Door Bakery", "Fern & Fable Books", "Hollis & Daughters"}
		for i := range n {
			h.clock.Advance(time.Minute)
			if i%10 == 0 {
				h.clock.Advance(time.Hour) // of other sign-ins
			}
			name := names[dice.IntN(len(names))]
			visitor := h.signIn(t, []string{"Ada Winter", "Samir Okafor"}[dice.IntN(2)])
			id, base := visitor.visit(h.named(t, name), "change")
			h.doAtRandom(visitor, base, i, dice)
			visitor.want(200, "POST", base+"/stop", nil)
			h.wantAgreement(t, h.signIn(t, name), id)
		}
	})
}

// doAtRandom changes, reads and is refused, a few times each.
func (h *house) doAtRandom(c *client, base string, visit int, dice *rand.Rand) {
	for n := range dice.IntN(8) {
		path := fmt.Sprintf("/at-random-%d-%d", visit, n)
		switch dice.IntN(4) {
		case 0:
			c.want(201, "POST", base+"/api/v1/files/folder", fields("path", path))
		case 1:
			c.do("PUT", base+"/api/v1/files/content?path="+path+".txt", []byte(path))
		case 2:
			c.do("GET", base+"/api/v1/files/content?path=/nothing-"+path[1:], nil)
		default:
			c.refused(403, "closed-while-acting", "PUT", base+"/api/v1/me/password", fields("current_password", "a", "new_password", everybodysPassword))
		}
		h.clock.Advance(time.Duration(dice.IntN(50)) * time.Second)
	}
}

// wantAgreement compares what is told of a visit in three places, event by event.
func (h *house) wantAgreement(t *testing.T, owner *client, visit string) {
	t.Helper()
	page := owner.want(200, "GET", "/api/v1/me/access-history/"+visit, nil)
	var shown []int64
	for _, part := range []string{"changes", "views", "blocked"} {
		for _, event := range list(page, part) {
			shown = append(shown, int64(event["seq"].(float64)))
		}
	}
	checked, err := ledger.Check(owner.do("GET", "/api/v1/me/access-history/"+visit+"/receipt", nil).raw)
	if err != nil {
		t.Fatal(err)
	}
	var sealed, inside []int64
	for _, record := range checked.Records {
		sealed = append(sealed, record.Seq)
		if record.Action != "impersonation.start" && record.Action != "impersonation.stop" {
			inside = append(inside, record.Seq)
		}
	}
	var rows []struct {
		Seq           int64
		Before, After string
	}
	if err := h.db.Read(t.Context()).Raw("SELECT seq, before, after FROM audit_events WHERE impersonation_id = ? ORDER BY seq", visit).Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	var kept []int64
	for i, row := range rows {
		kept = append(kept, row.Seq)
		if i < len(checked.Records) && (!sameText(row.Before, checked.Records[i].Before) || !sameText(row.After, checked.Records[i].After)) {
			t.Errorf("event %d is %s → %s, and sealed as %s → %s", row.Seq, row.Before, row.After, checked.Records[i].Before, checked.Records[i].After)
		}
	}
	slices.Sort(shown)
	slices.Sort(inside)
	if !slices.Equal(kept, sealed) || !slices.Equal(shown, inside) {
		t.Errorf("visit %s: the rows are %v, the receipt has %v, and the page shows %v", visit, kept, sealed, shown)
	}
}

func sameText(row string, sealed json.RawMessage) bool { return row == string(sealed) }
