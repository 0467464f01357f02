-- +goose Up
CREATE TABLE audit_events (
    seq              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at               BIGINT NOT NULL,
    actor_kind       TEXT COLLATE "C" NOT NULL CHECK (actor_kind IN ('person', 'system', 'token')),
    actor_id         TEXT COLLATE "C" NOT NULL,
    actor_name       TEXT   NOT NULL,
    actor_role       TEXT COLLATE "C" NOT NULL,
    actor_account_id TEXT COLLATE "C" NOT NULL,
    actor_employer   TEXT   NOT NULL,
    subject_id       TEXT COLLATE "C" NOT NULL,
    subject_name     TEXT   NOT NULL,
    account_id       TEXT COLLATE "C" NOT NULL,
    account_name     TEXT   NOT NULL,
    account_path     TEXT COLLATE "C" NOT NULL, -- owners as they were: whose log it stands in
    impersonation_id TEXT COLLATE "C" NOT NULL DEFAULT '',
    login_session_id TEXT COLLATE "C" NOT NULL DEFAULT '',
    method           TEXT COLLATE "C" NOT NULL,
    action           TEXT COLLATE "C" NOT NULL,
    object_kind      TEXT COLLATE "C" NOT NULL,
    object_id        TEXT COLLATE "C" NOT NULL,
    object_name      TEXT   NOT NULL,
    before           TEXT   NOT NULL DEFAULT '',
    after            TEXT   NOT NULL DEFAULT '',
    result           TEXT COLLATE "C" NOT NULL CHECK (result IN ('done', 'viewed', 'denied', 'blocked')),
    reason           TEXT   NOT NULL DEFAULT '',
    ip               TEXT   NOT NULL DEFAULT '',
    user_agent       TEXT   NOT NULL DEFAULT '',
    request_id       TEXT COLLATE "C" NOT NULL DEFAULT '',
    CHECK (actor_kind = 'system' OR subject_id = actor_account_id OR impersonation_id <> '')
);
CREATE INDEX audit_events_by_account ON audit_events (account_id, seq);
CREATE INDEX audit_events_by_visit ON audit_events (impersonation_id, seq) WHERE impersonation_id <> '';
CREATE INDEX audit_events_by_actor ON audit_events (actor_id, seq);
CREATE INDEX audit_events_by_subject ON audit_events (subject_id, seq);
CREATE INDEX audit_events_by_action ON audit_events (action, seq);
CREATE UNIQUE INDEX audit_events_one_life ON audit_events (impersonation_id, action)
    WHERE action IN ('impersonation.start', 'impersonation.stop');

-- +goose StatementBegin
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events cannot be changed or removed';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_events_row BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_events_table BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- +goose Down
DROP TABLE audit_events;
DROP FUNCTION audit_is_append_only;
