-- +goose Up
-- Open streams look at the last reading twice a second.
CREATE INDEX notifications_read ON notifications (read_at) WHERE read_at IS NOT NULL;

-- +goose Down
DROP INDEX notifications_read;
