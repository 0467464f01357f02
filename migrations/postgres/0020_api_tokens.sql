-- +goose Up
CREATE TABLE api_tokens (
    id             TEXT COLLATE "C" PRIMARY KEY,
    person_id      TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    account_id     TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    made_as        TEXT COLLATE "C" NOT NULL, -- the person's role: under another one it opens nothing
    name           TEXT   NOT NULL,
    secret_hash    TEXT COLLATE "C" NOT NULL UNIQUE,
    hint           TEXT   NOT NULL, -- the last letters of the secret
    previous_hash  TEXT COLLATE "C" UNIQUE, -- of the secret before the rotation
    previous_until BIGINT,
    scopes         TEXT   NOT NULL, -- a space between them
    networks       TEXT   NOT NULL DEFAULT '', -- the same; empty: from anywhere
    created_at     BIGINT NOT NULL,
    issued_at      BIGINT NOT NULL, -- the secret that is valid now
    expires_at     BIGINT NOT NULL,
    last_used_at   BIGINT,
    last_used_ip   TEXT   NOT NULL DEFAULT '',
    proved_at      BIGINT NOT NULL, -- when the person had last proved who he is
    proved_by      TEXT COLLATE "C" NOT NULL,
    revoked_at     BIGINT,
    revoked_why    TEXT COLLATE "C",
    CHECK ((previous_hash IS NULL) = (previous_until IS NULL)),
    CHECK ((revoked_at IS NULL) = (revoked_why IS NULL)),
    CHECK (created_at <= issued_at AND issued_at < expires_at)
);
CREATE INDEX api_tokens_by_person ON api_tokens (person_id, id);
CREATE INDEX api_tokens_by_account ON api_tokens (account_id) WHERE revoked_at IS NULL;

-- A visit hangs on a login session or on an API token.
ALTER TABLE impersonations ALTER COLUMN login_session_id DROP NOT NULL;
ALTER TABLE impersonations ADD COLUMN token_id TEXT COLLATE "C" REFERENCES api_tokens (id)
    CHECK ((token_id IS NULL) <> (login_session_id IS NULL));
CREATE INDEX impersonations_by_token ON impersonations (token_id) WHERE ended_at IS NULL AND token_id IS NOT NULL;

-- +goose Down
ALTER TABLE impersonations DROP COLUMN token_id;
ALTER TABLE impersonations ALTER COLUMN login_session_id SET NOT NULL;
DROP TABLE api_tokens;
