-- +goose Up
CREATE TABLE audit_events (
    seq              INTEGER PRIMARY KEY AUTOINCREMENT,
    at               BIGINT NOT NULL,
    actor_kind       TEXT NOT NULL CHECK (actor_kind IN ('person', 'system', 'token')),
    actor_id         TEXT NOT NULL,
    actor_name       TEXT   NOT NULL,
    actor_role       TEXT NOT NULL,
    actor_account_id TEXT NOT NULL,
    actor_employer   TEXT   NOT NULL,
    subject_id       TEXT NOT NULL,
    subject_name     TEXT   NOT NULL,
    account_id       TEXT NOT NULL,
    account_name     TEXT   NOT NULL,
    account_path     TEXT NOT NULL, -- owners as they were: whose log it stands in
    impersonation_id TEXT NOT NULL DEFAULT '',
    login_session_id TEXT NOT NULL DEFAULT '',
    method           TEXT NOT NULL,
    action           TEXT NOT NULL,
    object_kind      TEXT NOT NULL,
    object_id        TEXT NOT NULL,
    object_name      TEXT   NOT NULL,
    before           TEXT   NOT NULL DEFAULT '',
    after            TEXT   NOT NULL DEFAULT '',
    result           TEXT NOT NULL CHECK (result IN ('done', 'viewed', 'denied', 'blocked')),
    reason           TEXT   NOT NULL DEFAULT '',
    ip               TEXT   NOT NULL DEFAULT '',
    user_agent       TEXT   NOT NULL DEFAULT '',
    request_id       TEXT NOT NULL DEFAULT '',
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
CREATE TRIGGER audit_events_row_update BEFORE UPDATE ON audit_events
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit events cannot be changed or removed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_events_row_delete BEFORE DELETE ON audit_events
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit events cannot be changed or removed');
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE audit_events;
