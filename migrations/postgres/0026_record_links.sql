-- +goose Up
-- The signed statements about the record itself: that another key follows, or that the record goes on from an older
-- state. A head belongs to the epoch in which it was signed.
CREATE TABLE audit_links (
    number BIGINT PRIMARY KEY CHECK (number > 0),
    note   TEXT   NOT NULL
);
CREATE TRIGGER audit_links_row BEFORE UPDATE OR DELETE ON audit_links FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_links_table BEFORE TRUNCATE ON audit_links FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

ALTER TABLE audit_heads ADD COLUMN epoch BIGINT NOT NULL DEFAULT 1;
ALTER TABLE audit_heads DROP CONSTRAINT audit_heads_pkey;
ALTER TABLE audit_heads ADD PRIMARY KEY (epoch, size);

-- +goose Down
ALTER TABLE audit_heads DROP CONSTRAINT audit_heads_pkey;
ALTER TABLE audit_heads ADD PRIMARY KEY (size);
ALTER TABLE audit_heads DROP COLUMN epoch;
DROP TABLE audit_links;
