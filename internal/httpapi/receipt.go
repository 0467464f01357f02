package httpapi

import (
	"context"
	"net/http"

	"innkeeper/internal/audit/ledger"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Receipt is everything recorded of one visit, with what it takes to check it without us.
type Receipt struct {
	Format          string          `json:"format" example:"innkeeper-receipt-1"`
	ImpersonationID string          `json:"impersonation_id" example:"imp_01890a5d-ac96-774b-bcce-b302099a8057"`
	Records         []ReceiptRecord `json:"records" doc:"Oldest first."`
	Head            string          `json:"head" doc:"The signed head of the log: a note with its origin, size, root and time."`
	Key             string          `json:"key" doc:"The public key that signed it, as GET /record-key names it."`
	Limit           string          `json:"limit" doc:"What this proves, and what it does not."`
}

// ReceiptRecord is one record with its path to the head.
type ReceiptRecord struct {
	Leaf  int64    `json:"leaf" doc:"Its number in the log, from 0."`
	Salt  string   `json:"salt" doc:"16 bytes in base64, before the text in the hash."`
	Text  string   `json:"text" doc:"The record to the byte: SHA-256(0x00 || salt || text) is the hash of the leaf (RFC 6962 section 2.1)."`
	Proof []string `json:"proof" doc:"The audit path of the leaf (RFC 6962 section 2.1.1), in base64."`
}

type receiptOutput struct{ Body Receipt }

type recordKeyOutput struct {
	Body struct {
		Key string `json:"key" example:"innkeeper-record+00000000+AQ==" doc:"An Ed25519 key in the form of a note's verifier."`
	}
}

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
		ID: "getRecordKey", Method: http.MethodGet, Path: "/record-key", Tag: "Access history", Summary: "Get the key of the record",
		Description: "The public key that checks receipts. Anybody may ask.",
		Permission:  PermissionPublic, Class: rbac.ClassLook,
	}, func(*struct{}) Target { return Own() }, func(context.Context, principal.Principal, *struct{}) (*recordKeyOutput, error) {
		out := &recordKeyOutput{}
		out.Body.Key = record.Key()
		return out, nil
	})
}

func receiptOf(r ledger.Receipt) Receipt {
	out := Receipt{
		Format: r.Format, ImpersonationID: r.ImpersonationID, Records: make([]ReceiptRecord, len(r.Records)), Head: r.Head, Key: r.Key, Limit: r.Limit,
	}
	for i, p := range r.Records {
		out.Records[i] = ReceiptRecord(p)
	}
	return out
}
