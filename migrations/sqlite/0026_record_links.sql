-- +goose Up
-- The signed statements about the record itself: that another key follows, or that the record goes on from an older
-- state. A head belongs to the epoch in which it was signed.
CREATE TABLE audit_links (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    note   TEXT NOT NULL
);
-- +goose StatementBegin
CREATE TRIGGER audit_links_row_update BEFORE UPDATE ON audit_links
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit events cannot be changed or removed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_links_row_delete BEFORE DELETE ON audit_links
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit events cannot be changed or removed');
END;
-- +goose StatementEnd

-- SQLite changes no primary key: the table is made anew.
CREATE TABLE audit_heads_anew (
    epoch INTEGER NOT NULL DEFAULT 1,
    size  INTEGER NOT NULL,
    root  TEXT    NOT NULL,
    at    INTEGER NOT NULL,
    note  TEXT    NOT NULL,
    PRIMARY KEY (epoch, size)
);
INSERT INTO audit_heads_anew (size, root, at, note) SELECT size, root, at, note FROM audit_heads;
DROP TABLE audit_heads;
ALTER TABLE audit_heads_anew RENAME TO audit_heads;
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
CREATE TABLE audit_heads_anew (
    size INTEGER PRIMARY KEY,
    root TEXT    NOT NULL,
    at   INTEGER NOT NULL,
    note TEXT    NOT NULL
);
INSERT INTO audit_heads_anew SELECT size, root, at, note FROM audit_heads WHERE epoch = 1;
DROP TABLE audit_heads;
ALTER TABLE audit_heads_anew RENAME TO audit_heads;
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
DROP TABLE audit_links;
