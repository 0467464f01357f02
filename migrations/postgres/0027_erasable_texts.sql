-- +goose Up
-- The texts of events that a retention policy may erase: an event holds their salted hash alone. A row can lose its texts,
-- with the salt, and nothing else can be done to it.
ALTER TABLE audit_events ADD COLUMN payload TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE TABLE audit_payloads (
    seq       BIGINT PRIMARY KEY, -- of the event
    salt      TEXT,
    text      TEXT,
    erased_at BIGINT,
    CHECK ((erased_at IS NULL) = (text IS NOT NULL) AND (erased_at IS NULL) = (salt IS NOT NULL))
);
CREATE INDEX audit_payloads_erased ON audit_payloads (seq) WHERE erased_at IS NOT NULL;

-- +goose StatementBegin
CREATE FUNCTION audit_payload_is_erased_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq = OLD.seq AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the texts of audit events can be erased and not changed';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_payloads_row_update BEFORE UPDATE ON audit_payloads FOR EACH ROW EXECUTE FUNCTION audit_payload_is_erased_once();
CREATE TRIGGER audit_payloads_row_delete BEFORE DELETE ON audit_payloads FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_payloads_table BEFORE TRUNCATE ON audit_payloads FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- +goose Down
DROP TABLE audit_payloads;
DROP FUNCTION audit_payload_is_erased_once;
ALTER TABLE audit_events DROP COLUMN payload;
