-- +goose Up
-- The proof of the record: each event's leaf, the hashes of the tree over them (their index is that of RFC 6962's tree
-- as golang.org/x/mod/sumdb/tlog stores it), and the signed heads.
CREATE TABLE audit_leaves (
    leaf             BIGINT PRIMARY KEY,
    seq              BIGINT NOT NULL UNIQUE,
    account_id       TEXT COLLATE "C" NOT NULL,
    account_seq      BIGINT NOT NULL CHECK (account_seq > 0),
    impersonation_id TEXT COLLATE "C" NOT NULL DEFAULT '',
    salt             TEXT   NOT NULL,
    text             TEXT   NOT NULL,
    UNIQUE (account_id, account_seq)
);
CREATE INDEX audit_leaves_by_visit ON audit_leaves (impersonation_id, leaf) WHERE impersonation_id <> '';

CREATE TABLE audit_hashes (
    idx  BIGINT PRIMARY KEY,
    hash TEXT   NOT NULL
);

CREATE TABLE audit_heads (
    size BIGINT PRIMARY KEY,
    root TEXT   NOT NULL,
    at   BIGINT NOT NULL,
    note TEXT   NOT NULL
);

CREATE TRIGGER audit_leaves_row BEFORE UPDATE OR DELETE ON audit_leaves FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_leaves_table BEFORE TRUNCATE ON audit_leaves FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_hashes_row BEFORE UPDATE OR DELETE ON audit_hashes FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_hashes_table BEFORE TRUNCATE ON audit_hashes FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_heads_row BEFORE UPDATE OR DELETE ON audit_heads FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_heads_table BEFORE TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- +goose Down
DROP TABLE audit_heads;
DROP TABLE audit_hashes;
DROP TABLE audit_leaves;
