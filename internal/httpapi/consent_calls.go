package httpapi

import (
	"context"
	"time"

	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
)

func (h consentHandlers) policy(ctx context.Context, by principal.Principal, _ *struct{}) (*accessPolicyOutput, error) {
	p, err := h.visits.PolicyOf(ctx, by)
	return &accessPolicyOutput{Body: AccessPolicy{Policy: string(p)}}, err
}

func (h consentHandlers) setPolicy(ctx context.Context, by principal.Principal, in *accessPolicyInput) (*accessPolicyOutput, error) {
	err := h.visits.SetPolicy(ctx, by, impersonation.Access(in.Body.Policy))
	return &accessPolicyOutput{Body: in.Body}, err
}

func (h consentHandlers) listOwners(ctx context.Context, by principal.Principal, _ *struct{}) (*accessRequestsOutput, error) {
	return requestsOutput(h.visits.AsksOf(ctx, by))
}

func (h consentHandlers) list(ctx context.Context, by principal.Principal, _ *struct{}) (*accessRequestsOutput, error) {
	return requestsOutput(h.visits.OpenAsks(ctx, by))
}

func requestsOutput(asks []impersonation.Ask, err error) (*accessRequestsOutput, error) {
	out := &accessRequestsOutput{}
	out.Body.Requests = accessRequestsOf(asks)
	return out, err
}

func requestOutput(a impersonation.Ask, err error) (*accessRequestOutput, error) {
	if err != nil {
		return nil, err
	}
	return &accessRequestOutput{Body: accessRequestOf(a)}, nil
}

func (h consentHandlers) approve(ctx context.Context, by principal.Principal, in *approveInput) (*accessRequestOutput, error) {
	var ends time.Time
	if in.Body != nil && in.Body.EndsAt != nil {
		ends = in.Body.EndsAt.UTC().Truncate(time.Microsecond)
	}
	return requestOutput(h.visits.Approve(ctx, by, in.ID, ends))
}

func (h consentHandlers) deny(ctx context.Context, by principal.Principal, in *accessRequestIDInput) (*emptyOutput, error) {
	return nil, h.visits.Deny(ctx, by, in.ID)
}

func (h consentHandlers) get(ctx context.Context, by principal.Principal, in *accessRequestIDInput) (*accessRequestOutput, error) {
	return requestOutput(h.visits.Ask(ctx, by, in.ID))
}

func (h consentHandlers) withdraw(ctx context.Context, by principal.Principal, in *accessRequestIDInput) (*emptyOutput, error) {
	return nil, h.visits.Withdraw(ctx, by, in.ID)
}

func (h consentHandlers) code(ctx context.Context, by principal.Principal, in *codeInput) (*accessRequestOutput, error) {
	return requestOutput(h.visits.GiveCode(ctx, by, in.ID, in.Body.Code))
}

func (h consentHandlers) approveGlass(ctx context.Context, by principal.Principal, in *accessRequestIDInput) (*accessRequestOutput, error) {
	return requestOutput(h.visits.AnswerGlass(ctx, by, in.ID, true))
}

func (h consentHandlers) denyGlass(ctx context.Context, by principal.Principal, in *accessRequestIDInput) (*accessRequestOutput, error) {
	return requestOutput(h.visits.AnswerGlass(ctx, by, in.ID, false))
}

func (h consentHandlers) readLink(ctx context.Context, _ principal.Principal, in *linkInput) (*accessRequestOutput, error) {
	return requestOutput(h.visits.AskByLink(ctx, in.Body.Token))
}

func (h consentHandlers) answerLink(ctx context.Context, _ principal.Principal, in *linkAnswerInput) (*accessRequestOutput, error) {
	return requestOutput(h.visits.AnswerByLink(ctx, principal.Principal{Via: viaOf(ctx)}, in.Body.Token, in.Body.Answer == "approve"))
}
