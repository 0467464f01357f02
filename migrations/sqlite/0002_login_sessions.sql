-- +goose Up
CREATE TABLE login_sessions (
    id               TEXT PRIMARY KEY,
    person_id        TEXT NOT NULL REFERENCES people (id),
    account_id       TEXT NOT NULL REFERENCES accounts (id),
    token_hash       TEXT NOT NULL UNIQUE,
    ip               TEXT   NOT NULL,
    user_agent       TEXT   NOT NULL,
    started_at       BIGINT NOT NULL,
    last_activity_at BIGINT NOT NULL,
    idle_timeout     BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    ended_at         BIGINT,
    end_reason       TEXT,
    closed_at        BIGINT,
    closed_by        TEXT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CHECK (started_at <= last_activity_at),
    CHECK (ended_at IS NULL OR last_activity_at <= ended_at)
);
CREATE INDEX login_sessions_by_person ON login_sessions (person_id, started_at DESC);
CREATE INDEX login_sessions_live ON login_sessions (last_activity_at) WHERE ended_at IS NULL;

-- +goose StatementBegin
CREATE TRIGGER login_sessions_ended_update BEFORE UPDATE ON login_sessions
    FOR EACH ROW WHEN OLD.ended_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'an ended row of login_sessions cannot be changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER login_sessions_ended_delete BEFORE DELETE ON login_sessions
    FOR EACH ROW WHEN OLD.ended_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'an ended row of login_sessions cannot be changed');
END;
-- +goose StatementEnd

-- Failed sign-ins, counted by address and by (address, account).
CREATE TABLE sign_in_failures (
    key        TEXT PRIMARY KEY,
    failures   BIGINT NOT NULL,
    window_at  BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL DEFAULT 0
);

-- +goose Down
DROP TABLE sign_in_failures;
DROP TABLE login_sessions;
