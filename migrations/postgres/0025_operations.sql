-- +goose Up
-- Slow work that a person has asked for and follows. What it made is a file in the data directory, until it expires.
CREATE TABLE operations (
    id           TEXT COLLATE "C" PRIMARY KEY,
    kind         TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    person_id    TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    person_name  TEXT   NOT NULL,
    account_id   TEXT COLLATE "C" NOT NULL REFERENCES accounts (id), -- by which the person asked
    account_name TEXT   NOT NULL,
    input        TEXT   NOT NULL,
    percent      BIGINT NOT NULL DEFAULT 0 CHECK (percent BETWEEN 0 AND 100),
    error_code   TEXT COLLATE "C" NOT NULL DEFAULT '',
    error        TEXT   NOT NULL DEFAULT '',
    file_name    TEXT   NOT NULL DEFAULT '', -- as it is downloaded
    file_size    BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    started_at   BIGINT,
    ended_at     BIGINT,
    expires_at   BIGINT,                     -- when the file goes; NULL when there is none
    CHECK ((ended_at IS NULL) = (state IN ('queued', 'running')))
);
CREATE INDEX operations_by_person ON operations (person_id, account_id, id);
CREATE INDEX operations_by_expiry ON operations (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX operations_by_end ON operations (ended_at) WHERE ended_at IS NOT NULL;

-- Questions to a list that a person wants to ask again.
CREATE TABLE saved_filters (
    id         TEXT COLLATE "C" PRIMARY KEY,
    person_id  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id), -- by which the person saved it
    name       TEXT   NOT NULL,
    query      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (person_id, account_id, name)
);

CREATE INDEX impersonations_by_start ON impersonations (started_at);

-- +goose Down
DROP INDEX impersonations_by_start;
DROP TABLE saved_filters;
DROP TABLE operations;
