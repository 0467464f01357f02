package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"innkeeper/internal/account"
	"innkeeper/internal/db"
	"innkeeper/internal/notify"
	"innkeeper/internal/principal"
)

// NoticeSettings keeps what mails say here, and who gets them.
type NoticeSettings struct{ db *db.DB }

var _ notify.Shelf = (*NoticeSettings)(nil)

// NewNoticeSettings returns the store.
func NewNoticeSettings(d *db.DB) *NoticeSettings { return &NoticeSettings{db: d} }

type noticeTemplateRow struct {
	Event     string `gorm:"primaryKey"`
	Language  string `gorm:"primaryKey"`
	Subject   string
	Body      string
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
}

func (noticeTemplateRow) TableName() string { return "notice_templates" }

type noticeMailOffRow struct {
	Event string `gorm:"primaryKey"`
}

func (noticeMailOffRow) TableName() string { return "notice_mails_off" }

type noticeCopyRow struct {
	Event     string `gorm:"primaryKey"`
	AccountID string `gorm:"primaryKey"`
}

func (noticeCopyRow) TableName() string { return "notice_copies" }

type noticeChoiceRow struct {
	AccountID string `gorm:"primaryKey"`
	Language  string
	Unmailed  string
}

func (noticeChoiceRow) TableName() string { return "notice_choices" }

// colleagueRow is an account of the provider's own people, and what it is told of.
type colleagueRow struct {
	Event string
	ID    string
	Name  string
	Email string
}

// Wording returns the text written here for the mail of an event.
func (s *NoticeSettings) Wording(ctx context.Context, event, lang string) (notify.Wording, bool, error) {
	var rows []noticeTemplateRow
	err := s.db.Read(ctx).Where("event = ?", event).Where("language = ?", lang).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return notify.Wording{}, false, err
	}
	return notify.Wording{Subject: rows[0].Subject, Body: rows[0].Body}, true, nil
}

// Written returns the languages with a text written here, by event.
func (s *NoticeSettings) Written(ctx context.Context) (map[string][]string, error) {
	var rows []noticeTemplateRow
	err := s.db.Read(ctx).Select("event, language").Order("event, language").Find(&rows).Error
	written := map[string][]string{}
	for _, row := range rows {
		written[row.Event] = append(written[row.Event], row.Language)
	}
	return written, err
}

// Write keeps a text in the place of the one before.
func (s *NoticeSettings) Write(ctx context.Context, event, lang string, w notify.Wording, at time.Time) error {
	row := noticeTemplateRow{Event: event, Language: lang, Subject: w.Subject, Body: w.Body, UpdatedAt: micros(at)}
	return s.db.Write(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "event"}, {Name: "language"}},
		DoUpdates: clause.AssignmentColumns([]string{"subject", "body", "updated_at"}),
	}).Create(&row).Error
}

// Restore forgets a text.
func (s *NoticeSettings) Restore(ctx context.Context, event, lang string) error {
	return s.db.Write(ctx).Where("event = ?", event).Where("language = ?", lang).Delete(&noticeTemplateRow{}).Error
}

// Off returns the events of which nobody gets a mail.
func (s *NoticeSettings) Off(ctx context.Context) ([]string, error) {
	var events []string
	err := s.db.Read(ctx).Model(&noticeMailOffRow{}).Order("event").Pluck("event", &events).Error
	return events, err
}

// Switch switches the mail of an event off or on.
func (s *NoticeSettings) Switch(ctx context.Context, event string, off bool) error {
	if off {
		return s.db.Write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&noticeMailOffRow{Event: event}).Error
	}
	return s.db.Write(ctx).Where("event = ?", event).Delete(&noticeMailOffRow{}).Error
}

// Copies returns who of the provider is told of which event.
func (s *NoticeSettings) Copies(ctx context.Context) (map[string][]notify.Colleague, error) {
	var rows []colleagueRow
	err := s.db.Read(ctx).Table("notice_copies c").Select("c.event, a.id, a.name, a.email").
		Joins("JOIN accounts a ON a.id = c.account_id").Where(ofTheHouse).Order("c.event, a.id").Scan(&rows).Error
	copies := map[string][]notify.Colleague{}
	for _, row := range rows {
		copies[row.Event] = append(copies[row.Event], row.colleague())
	}
	return copies, err
}

// ofTheHouse are the accounts of the provider's own people who can sign in.
const ofTheHouse = "a.kind IN ('admin', 'support') AND a.deleted_at IS NULL AND a.disabled_at IS NULL"

// SetCopies says which accounts are told of an event.
func (s *NoticeSettings) SetCopies(ctx context.Context, event string, accountIDs []string) error {
	if err := s.db.Write(ctx).Where("event = ?", event).Delete(&noticeCopyRow{}).Error; err != nil || len(accountIDs) == 0 {
		return err
	}
	rows := mapped(accountIDs, func(id string) noticeCopyRow { return noticeCopyRow{Event: event, AccountID: id} })
	return s.db.Write(ctx).Create(&rows).Error
}

// Colleagues returns the accounts of the provider's own people, by name.
func (s *NoticeSettings) Colleagues(ctx context.Context, limit int) ([]notify.Colleague, error) {
	var rows []colleagueRow
	err := s.db.Read(ctx).Table("accounts a").Select("a.id, a.name, a.email").
		Where(ofTheHouse).Order("a.name_key, a.id").Limit(limit).Scan(&rows).Error
	return mapped(rows, colleagueRow.colleague), err
}

func (r colleagueRow) colleague() notify.Colleague {
	return notify.Colleague{AccountID: r.ID, Name: r.Name, Email: r.Email}
}

// Choices returns how the accounts want to be told, of those that have chosen.
func (s *NoticeSettings) Choices(ctx context.Context, accountIDs []string) (map[string]notify.Choice, error) {
	given, err := asJSON(accountIDs)
	if err != nil {
		return nil, err
	}
	var rows []noticeChoiceRow
	err = s.db.Read(ctx).Where(amongGiven(s.db, "account_id"), given).Find(&rows).Error
	choices := make(map[string]notify.Choice, len(rows))
	for _, row := range rows {
		choices[row.AccountID] = notify.Choice{Language: row.Language, Unmailed: strings.Fields(row.Unmailed)}
	}
	return choices, err
}

// Choose keeps how an account in the scope wants to be told, or returns
// account.ErrNotFound.
func (s *NoticeSettings) Choose(ctx context.Context, scope principal.Scope, accountID string, c notify.Choice) error {
	q := s.db.Write(ctx).Model(&accountRow{}).Scopes(within(scope, "id")).Where("id = ?", accountID)
	var n int64
	if err := q.Count(&n).Error; err != nil {
		return err
	}
	if n == 0 {
		return account.ErrNotFound
	}
	row := noticeChoiceRow{AccountID: accountID, Language: c.Language, Unmailed: strings.Join(c.Unmailed, " ")}
	return s.db.Write(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "account_id"}}, DoUpdates: clause.AssignmentColumns([]string{"language", "unmailed"}),
	}).Create(&row).Error
}
