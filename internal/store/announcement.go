package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"innkeeper/internal/db"
	"innkeeper/internal/impersonation"
	"innkeeper/internal/principal"
)

// Announcements keeps what customers were told before visits.
type Announcements struct{ db *db.DB }

var _ impersonation.Announcements = (*Announcements)(nil)

// NewAnnouncements returns the store of announcements.
func NewAnnouncements(d *db.DB) *Announcements { return &Announcements{db: d} }

type announcementRow struct {
	ID         string `gorm:"primaryKey"`
	ActorID    string
	SubjectID  string
	ReasonCode string
	Reason     string
	Ticket     string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
	VisitID    string
}

func (announcementRow) TableName() string { return "visit_announcements" }

// Create keeps a new announcement.
func (s *Announcements) Create(ctx context.Context, a impersonation.Announcement) error {
	row := announcementRowOf(a)
	return s.db.Write(ctx).Create(&row).Error
}

// List returns announcements to accounts within the scope, newest first.
func (s *Announcements) List(ctx context.Context, scope principal.Scope, f impersonation.AnnouncementFilter) ([]impersonation.Announcement, error) {
	q := s.db.Read(ctx).Scopes(within(scope, "subject_id")).Where("created_at > ?", micros(f.Since))
	for column, value := range map[string]string{"actor_id": f.ActorID, "subject_id": f.SubjectID} {
		if value != "" {
			q = q.Where(clause.Eq{Column: column, Value: value})
		}
	}
	if f.Waiting {
		q = q.Where("visit_id = ''")
	}
	var rows []announcementRow
	err := q.Order("created_at DESC, id DESC").Limit(f.Limit).Find(&rows).Error
	return mapped(rows, announcementRow.announcement), err
}

// Follow notes the visit beside what its actor had announced to its subject, and
// returns when he did so last.
func (s *Announcements) Follow(ctx context.Context, v impersonation.Visit) (time.Time, error) {
	const waiting = "actor_id = ? AND subject_id = ? AND visit_id = ''"
	var last int64
	err := s.db.Write(ctx).Model(&announcementRow{}).Where(waiting, v.Actor.ID, v.Subject.ID).Select("COALESCE(MAX(created_at), 0)").Scan(&last).Error
	if err != nil || last == 0 {
		return time.Time{}, err
	}
	err = s.db.Write(ctx).Model(&announcementRow{}).Where(waiting, v.Actor.ID, v.Subject.ID).Updates(map[string]any{"visit_id": v.ID}).Error
	return instant(last), err
}

func announcementRowOf(a impersonation.Announcement) announcementRow {
	return announcementRow{
		ID: a.ID, ActorID: a.ActorID, SubjectID: a.SubjectID, ReasonCode: a.ReasonCode, Reason: a.Reason, Ticket: a.Ticket,
		CreatedAt: micros(a.CreatedAt), VisitID: a.VisitID,
	}
}

func (r announcementRow) announcement() impersonation.Announcement {
	return impersonation.Announcement{
		ID: r.ID, ActorID: r.ActorID, SubjectID: r.SubjectID, ReasonCode: r.ReasonCode, Reason: r.Reason, Ticket: r.Ticket,
		CreatedAt: instant(r.CreatedAt), VisitID: r.VisitID,
	}
}
