package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"innkeeper/internal/db"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// Mails keeps the mails that the system writes.
type Mails struct{ db *db.DB }

var _ notify.Mails = (*Mails)(nil)

// NewMails returns the store of mails.
func NewMails(d *db.DB) *Mails { return &Mails{db: d} }

type mailRow struct {
	ID            string `gorm:"primaryKey"`
	Source        string
	ObjectID      string
	AccountID     string
	Event         string
	Recipient     string
	Subject       string
	Body          string
	HTML          string `gorm:"column:html"`
	MessageID     string
	InReplyTo     string
	CreatedAt     int64 `gorm:"autoCreateTime:false"`
	SentAt        *int64
	Attempts      int
	LastError     string
	TextsErasedAt *int64
	FailedJob     *string `gorm:"->"` // read beside the row
}

func (mailRow) TableName() string { return "mails" }

// Add writes a mail unless its source has one, and returns the one that is there.
func (s *Mails) Add(ctx context.Context, m notify.Mail) (notify.Mail, error) {
	row := mailRowOf(m)
	unlessThere := clause.OnConflict{Columns: []clause.Column{{Name: "source"}}, DoNothing: true}
	if err := s.db.Write(ctx).Clauses(unlessThere).Create(&row).Error; err != nil {
		return notify.Mail{}, err
	}
	var kept mailRow
	err := s.db.Write(ctx).Where("source = ?", m.Source).Take(&kept).Error
	return kept.mail(), err
}

// BySource returns the mail from a source.
func (s *Mails) BySource(ctx context.Context, source string) (notify.Mail, bool, error) {
	var rows []mailRow
	err := s.db.Read(ctx).Where("source = ?", source).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return notify.Mail{}, false, err
	}
	return rows[0].mail(), true, nil
}

// Begin counts an attempt under a message id.
func (s *Mails) Begin(ctx context.Context, id, messageID string) error {
	return s.change(ctx, id, map[string]any{"attempts": gorm.Expr("attempts + 1"), "message_id": messageID})
}

// Sent notes that it has been handed over.
func (s *Mails) Sent(ctx context.Context, id string, at time.Time) error {
	return s.change(ctx, id, map[string]any{"sent_at": micros(at), "last_error": ""})
}

// Failed notes why it has not.
func (s *Mails) Failed(ctx context.Context, id, why string) error {
	return s.change(ctx, id, map[string]any{"last_error": why})
}

func (s *Mails) change(ctx context.Context, id string, columns map[string]any) error {
	return touched(s.db.Write(ctx).Model(&mailRow{}).Where("id = ?", id).Updates(columns), notify.ErrMailNotFound)
}

// ByID returns a mail to an account in the scope.
func (s *Mails) ByID(ctx context.Context, scope principal.Scope, id string) (notify.Mail, error) {
	var row mailRow
	err := s.withJobs(ctx).Scopes(within(scope, "account_id")).Where("id = ?", id).Take(&row).Error
	return row.mail(), missing(err, notify.ErrMailNotFound)
}

// List returns the mails to accounts in the scope, newest first.
func (s *Mails) List(ctx context.Context, scope principal.Scope, f notify.MailFilter) ([]notify.Mail, error) {
	q := s.withJobs(ctx).Scopes(within(scope, "account_id"))
	if f.Undelivered {
		q = q.Scopes(undelivered)
	}
	if f.Before != "" {
		q = q.Where("id < ?", f.Before)
	}
	var rows []mailRow
	err := q.Order("id DESC").Limit(f.Limit).Find(&rows).Error
	return mapped(rows, mailRow.mail), err
}

// Undelivered counts the mails to accounts in the scope that have been given up.
func (s *Mails) Undelivered(ctx context.Context, scope principal.Scope) (int64, error) {
	var n int64
	err := s.db.Read(ctx).Model(&mailRow{}).Scopes(within(scope, "account_id"), undelivered).Count(&n).Error
	return n, err
}

// givenUp are the promises to send a mail that nobody tries to keep any more.
const givenUp = "FROM outbox o WHERE o.object_id = mails.object_id AND o.failed_at IS NOT NULL"

// undelivered leaves the mails that have been given up.
func undelivered(q *gorm.DB) *gorm.DB {
	return q.Where("sent_at IS NULL").Where("EXISTS (SELECT 1 " + givenUp + ")")
}

// withJobs reads mails with the last promise that was given up for each.
func (s *Mails) withJobs(ctx context.Context) *gorm.DB {
	return s.db.Read(ctx).Model(&mailRow{}).
		Select("mails.*, CASE WHEN sent_at IS NULL THEN (SELECT max(o.id) " + givenUp + ") END AS failed_job")
}

func mailRowOf(m notify.Mail) mailRow {
	return mailRow{
		ID: m.ID, Source: m.Source, ObjectID: m.ObjectID, AccountID: m.AccountID, Event: m.Event, Recipient: m.To, Subject: m.Subject, Body: m.Text,
		HTML: m.HTML, MessageID: m.MessageID, InReplyTo: m.InReplyTo, CreatedAt: micros(m.CreatedAt), SentAt: microsOrNull(m.SentAt),
		Attempts: m.Attempts, LastError: m.LastError,
	}
}

func (r mailRow) mail() notify.Mail {
	return notify.Mail{
		ID: r.ID, Source: r.Source, ObjectID: r.ObjectID, AccountID: r.AccountID, Event: r.Event, To: r.Recipient, Subject: r.Subject, Text: r.Body,
		HTML: r.HTML, MessageID: r.MessageID, InReplyTo: r.InReplyTo, CreatedAt: instant(r.CreatedAt), SentAt: instantOrZero(r.SentAt),
		Attempts: r.Attempts, LastError: r.LastError, ErasedAt: instantOrZero(r.TextsErasedAt), FailedJob: textOrEmpty(r.FailedJob),
	}
}
