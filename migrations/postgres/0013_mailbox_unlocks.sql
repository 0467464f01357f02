-- +goose Up
-- The owner lets support read one mailbox, for a day at most. One grant of a
-- mailbox is not revoked; a new one revokes the earlier.
CREATE TABLE mailbox_unlocks (
    id         TEXT COLLATE "C" PRIMARY KEY,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    mailbox_id TEXT COLLATE "C" NOT NULL REFERENCES mailboxes (id),
    granted_by TEXT COLLATE "C" NOT NULL, -- a person
    granted_at BIGINT NOT NULL,
    until      BIGINT NOT NULL,
    revoked_at BIGINT,
    CHECK (until > granted_at AND until <= granted_at + 86400000000),
    CHECK (revoked_at IS NULL OR revoked_at >= granted_at)
);
CREATE UNIQUE INDEX mailbox_unlocks_open ON mailbox_unlocks (mailbox_id) WHERE revoked_at IS NULL;
CREATE INDEX mailbox_unlocks_by_account ON mailbox_unlocks (account_id, until) WHERE revoked_at IS NULL;

-- +goose Down
DROP TABLE mailbox_unlocks;
