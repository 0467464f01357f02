package db

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gorm.io/gorm"

	"innkeeper/internal/principal"
)

// ErrPrivate is returned by a statement that would leave a trace of a visit in what
// belongs to the own life of the people of an account. Nothing of it was done. It
// is a second wall: whoever meets it has found a hole in the first.
var ErrPrivate = errors.New("db: in a visit this is not written")

// private says what is not done to which table while somebody is acted for: what
// opens an account, what its people have chosen, and what they have read. Rows
// that come about because others are told, or because an account below is closed,
// are not among it.
var private = map[string][]string{
	"people":                 {update, remove},
	"second_factors":         {insert, update, remove},
	"recovery_codes":         {insert, update, remove},
	"passkeys":               {insert, update, remove},
	"passkey_challenges":     {insert, update, remove},
	"login_sessions":         {insert, remove},
	"api_tokens":             {insert, remove},
	"sso_links":              {insert, update},
	"impersonations":         {insert, remove},
	"impersonation_requests": {insert},
	"access_policies":        {insert, update, remove},
	"mailbox_unlocks":        {insert},
	"notifications":          {update, remove},
	"notice_choices":         {insert, update, remove},
	"saved_filters":          {insert, update, remove},
}

const (
	insert = "INSERT INTO"
	update = "UPDATE"
	remove = "DELETE FROM"
)

var writing = regexp.MustCompile(`(?i)\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?([a-z_]+)`)

// keepPrivate makes a pool refuse these statements, however they are written.
func keepPrivate(g *gorm.DB) error {
	of := func(verb string) func(*gorm.DB) {
		return func(g *gorm.DB) {
			if principal.InVisit(g.Statement.Context) && slices.Contains(private[g.Statement.Table], verb) {
				refuse(g, verb, g.Statement.Table)
			}
		}
	}
	written := func(g *gorm.DB) {
		if !principal.InVisit(g.Statement.Context) {
			return
		}
		for _, found := range writing.FindAllStringSubmatch(g.Statement.SQL.String(), -1) {
			verb, table := strings.Join(strings.Fields(strings.ToUpper(found[1])), " "), strings.ToLower(found[2])
			if slices.Contains(private[table], verb) {
				refuse(g, verb, table)
				return
			}
		}
	}
	callbacks := g.Callback()
	return errors.Join(
		callbacks.Create().Before("gorm:create").Register("innkeeper:private", of(insert)),
		callbacks.Update().Before("gorm:update").Register("innkeeper:private", of(update)),
		callbacks.Delete().Before("gorm:delete").Register("innkeeper:private", of(remove)),
		callbacks.Raw().Before("gorm:raw").Register("innkeeper:private", written),
		callbacks.Query().Before("gorm:query").Register("innkeeper:private", written),
		callbacks.Row().Before("gorm:row").Register("innkeeper:private", written),
	)
}

func refuse(g *gorm.DB, verb, table string) {
	_ = g.AddError(fmt.Errorf("%w: %s %s", ErrPrivate, verb, table))
}
