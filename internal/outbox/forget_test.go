package outbox_test

import (
	"testing"
	"time"

	"innkeeper/internal/outbox"
	"innkeeper/internal/principal"
)

func TestWhatWasDoneIsForgottenAfterAWhile(t *testing.T) {
	t.Parallel()
	k, by := setup(t), admin.WithScope(principal.Everything())
	k.now = time.Now()
	if err := k.service.Add(t.Context(), principal.System("impersonation"), "notify.mail", "ntf_1"); err != nil {
		t.Fatal(err)
	}
	job := only(t, k, by)
	if err := k.db.Write(t.Context()).Exec("UPDATE outbox SET done_at = ? WHERE id = ?", k.now.UnixMicro(), job.ID).Error; err != nil {
		t.Fatal(err)
	}
	for _, after := range []struct {
		wait time.Duration
		want int
	}{{outbox.Kept - time.Hour, 1}, {2 * time.Hour, 0}} {
		k.now = k.now.Add(after.wait)
		if closed, err := k.service.Sweep(t.Context(), "sweep"); err != nil || closed != 0 {
			t.Fatalf("Sweep = %d, %v, want 0: it ends nothing", closed, err)
		}
		list, err := k.List(t.Context(), by, outbox.Filter{Limit: 9})
		if err != nil || len(list) != after.want {
			t.Errorf("after %v there are %d jobs, %v, want %d", after.wait, len(list), err, after.want)
		}
	}
}

func only(t *testing.T, k *desk, by principal.Principal) outbox.Job {
	t.Helper()
	list, err := k.List(t.Context(), by, outbox.Filter{Limit: 9})
	if err != nil || len(list) != 1 {
		t.Fatalf("List = %v, %v, want one job", list, err)
	}
	return list[0]
}
