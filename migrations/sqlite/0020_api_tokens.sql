-- +goose Up
CREATE TABLE api_tokens (
    id             TEXT PRIMARY KEY,
    person_id      TEXT NOT NULL REFERENCES people (id),
    account_id     TEXT NOT NULL REFERENCES accounts (id),
    made_as        TEXT NOT NULL, -- the person's role: under another one it opens nothing
    name           TEXT   NOT NULL,
    secret_hash    TEXT NOT NULL UNIQUE,
    hint           TEXT   NOT NULL, -- the last letters of the secret
    previous_hash  TEXT UNIQUE, -- of the secret before the rotation
    previous_until BIGINT,
    scopes         TEXT   NOT NULL, -- a space between them
    networks       TEXT   NOT NULL DEFAULT '', -- the same; empty: from anywhere
    created_at     BIGINT NOT NULL,
    issued_at      BIGINT NOT NULL, -- the secret that is valid now
    expires_at     BIGINT NOT NULL,
    last_used_at   BIGINT,
    last_used_ip   TEXT   NOT NULL DEFAULT '',
    proved_at      BIGINT NOT NULL, -- when the person had last proved who he is
    proved_by      TEXT NOT NULL,
    revoked_at     BIGINT,
    revoked_why    TEXT,
    CHECK ((previous_hash IS NULL) = (previous_until IS NULL)),
    CHECK ((revoked_at IS NULL) = (revoked_why IS NULL)),
    CHECK (created_at <= issued_at AND issued_at < expires_at)
);
CREATE INDEX api_tokens_by_person ON api_tokens (person_id, id);
CREATE INDEX api_tokens_by_account ON api_tokens (account_id) WHERE revoked_at IS NULL;

-- A visit hangs on a login session or on an API token. The engine cannot take NOT NULL
-- off a column, so that there is a new one in its place; the trigger that keeps ended
-- rows as they are steps aside for that.
DROP TRIGGER impersonations_ended_update;
DROP INDEX impersonations_by_session;
ALTER TABLE impersonations ADD COLUMN session_id TEXT REFERENCES login_sessions (id);
UPDATE impersonations SET session_id = login_session_id;
ALTER TABLE impersonations DROP COLUMN login_session_id;
ALTER TABLE impersonations RENAME COLUMN session_id TO login_session_id;
ALTER TABLE impersonations ADD COLUMN token_id TEXT REFERENCES api_tokens (id)
    CHECK ((token_id IS NULL) <> (login_session_id IS NULL));
CREATE INDEX impersonations_by_session ON impersonations (login_session_id) WHERE ended_at IS NULL;
CREATE INDEX impersonations_by_token ON impersonations (token_id) WHERE ended_at IS NULL AND token_id IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER impersonations_ended_update BEFORE UPDATE ON impersonations
    FOR EACH ROW WHEN OLD.ended_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'an ended row of impersonations cannot be changed');
END;
-- +goose StatementEnd

-- +goose Down
DROP INDEX impersonations_by_token;
ALTER TABLE impersonations DROP COLUMN token_id;
DROP TABLE api_tokens;
