package archtest_test

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"innkeeper/internal/archtest"
)

// The program calls no address but the operator's: nobody else's address is ever dialled,
// looked up or fetched, whatever he writes into whichever field.
func TestW03TheHouse(t *testing.T) {
	t.Parallel()
	refusals, err := archtest.Calls(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, refusal := range refusals {
		t.Error(refusal)
	}
}

func TestCalls(t *testing.T) {
	t.Parallel()
	const may = " can call an address; only internal/engine/collector, internal/engine/mailer may"
	for name, test := range map[string]struct {
		file, source string
		want         []string
	}{
		"a room fetches": {"internal/dns/service.go", `import "net/http"; func f() { http.Get("http://169.254.169.254/") }`, []string{"internal/dns/service.go: net/http.Get" + may}},
		"a room dials":   {"internal/dns/service.go", `import n "net"; func f() { n.DialTimeout("tcp", "", 0) }`, []string{"internal/dns/service.go: net.DialTimeout" + may}},
		"a room asks":    {"internal/dns/service.go", `import "net"; var r net.Resolver`, []string{"internal/dns/service.go: net.Resolver" + may}},
		"a dialer of tls, and a client": {
			"internal/app/x.go", `import ("crypto/tls"; "net/http"); var d tls.Dialer; var c = http.DefaultClient`,
			[]string{"internal/app/x.go: crypto/tls.Dialer" + may, "internal/app/x.go: net/http.DefaultClient" + may},
		},
		"the collector":              {"internal/engine/collector/x.go", `import "net"; var d net.Dialer`, nil},
		"a test":                     {"internal/dns/x_test.go", `import "net"; var d net.Dialer`, nil},
		"what is there for tests":    {"internal/engine/mailer/smtptest/x.go", `import "net"; var d net.Dialer`, nil},
		"a server and a method":      {"internal/app/x.go", `import ("net"; "net/http"); func f(l net.Listener) { http.Serve(l, nil); _ = http.MethodGet; net.Listen("tcp", "") }`, nil},
		"a name that is alike":       {"internal/app/x.go", `import "innkeeper/internal/net"; var d net.Dialer`, nil},
		"a file that cannot be read": {"web/node_modules/x.go", `import`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := archtest.Calls(fstest.MapFS{test.file: {Data: []byte("package x; " + test.source)}})
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("Calls = %v (-want +got):\n%s", err, diff)
			}
		})
	}
}
