// Package testkit owns what the tests of several rooms need from the outside: a
// fresh database on either engine and a Redis database of one's own. What is in
// the databases is left to the tests, which hand in the migration.
//
// INNKEEPER_TEST_POSTGRES_URL and INNKEEPER_TEST_REDIS_URL name servers that are
// there already, as `make test` arranges. Without them the first test that asks
// starts a private server for its process, so `go test ./internal/store/...`
// works alone. A missing server fails the test; nothing is skipped.
package testkit
