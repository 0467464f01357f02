-- +goose Up
CREATE TABLE impersonations (
    id                TEXT PRIMARY KEY,
    actor_id          TEXT NOT NULL REFERENCES people (id),
    actor_name        TEXT   NOT NULL,
    actor_account_id  TEXT NOT NULL REFERENCES accounts (id),
    actor_role        TEXT NOT NULL,
    actor_employer    TEXT   NOT NULL,
    subject_id        TEXT NOT NULL REFERENCES accounts (id),
    subject_name      TEXT   NOT NULL,
    subject_kind      TEXT NOT NULL,
    subject_owner_id  TEXT NOT NULL DEFAULT '',
    watcher_id        TEXT NOT NULL DEFAULT '', -- the reseller who is told besides the subject
    login_session_id  TEXT NOT NULL REFERENCES login_sessions (id),
    mode              TEXT NOT NULL CHECK (mode IN ('look', 'change')),
    reason_code       TEXT NOT NULL,
    reason            TEXT   NOT NULL,
    ticket            TEXT   NOT NULL DEFAULT '',
    informed          TEXT NOT NULL CHECK (informed IN ('asked', 'told', 'not_told')),
    not_told_because  TEXT   NOT NULL DEFAULT '',
    basis             TEXT NOT NULL DEFAULT 'open',
    ip                TEXT   NOT NULL,
    user_agent        TEXT   NOT NULL,
    return_to         TEXT   NOT NULL,
    started_at        BIGINT NOT NULL,
    last_activity_at  BIGINT NOT NULL,
    idle_timeout      BIGINT NOT NULL CHECK (idle_timeout > 0),
    expires_at        BIGINT NOT NULL,
    bounded_by        TEXT NOT NULL, -- what expires_at comes from: cap, session
    ended_at          BIGINT,
    end_reason        TEXT,
    ended_by_kind     TEXT,
    ended_by_id       TEXT,
    ended_by_name     TEXT,
    closed_at         BIGINT,
    closed_by         TEXT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CHECK (started_at <= last_activity_at),
    CHECK (ended_at IS NULL OR (last_activity_at <= ended_at AND ended_at <= expires_at))
);
CREATE UNIQUE INDEX impersonations_one_live ON impersonations (actor_id, subject_id) WHERE ended_at IS NULL;
CREATE INDEX impersonations_live ON impersonations (min(last_activity_at + idle_timeout, expires_at)) WHERE ended_at IS NULL;
CREATE INDEX impersonations_by_session ON impersonations (login_session_id) WHERE ended_at IS NULL;
CREATE INDEX impersonations_by_subject ON impersonations (subject_id, id);
CREATE INDEX impersonations_by_actor ON impersonations (actor_id, id);

-- +goose StatementBegin
CREATE TRIGGER impersonations_ended_update BEFORE UPDATE ON impersonations
    FOR EACH ROW WHEN OLD.ended_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'an ended row of impersonations cannot be changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER impersonations_ended_delete BEFORE DELETE ON impersonations
    FOR EACH ROW WHEN OLD.ended_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'an ended row of impersonations cannot be changed');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE impersonations;
