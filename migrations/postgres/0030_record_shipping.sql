-- +goose Up
-- How far the record was sent to a collector: the first leaf that it has not acknowledged. One process sends at a time.
CREATE TABLE record_shipping (
    destination   TEXT COLLATE "C" PRIMARY KEY,
    next_leaf     BIGINT NOT NULL DEFAULT 0 CHECK (next_leaf >= 0),
    shipped_at    BIGINT,
    fence         BIGINT NOT NULL DEFAULT 0,
    leased_until  BIGINT NOT NULL DEFAULT 0,
    attempts      BIGINT NOT NULL DEFAULT 0, -- since the last acknowledgement
    failing_since BIGINT,
    retry_at      BIGINT NOT NULL DEFAULT 0,
    last_error    TEXT   NOT NULL DEFAULT ''
);

-- +goose Down
DROP TABLE record_shipping;
