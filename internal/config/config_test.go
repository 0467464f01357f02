package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"innkeeper/internal/config"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		file    string
		environ []string
		check   func(config.Config) bool
		problem string
	}{
		{name: "defaults", check: func(c config.Config) bool {
			return c.ImpersonationIdle == 15*time.Minute && c.HTTPAddr == "127.0.0.1:8080" && c.Data == "./data"
		}},
		{name: "the file", file: "innkeeper_session_max = \"8h\"", check: func(c config.Config) bool { return c.SessionMax == 8*time.Hour }},
		{name: "the environment wins", file: "innkeeper_session_max = \"8h\"", environ: []string{"INNKEEPER_SESSION_MAX=9h"},
			check: func(c config.Config) bool { return c.SessionMax == 9*time.Hour }},
		{name: "others are left alone", environ: []string{"PATH=/bin", "INNKEEPER_TEST_REDIS_URL=x"}, check: func(config.Config) bool { return true }},
		{name: "empty switches off", environ: []string{"INNKEEPER_PRIVATE_ADDR="}, check: func(c config.Config) bool { return c.PrivateAddr == "" }},
		{name: "a list", environ: []string{"INNKEEPER_TRUSTED_PROXIES=10.0.0.0/8,fd00::/8"}, check: func(c config.Config) bool { return len(c.TrustedProxies) == 2 }},
		{name: "unknown", environ: []string{"INNKEEPER_SESION_MAX=9h"}, problem: "there is no setting INNKEEPER_SESION_MAX; did you mean INNKEEPER_SESSION_MAX?"},
		{name: "no length of time", environ: []string{"INNKEEPER_SESSION_MAX=soon"}, problem: "INNKEEPER_SESSION_MAX cannot be read: write a length of time such as 15m, 2h or 90s"},
		{name: "no number", environ: []string{"INNKEEPER_RECORD_TEXTS_KEPT=two years"}, problem: "INNKEEPER_RECORD_TEXTS_KEPT cannot be read: write a whole number such as 24"},
		{name: "no networks", environ: []string{"INNKEEPER_TRUSTED_PROXIES=10.0.0.0/8,home"}, problem: "INNKEEPER_TRUSTED_PROXIES cannot be read: write networks separated by commas, such as 10.0.0.0/8,fd00::/8"},
		{name: "session below visit", environ: []string{"INNKEEPER_SESSION_IDLE=5m"}, problem: "must not be below INNKEEPER_IMPERSONATION_IDLE"},
		{name: "texts kept for a while", environ: []string{"INNKEEPER_RECORD_TEXTS_KEPT=24"}, check: func(c config.Config) bool { return c.RecordTextsKept == 24 }},
		{name: "texts kept too short", environ: []string{"INNKEEPER_RECORD_TEXTS_KEPT=23"}, problem: "RECORD_TEXTS_KEPT must be at least 24 months"},
		{name: "two at once", environ: []string{"INNKEEPER_LOG_LEVEL=loud", "INNKEEPER_PUBLIC_URL=panel"}, problem: "PUBLIC_URL"},
		{name: "nowhere to listen", environ: []string{"INNKEEPER_HTTP_ADDR="}, problem: "INNKEEPER_HTTP_ADDR must name where to listen"},
		{name: "nowhere to keep", environ: []string{"INNKEEPER_DATA="}, problem: "INNKEEPER_DATA must name a directory"},
		{name: "help that is a script", environ: []string{"INNKEEPER_SUPPORT_URL=javascript:alert(1)"}, problem: "INNKEEPER_SUPPORT_URL must begin with"},
		{name: "help by mail", environ: []string{"INNKEEPER_SUPPORT_URL=mailto:help@harbour.example"}, check: func(c config.Config) bool { return c.SupportURL != "" }},
		{name: "broken file", file: "= 1", problem: "innkeeper.toml"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "innkeeper.toml")
			if test.file != "" {
				if err := os.WriteFile(path, []byte(test.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			c, err := config.Load(test.environ, path)
			switch {
			case test.problem == "" && err != nil:
				t.Errorf("Load() = %v, want no error", err)
			case test.problem == "" && !test.check(c):
				t.Errorf("Load() = %+v, which is not what was set", c)
			case test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)):
				t.Errorf("Load() = %v, want %q", err, test.problem)
			}
		})
	}
}

func TestListHidesPasswords(t *testing.T) {
	t.Parallel()
	c, err := config.Load([]string{"INNKEEPER_DATABASE_URL=postgres://u:hunter2@db/x"}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range c.List() {
		if strings.Contains(setting.Value, "hunter2") {
			t.Errorf("List() shows the password of %s", setting.Name)
		}
		if setting.Doc == "" {
			t.Errorf("%s is not explained", setting.Name)
		}
	}
}

// Whatever kind a setting has, the message about a value that is none says what is expected.
func TestEverySettingSaysWhatIsExpected(t *testing.T) {
	t.Parallel()
	for _, name := range config.Names() {
		_, err := config.Load([]string{name + "=\x01?"}, filepath.Join(t.TempDir(), "none.toml"))
		if err != nil && (strings.HasSuffix(err.Error(), "write ") || strings.Contains(err.Error(), "parse")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
