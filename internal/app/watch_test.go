package app_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

// A reseller sees every visit to his customers, by whomever, and who it was; he is
// told; and of other resellers' customers he sees nothing.
func TestResellerSeesVisitsToHisCustomersByOthers(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, h *house) {
		ada, reseller := h.signIn(t, "Ada Winter"), h.signIn(t, "Northlight Studio")
		_, elsewhere := ada.visit(h.named(t, "Meadow School"), "look")
		ada.want(200, "POST", elsewhere+"/stop", nil)
		byAdmin, base := ada.visit(h.named(t, "Blue Door Bakery"), "change")
		ada.want(201, "POST", base+"/api/v1/mailboxes", fields("address", "watched@bluedoor.example"))
		ada.want(200, "POST", base+"/stop", nil)
		own, base := reseller.visit(h.named(t, "Blue Door Bakery"), "look")
		reseller.want(200, "POST", base+"/stop", nil)

		who := map[string]string{}
		for _, v := range list(reseller.want(200, "GET", "/api/v1/impersonations", nil), "impersonations") {
			actor, _ := v["actor"].(map[string]any)
			who[fmt.Sprint(v["id"])] = fmt.Sprint(actor["name"], ", ", actor["role"])
		}
		if want := map[string]string{byAdmin: "Ada Winter, admin", own: reseller.who.Name + ", reseller"}; !maps.Equal(who, want) {
			t.Errorf("the reseller sees %v, want %v", who, want)
		}
		said := map[string]bool{}
		for _, e := range list(reseller.want(200, "GET", "/api/v1/activity?impersonation_id="+byAdmin, nil), "events") {
			said[fmt.Sprint(e["action"])] = true
		}
		if !said["impersonation.start"] || !said["mailbox.create"] || !said["impersonation.stop"] {
			t.Errorf("the reseller reads %v of the admin's visit, want all of it", said)
		}
		told := list(reseller.want(200, "GET", "/api/v1/notifications", nil), "notifications")
		for _, event := range []string{"impersonation.start", "impersonation.stop"} {
			n := 0
			for _, notice := range told {
				if notice["event"] == event && strings.Contains(fmt.Sprint(notice["text"]), "Ada Winter") && strings.Contains(fmt.Sprint(notice["text"]), "Blue Door Bakery") {
					n++
				}
			}
			if n != 1 {
				t.Errorf("the reseller is told of the %s of the admin's visit %d times, want once: %v", event, n, told)
			}
		}
		for _, notice := range told {
			if strings.Contains(fmt.Sprint(notice["text"]), "Meadow School") {
				t.Errorf("the reseller is told of somebody else's customer: %v", notice)
			}
		}
	})
}
