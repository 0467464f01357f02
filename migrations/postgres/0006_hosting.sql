-- +goose Up
CREATE TABLE domains (
    id            TEXT COLLATE "C" PRIMARY KEY,
    account_id    TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    name          TEXT COLLATE "C" NOT NULL, -- lower case, punycode (RFC 5891)
    name_key      TEXT COLLATE "C" NOT NULL DEFAULT '', -- its labels backwards, 'com.example.': what lies below sorts behind
    document_root TEXT   NOT NULL,           -- path below the account's home
    status        TEXT COLLATE "C" NOT NULL CHECK (status IN ('pending', 'active')),
    serial        BIGINT NOT NULL DEFAULT 1,
    version       BIGINT NOT NULL DEFAULT 1,
    created_at    BIGINT NOT NULL,
    deleted_at    BIGINT
);
CREATE UNIQUE INDEX domains_by_name ON domains (name) WHERE deleted_at IS NULL;
CREATE INDEX domains_by_key ON domains (name_key) WHERE deleted_at IS NULL;
CREATE INDEX domains_by_account ON domains (account_id, name);

CREATE TABLE dns_records (
    id         TEXT COLLATE "C" PRIMARY KEY,
    domain_id  TEXT COLLATE "C" NOT NULL REFERENCES domains (id),
    name       TEXT COLLATE "C" NOT NULL, -- relative, '@' for the domain itself
    type       TEXT COLLATE "C" NOT NULL,
    ttl        BIGINT NOT NULL,
    value      TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (domain_id, name, type, value)
);

CREATE TABLE mailboxes (
    id            TEXT COLLATE "C" PRIMARY KEY,
    account_id    TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    domain_id     TEXT COLLATE "C" NOT NULL REFERENCES domains (id),
    address       TEXT COLLATE "C" NOT NULL,
    password_hash TEXT   NOT NULL DEFAULT '', -- '': waits for the owner's password
    quota_bytes   BIGINT,
    used_bytes    BIGINT NOT NULL DEFAULT 0,
    ready_at      BIGINT,
    version       BIGINT NOT NULL DEFAULT 1,
    created_at    BIGINT NOT NULL,
    deleted_at    BIGINT
);
CREATE UNIQUE INDEX mailboxes_by_address ON mailboxes (address) WHERE deleted_at IS NULL;
CREATE INDEX mailboxes_by_account ON mailboxes (account_id, address);
CREATE INDEX mailboxes_by_domain ON mailboxes (domain_id);

-- A change to a file that has been committed here and is made true on disk by a
-- job: what lies outside the database is written aside first.
CREATE TABLE file_changes (
    id         TEXT COLLATE "C" PRIMARY KEY,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    seq        BIGINT NOT NULL, -- the order in which they are made true
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('write', 'folder', 'rename', 'delete')),
    source     TEXT   NOT NULL, -- the name aside, or the old path
    target     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    done_at    BIGINT,
    failure    TEXT   NOT NULL DEFAULT '', -- why it can never be made true
    UNIQUE (account_id, seq)
);
CREATE INDEX file_changes_open ON file_changes (account_id, seq) WHERE done_at IS NULL;

-- +goose Down
DROP TABLE file_changes, mailboxes, dns_records, domains;
