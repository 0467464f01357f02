-- +goose Up
-- What is written most is written into fewer indexes: the events of an actor are found by the terms of the record, and one index
-- has the notices of an account together with which of them are read.
DROP INDEX audit_events_by_actor;
DROP INDEX notifications_unread;
DROP INDEX notifications_by_account;
CREATE INDEX notifications_by_account ON notifications (account_id, id, read_at);

-- +goose Down
DROP INDEX notifications_by_account;
CREATE INDEX notifications_by_account ON notifications (account_id, id);
CREATE INDEX notifications_unread ON notifications (account_id) WHERE read_at IS NULL;
CREATE INDEX audit_events_by_actor ON audit_events (actor_id, seq);
