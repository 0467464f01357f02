-- +goose Up
-- How far the record was sent to a collector: the first leaf that it has not acknowledged. One process sends at a time.
CREATE TABLE record_shipping (
    destination   TEXT PRIMARY KEY,
    next_leaf     INTEGER NOT NULL DEFAULT 0 CHECK (next_leaf >= 0),
    shipped_at    INTEGER,
    fence         INTEGER NOT NULL DEFAULT 0,
    leased_until  INTEGER NOT NULL DEFAULT 0,
    attempts      INTEGER NOT NULL DEFAULT 0, -- since the last acknowledgement
    failing_since INTEGER,
    retry_at      INTEGER NOT NULL DEFAULT 0,
    last_error    TEXT   NOT NULL DEFAULT ''
);

-- +goose Down
DROP TABLE record_shipping;
