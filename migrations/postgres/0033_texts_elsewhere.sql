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

-- +goose StatementBegin
CREATE FUNCTION ended_loses_texts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    texts text[] := TG_ARGV; -- the columns that are erased
    before jsonb := to_jsonb(OLD) - 'texts_erased_at' - texts;
    after  jsonb := to_jsonb(NEW) - 'texts_erased_at' - texts;
BEGIN
    IF OLD.texts_erased_at IS NULL AND NEW.texts_erased_at IS NOT NULL AND before = after
        AND NOT EXISTS (SELECT 1 FROM unnest(texts) AS t WHERE to_jsonb(NEW) ->> t <> '' AND to_jsonb(NEW) ->> t NOT LIKE 'erased on %') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an ended row of % cannot be changed', TG_TABLE_NAME;
END $$;
-- +goose StatementEnd
DROP TRIGGER impersonations_ended ON impersonations;
CREATE TRIGGER impersonations_ended BEFORE DELETE ON impersonations
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION ended_is_final();
CREATE TRIGGER impersonations_ended_update BEFORE UPDATE ON impersonations
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION ended_loses_texts('reason', 'not_told_because', 'note', 'ip', 'user_agent');
DROP TRIGGER login_sessions_ended ON login_sessions;
CREATE TRIGGER login_sessions_ended BEFORE DELETE ON login_sessions
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION ended_is_final();
CREATE TRIGGER login_sessions_ended_update BEFORE UPDATE ON login_sessions
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION ended_loses_texts('ip', 'user_agent');

-- +goose Down
DROP TRIGGER impersonations_ended_update ON impersonations;
DROP TRIGGER impersonations_ended ON impersonations;
CREATE TRIGGER impersonations_ended BEFORE UPDATE OR DELETE ON impersonations
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION ended_is_final();
DROP TRIGGER login_sessions_ended_update ON login_sessions;
DROP TRIGGER login_sessions_ended ON login_sessions;
CREATE TRIGGER login_sessions_ended BEFORE UPDATE OR DELETE ON login_sessions
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION ended_is_final();
DROP FUNCTION ended_loses_texts;
ALTER TABLE login_sessions DROP COLUMN texts_erased_at;
ALTER TABLE mails DROP COLUMN texts_erased_at;
ALTER TABLE notifications DROP COLUMN texts_erased_at;
ALTER TABLE visit_announcements DROP COLUMN texts_erased_at;
ALTER TABLE impersonation_requests DROP COLUMN texts_erased_at;
ALTER TABLE impersonations DROP COLUMN texts_erased_at;
