-- +goose Up
-- Who may enter an account: no row says open.
CREATE TABLE access_policies (
    account_id TEXT COLLATE "C" PRIMARY KEY REFERENCES accounts (id),
    policy     TEXT COLLATE "C" NOT NULL CHECK (policy IN ('open', 'ask', 'locked')),
    changed_at BIGINT NOT NULL
);

-- What somebody asks before a visit: the owner, or for a locked account another admin.
CREATE TABLE impersonation_requests (
    id                TEXT COLLATE "C" PRIMARY KEY,
    kind              TEXT COLLATE "C" NOT NULL CHECK (kind IN ('consent', 'break_glass')),
    state             TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'approved', 'denied', 'withdrawn', 'lapsed', 'started')),
    actor_id          TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    actor_name        TEXT   NOT NULL,
    actor_account_id  TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    actor_role        TEXT COLLATE "C" NOT NULL,
    actor_employer    TEXT   NOT NULL,
    subject_id        TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    subject_name      TEXT   NOT NULL,
    subject_kind      TEXT COLLATE "C" NOT NULL,
    subject_owner_id  TEXT COLLATE "C" NOT NULL DEFAULT '',
    mode              TEXT COLLATE "C" NOT NULL CHECK (mode IN ('look', 'change')),
    reason_code       TEXT COLLATE "C" NOT NULL,
    reason            TEXT   NOT NULL,
    ticket            TEXT   NOT NULL DEFAULT '',
    informed          TEXT COLLATE "C" NOT NULL CHECK (informed IN ('asked', 'told', 'not_told')),
    not_told_because  TEXT   NOT NULL DEFAULT '',
    note              TEXT   NOT NULL DEFAULT '', -- for staff alone
    created_at        BIGINT NOT NULL,
    lapses_at         BIGINT NOT NULL, -- waiting: unanswered until then; approved: not started until then
    decided_at        BIGINT,
    decided_by_kind   TEXT COLLATE "C",
    decided_by_id     TEXT COLLATE "C",
    decided_by_name   TEXT,
    decided_via       TEXT COLLATE "C" NOT NULL DEFAULT '', -- panel, link, code
    ends_at           BIGINT, -- what the owner bounded the visit by
    visit_id          TEXT COLLATE "C" NOT NULL DEFAULT '',
    token_hash        TEXT COLLATE "C" UNIQUE,
    code_hash         TEXT COLLATE "C" NOT NULL DEFAULT '',
    code_tries        BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX impersonation_requests_one_open ON impersonation_requests (actor_id, subject_id) WHERE state IN ('waiting', 'approved');
CREATE INDEX impersonation_requests_lapsing ON impersonation_requests (lapses_at) WHERE state IN ('waiting', 'approved');
CREATE INDEX impersonation_requests_by_subject ON impersonation_requests (subject_id, id);
CREATE INDEX impersonation_requests_by_actor ON impersonation_requests (actor_id, id);

ALTER TABLE impersonations ADD COLUMN note TEXT NOT NULL DEFAULT ''; -- for staff alone

-- +goose Down
ALTER TABLE impersonations DROP COLUMN note;
DROP TABLE impersonation_requests;
DROP TABLE access_policies;
