-- +goose Up
CREATE TABLE plans (
    id          TEXT COLLATE "C" PRIMARY KEY,
    name        TEXT COLLATE "C" NOT NULL UNIQUE,
    domains     BIGINT, -- NULL: unlimited
    mailboxes   BIGINT,
    disk_bytes  BIGINT,
    created_at  BIGINT NOT NULL
);

CREATE TABLE people (
    id            TEXT COLLATE "C" PRIMARY KEY,
    name          TEXT   NOT NULL,
    email         TEXT COLLATE "C" NOT NULL UNIQUE, -- lower case
    username      TEXT COLLATE "C" UNIQUE,          -- lower case
    password_hash TEXT   NOT NULL DEFAULT '',
    password_at   BIGINT,
    disabled_at   BIGINT,
    last_sign_in_at BIGINT,
    created_at    BIGINT NOT NULL
);

CREATE TABLE roles (
    name     TEXT COLLATE "C" PRIMARY KEY,
    kind     TEXT COLLATE "C" NOT NULL, -- of the accounts on which it can be held
    title    TEXT   NOT NULL,
    owner    BIGINT NOT NULL DEFAULT 0, -- 1: the role of the account's owner
    built_in BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE accounts (
    id               TEXT COLLATE "C" PRIMARY KEY,
    kind             TEXT COLLATE "C" NOT NULL CHECK (kind IN ('admin', 'support', 'reseller', 'customer')),
    name             TEXT   NOT NULL,
    name_key         TEXT COLLATE "C" NOT NULL, -- lower case, to sort by
    email            TEXT COLLATE "C" NOT NULL,
    username         TEXT COLLATE "C" UNIQUE,
    phone            TEXT   NOT NULL DEFAULT '',
    company          TEXT   NOT NULL DEFAULT '',
    address          TEXT   NOT NULL DEFAULT '',
    owner_id         TEXT COLLATE "C" REFERENCES accounts (id),
    path             TEXT COLLATE "C" NOT NULL, -- /owner/…/own/
    plan_id          TEXT COLLATE "C" REFERENCES plans (id),
    suspended_at     BIGINT,
    suspended_reason TEXT   NOT NULL DEFAULT '',
    disabled_at      BIGINT,
    disabled_reason  TEXT   NOT NULL DEFAULT '',
    deleted_at       BIGINT,
    expires_at       BIGINT,
    version          BIGINT NOT NULL DEFAULT 1,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL
);
-- Lists of accounts: each order, and each condition that few may meet, has an index
-- that holds all that is sorted by.
CREATE INDEX accounts_by_name ON accounts (name_key, id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_created ON accounts (created_at, id, name_key) WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_path ON accounts (path, name_key, id, created_at);
CREATE INDEX accounts_by_owner ON accounts (owner_id, name_key, id, created_at);
CREATE INDEX accounts_by_kind ON accounts (kind, name_key, id, created_at);
CREATE INDEX accounts_suspended ON accounts (name_key, id, created_at) WHERE suspended_at IS NOT NULL;
CREATE INDEX accounts_disabled ON accounts (name_key, id, created_at) WHERE disabled_at IS NOT NULL;

CREATE TABLE account_people (
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    person_id  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    role       TEXT COLLATE "C" NOT NULL REFERENCES roles (name),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, person_id)
);
CREATE INDEX account_people_by_person ON account_people (person_id);

-- The words by which an account is found: each row one lower-case word of its
-- name, company, e-mail, username or domains; source is the account or the domain.
-- Beside it stands what lists are sorted by, as in the account's row.
CREATE TABLE account_terms (
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    source     TEXT COLLATE "C" NOT NULL,
    term       TEXT COLLATE "C" NOT NULL,
    name_key   TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (term, account_id, source) INCLUDE (name_key, created_at)
);
CREATE INDEX account_terms_by_source ON account_terms (source);
CREATE INDEX account_terms_by_account ON account_terms (account_id, term);

CREATE TABLE invitations (
    id         TEXT COLLATE "C" PRIMARY KEY,
    person_id  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX invitations_by_person ON invitations (person_id);

INSERT INTO roles (name, kind, title, owner) VALUES
    ('admin', 'admin', 'Administrator', 1),
    ('support', 'support', 'Support', 1),
    ('assistant', 'support', 'Assistant', 0),
    ('billing', 'support', 'Billing', 0),
    ('reporting', 'support', 'Reporting', 0),
    ('reseller', 'reseller', 'Reseller', 1),
    ('reseller_staff', 'reseller', 'Reseller''s staff', 0),
    ('customer', 'customer', 'Customer', 1),
    ('customer_user', 'customer', 'Sub-user', 0);

-- +goose Down
DROP TABLE invitations, account_terms, account_people, accounts, roles, people, plans;
