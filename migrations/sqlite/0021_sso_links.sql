-- +goose Up
-- Links by which a billing system or help desk leads one of the staff into an account.
CREATE TABLE sso_links (
    id           TEXT PRIMARY KEY,
    token_hash   TEXT NOT NULL UNIQUE,
    person_id    TEXT NOT NULL REFERENCES people (id), -- who alone may use it
    account_id   TEXT NOT NULL REFERENCES accounts (id), -- where it leads
    issued_by    TEXT NOT NULL REFERENCES people (id),
    actor_ref    TEXT   NOT NULL DEFAULT '', -- what the other system calls the person
    reason_code  TEXT NOT NULL,
    reason       TEXT   NOT NULL,
    ticket       TEXT   NOT NULL DEFAULT '',
    path         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT,
    CHECK (created_at < expires_at)
);

-- +goose Down
DROP TABLE sso_links;
