package archtest_test

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/archtest"
)

// The house also holds W-02: what does not run commands cannot build one from a text.
func TestW02TheHouse(t *testing.T) {
	t.Parallel()
	refusals, err := archtest.Check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, refusal := range refusals {
		t.Error(refusal)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file, imports string
		want          []string
	}{
		"a room uses the ground":            {"internal/account/service.go", `"innkeeper/internal/fault"`, nil},
		"a room uses another room":          {"internal/account/service.go", `"innkeeper/internal/plan"`, nil},
		"a room uses its own part":          {"internal/audit/service.go", `"innkeeper/internal/audit/receipt"`, nil},
		"a room uses uuid":                  {"internal/account/service.go", `"github.com/google/uuid"`, nil},
		"a room uses the standard library":  {"internal/account/service.go", `"net/http"`, nil},
		"a test of a room uses the storage": {"internal/account/service_test.go", `"innkeeper/internal/store"`, nil},
		"the app uses everything":           {"internal/app/serve.go", `"innkeeper/internal/httpapi"; import "innkeeper/jobs"`, nil},
		"gorm at home":                      {"internal/store/account.go", `"gorm.io/gorm"`, nil},
		"code that is not ours":             {"web/node_modules/flatted/golang/flatted.go", `"innkeeper/internal/app"`, nil},
		"the suite uses the testkit":        {"internal/store/storetest/suite.go", `"innkeeper/internal/testkit"`, nil},
		"a room uses the storage": {"internal/account/service.go", `"innkeeper/internal/store"`,
			[]string{"internal/account/service.go: internal/account may not import internal/store"}},
		"a room uses the policy": {"internal/impersonation/service.go", `"innkeeper/rbac"`,
			[]string{"internal/impersonation/service.go: internal/impersonation may not import rbac"}},
		"the ground uses a room": {"internal/lifetime/span.go", `"innkeeper/internal/ident"`,
			[]string{"internal/lifetime/span.go: internal/lifetime may not import internal/ident"}},
		"the policy uses a room": {"rbac/enforcer.go", `"innkeeper/internal/account"`,
			[]string{"rbac/enforcer.go: rbac may not import internal/account"}},
		"handlers use the storage": {"internal/httpapi/account.go", `"innkeeper/internal/store"`,
			[]string{"internal/httpapi/account.go: internal/httpapi may not import internal/store"}},
		"main uses more than the app": {"cmd/innkeeper/main.go", `"innkeeper/internal/config"`,
			[]string{"cmd/innkeeper/main.go: cmd/innkeeper may not import internal/config"}},
		"the program uses the testkit": {"internal/app/serve.go", `"innkeeper/internal/testkit"`,
			[]string{"internal/app/serve.go: internal/app may not import internal/testkit"}},
		"gorm away from home": {"internal/account/service.go", `"gorm.io/gorm/clause"`,
			[]string{"internal/account/service.go: gorm.io is at home in internal/db, internal/store, not in internal/account"}},
		"one engine's library in another": {"internal/engine/web/server.go", `"github.com/miekg/dns"`,
			[]string{"internal/engine/web/server.go: github.com/miekg/dns is at home in internal/engine/dnsserver, not in internal/engine/web"}},
		"a library without a home": {"internal/app/serve.go", `"github.com/example/leftpad"`,
			[]string{"internal/app/serve.go: github.com/example/leftpad has no home in the table of libraries"}},
		"a room runs a command": {"internal/site/service.go", `"os/exec"`,
			[]string{"internal/site/service.go: os/exec runs commands, and no part of the program does"}},
		"a script runs a command": {"scripts/bench/main.go", `"os/exec"`, nil},
		"a name that only begins the same": {"internal/app/serve.go", `"innkeeper/internal/storefront"`,
			[]string{"internal/app/serve.go: internal/app may not import internal/storefront"}},
		"a package with the name of a folder of data": {"internal/data/data.go", `"fmt"`,
			[]string{"internal/data/data.go: internal/data has no row in the import table"}},
		"a package without a row": {"internal/util/util.go", `"fmt"`,
			[]string{"internal/util/util.go: internal/util has no row in the import table"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			house := fstest.MapFS{test.file: {Data: []byte("package any\n\nimport " + test.imports + "\n")}}
			got, err := archtest.Check(house)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Check() differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckReportsABrokenFile(t *testing.T) {
	t.Parallel()
	house := fstest.MapFS{"internal/account/service.go": {Data: []byte("package account\nimport fault\n")}}
	if _, err := archtest.Check(house); err == nil {
		t.Error("Check() of a file that does not parse = nil, want an error")
	}
}
