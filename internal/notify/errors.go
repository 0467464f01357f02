package notify

import "innkeeper/internal/fault"

// The errors of this room.
var (
	ErrNotFound     = fault.New(fault.NotFound, "notification-not-found", "There is no such notification.")
	ErrMailNotFound = fault.New(fault.NotFound, "mail-not-found", "There is no such message.")
	// ErrClosedActing keeps visits from leaving traces in the subject's own life.
	ErrClosedActing = fault.New(fault.Forbidden, "closed-while-acting", "What is read and what is not is for the account's own people: it stays as it is while you act for somebody else.")
	// ErrTemplateNotFound is also the answer for a language that there is not.
	ErrTemplateNotFound = fault.New(fault.NotFound, "notification-template-not-found", "There is no such mail.")
	ErrTemplateFixed    = fault.New(fault.Conflict, "notification-mail-needed", "This mail opens something that people cannot reach without it. It stays switched on.")
	ErrNotCopied        = fault.New(fault.Conflict, "notification-not-copied", "This is told to nobody but those whose matter it is.")
	ErrChoiceClosed     = fault.New(fault.Forbidden, "closed-while-acting", "How an account is told is chosen by its own people: it stays as it is while you act for somebody else.")
	errNoColleague      = fault.ErrInvalid.WithFields(fault.Field{Pointer: "/account_ids", Code: "choice", Detail: "Only accounts of your own staff can be told."})
	// ErrAddress is for good: no mail server is asked.
	ErrAddress = fault.New(fault.Invalid, "mail-address-invalid", "The message cannot be sent to this address.")
	// ErrRefused is what a mail server says for good.
	ErrRefused = fault.New(fault.Invalid, "mail-refused", "The mail server refused the message.")
	// ErrAway is anything that may be better later.
	ErrAway = fault.New(fault.Unavailable, "mail-unavailable", "The message cannot be sent at the moment.")
)
