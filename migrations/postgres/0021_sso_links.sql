-- +goose Up
-- Links by which a billing system or help desk leads one of the staff into an account.
CREATE TABLE sso_links (
    id           TEXT COLLATE "C" PRIMARY KEY,
    token_hash   TEXT COLLATE "C" NOT NULL UNIQUE,
    person_id    TEXT COLLATE "C" NOT NULL REFERENCES people (id), -- who alone may use it
    account_id   TEXT COLLATE "C" NOT NULL REFERENCES accounts (id), -- where it leads
    issued_by    TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    actor_ref    TEXT   NOT NULL DEFAULT '', -- what the other system calls the person
    reason_code  TEXT COLLATE "C" NOT NULL,
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
