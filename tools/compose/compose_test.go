// Package compose_test reads docker-compose.yml as Docker Compose itself does, so
// that what an operator starts with is checked without an engine.
package compose_test

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// secrets are the settings without which nothing may start.
var secrets = []string{
	"POSTGRES_PASSWORD=dbsecret", "PANEL_DB_PASSWORD=panelsecret", "REDIS_PASSWORD=redissecret", "INNKEEPER_PUBLIC_URL=https://panel.example.com",
}

func load(t *testing.T, environment []string) (*types.Project, error) {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"../../docker-compose.yml"}, cli.WithEnv(environment))
	if err != nil {
		t.Fatal(err)
	}
	return options.LoadProject(context.Background())
}

func house(t *testing.T) types.Services {
	t.Helper()
	project, err := load(t, secrets)
	if err != nil {
		t.Fatalf("docker-compose.yml: %v", err)
	}
	return project.Services
}

func TestServices(t *testing.T) {
	t.Parallel()
	got := slices.Sorted(maps.Keys(house(t)))
	want := []string{"migrate", "panel", "postgres", "redis", "worker"}
	if !slices.Equal(got, want) {
		t.Errorf("services = %v, want %v", got, want)
	}
}

func TestMissingSecretsAreNamed(t *testing.T) {
	t.Parallel()
	for i, secret := range secrets {
		name, _, _ := strings.Cut(secret, "=")
		without := slices.Delete(slices.Clone(secrets), i, i+1)
		for _, environment := range [][]string{without, append(without, name+"=")} {
			if _, err := load(t, environment); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "set it to") {
				t.Errorf("without %s: %v, want an error that names it and says what to do", name, err)
			}
		}
	}
}

// L-04: the role that owns the schema, to which the record is not closed, is known to
// nobody but the database and the command that migrates it.
func TestL04PanelAndWorkerAreNotTheOwnerOfTheSchema(t *testing.T) {
	t.Parallel()
	for name, service := range house(t) {
		knows := false
		for _, value := range service.Environment {
			knows = knows || value != nil && strings.Contains(*value, "dbsecret")
		}
		if owner := name == "postgres" || name == "migrate"; knows != owner {
			t.Errorf("%s has the password of the owner: %v, want %v", name, knows, owner)
		}
		if address := service.Environment["INNKEEPER_DATABASE_URL"]; name != "postgres" && name != "redis" && (address == nil || !strings.Contains(*address, "//panel:panelsecret@")) {
			t.Errorf("%s works as another role than panel", name)
		}
	}
	project, err := load(t, secrets)
	if err != nil {
		t.Fatal(err)
	}
	if role := project.Configs["panel-role"].Content; !strings.Contains(role, "CREATE ROLE panel LOGIN PASSWORD :'password'") || strings.Contains(role, "panelsecret") {
		t.Errorf("the role is made by %q, want the password quoted by psql", role)
	}
}

func TestOnlyThePanelIsPublished(t *testing.T) {
	t.Parallel()
	for name, service := range house(t) {
		for _, port := range service.Ports {
			if name != "panel" || port.HostIP != "127.0.0.1" {
				t.Errorf("%s publishes %s:%s", name, port.HostIP, port.Published)
			}
		}
		if service.NetworkMode != "" {
			t.Errorf("%s is in the network of %q", name, service.NetworkMode)
		}
		if _, outside := service.Networks["outside"]; outside && (name == "postgres" || name == "redis") {
			t.Errorf("%s can reach the outside", name)
		}
	}
}

func TestWhatStaysIsHealthCheckedAndKept(t *testing.T) {
	t.Parallel()
	for name, service := range house(t) {
		if name == "migrate" {
			if service.Restart != "no" {
				t.Errorf("migrate is restarted: %q", service.Restart)
			}
			continue
		}
		if service.HealthCheck == nil || len(service.HealthCheck.Test) < 2 {
			t.Errorf("%s has no health check", name)
		}
		if len(service.Volumes) == 0 {
			t.Errorf("%s keeps its data nowhere", name)
		}
	}
	if command := strings.Join(house(t)["redis"].Command, " "); !strings.Contains(command, "--appendonly yes") {
		t.Errorf("redis runs as %q, without its append-only file", command)
	}
}

func TestOrderOfStart(t *testing.T) {
	t.Parallel()
	services := house(t)
	for _, name := range []string{"panel", "worker"} {
		got := map[string]string{}
		for other, dependency := range services[name].DependsOn {
			got[other] = dependency.Condition
		}
		want := map[string]string{"migrate": "service_completed_successfully", "postgres": "service_healthy", "redis": "service_healthy"}
		if !maps.Equal(got, want) {
			t.Errorf("%s waits for %v, want %v", name, got, want)
		}
	}
}

func TestAllOfOursUseTheSameDatabase(t *testing.T) {
	t.Parallel()
	services := house(t)
	for _, name := range []string{"migrate", "panel", "worker"} {
		environment := services[name].Environment
		for setting, want := range map[string]string{
			"INNKEEPER_DATABASE_URL": "postgres://panel:panelsecret@postgres:5432/innkeeper?sslmode=disable",
			"INNKEEPER_REDIS_URL":    "redis://:redissecret@redis:6379/0",
			"INNKEEPER_PUBLIC_URL":   "https://panel.example.com",
		} {
			if got := environment[setting]; got == nil || *got != want {
				t.Errorf("%s has %s = %v, want %q", name, setting, got, want)
			}
		}
	}
}

// The program refuses a setting it does not know, so what it is given here is shown to it.
func TestTheProgramKnowsTheSettings(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"migrate", "panel", "worker"} {
		cmd := exec.CommandContext(t.Context(), "go", "run", "./cmd/innkeeper", "config")
		cmd.Dir = "../.."
		for _, setting := range os.Environ() {
			if !strings.HasPrefix(setting, "INNKEEPER_") {
				cmd.Env = append(cmd.Env, setting)
			}
		}
		for setting, value := range house(t)[name].Environment {
			cmd.Env = append(cmd.Env, setting+"="+*value)
		}
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: innkeeper config: %v\n%s", name, err, said)
		}
	}
}
