package testkit

import (
	"context"
	"fmt"
	"os"
	"testing"

	"innkeeper/internal/testkit/private"
)

var postgresTemplates templates[string]

// Postgres returns the address of a fresh, migrated PostgreSQL database that is dropped when the test ends.
func Postgres(t testing.TB, migrate Migrate) string {
	t.Helper()
	c := theCluster(t)
	template, err := postgresTemplates.get(migrate, func() (string, error) { return c.template(t.Context(), migrate) })
	if err != nil {
		t.Fatalf("migrate a PostgreSQL database: %v", err)
	}
	return freshPostgres(t, c, template)
}

// EmptyPostgres returns the address of a PostgreSQL database without a schema, dropped when the test ends.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	return freshPostgres(t, theCluster(t), "template0")
}

// NewPostgres starts a PostgreSQL server for this test alone, which may stop, kill and start it. It is
// closed, and its data removed, when the test ends.
func NewPostgres(t testing.TB) *private.Postgres {
	t.Helper()
	server, err := private.StartPostgres()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close PostgreSQL: %v", err)
		}
	})
	return server
}

func freshPostgres(t testing.TB, c *cluster, template string) string {
	t.Helper()
	name, err := c.create(t.Context(), template)
	if err != nil {
		t.Fatalf("create a PostgreSQL database: %v", err)
	}
	t.Cleanup(func() {
		if err := c.drop(context.Background(), name); err != nil {
			t.Errorf("drop a PostgreSQL database: %v", err)
		}
	})
	return c.address(name)
}

// theCluster returns the PostgreSQL server of this test process.
func theCluster(t testing.TB) *cluster {
	t.Helper()
	c, err := onceCluster()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// postgresURL returns the server to use: the one in the environment, or a private one.
func postgresURL() (string, error) {
	if url := os.Getenv("INNKEEPER_TEST_POSTGRES_URL"); url != "" {
		return url, nil
	}
	server, err := private.StartPostgres()
	if err != nil {
		return "", fmt.Errorf("INNKEEPER_TEST_POSTGRES_URL is not set and no private server can be started: %w", err)
	}
	return server.URL(), nil
}
