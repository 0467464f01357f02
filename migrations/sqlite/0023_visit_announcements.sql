-- +goose Up
-- What customers were told before a visit: who is about to come, and why.
CREATE TABLE visit_announcements (
    id          TEXT PRIMARY KEY,
    actor_id    TEXT NOT NULL REFERENCES people (id),
    subject_id  TEXT NOT NULL REFERENCES accounts (id),
    reason_code TEXT NOT NULL,
    reason      TEXT   NOT NULL,
    ticket      TEXT   NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL,
    visit_id    TEXT NOT NULL DEFAULT '' -- the visit that came of it
);
CREATE INDEX visit_announcements_by_actor ON visit_announcements (actor_id, created_at);
CREATE INDEX visit_announcements_by_subject ON visit_announcements (subject_id, created_at);

-- +goose Down
DROP TABLE visit_announcements;
