package archtest

// A row says what the packages of one place import, of ours. Its own subpackages are always allowed.
type row struct {
	place   string   // a folder, with everything below it
	imports []string // places, or the name of a group
}

// Groups stand for several places. A room is about one word of the business; rooms may use each other's
// types, and the compiler refuses circles.
var groups = map[string][]string{
	"rooms": {
		"internal/account", "internal/plan", "internal/role", "internal/auth", "internal/impersonation",
		"internal/audit", "internal/notify", "internal/site", "internal/dns", "internal/mail",
		"internal/file", "internal/database", "internal/operation", "internal/outbox", "internal/live", "internal/repeat",
	},
	// What every room stands on: errors, who asks, ids, and the arithmetic of a bounded stay.
	"ground": {"internal/fault", "internal/principal", "internal/ident", "internal/lifetime"},
	"all": {
		"rooms", "ground", "internal/config", "internal/db", "internal/store", "internal/engine", "internal/httpapi",
		"rbac", "jobs", "migrations", "web",
	},
}

// table is the import table. A package of ours that is in no row is refused: it needs a decision first.
// Test files may import every place; testkit is theirs alone.
var table = []row{
	{"internal/fault", nil},
	{"internal/principal", nil},
	{"internal/ident", nil},
	{"internal/lifetime", nil},
	{"internal/config", []string{"internal/fault"}},
	// It runs the migrations, so that nobody can open a database and forget; and it has to know of a visit.
	{"internal/db", []string{"migrations", "internal/principal"}},
	{"migrations", nil},
	{"web", nil},
	{"rooms", []string{"ground", "rooms"}},
	{"rbac", []string{"internal/fault", "internal/principal"}},
	{"internal/store", []string{"internal/db", "migrations", "ground", "rooms"}},
	{"internal/store/storetest", []string{"internal/store", "internal/db", "migrations", "ground", "rooms", "internal/testkit"}},
	{"internal/engine", []string{"ground", "rooms"}},
	{"jobs", []string{"ground", "rooms"}},
	{"internal/httpapi", []string{"ground", "rbac", "rooms", "web"}},
	{"internal/app", []string{"all"}},
	{"cmd", []string{"internal/app"}},
	{"internal/archtest", nil},
	{"internal/bench", nil}, // benchmarks of several rooms together: test files alone
	{"internal/testkit", nil},
	{"scripts", []string{"internal/testkit"}},
}

// homes says where a library may be imported outside tests. A library in no row is refused: it needs a home
// first. "rooms" are the rooms in the middle: the standard library, golang.org/x and uuid, nothing else.
var homes = map[string][]string{
	"gorm.io":                          {"internal/db", "internal/store"},
	"modernc.org/sqlite":               {"internal/db", "internal/store"},
	"github.com/jackc/pgx":             {"internal/db", "internal/store", "internal/testkit"},
	"github.com/pressly/goose":         {"internal/db"},
	"github.com/gofiber":               {"internal/httpapi"},
	"github.com/valyala/fasthttp":      {"internal/httpapi"},
	"github.com/danielgtaylor/huma":    {"internal/httpapi"},
	"github.com/prometheus":            {"internal/httpapi", "internal/app"},
	"github.com/casbin":                {"rbac"},
	"github.com/hibiken/asynq":         {"jobs"},
	"github.com/alicebob/miniredis":    {"jobs"},
	"github.com/redis":                 {"jobs", "internal/testkit"},
	"github.com/alecthomas/kong":       {"internal/app", "internal/config"},
	"github.com/caarlos0/env":          {"internal/app", "internal/config"},
	"github.com/pelletier/go-toml":     {"internal/app", "internal/config"},
	"github.com/go-webauthn":           {"internal/auth"},
	"github.com/pquerna/otp":           {"internal/auth"},
	"github.com/wneessen/go-mail":      {"internal/engine"},
	"github.com/emersion":              {"internal/engine"},
	"github.com/caddyserver/certmagic": {"internal/engine/web"},
	"github.com/miekg/dns":             {"internal/engine/dnsserver"},
	"github.com/google/go-cmp":         {"internal/store/storetest"},
	"pgregory.net/rapid":               {"internal/store/storetest"},
	"golang.org/x":                     {"rooms", "ground", "internal", "rbac", "jobs"},
	"github.com/google/uuid":           {"rooms", "ground", "internal", "rbac", "jobs"},
}
