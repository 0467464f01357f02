-- +goose Up
CREATE TABLE outbox (
    id               TEXT COLLATE "C" PRIMARY KEY,
    task             TEXT COLLATE "C" NOT NULL,
    object_id        TEXT COLLATE "C" NOT NULL,
    actor_id         TEXT COLLATE "C" NOT NULL DEFAULT '',
    actor_name       TEXT   NOT NULL DEFAULT '',
    subject_id       TEXT COLLATE "C" NOT NULL DEFAULT '',
    subject_name     TEXT   NOT NULL DEFAULT '',
    impersonation_id TEXT COLLATE "C" NOT NULL DEFAULT '',
    created_at       BIGINT NOT NULL,
    due_at           BIGINT NOT NULL,
    attempts         BIGINT NOT NULL DEFAULT 0,
    fence            BIGINT NOT NULL DEFAULT 0,
    leased_until     BIGINT NOT NULL DEFAULT 0,
    done_at          BIGINT,
    failed_at        BIGINT, -- given up
    last_error       TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX outbox_waiting ON outbox (due_at, id) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_open_by_object ON outbox (object_id, task) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_failed ON outbox (failed_at) WHERE failed_at IS NOT NULL;
CREATE INDEX outbox_by_visit ON outbox (impersonation_id) WHERE impersonation_id <> '' AND done_at IS NULL;

CREATE TABLE notifications (
    id               TEXT COLLATE "C" PRIMARY KEY,
    account_id       TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    event            TEXT COLLATE "C" NOT NULL,
    impersonation_id TEXT COLLATE "C" NOT NULL DEFAULT '',
    text             TEXT   NOT NULL,
    email            TEXT   NOT NULL DEFAULT '', -- where the mail goes, fixed when the notice is made
    created_at       BIGINT NOT NULL,
    read_at          BIGINT
);
CREATE INDEX notifications_by_account ON notifications (account_id, id);
CREATE INDEX notifications_unread ON notifications (account_id) WHERE read_at IS NULL;
CREATE UNIQUE INDEX notifications_once ON notifications (impersonation_id, event, account_id) WHERE impersonation_id <> '';

CREATE TABLE mails (
    id              TEXT COLLATE "C" PRIMARY KEY,
    source          TEXT COLLATE "C" NOT NULL UNIQUE, -- what it tells: a notification, or one sending of an invitation
    account_id      TEXT COLLATE "C" NOT NULL DEFAULT '',
    event           TEXT COLLATE "C" NOT NULL,
    recipient       TEXT   NOT NULL,
    subject         TEXT   NOT NULL,
    body            TEXT   NOT NULL,
    message_id      TEXT COLLATE "C" NOT NULL UNIQUE,
    in_reply_to     TEXT COLLATE "C" NOT NULL DEFAULT '',
    created_at      BIGINT NOT NULL,
    sent_at         BIGINT,
    attempts        BIGINT NOT NULL DEFAULT 0,
    last_error      TEXT   NOT NULL DEFAULT ''
);

-- +goose Down
DROP TABLE mails, notifications, outbox;
