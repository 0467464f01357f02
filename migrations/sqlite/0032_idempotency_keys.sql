-- +goose Up
-- Writes that their sender may send again under a key of his own: each had its effect, in the transaction that made its row.
CREATE TABLE idempotency_keys (
    key        TEXT PRIMARY KEY, -- a hash of who, which operation, and the key that was sent
    print      TEXT   NOT NULL,  -- a hash of what was asked for
    answer     TEXT   NOT NULL DEFAULT '', -- sealed; empty: there is none yet
    created_at BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);

-- +goose Down
DROP TABLE idempotency_keys;
