package store_test

import (
	"testing"

	"innkeeper/internal/store/storetest"
)

func TestAnnouncements(t *testing.T) {
	t.Parallel()
	eachEngine(t, map[string]suite{"announcements": storetest.Announcements})
}
