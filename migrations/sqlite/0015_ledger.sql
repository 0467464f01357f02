-- +goose Up
-- The proof of the record: each event's leaf, the hashes of the tree over them (their index is that of RFC 6962's tree
-- as golang.org/x/mod/sumdb/tlog stores it), and the signed heads.
CREATE TABLE audit_leaves (
    leaf             INTEGER PRIMARY KEY,
    seq              INTEGER NOT NULL UNIQUE,
    account_id       TEXT NOT NULL,
    account_seq      INTEGER NOT NULL CHECK (account_seq > 0),
    impersonation_id TEXT NOT NULL DEFAULT '',
    salt             TEXT   NOT NULL,
    text             TEXT   NOT NULL,
    UNIQUE (account_id, account_seq)
);
CREATE INDEX audit_leaves_by_visit ON audit_leaves (impersonation_id, leaf) WHERE impersonation_id <> '';

CREATE TABLE audit_hashes (
    idx  INTEGER PRIMARY KEY,
    hash TEXT   NOT NULL
);

CREATE TABLE audit_heads (
    size INTEGER PRIMARY KEY,
    root TEXT   NOT NULL,
    at   INTEGER NOT NULL,
    note TEXT   NOT NULL
);

-- +goose StatementBegin
CREATE TRIGGER audit_leaves_row_update BEFORE UPDATE ON audit_leaves
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit events cannot be changed or removed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_leaves_row_delete BEFORE DELETE ON audit_leaves
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit events cannot be changed or removed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_hashes_row_update BEFORE UPDATE ON audit_hashes
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit events cannot be changed or removed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_hashes_row_delete BEFORE DELETE ON audit_hashes
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit events cannot be changed or removed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_heads_row_update BEFORE UPDATE ON audit_heads
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit events cannot be changed or removed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_heads_row_delete BEFORE DELETE ON audit_heads
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit events cannot be changed or removed');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE audit_heads;
DROP TABLE audit_hashes;
DROP TABLE audit_leaves;
