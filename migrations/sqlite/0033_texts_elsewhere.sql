-- +goose Up
-- Reasons, addresses and browsers are kept for a time, and not only in the record: what is older loses them, and says since
-- when. Of an ended row of visits and sign-ins nothing else can be changed, as before.
ALTER TABLE impersonations ADD COLUMN texts_erased_at BIGINT;
ALTER TABLE impersonation_requests ADD COLUMN texts_erased_at BIGINT;
ALTER TABLE visit_announcements ADD COLUMN texts_erased_at BIGINT;
ALTER TABLE notifications ADD COLUMN texts_erased_at BIGINT;
ALTER TABLE mails ADD COLUMN texts_erased_at BIGINT;
ALTER TABLE login_sessions ADD COLUMN texts_erased_at BIGINT;

CREATE INDEX impersonations_with_texts ON impersonations (started_at) WHERE texts_erased_at IS NULL;
CREATE INDEX impersonation_requests_with_texts ON impersonation_requests (created_at) WHERE texts_erased_at IS NULL;
CREATE INDEX visit_announcements_with_texts ON visit_announcements (created_at) WHERE texts_erased_at IS NULL;
CREATE INDEX notifications_with_texts ON notifications (created_at) WHERE texts_erased_at IS NULL
    AND event IN ('impersonation.start', 'impersonation.request', 'impersonation.announce');
CREATE INDEX mails_with_texts ON mails (created_at) WHERE texts_erased_at IS NULL;
CREATE INDEX login_sessions_with_texts ON login_sessions (started_at) WHERE texts_erased_at IS NULL;

DROP TRIGGER impersonations_ended_update;
-- +goose StatementBegin
CREATE TRIGGER impersonations_ended_update BEFORE UPDATE ON impersonations
    FOR EACH ROW WHEN OLD.ended_at IS NOT NULL AND NOT (
        OLD.texts_erased_at IS NULL AND NEW.texts_erased_at IS NOT NULL
        AND (NEW.reason = '' OR NEW.reason LIKE 'erased on %')
        AND (NEW.not_told_because = '' OR NEW.not_told_because LIKE 'erased on %')
        AND (NEW.note = '' OR NEW.note LIKE 'erased on %')
        AND (NEW.ip = '' OR NEW.ip LIKE 'erased on %')
        AND (NEW.user_agent = '' OR NEW.user_agent LIKE 'erased on %')
        AND (NEW.id, NEW.actor_id, NEW.actor_name, NEW.actor_account_id, NEW.actor_role, NEW.actor_employer, NEW.subject_id,
            NEW.subject_name, NEW.subject_kind, NEW.subject_owner_id, NEW.watcher_id, NEW.mode, NEW.reason_code,
            NEW.ticket, NEW.informed, NEW.basis, NEW.return_to, NEW.started_at, NEW.last_activity_at, NEW.idle_timeout,
            NEW.expires_at, NEW.bounded_by, NEW.ended_at, NEW.end_reason, NEW.ended_by_kind, NEW.ended_by_id,
            NEW.ended_by_name, NEW.closed_at, NEW.closed_by, NEW.step_up_at, NEW.step_up_method, NEW.login_session_id,
            NEW.token_id
        ) IS (
            OLD.id, OLD.actor_id, OLD.actor_name, OLD.actor_account_id, OLD.actor_role, OLD.actor_employer, OLD.subject_id,
            OLD.subject_name, OLD.subject_kind, OLD.subject_owner_id, OLD.watcher_id, OLD.mode, OLD.reason_code,
            OLD.ticket, OLD.informed, OLD.basis, OLD.return_to, OLD.started_at, OLD.last_activity_at, OLD.idle_timeout,
            OLD.expires_at, OLD.bounded_by, OLD.ended_at, OLD.end_reason, OLD.ended_by_kind, OLD.ended_by_id,
            OLD.ended_by_name, OLD.closed_at, OLD.closed_by, OLD.step_up_at, OLD.step_up_method, OLD.login_session_id,
            OLD.token_id))
BEGIN
    SELECT RAISE(ABORT, 'an ended row of impersonations cannot be changed');
END;
-- +goose StatementEnd
DROP TRIGGER login_sessions_ended_update;
-- +goose StatementBegin
CREATE TRIGGER login_sessions_ended_update BEFORE UPDATE ON login_sessions
    FOR EACH ROW WHEN OLD.ended_at IS NOT NULL AND NOT (
        OLD.texts_erased_at IS NULL AND NEW.texts_erased_at IS NOT NULL
        AND (NEW.ip = '' OR NEW.ip LIKE 'erased on %')
        AND (NEW.user_agent = '' OR NEW.user_agent LIKE 'erased on %')
        AND (NEW.id, NEW.person_id, NEW.account_id, NEW.token_hash, NEW.started_at, NEW.last_activity_at, NEW.idle_timeout,
            NEW.expires_at, NEW.ended_at, NEW.end_reason, NEW.closed_at, NEW.closed_by, NEW.proved_at, NEW.proved_by
        ) IS (
            OLD.id, OLD.person_id, OLD.account_id, OLD.token_hash, OLD.started_at, OLD.last_activity_at, OLD.idle_timeout,
            OLD.expires_at, OLD.ended_at, OLD.end_reason, OLD.closed_at, OLD.closed_by, OLD.proved_at, OLD.proved_by))
BEGIN
    SELECT RAISE(ABORT, 'an ended row of login_sessions cannot be changed');
END;
-- +goose StatementEnd

-- +goose Down
DROP INDEX impersonations_with_texts;
DROP INDEX impersonation_requests_with_texts;
DROP INDEX visit_announcements_with_texts;
DROP INDEX notifications_with_texts;
DROP INDEX mails_with_texts;
DROP INDEX login_sessions_with_texts;
DROP TRIGGER impersonations_ended_update;
DROP TRIGGER login_sessions_ended_update;
ALTER TABLE login_sessions DROP COLUMN texts_erased_at;
ALTER TABLE mails DROP COLUMN texts_erased_at;
ALTER TABLE notifications DROP COLUMN texts_erased_at;
ALTER TABLE visit_announcements DROP COLUMN texts_erased_at;
ALTER TABLE impersonation_requests DROP COLUMN texts_erased_at;
ALTER TABLE impersonations DROP COLUMN texts_erased_at;
-- +goose StatementBegin
CREATE TRIGGER impersonations_ended_update BEFORE UPDATE ON impersonations
    FOR EACH ROW WHEN OLD.ended_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'an ended row of impersonations cannot be changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER login_sessions_ended_update BEFORE UPDATE ON login_sessions
    FOR EACH ROW WHEN OLD.ended_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'an ended row of login_sessions cannot be changed');
END;
-- +goose StatementEnd
