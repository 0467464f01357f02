package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/dns"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Domain is an internet domain of an account.
type Domain struct {
	ID           string    `json:"id" example:"dom_01890a5d-ac96-774b-bcce-b302099a8057"`
	AccountID    string    `json:"account_id" example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name         string    `json:"name" doc:"Lower case, internationalised names in punycode (RFC 5891)." example:"bluedoor.example"`
	Status       string    `json:"status" enum:"pending,active" doc:"Active once its document root is on disk."`
	DocumentRoot string    `json:"document_root" doc:"Where its pages are, below the account's home." example:"/bluedoor.example"`
	CreatedAt    time.Time `json:"created_at"`
}

// DNSRecord is a line of a domain's zone.
type DNSRecord struct {
	ID    string `json:"id" example:"rec_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name  string `json:"name" doc:"Relative to the domain; @ is the domain itself." example:"www"`
	Type  string `json:"type" enum:"A,AAAA,CNAME,MX,TXT,SRV,CAA,NS" example:"A"`
	TTL   int64  `json:"ttl" doc:"Seconds." example:"3600"`
	Value string `json:"value" example:"192.0.2.10"`
}

type domainIDInput struct {
	ID string `path:"id" maxLength:"60" doc:"The domain." example:"dom_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type domainOutput struct{ Body Domain }

type listDomainsInput struct {
	Page
	AccountID string `query:"account_id" maxLength:"60" doc:"Only those of this account; left out: all the asker may see."`
	Q         string `query:"q" maxLength:"253" doc:"A part of the name."`
}

type domainsOutput struct {
	Body struct {
		Domains    []Domain `json:"domains"`
		NextCursor *string  `json:"next_cursor"`
	}
}

type createDomainInput struct {
	Body struct {
		Name      string `json:"name" maxLength:"400" doc:"The domain." example:"bluedoor.example"`
		AccountID string `json:"account_id,omitempty" maxLength:"60" doc:"Whose it is to be; left out: the own account's."`
	}
}

// RecordFields are a record as somebody wants it.
type RecordFields struct {
	Name  string `json:"name" maxLength:"253" doc:"Relative to the domain; @ is the domain itself." example:"www"`
	Type  string `json:"type" enum:"A,AAAA,CNAME,MX,TXT,SRV,CAA,NS" doc:"What it says." example:"A"`
	TTL   int64  `json:"ttl" doc:"How long others may keep it, in seconds: 60 to 604800." example:"3600"`
	Value string `json:"value" maxLength:"4096" doc:"As in a zone file." example:"192.0.2.10"`
}

func (f RecordFields) input() dns.RecordInput {
	return dns.RecordInput{Name: f.Name, Type: f.Type, TTL: f.TTL, Value: f.Value}
}

type listRecordsInput struct {
	Page
	ID string `path:"id" maxLength:"60" doc:"The domain." example:"dom_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type recordsOutput struct {
	Body struct {
		Records    []DNSRecord `json:"records"`
		NextCursor *string     `json:"next_cursor"`
	}
}

type createRecordInput struct {
	ID   string `path:"id" maxLength:"60" doc:"The domain." example:"dom_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body RecordFields
}

type recordIDInput struct {
	ID       string `path:"id" maxLength:"60" doc:"The domain." example:"dom_01890a5d-ac96-774b-bcce-b302099a8057"`
	RecordID string `path:"record_id" maxLength:"60" doc:"The record." example:"rec_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type updateRecordInput struct {
	ID       string `path:"id" maxLength:"60" doc:"The domain." example:"dom_01890a5d-ac96-774b-bcce-b302099a8057"`
	RecordID string `path:"record_id" maxLength:"60" doc:"The record." example:"rec_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body     RecordFields
}

type recordOutput struct{ Body DNSRecord }

func registerDomains(r *Registry, domains *dns.Service) {
	h := domainHandlers{registry: r, domains: domains}
	one := func(in *domainIDInput) Target { return DomainID(in.ID) }
	Register(r, Operation{
		ID: "listDomains", Method: http.MethodGet, Path: "/domains", Tag: "Domains", Summary: "List domains",
		Description: "The domains of one account, or of all the asker may see.",
		Permission:  "domain:view", Class: rbac.ClassLook,
	}, func(in *listDomainsInput) Target { return AccountOrSomewhere(in.AccountID) }, h.list)
	Register(r, Operation{
		ID: "createDomain", Method: http.MethodPost, Path: "/domains", Status: http.StatusCreated, Tag: "Domains", Summary: "Add a domain",
		Description: "Adds a domain to an account. Its document root is made at once; its records are empty.",
		Permission:  "domain:manage", Class: rbac.ClassChange, Activity: true, Audit: dns.ActionCreate, Errors: []int{http.StatusConflict},
	}, func(in *createDomainInput) Target { return AccountOrOwn(in.Body.AccountID) }, h.create)
	Register(r, Operation{
		ID: "getDomain", Method: http.MethodGet, Path: "/domains/{id}", Tag: "Domains", Summary: "See a domain",
		Description: "One domain, and where its pages are.",
		Permission:  "domain:view", Class: rbac.ClassLook,
	}, one, func(ctx context.Context, by principal.Principal, in *domainIDInput) (*domainOutput, error) {
		d, err := domains.ByID(ctx, by, in.ID)
		return &domainOutput{Body: domainOf(d)}, err
	})
	Register(r, Operation{
		ID: "deleteDomain", Method: http.MethodDelete, Path: "/domains/{id}", Status: http.StatusNoContent, Tag: "Domains", Summary: "Delete a domain",
		Description: "Takes the domain and its records away; its files stay. A domain with mailboxes is refused and the mailboxes are named.",
		Permission:  "domain:manage", Class: rbac.ClassChange, Activity: true, Audit: dns.ActionDelete, Errors: []int{http.StatusConflict},
	}, one, func(ctx context.Context, by principal.Principal, in *domainIDInput) (*emptyOutput, error) {
		return nil, domains.Delete(ctx, by, in.ID)
	})
	h.registerRecords(r)
}

type domainHandlers struct {
	registry *Registry
	domains  *dns.Service
}

func (h domainHandlers) registerRecords(r *Registry) {
	Register(r, Operation{
		ID: "listRecords", Method: http.MethodGet, Path: "/domains/{id}/records", Tag: "Domains", Summary: "List DNS records",
		Description: "The records of a domain, by name and type.",
		Permission:  "domain:view", Class: rbac.ClassLook,
	}, func(in *listRecordsInput) Target { return DomainID(in.ID) }, h.records)
	Register(r, Operation{
		ID: "createRecord", Method: http.MethodPost, Path: "/domains/{id}/records", Status: http.StatusCreated, Tag: "Domains", Summary: "Add a DNS record",
		Description: "Adds a record. Beside a CNAME nothing else can stand (RFC 1034 §3.6.2).",
		Permission:  "record:manage", Class: rbac.ClassChange, Activity: true, Audit: dns.ActionRecordCreate, Errors: []int{http.StatusConflict},
	}, func(in *createRecordInput) Target { return DomainID(in.ID) }, func(ctx context.Context, by principal.Principal, in *createRecordInput) (*recordOutput, error) {
		made, err := h.domains.AddRecord(ctx, by, in.ID, in.Body.input())
		return &recordOutput{Body: recordOf(made)}, err
	})
	Register(r, Operation{
		ID: "updateRecord", Method: http.MethodPut, Path: "/domains/{id}/records/{record_id}", Tag: "Domains", Summary: "Change a DNS record",
		Description: "Replaces a record by what is given.",
		Permission:  "record:manage", Class: rbac.ClassChange, Activity: true, Audit: dns.ActionRecordUpdate, Errors: []int{http.StatusConflict},
	}, func(in *updateRecordInput) Target { return DomainID(in.ID) }, func(ctx context.Context, by principal.Principal, in *updateRecordInput) (*recordOutput, error) {
		changed, err := h.domains.ChangeRecord(ctx, by, in.ID, in.RecordID, in.Body.input())
		return &recordOutput{Body: recordOf(changed)}, err
	})
	Register(r, Operation{
		ID: "deleteRecord", Method: http.MethodDelete, Path: "/domains/{id}/records/{record_id}", Status: http.StatusNoContent, Tag: "Domains", Summary: "Delete a DNS record",
		Description: "Takes a record away.",
		Permission:  "record:manage", Class: rbac.ClassChange, Activity: true, Audit: dns.ActionRecordDelete,
	}, func(in *recordIDInput) Target { return DomainID(in.ID) }, func(ctx context.Context, by principal.Principal, in *recordIDInput) (*emptyOutput, error) {
		return nil, h.domains.RemoveRecord(ctx, by, in.ID, in.RecordID)
	})
}

func (h domainHandlers) list(ctx context.Context, by principal.Principal, in *listDomainsInput) (*domainsOutput, error) {
	var after string
	if err := h.registry.cursor.Decode("domains", in.Cursor, &after); err != nil {
		return nil, err
	}
	page, err := h.domains.List(ctx, by, dns.Filter{AccountID: in.AccountID, Query: in.Q}, after, in.PageSize)
	if err != nil {
		return nil, err
	}
	out := &domainsOutput{}
	out.Body.Domains = make([]Domain, len(page.Domains))
	for i, d := range page.Domains {
		out.Body.Domains[i] = domainOf(d)
	}
	if page.Next != "" {
		out.Body.NextCursor, err = h.registry.cursor.Encode("domains", page.Next)
	}
	return out, err
}

func (h domainHandlers) create(ctx context.Context, by principal.Principal, in *createDomainInput) (*domainOutput, error) {
	d, err := h.domains.Create(ctx, by, accountOrOwn(by, in.Body.AccountID), in.Body.Name)
	return &domainOutput{Body: domainOf(d)}, err
}

// accountOrOwn names the account an operation is for.
func accountOrOwn(by principal.Principal, id string) string {
	if id == "" {
		return by.Subject.ID
	}
	return id
}

func (h domainHandlers) records(ctx context.Context, by principal.Principal, in *listRecordsInput) (*recordsOutput, error) {
	var after dns.RecordKey
	if err := h.registry.cursor.Decode("records", in.Cursor, &after); err != nil {
		return nil, err
	}
	page, err := h.domains.Records(ctx, by, in.ID, after, in.PageSize)
	if err != nil {
		return nil, err
	}
	out := &recordsOutput{}
	out.Body.Records = make([]DNSRecord, len(page.Records))
	for i, record := range page.Records {
		out.Body.Records[i] = recordOf(record)
	}
	if page.Next != nil {
		out.Body.NextCursor, err = h.registry.cursor.Encode("records", page.Next)
	}
	return out, err
}

func domainOf(d dns.Domain) Domain {
	return Domain{ID: d.ID, AccountID: d.AccountID, Name: d.Name, Status: string(d.Status), DocumentRoot: d.DocumentRoot, CreatedAt: d.CreatedAt}
}

func recordOf(r dns.Record) DNSRecord {
	return DNSRecord{ID: r.ID, Name: r.Name, Type: r.Type, TTL: r.TTL, Value: r.Value}
}
