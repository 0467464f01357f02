-- +goose Up
CREATE TABLE impersonations (
    id                TEXT COLLATE "C" PRIMARY KEY,
    actor_id          TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    actor_name        TEXT   NOT NULL,
    actor_account_id  TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    actor_role        TEXT COLLATE "C" NOT NULL,
    actor_employer    TEXT   NOT NULL,
    subject_id        TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    subject_name      TEXT   NOT NULL,
    subject_kind      TEXT COLLATE "C" NOT NULL,
    subject_owner_id  TEXT COLLATE "C" NOT NULL DEFAULT '',
    watcher_id        TEXT COLLATE "C" NOT NULL DEFAULT '', -- the reseller who is told besides the subject
    login_session_id  TEXT COLLATE "C" NOT NULL REFERENCES login_sessions (id),
    mode              TEXT COLLATE "C" NOT NULL CHECK (mode IN ('look', 'change')),
    reason_code       TEXT COLLATE "C" NOT NULL,
    reason            TEXT   NOT NULL,
    ticket            TEXT   NOT NULL DEFAULT '',
    informed          TEXT COLLATE "C" NOT NULL CHECK (informed IN ('asked', 'told', 'not_told')),
    not_told_because  TEXT   NOT NULL DEFAULT '',
    basis             TEXT COLLATE "C" NOT NULL DEFAULT 'open',
    ip                TEXT   NOT NULL,
    user_agent        TEXT   NOT NULL,
    return_to         TEXT   NOT NULL,
    started_at        BIGINT NOT NULL,
    last_activity_at  BIGINT NOT NULL,
    idle_timeout      BIGINT NOT NULL CHECK (idle_timeout > 0),
    expires_at        BIGINT NOT NULL,
    bounded_by        TEXT COLLATE "C" NOT NULL, -- what expires_at comes from: cap, session
    ended_at          BIGINT,
    end_reason        TEXT COLLATE "C",
    ended_by_kind     TEXT COLLATE "C",
    ended_by_id       TEXT COLLATE "C",
    ended_by_name     TEXT,
    closed_at         BIGINT,
    closed_by         TEXT COLLATE "C",
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CHECK (started_at <= last_activity_at),
    CHECK (ended_at IS NULL OR (last_activity_at <= ended_at AND ended_at <= expires_at))
);
CREATE UNIQUE INDEX impersonations_one_live ON impersonations (actor_id, subject_id) WHERE ended_at IS NULL;
CREATE INDEX impersonations_live ON impersonations (LEAST(last_activity_at + idle_timeout, expires_at)) WHERE ended_at IS NULL;
CREATE INDEX impersonations_by_session ON impersonations (login_session_id) WHERE ended_at IS NULL;
CREATE INDEX impersonations_by_subject ON impersonations (subject_id, id);
CREATE INDEX impersonations_by_actor ON impersonations (actor_id, id);

CREATE TRIGGER impersonations_ended BEFORE UPDATE OR DELETE ON impersonations
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION ended_is_final();

-- +goose Down
DROP TABLE impersonations;
