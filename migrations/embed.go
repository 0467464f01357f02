// Package migrations owns the database schema: goose SQL files, one for each
// number and engine. Running them is left to db.
package migrations

import "embed"

// Files holds the directories postgres and sqlite.
//
//go:embed postgres/*.sql sqlite/*.sql
var Files embed.FS
