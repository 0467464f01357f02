package httpapi

import (
	"context"
	"net/http"
	"time"

	"innkeeper/internal/auth"
	"innkeeper/internal/principal"
	"innkeeper/rbac"
)

// SecondFactor is what a person is shown of the own second factor.
type SecondFactor struct {
	TOTP          TOTPState `json:"totp"`
	RecoveryCodes int       `json:"recovery_codes_left" doc:"How many recovery codes nobody has used." example:"10"`
	Required      bool      `json:"required" doc:"Whether the person must have one."`
}

// TOTPState is an app that shows codes.
type TOTPState struct {
	Enabled bool       `json:"enabled" doc:"Whether codes are asked for at the sign-in."`
	Since   *time.Time `json:"since" doc:"Since when; null while there is none."`
}

// NewTOTP is a secret on its way into an app. It is shown once.
type NewTOTP struct {
	Secret string `json:"secret" doc:"To type into the app, where it cannot read the address." example:"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"`
	URI    string `json:"uri" doc:"The address that apps read, as a QR code." example:"otpauth://totp/Innkeeper:ada@example.com?algorithm=SHA1&digits=6&issuer=Innkeeper&period=30&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"`
}

type secondFactorOutput struct{ Body SecondFactor }

type newTOTPOutput struct{ Body NewTOTP }

type confirmTOTPInput struct {
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"64" doc:"What the app shows now." example:"492039"`
	}
}

type recoveryCodesOutput struct {
	Body struct {
		Codes []string `json:"recovery_codes" doc:"Ten codes, each good for one sign-in without the app. They are shown this once." example:"[\"mzxw-6ytb-oi4d-q2lk\"]"`
	}
}

type factorHandlers struct{ auth *auth.Service }

func registerFactor(r *Registry, service *auth.Service) {
	h := factorHandlers{auth: service}
	Register(r, Operation{
		ID: "getSecondFactor", Method: http.MethodGet, Path: "/me/second-factor", Tag: "Second factor", Summary: "See the own second factor",
		Description: "Whether codes are asked for at the sign-in, how many recovery codes are left, and whether the person must have a second factor.",
		Permission:  "factor:manage", Class: rbac.ClassDeny, Unfactored: true,
	}, func(*struct{}) Target { return Own() }, h.get)
	Register(r, Operation{
		ID: "beginTOTP", Method: http.MethodPost, Path: "/me/second-factor/totp", Status: http.StatusCreated, Tag: "Second factor", Summary: "Begin to set up an app",
		Description: "Makes a secret for an app that shows codes (TOTP, RFC 6238). Until one of its codes is confirmed nothing else changes; begun again, the secret before is void.",
		Permission:  "factor:manage", Class: rbac.ClassDeny, Activity: true, Audit: auth.ActionFactorBegin, Fresh: true, Unfactored: true, Errors: []int{http.StatusConflict},
	}, func(*struct{}) Target { return Own() }, h.begin)
	Register(r, Operation{
		ID: "confirmTOTP", Method: http.MethodPost, Path: "/me/second-factor/totp/confirm", Tag: "Second factor", Summary: "Turn the app on",
		Description: "Takes a code of the app, answers with ten recovery codes, and ends the person's other sessions. From now on the sign-in asks for a code; each works once.",
		Permission:  "factor:manage", Class: rbac.ClassDeny, Activity: true, Audit: auth.ActionFactorOn, Fresh: true, Unfactored: true, Errors: []int{http.StatusConflict},
	}, func(*confirmTOTPInput) Target { return Own() }, h.confirm)
	Register(r, Operation{
		ID: "removeSecondFactor", Method: http.MethodDelete, Path: "/me/second-factor", Status: http.StatusNoContent, Tag: "Second factor", Summary: "Remove the app",
		Description: "Drops the app, with the last second factor the recovery codes too, and ends the person's other sessions. 409 `last-second-factor` where the person must have a second factor and has no passkey.",
		Permission:  "factor:manage", Class: rbac.ClassDeny, Activity: true, Audit: auth.ActionFactorOff, Fresh: true, Errors: []int{http.StatusConflict},
	}, func(*struct{}) Target { return Own() }, h.remove)
	Register(r, Operation{
		ID: "makeRecoveryCodes", Method: http.MethodPost, Path: "/me/recovery-codes", Status: http.StatusCreated, Tag: "Second factor", Summary: "Make new recovery codes",
		Description: "Answers with ten new recovery codes; all before them are void.",
		Permission:  "factor:manage", Class: rbac.ClassDeny, Activity: true, Audit: auth.ActionRecoveryNew, Fresh: true, Errors: []int{http.StatusConflict},
	}, func(*struct{}) Target { return Own() }, h.recovery)
}

func (h factorHandlers) get(ctx context.Context, by principal.Principal, _ *struct{}) (*secondFactorOutput, error) {
	state, err := h.auth.FactorOf(ctx, by)
	if err != nil {
		return nil, err
	}
	out := &secondFactorOutput{Body: SecondFactor{RecoveryCodes: state.CodesLeft, Required: state.Required}}
	if state.Factor.Confirmed() {
		out.Body.TOTP = TOTPState{Enabled: true, Since: &state.Factor.ConfirmedAt}
	}
	return out, nil
}

func (h factorHandlers) begin(ctx context.Context, by principal.Principal, _ *struct{}) (*newTOTPOutput, error) {
	secret, uri, err := h.auth.BeginFactor(ctx, by)
	return &newTOTPOutput{Body: NewTOTP{Secret: secret, URI: uri}}, err
}

func (h factorHandlers) confirm(ctx context.Context, by principal.Principal, in *confirmTOTPInput) (*recoveryCodesOutput, error) {
	return recoveryCodes(h.auth.ConfirmFactor(ctx, by, in.Body.Code))
}

func (h factorHandlers) remove(ctx context.Context, by principal.Principal, _ *struct{}) (*emptyOutput, error) {
	return nil, h.auth.RemoveFactor(ctx, by)
}

func (h factorHandlers) recovery(ctx context.Context, by principal.Principal, _ *struct{}) (*recoveryCodesOutput, error) {
	return recoveryCodes(h.auth.NewRecoveryCodes(ctx, by))
}

func recoveryCodes(codes []string, err error) (*recoveryCodesOutput, error) {
	out := &recoveryCodesOutput{}
	out.Body.Codes = codes
	return out, err
}
