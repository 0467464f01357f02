// Package config owns the settings: one struct, with the default and the meaning
// beside each field, filled from innkeeper.toml and the environment. What a
// setting does is left to the part that it belongs to.
package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/pelletier/go-toml/v2"

	"innkeeper/internal/fault"
)

// Prefix begins the name of every setting in the environment.
const Prefix = "INNKEEPER_"

// KeptAtLeast is for how many months customers can read why somebody was in their account,
// as they are told.
const KeptAtLeast = 24

// Config holds all settings. Durations are in Go's form, such as 15m or 2s.
type Config struct {
	Data        string `env:"DATA" default:"./data" doc:"The directory for everything that is kept."`
	HTTPAddr    string `env:"HTTP_ADDR" default:"127.0.0.1:8080" doc:"Where the panel and the API listen."`
	PrivateAddr string `env:"PRIVATE_ADDR" default:"127.0.0.1:9090" doc:"Where metrics and profiles listen; empty: off."`
	PublicURL   string `env:"PUBLIC_URL" doc:"How people reach the panel; empty: http:// and the address it listens on."`

	DatabaseURL string `env:"DATABASE_URL" secret:"true" doc:"postgres://… ; empty: SQLite in the data directory."`
	MigrateURL  string `env:"MIGRATE_URL" secret:"true" doc:"The same database as the role that owns the schema; empty: the database URL."`
	RedisURL    string `env:"REDIS_URL" secret:"true" doc:"redis://… ; empty: a queue inside the process."`
	SMTPURL     string `env:"SMTP_URL" secret:"true" doc:"smtp:// or smtps://user:password@host:port, with ?tls=required, opportunistic or none; empty: mail is written to outbox/*.eml in the data directory."`
	MailFrom    string `env:"MAIL_FROM" default:"Innkeeper <innkeeper@localhost>" doc:"The sender of mail; its domain also names the messages."`

	Language string `env:"LANGUAGE" default:"en" doc:"In which language mails are written to who has chosen none: en or de."`

	ImpersonationIdle        time.Duration `env:"IMPERSONATION_IDLE" default:"15m" doc:"A visit without activity is closed after this time."`
	ImpersonationMax         time.Duration `env:"IMPERSONATION_MAX" default:"60m" doc:"The longest visit of an admin or his staff."`
	ImpersonationMaxReseller time.Duration `env:"IMPERSONATION_MAX_RESELLER" default:"30m" doc:"The longest visit of a reseller or his staff."`
	SweepInterval            time.Duration `env:"SWEEP_INTERVAL" default:"5s" doc:"How often dead visits and sessions are written down."`
	SessionIdle              time.Duration `env:"SESSION_IDLE" default:"30m" doc:"A sign-in without activity ends after this time; never below that of a visit."`
	SessionMax               time.Duration `env:"SESSION_MAX" default:"12h" doc:"The longest sign-in."`

	StepUp              time.Duration `env:"STEP_UP" default:"60m" doc:"How long ago a person may have signed in, or entered the password again, to begin a visit."`
	RequireSecondFactor string        `env:"REQUIRE_SECOND_FACTOR" doc:"Who must have a second factor: staff (whoever may enter accounts of others), all or off; empty: staff, or off in an installation with demo data."`

	ShipTo        string `env:"SHIP_TO" doc:"Where the record is sent, besides: syslog+tls://host:port or https://host/path; empty: nowhere."`
	ShipCA        string `env:"SHIP_CA" doc:"A PEM file with who may have signed the certificate there; empty: the system's."`
	ShipCert      string `env:"SHIP_CERT" doc:"A PEM file with a certificate of our own for it; empty: none."`
	ShipKey       string `env:"SHIP_KEY" doc:"The PEM file with the key of that."`
	ShipToken     string `env:"SHIP_TOKEN" secret:"true" doc:"A bearer token for https://."`
	ShipTokenFile string `env:"SHIP_TOKEN_FILE" doc:"A file with that token, instead."`

	RecordTextsKept int `env:"RECORD_TEXTS_KEPT" default:"0" doc:"After how many months, at least 24, reasons, addresses and browsers are erased, from the activity log and everywhere else; 0: never. What was done stays, and the proof of it."`

	TrustedProxies []netip.Prefix `env:"TRUSTED_PROXIES" doc:"Networks whose X-Forwarded-For is believed, separated by commas."`
	SupportURL     string         `env:"SUPPORT_URL" doc:"Where Contact support leads."`
	LogLevel       string         `env:"LOG_LEVEL" default:"info" doc:"debug, info, warn or error."`
	LogFormat      string         `env:"LOG_FORMAT" default:"text" doc:"text or json."`
}

// Load reads the settings: the defaults, over them innkeeper.toml in the working
// directory when there is one, over that the environment. An unknown setting is an
// error that names the nearest known one; all errors come at once.
func Load(environ []string, file string) (Config, error) {
	values, err := fromFile(file)
	if err != nil {
		return Config{}, err
	}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok && strings.HasPrefix(name, Prefix) && !testing(name) {
			values[name] = value
		}
	}
	if err := refuseUnknown(values); err != nil {
		return Config{}, err
	}
	withDefaults(values)
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Environment: values, Prefix: Prefix, FuncMap: parsers}); err != nil {
		return Config{}, readable(err)
	}
	return c, c.check()
}

// testing reports whether the name belongs to the test command, which hands its
// servers to tests through the environment.
func testing(name string) bool { return strings.HasPrefix(name, Prefix+"TEST_") }

var parsers = map[reflect.Type]env.ParserFunc{
	reflect.TypeFor[netip.Prefix](): func(text string) (any, error) { return netip.ParsePrefix(strings.TrimSpace(text)) },
}

// withDefaults fills in what was not set. What was set to nothing stays nothing:
// that is how a part is switched off.
func withDefaults(values map[string]string) {
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		name := Prefix + t.Field(i).Tag.Get("env")
		if _, set := values[name]; !set {
			values[name] = t.Field(i).Tag.Get("default")
		}
	}
}

func fromFile(path string) (map[string]string, error) {
	values := map[string]string{}
	body, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return values, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	var file map[string]any
	if err := toml.Unmarshal(body, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	for name, value := range file {
		values[strings.ToUpper(name)] = fmt.Sprint(value)
	}
	return values, nil
}

func refuseUnknown(values map[string]string) error {
	known := Names()
	var bad []error
	for name := range values {
		if slices.Contains(known, name) {
			continue
		}
		bad = append(bad, fmt.Errorf("there is no setting %s; did you mean %s?", name, fault.Nearest(name, known)))
	}
	slices.SortFunc(bad, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(bad...)
}

// expected says how a value of a kind is written.
var expected = map[reflect.Type]string{
	reflect.TypeFor[time.Duration]():  "a length of time such as 15m, 2h or 90s",
	reflect.TypeFor[int]():            "a whole number such as 24",
	reflect.TypeFor[[]netip.Prefix](): "networks separated by commas, such as 10.0.0.0/8,fd00::/8",
}

// readable says what is expected instead of each value that could not be read, in place of
// the parsers' own words.
func readable(err error) error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return err
	}
	var lines []error
	for _, e := range all.Errors {
		var parse env.ParseError
		if errors.As(e, &parse) {
			field, _ := reflect.TypeFor[Config]().FieldByName(parse.Name)
			e = fmt.Errorf("%s%s cannot be read: write %s", Prefix, field.Tag.Get("env"), expected[field.Type])
		}
		lines = append(lines, e)
	}
	return errors.Join(lines...)
}

func (c *Config) check() error {
	var bad []error
	for name, d := range map[string]time.Duration{
		"IMPERSONATION_IDLE": c.ImpersonationIdle, "IMPERSONATION_MAX": c.ImpersonationMax,
		"IMPERSONATION_MAX_RESELLER": c.ImpersonationMaxReseller, "SWEEP_INTERVAL": c.SweepInterval,
		"SESSION_IDLE": c.SessionIdle, "SESSION_MAX": c.SessionMax, "STEP_UP": c.StepUp,
	} {
		if d < time.Second {
			bad = append(bad, fmt.Errorf("%s%s must be at least 1s", Prefix, name))
		}
	}
	const longestVisit = 24 * time.Hour // statements of who was in an account look back so far
	for name, d := range map[string]time.Duration{"IMPERSONATION_MAX": c.ImpersonationMax, "IMPERSONATION_MAX_RESELLER": c.ImpersonationMaxReseller} {
		if d > longestVisit {
			bad = append(bad, fmt.Errorf("%s%s must be at most 24h", Prefix, name))
		}
	}
	if c.SessionIdle < c.ImpersonationIdle {
		bad = append(bad, fmt.Errorf("%[1]sSESSION_IDLE (%[2]v) must not be below %[1]sIMPERSONATION_IDLE (%[3]v): what is done in a visit keeps the sign-in alive", Prefix, c.SessionIdle, c.ImpersonationIdle))
	}
	if c.RecordTextsKept != 0 && c.RecordTextsKept < KeptAtLeast {
		bad = append(bad, fmt.Errorf("%sRECORD_TEXTS_KEPT must be at least %d months, or 0 to erase nothing", Prefix, KeptAtLeast))
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel) {
		bad = append(bad, fmt.Errorf("%sLOG_LEVEL must be debug, info, warn or error", Prefix))
	}
	if !slices.Contains([]string{"text", "json"}, c.LogFormat) {
		bad = append(bad, fmt.Errorf("%sLOG_FORMAT must be text or json", Prefix))
	}
	if !slices.Contains([]string{"en", "de"}, c.Language) {
		bad = append(bad, fmt.Errorf("%sLANGUAGE must be en or de", Prefix))
	}
	if !slices.Contains([]string{"", "staff", "all", "off"}, c.RequireSecondFactor) {
		bad = append(bad, fmt.Errorf("%sREQUIRE_SECOND_FACTOR must be staff, all or off", Prefix))
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		bad = append(bad, fmt.Errorf("%sPUBLIC_URL must begin with http:// or https://", Prefix))
	}
	if u, err := url.Parse(c.SupportURL); c.SupportURL != "" && (err != nil || !slices.Contains([]string{"http", "https", "mailto"}, u.Scheme)) {
		bad = append(bad, fmt.Errorf("%sSUPPORT_URL must begin with mailto: or https:// or http://", Prefix))
	}
	if c.HTTPAddr == "" { // which would be a free port on every address of the machine
		bad = append(bad, fmt.Errorf("%sHTTP_ADDR must name where to listen, such as 127.0.0.1:8080", Prefix))
	}
	if c.Data == "" {
		bad = append(bad, fmt.Errorf("%sDATA must name a directory", Prefix))
	}
	slices.SortFunc(bad, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(bad...)
}

// Names returns the names of all settings, as in the environment.
func Names() []string {
	t := reflect.TypeFor[Config]()
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = Prefix + t.Field(i).Tag.Get("env")
	}
	return names
}

// Setting is one line of the list of settings.
type Setting struct {
	Name  string
	Value string
	Doc   string
}

// List returns every setting with its value and meaning. A value that holds a
// password is replaced.
func (c Config) List() []Setting {
	t, v := reflect.TypeFor[Config](), reflect.ValueOf(c)
	settings := make([]Setting, t.NumField())
	for i := range settings {
		field := t.Field(i)
		value := fmt.Sprint(v.Field(i).Interface())
		if field.Tag.Get("secret") != "" && value != "" {
			value = "(set)"
		}
		settings[i] = Setting{Name: Prefix + field.Tag.Get("env"), Value: value, Doc: field.Tag.Get("doc")}
	}
	return settings
}
