-- +goose Up
-- An event names the trace that its request was part of. What was done with an API token is found by a term of its own, so the
-- index of terms is made anew; until it is, what is not in it is looked through.
ALTER TABLE audit_events ADD COLUMN trace_id TEXT COLLATE "C" NOT NULL DEFAULT '';
DELETE FROM audit_terms;
DELETE FROM audit_blocks;

-- +goose Down
ALTER TABLE audit_events DROP COLUMN trace_id;
