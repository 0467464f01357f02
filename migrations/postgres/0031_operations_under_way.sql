-- +goose Up
-- What has not ended is looked through every few seconds for what nobody works on any more.
CREATE INDEX operations_under_way ON operations (created_at) WHERE ended_at IS NULL;

-- +goose Down
DROP INDEX operations_under_way;
