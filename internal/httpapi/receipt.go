package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Receipt is everything recorded of one visit, with what it takes to check it without us.
type Receipt struct {
	Format          string `json:"format" example:"innkeeper-receipt-1"`
	ImpersonationID string `json:"impersonation_id" example:"imp_01890a5d-ac96-774b-bcce-b302099a8057"`
	Proof
}

// Statement is everything recorded of the own account in a time, with what it takes to
// check it without us, and that nothing was left out.
type Statement struct {
	Format    string    `json:"format" example:"innkeeper-statement-1"`
	AccountID string    `json:"account_id" example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	Proof
}

// Proof is records with their paths to one signed head.
type Proof struct {
	Records []ReceiptRecord `json:"records" doc:"Oldest first."`
	Head    string          `json:"head" doc:"The signed head of the log: a note with its origin, size, root and time, and from the second epoch on its number."`
	Key     string          `json:"key" doc:"The public key that signed it."`
	Links   []string        `json:"links,omitempty" doc:"What was stated about the record itself, as GET /record-key has it: each a signed note."`
	Limit   string          `json:"limit" doc:"What this proves, and what it does not."`
}

// ReceiptRecord is one record with its path to the head.
type ReceiptRecord struct {
	Leaf  int64    `json:"leaf" doc:"Its number in the log, from 0."`
	Salt  string   `json:"salt" doc:"16 bytes in base64, before the text in the hash."`
	Text  string   `json:"text" doc:"The record to the byte: SHA-256(0x00 || salt || text) is the hash of the leaf (RFC 6962 section 2.1)."`
	Proof []string `json:"proof" doc:"The audit path of the leaf (RFC 6962 section 2.1.1), in base64."`

	TextsSalt     string     `json:"texts_salt,omitempty" doc:"16 bytes in base64, before the texts in the hash."`
	Texts         string     `json:"texts,omitempty" doc:"Reason, address and browser of the record, to the byte: SHA-256(salt || texts) is its payload in base64."`
	TextsErasedAt *time.Time `json:"texts_erased_at,omitempty" doc:"When they were erased, because they are kept no longer."`
}

type (
	receiptOutput   struct{ Body Receipt }
	statementOutput struct{ Body Statement }
)

type statementInput struct {
	From time.Time `query:"from" required:"true" doc:"From this instant on." example:"2026-03-01T00:00:00Z"`
	To   time.Time `query:"to" doc:"Until before this instant, which is over; left out: until now." example:"2026-03-08T00:00:00Z"`
}

// RecordKey is the key that signs the record, and how it came to be that one.
type RecordKey struct {
	Key     string            `json:"key" example:"innkeeper-record+00000000+AQ==" doc:"An Ed25519 key in the form of a note's verifier."`
	Links   []string          `json:"links" doc:"Signed notes, each by the key that was in force: that another key follows, or that the record goes on from an older state."`
	History []RecordStatement `json:"history" doc:"What the links state, in their order."`
}

// RecordStatement is what one link states.
type RecordStatement struct {
	Kind   string    `json:"kind" enum:"key,epoch"`
	At     time.Time `json:"at"`
	Epoch  int64     `json:"epoch" doc:"In which the key follows, or which begins."`
	Size   int64     `json:"size" doc:"How many leaves the record had then."`
	By     string    `json:"by" doc:"The key that signed this."`
	Key    string    `json:"key,omitempty" doc:"The key that follows."`
	Lost   int64     `json:"lost_size,omitempty" doc:"Up to how many leaves the epoch before had been signed."`
	Reason string    `json:"reason,omitempty" doc:"Why a new epoch began."`
}

type recordKeyOutput struct{ Body RecordKey }

func registerReceipts(r *Registry, record *ledger.Service) {
	Register(r, Operation{
		ID: "getAccessReceipt", Method: http.MethodGet, Path: "/me/access-history/{id}/receipt", Tag: "Access history", Summary: "Get the receipt of a visit",
		Description: "Everything recorded of one visit to the own account, with signed proofs. `innkeeper audit verify receipt.json` checks it without this server.",
		Permission:  "access-history:view", Class: rbac.ClassLook,
	}, func(in *visitIDInput) Target { return VisitID(in.ID) }, func(ctx context.Context, by principal.Principal, in *visitIDInput) (*receiptOutput, error) {
		receipt, err := record.OfVisit(ctx, by, in.ID)
		return &receiptOutput{Body: receiptOf(receipt)}, err
	})
	Register(r, Operation{
		ID: "getAccessStatement", Method: http.MethodGet, Path: "/me/access-statement", Tag: "Access history", Summary: "Get a statement of who was here",
		Description: "Who was in the own account in a time, and what was changed by others; if nobody and nothing, it proves that. `innkeeper audit verify statement.json` checks it without this server. That it was asked for is recorded: the statement ends with it.",
		Permission:  "access-history:view", Class: rbac.ClassLook, Audit: ledger.ActionState, Errors: []int{http.StatusUnprocessableEntity},
	}, func(*statementInput) Target { return Own() }, func(ctx context.Context, by principal.Principal, in *statementInput) (*statementOutput, error) {
		s, err := record.OfTime(ctx, by, in.From, in.To)
		return &statementOutput{Body: Statement{Format: s.Format, AccountID: s.AccountID, From: s.From, To: s.To, Proof: proofOf(s.Proof)}}, err
	})
	Register(r, Operation{
		ID: "getRecordKey", Method: http.MethodGet, Path: "/record-key", Tag: "Access history", Summary: "Get the key of the record",
		Description: "The public key that checks receipts, the keys before it, and whether the record ever went on from an older state. Anybody may ask.",
		Permission:  PermissionPublic, Class: rbac.ClassLook,
	}, func(*struct{}) Target { return Own() }, func(ctx context.Context, _ principal.Principal, _ *struct{}) (*recordKeyOutput, error) {
		key, err := record.Key()
		if err != nil {
			return nil, err
		}
		links, err := record.Links(ctx)
		return &recordKeyOutput{Body: recordKeyOf(key, links)}, err
	})
}

func recordKeyOf(key string, links []ledger.Link) RecordKey {
	out := RecordKey{Key: key, Links: make([]string, len(links)), History: make([]RecordStatement, len(links))}
	for i, l := range links {
		out.Links[i] = l.Note
		out.History[i] = RecordStatement{
			Kind: string(l.Kind), At: l.At, Epoch: l.Epoch, Size: l.Size, By: l.By, Key: l.Key, Lost: l.Lost, Reason: l.Reason,
		}
	}
	return out
}

func receiptOf(r ledger.Receipt) Receipt {
	return Receipt{Format: r.Format, ImpersonationID: r.ImpersonationID, Proof: proofOf(r.Proof)}
}

func proofOf(p ledger.Proof) Proof {
	out := Proof{Records: make([]ReceiptRecord, len(p.Records)), Head: p.Head, Key: p.Key, Links: p.Links, Limit: p.Limit}
	for i, record := range p.Records {
		out.Records[i] = ReceiptRecord{
			Leaf: record.Leaf, Salt: record.Salt, Text: record.Text, Proof: record.Proof,
			TextsSalt: record.TextsSalt, Texts: record.Texts, TextsErasedAt: record.TextsErasedAt,
		}
	}
	return out
}
