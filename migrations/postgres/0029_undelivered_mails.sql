-- +goose Up
-- What the promise to send a mail is about: by it the mail is found whose promise was given up.
ALTER TABLE mails ADD COLUMN object_id TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE mails SET object_id = source;
CREATE INDEX mails_unsent ON mails (object_id) WHERE sent_at IS NULL;
CREATE INDEX outbox_failed_by_object ON outbox (object_id) WHERE failed_at IS NOT NULL;

-- +goose Down
DROP INDEX outbox_failed_by_object;
DROP INDEX mails_unsent;
ALTER TABLE mails DROP COLUMN object_id;
