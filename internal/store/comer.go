package store

import (
	"innkeeper/internal/account"
	"innkeeper/internal/principal"
)

// comerRow is who comes by a session or a token, read together with it: the person,
// the account he comes in by, and what he is there.
type comerRow struct {
	PersonName     string
	PersonEmail    string
	PersonOff      *int64
	Role           *string
	AccountName    string
	AccountKind    string
	AccountPath    string
	OwnerID        *string
	OwnerName      *string
	AccountCompany string
	OwnerCompany   *string
	SuspendedAt    *int64
	DisabledAt     *int64
	DeletedAt      *int64
	Factored       bool
}

const comerColumns = `p.name AS person_name, p.email AS person_email, p.disabled_at AS person_off, m.role,
	a.name AS account_name, a.kind AS account_kind, a.path AS account_path, a.company AS account_company, a.owner_id,
	o.name AS owner_name, o.company AS owner_company,
	a.suspended_at, a.disabled_at, a.deleted_at,
	(EXISTS (SELECT 1 FROM second_factors f WHERE f.person_id = s.person_id AND f.confirmed_at IS NOT NULL) OR
		EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = s.person_id)) AS factored`

// comerJoins leads from s, which has a person and an account, to them.
const comerJoins = `JOIN people p ON p.id = s.person_id
JOIN accounts a ON a.id = s.account_id
LEFT JOIN account_people m ON m.account_id = s.account_id AND m.person_id = s.person_id
LEFT JOIN accounts o ON o.id = a.owner_id`

func (r comerRow) person(id string) account.Person {
	return account.Person{ID: id, Name: r.PersonName, Email: r.PersonEmail, DisabledAt: instantOrZero(r.PersonOff)}
}

// membership is what the person is on the account. A role that was taken away counts
// as a blocked account.
func (r comerRow) membership(personID, accountID string) account.Membership {
	return account.Membership{
		AccountID: accountID, PersonID: personID, Role: textOrEmpty(r.Role),
		Account:   principal.Account{ID: accountID, Name: r.AccountName, Kind: r.AccountKind, OwnerID: textOrEmpty(r.OwnerID), Path: r.AccountPath},
		Suspended: r.SuspendedAt != nil,
		Disabled:  r.DisabledAt != nil || r.DeletedAt != nil || r.Role == nil,
	}
}

// employer is whom the person works for: a provider's staff for the account at the
// top, everybody else for the account he came by. It goes by its company's name,
// and is left out where it would only say the person's own name again.
func (r comerRow) employer() string {
	company, name := r.AccountCompany, r.AccountName
	if r.AccountKind == string(account.KindSupport) {
		company, name = textOrEmpty(r.OwnerCompany), textOrEmpty(r.OwnerName)
	}
	if company != "" {
		name = company
	}
	if name == r.PersonName {
		return ""
	}
	return name
}
