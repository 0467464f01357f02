package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"innkeeper/internal/account"
	"innkeeper/internal/fault"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// Account is an account as the API shows it.
type Account struct {
	ID              string      `json:"id" example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	Kind            string      `json:"kind" enum:"admin,support,reseller,customer" example:"customer"`
	Name            string      `json:"name" example:"Blue Door Bakery"`
	Email           string      `json:"email" format:"email" example:"mila@bluedoor.example"`
	Username        *string     `json:"username" example:"bluedoor"`
	Phone           string      `json:"phone"`
	Company         string      `json:"company"`
	Address         string      `json:"address"`
	Owner           *AccountRef `json:"owner" doc:"Who has the account; null at the top."`
	Plan            *PlanRef    `json:"plan"`
	Status          string      `json:"status" enum:"active,suspended,disabled,deleted"`
	SuspendedAt     *time.Time  `json:"suspended_at"`
	SuspendedReason string      `json:"suspended_reason"`
	DisabledAt      *time.Time  `json:"disabled_at"`
	DisabledReason  string      `json:"disabled_reason"`
	ExpiresAt       *time.Time  `json:"expires_at"`
	CreatedAt       time.Time   `json:"created_at"`
	UpdatedAt       time.Time   `json:"updated_at"`
	PrimaryDomain   *string     `json:"primary_domain" example:"bluedoor.example"`
	Usage           Usage       `json:"usage"`
	Limits          Limits      `json:"limits"`
	Can             AccountCan  `json:"can" doc:"What the asker may do to it."`
	CanInChange     *AccountCan `json:"can_in_change_mode" doc:"In a visit that only looks: what it would let the asker do in change mode; else null."`
}

// AccountCan says which acts on an account are open to the asker.
type AccountCan struct {
	Impersonate       bool    `json:"impersonate"`
	ImpersonateWhyNot *string `json:"impersonate_why_not" doc:"Why not, for people; null when it is open."`
	LookOnlyBecause   *string `json:"look_only_because" doc:"Why a visit could only look, for people; null where it may also change, or not be at all."`
	Update            bool    `json:"update"`
	Suspend           bool    `json:"suspend"`
	Disable           bool    `json:"disable"`
	Transfer          bool    `json:"transfer"`
	Delete            bool    `json:"delete"`
	Invite            bool    `json:"invite"`
}

// PlanRef names a plan.
type PlanRef struct {
	ID   string `json:"id" example:"pln_01890a5d-ac96-774b-bcce-b302099a8057"`
	Name string `json:"name" example:"Business"`
}

// Usage is what an account uses.
type Usage struct {
	Domains   int64 `json:"domains" example:"1"`
	Mailboxes int64 `json:"mailboxes" example:"4"`
	DiskBytes int64 `json:"disk_bytes" example:"1048576"`
}

// Limits are what a plan allows; null is unlimited.
type Limits struct {
	Domains   *int64 `json:"domains" example:"5"`
	Mailboxes *int64 `json:"mailboxes" example:"50"`
	DiskBytes *int64 `json:"disk_bytes" example:"21474836480"`
}

type accountHandlers struct {
	registry *Registry
	accounts *account.Service
}

type accountIDInput struct {
	ID string `path:"id" maxLength:"60" doc:"The account." example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
}

type accountOutput struct {
	ETag string `header:"ETag"`
	Body Account
}

type listAccountsInput struct {
	Page
	Q       string `query:"q" maxLength:"200" doc:"Words that begin a name, an e-mail address, a username or a domain; all must."`
	Status  string `query:"status" enum:"active,suspended,disabled,all" doc:"Only those; left out: neither disabled nor deleted."`
	Kind    string `query:"kind" enum:"admin,support,reseller,customer" doc:"Only this kind."`
	OwnerID string `query:"owner_id" maxLength:"60" doc:"Only the accounts of this one."`
	Sort    string `query:"sort" enum:"name,-name,created_at,-created_at" default:"name" doc:"The order."`
}

type accountsOutput struct {
	Body struct {
		Accounts       []Account `json:"accounts"`
		NextCursor     *string   `json:"next_cursor"`
		HiddenDisabled int       `json:"hidden_disabled" doc:"How many disabled accounts a search that found nothing would have found."`
	}
}

type createAccountInput struct {
	Body struct {
		Kind     string `json:"kind" enum:"admin,support,reseller,customer" doc:"What kind of account." example:"customer"`
		Name     string `json:"name" maxLength:"400" doc:"Whose account it is." example:"Blue Door Bakery"`
		Email    string `json:"email" maxLength:"254" doc:"The owner's address; the invitation goes there." example:"mila@bluedoor.example"`
		Username string `json:"username,omitempty" maxLength:"100" doc:"Another name to sign in with."`
		OwnerID  string `json:"owner_id,omitempty" maxLength:"60" doc:"Who has it; left out: whoever creates it."`
		PlanID   string `json:"plan_id,omitempty" maxLength:"60" doc:"Its plan; left out: no limits."`
		Phone    string `json:"phone,omitempty" maxLength:"400"`
		Company  string `json:"company,omitempty" maxLength:"400"`
		Address  string `json:"address,omitempty" maxLength:"2000"`
	}
}

type updateAccountInput struct {
	ID      string `path:"id" maxLength:"60" doc:"The account." example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	IfMatch string `header:"If-Match" doc:"The ETag of the account as it was seen."`
	Body    struct {
		Name      *string    `json:"name,omitempty" maxLength:"400" example:"Blue Door Bakery"`
		Email     *string    `json:"email,omitempty" maxLength:"254"`
		Phone     *string    `json:"phone,omitempty" maxLength:"400"`
		Company   *string    `json:"company,omitempty" maxLength:"400"`
		Address   *string    `json:"address,omitempty" maxLength:"2000"`
		PlanID    *string    `json:"plan_id,omitempty" maxLength:"60" doc:"The empty text takes the plan away."`
		ExpiresAt *time.Time `json:"expires_at,omitempty" doc:"When the account runs out."`
	}
}

type reasonInput struct {
	ID   string `path:"id" maxLength:"60" doc:"The account." example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Why; the customer can read it." example:"Invoice 1007 is unpaid."`
	}
}

type transferInput struct {
	ID   string `path:"id" maxLength:"60" doc:"The account." example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	Body struct {
		OwnerID string `json:"owner_id" maxLength:"60" doc:"Who is to have it." example:"acc_01890a5d-ac96-774b-bcce-b302099a8057"`
	}
}

type acceptInvitationInput struct {
	Body struct {
		Token    string `json:"token" minLength:"1" maxLength:"200" doc:"From the link in the mail."`
		Password string `json:"password" minLength:"1" maxLength:"1024" doc:"The password to be."`
	}
}

func registerAccounts(r *Registry, accounts *account.Service) {
	h := accountHandlers{registry: r, accounts: accounts}
	one := func(in *accountIDInput) Target { return AccountID(in.ID) }
	h.registerReading(r, one)
	h.registerChanging(r, one)
	h.registerStatus(r, one)
}

func (h accountHandlers) registerReading(r *Registry, one func(*accountIDInput) Target) {
	Register(r, Operation{
		ID: "listAccounts", Method: http.MethodGet, Path: "/accounts", Tag: "Accounts", Summary: "List accounts",
		Description: "The accounts the asker may see. Disabled ones are hidden unless asked for; a search that finds nothing says how many are.",
		Permission:  "account:view", Class: rbac.ClassLook,
	}, func(in *listAccountsInput) Target { return AccountOrSomewhere(in.OwnerID) }, h.list)
	Register(r, Operation{
		ID: "getAccount", Method: http.MethodGet, Path: "/accounts/{id}", Tag: "Accounts", Summary: "See an account",
		Description: "One account with its plan and usage, and what the asker may do to it.",
		Permission:  "account:view", Class: rbac.ClassLook,
	}, one, func(ctx context.Context, by principal.Principal, in *accountIDInput) (*accountOutput, error) {
		return h.out(by)(h.accounts.Get(ctx, by, in.ID))
	})
}

func (h accountHandlers) registerChanging(r *Registry, one func(*accountIDInput) Target) {
	Register(r, Operation{
		ID: "createAccount", Method: http.MethodPost, Path: "/accounts", Status: http.StatusCreated, Tag: "Accounts", Summary: "Create an account",
		Description: "Opens an account below its owner and invites its owner to choose a password.",
		Permission:  "account:create", Class: rbac.ClassChange, Activity: true, Audit: account.ActionCreate, Errors: []int{http.StatusConflict},
	}, func(*createAccountInput) Target { return Somewhere() }, h.create)
	Register(r, Operation{
		ID: "updateAccount", Method: http.MethodPatch, Path: "/accounts/{id}", Tag: "Accounts", Summary: "Change an account",
		Description: "Changes the fields that are given, if the account is still as the asker saw it (If-Match).",
		Permission:  "account:update", Class: rbac.ClassChange, Activity: true, Audit: account.ActionUpdate,
		Errors: []int{http.StatusConflict, http.StatusPreconditionFailed, http.StatusPreconditionRequired},
	}, func(in *updateAccountInput) Target { return AccountID(in.ID) }, h.update)
	Register(r, Operation{
		ID: "deleteAccount", Method: http.MethodDelete, Path: "/accounts/{id}", Status: http.StatusNoContent, Tag: "Accounts", Summary: "Delete an account",
		Description: "Takes the account away; its record stays. An account that owns others is refused.",
		Permission:  "account:delete", Class: rbac.ClassDeny, Activity: true, Audit: account.ActionDelete, Errors: []int{http.StatusConflict},
	}, one, func(ctx context.Context, by principal.Principal, in *accountIDInput) (*emptyOutput, error) {
		return nil, h.accounts.Delete(ctx, by, in.ID)
	})
	Register(r, Operation{
		ID: "transferAccount", Method: http.MethodPost, Path: "/accounts/{id}/transfer", Tag: "Accounts", Summary: "Give an account to another owner",
		Description: "Moves the account and everything below it. Visits by whom owned it before end at once.",
		Permission:  "account:transfer", Class: rbac.ClassDeny, Activity: true, Fresh: true, Audit: account.ActionTransfer, Errors: []int{http.StatusConflict},
	}, func(in *transferInput) Target { return AccountID(in.ID) }, func(ctx context.Context, by principal.Principal, in *transferInput) (*accountOutput, error) {
		return h.out(by)(h.accounts.Transfer(ctx, by, in.ID, in.Body.OwnerID))
	})
	Register(r, Operation{
		ID: "resendInvitation", Method: http.MethodPost, Path: "/accounts/{id}/invitation", Status: http.StatusAccepted, Tag: "Accounts", Summary: "Send the invitation again",
		Description: "Sends a new link to choose the first password; the one before stops working. At most once a minute.",
		Permission:  "account:invite", Class: rbac.ClassChange, Activity: true, Audit: account.ActionInvite, Errors: []int{http.StatusConflict},
	}, one, func(ctx context.Context, by principal.Principal, in *accountIDInput) (*emptyOutput, error) {
		return nil, h.accounts.Resend(ctx, by, in.ID)
	})
	Register(r, Operation{
		ID: "acceptInvitation", Method: http.MethodPost, Path: "/invitations/accept", Status: http.StatusNoContent, Tag: "Accounts", Summary: "Accept an invitation",
		Description: "Chooses the first password with the token from the mail, once.",
		Permission:  PermissionPublic, Class: rbac.ClassDeny, Audit: account.ActionAccept, Errors: []int{http.StatusGone},
	}, func(*acceptInvitationInput) Target { return Own() }, func(ctx context.Context, _ principal.Principal, in *acceptInvitationInput) (*emptyOutput, error) {
		return nil, h.accounts.Accept(ctx, principal.Principal{Via: viaOf(ctx)}, in.Body.Token, in.Body.Password)
	})
}

func (h accountHandlers) registerStatus(r *Registry, one func(*accountIDInput) Target) {
	why := func(in *reasonInput) Target { return AccountID(in.ID) }
	Register(r, Operation{
		ID: "suspendAccount", Method: http.MethodPost, Path: "/accounts/{id}/suspend", Tag: "Accounts", Summary: "Stop the services of an account",
		Description: "Its services stop; its people still sign in. Suspending twice is one suspension.",
		Permission:  "account:suspend", Class: rbac.ClassChange, Activity: true, Audit: account.ActionSuspend, Errors: []int{http.StatusConflict},
	}, why, func(ctx context.Context, by principal.Principal, in *reasonInput) (*accountOutput, error) {
		return h.out(by)(h.accounts.Suspend(ctx, by, in.ID, in.Body.Reason))
	})
	Register(r, Operation{
		ID: "unsuspendAccount", Method: http.MethodPost, Path: "/accounts/{id}/unsuspend", Tag: "Accounts", Summary: "Let the services run again",
		Description: "The reverse of suspending; 200 also when they run already.",
		Permission:  "account:suspend", Class: rbac.ClassChange, Activity: true, Audit: account.ActionUnsuspend,
	}, one, func(ctx context.Context, by principal.Principal, in *accountIDInput) (*accountOutput, error) {
		return h.out(by)(h.accounts.Unsuspend(ctx, by, in.ID))
	})
	Register(r, Operation{
		ID: "disableAccount", Method: http.MethodPost, Path: "/accounts/{id}/disable", Tag: "Accounts", Summary: "Block signing in",
		Description: "Nobody signs in by the account; sessions and visits by its people end at once. Its services go on.",
		Permission:  "account:disable", Class: rbac.ClassDeny, Activity: true, Audit: account.ActionDisable, Errors: []int{http.StatusConflict},
	}, why, func(ctx context.Context, by principal.Principal, in *reasonInput) (*accountOutput, error) {
		return h.out(by)(h.accounts.Disable(ctx, by, in.ID, in.Body.Reason))
	})
	Register(r, Operation{
		ID: "enableAccount", Method: http.MethodPost, Path: "/accounts/{id}/enable", Tag: "Accounts", Summary: "Let people sign in again",
		Description: "The reverse of blocking; 200 also when they can already.",
		Permission:  "account:disable", Class: rbac.ClassDeny, Activity: true, Audit: account.ActionEnable,
	}, one, func(ctx context.Context, by principal.Principal, in *accountIDInput) (*accountOutput, error) {
		return h.out(by)(h.accounts.Enable(ctx, by, in.ID))
	})
	Register(r, Operation{
		ID: "signOutAccount", Method: http.MethodPost, Path: "/accounts/{id}/sign-out", Tag: "Accounts", Summary: "Sign everybody out",
		Description: "Ends the sessions of all who are signed in by the account, and the visits begun from them. They can sign in again at once; API tokens go on.",
		Permission:  "account:disable", Class: rbac.ClassDeny, Activity: true, Audit: account.ActionSignOut, Errors: []int{http.StatusConflict},
	}, one, func(ctx context.Context, by principal.Principal, in *accountIDInput) (*accountOutput, error) {
		return h.out(by)(h.accounts.SignOut(ctx, by, in.ID))
	})
}

func (h accountHandlers) list(ctx context.Context, by principal.Principal, in *listAccountsInput) (*accountsOutput, error) {
	f := account.Filter{
		Query: in.Q, Status: account.Status(in.Status), Kind: account.Kind(in.Kind), OwnerID: in.OwnerID, Sort: account.Sort(in.Sort), Limit: in.PageSize + 1,
	}
	list := "accounts" + in.Sort // a place in one order is none in another
	if err := h.registry.cursor.Decode(list, in.Cursor, &f.After); err != nil {
		return nil, err
	}
	page, err := h.accounts.List(ctx, by, f)
	if err != nil {
		return nil, err
	}
	out := &accountsOutput{}
	out.Body.HiddenDisabled = page.HiddenDisabled
	found, next, err := pageOf(h.registry.cursor, list, page.Accounts, in.PageSize, func(d account.Details) any { return account.PositionOf(d.Account) })
	if err != nil {
		return nil, err
	}
	out.Body.NextCursor, out.Body.Accounts = next, make([]Account, len(found))
	for i, d := range found {
		out.Body.Accounts[i] = h.account(by, d)
	}
	return out, nil
}

func (h accountHandlers) create(ctx context.Context, by principal.Principal, in *createAccountInput) (*accountOutput, error) {
	b := in.Body
	return h.out(by)(h.accounts.Create(ctx, by, account.Draft{
		Kind: account.Kind(b.Kind), Name: b.Name, Email: b.Email, Username: b.Username, Phone: b.Phone, Company: b.Company,
		Address: b.Address, OwnerID: b.OwnerID, PlanID: b.PlanID,
	}))
}

func (h accountHandlers) update(ctx context.Context, by principal.Principal, in *updateAccountInput) (*accountOutput, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	b := in.Body
	return h.out(by)(h.accounts.Update(ctx, by, in.ID, version, account.Changes{
		Name: b.Name, Email: b.Email, Phone: b.Phone, Company: b.Company, Address: b.Address, PlanID: b.PlanID, ExpiresAt: b.ExpiresAt,
	}))
}

// out turns what a service answers into what the API does.
func (h accountHandlers) out(by principal.Principal) func(account.Details, error) (*accountOutput, error) {
	return func(d account.Details, err error) (*accountOutput, error) {
		if err != nil {
			return nil, err
		}
		return &accountOutput{ETag: etagOf(d.Version), Body: h.account(by, d)}, nil
	}
}

func (h accountHandlers) account(by principal.Principal, d account.Details) Account {
	out := Account{
		ID: d.ID, Kind: string(d.Kind), Name: d.Name, Email: d.Email, Username: textOrNil(d.Username), Phone: d.Phone, Company: d.Company,
		Address: d.Address, Status: string(d.Status()), SuspendedAt: timeOrNil(d.SuspendedAt), SuspendedReason: d.SuspendedReason,
		DisabledAt: timeOrNil(d.DisabledAt), DisabledReason: d.DisabledReason, ExpiresAt: timeOrNil(d.ExpiresAt),
		CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, PrimaryDomain: textOrNil(d.PrimaryDomain),
		Usage: Usage(d.Usage), Limits: Limits(d.Plan.Limits), Can: h.can(by, d.Account),
	}
	if by.Acting() && by.Mode() == principal.Look {
		can := h.can(by.Changing(), d.Account)
		out.CanInChange = &can
	}
	if d.Owner.ID != "" {
		out.Owner = &AccountRef{ID: d.Owner.ID, Name: d.Owner.Name, Kind: d.Owner.Kind}
	}
	if d.Plan.ID != "" {
		out.Plan = &PlanRef{ID: d.Plan.ID, Name: d.Plan.Name}
	}
	return out
}

func (h accountHandlers) can(by principal.Principal, a account.Account) AccountCan {
	may := func(permission string, class rbac.Class) bool { return h.registry.May(by, permission, class, a.Ref()) }
	why, lookOnly := whyNot(by, a, h.registry.MayImpersonate(by, a.Ref(), principal.Look)), (*string)(nil)
	if why == nil {
		lookOnly = lookOnlyBecause(a, h.registry.MayImpersonate(by, a.Ref(), principal.Change))
	}
	return AccountCan{
		Impersonate: why == nil, ImpersonateWhyNot: why, LookOnlyBecause: lookOnly,
		Update: may("account:update", rbac.ClassChange), Suspend: may("account:suspend", rbac.ClassChange), Invite: may("account:invite", rbac.ClassChange),
		Disable: may("account:disable", rbac.ClassDeny), Transfer: may("account:transfer", rbac.ClassDeny), Delete: may("account:delete", rbac.ClassDeny),
	}
}

// whyNot says why the asker cannot step into an account; nil when he can.
func whyNot(by principal.Principal, a account.Account, may bool) *string {
	var why string
	switch {
	case a.ID == by.Account.ID:
		why = "This is your own account."
	case by.Acting():
		why = "You are in somebody's account already. Leave it first."
	case a.Deleted():
		why = "This account has been deleted."
	case !may && a.Kind.Staff():
		why = "Accounts of staff cannot be entered."
	case !may:
		why = "You don't have permission to impersonate this user."
	default:
		return nil
	}
	return &why
}

// lookOnlyBecause says why nothing could be changed in a visit to an account; nil
// when it could.
func lookOnlyBecause(a account.Account, may bool) *string {
	var why string
	switch {
	case a.Suspended():
		why = "The services of this account are stopped, so it can only be viewed."
	case a.Disabled():
		why = "Signing in to this account is blocked, so it can only be viewed."
	case !may:
		why = "Your role lets you view only."
	default:
		return nil
	}
	return &why
}

// The answers about versions (RFC 9110 §13.1.1).
var (
	ErrNoVersion  = fault.New(fault.Unconditional, "precondition-required", "Say in If-Match which version you have seen.")
	ErrBadVersion = fault.New(fault.Stale, "account-changed", "Somebody changed this in the meantime. Load it again to see how it stands.")
)

func etagOf(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

func versionOf(ifMatch string) (int64, error) {
	if ifMatch == "" {
		return 0, ErrNoVersion
	}
	version, err := strconv.ParseInt(strings.Trim(ifMatch, `"`), 10, 64)
	if err != nil {
		return 0, ErrBadVersion
	}
	return version, nil
}

func textOrNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
