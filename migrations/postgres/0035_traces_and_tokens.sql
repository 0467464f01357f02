-- +goose Up
-- An event names the trace that its request was part of, when its actor had last proved who he is (0: nobody had to), and what
-- the API token let through that it was done with. What was done with an API token is found by a term of its own, so the
-- index of terms is made anew; until it is, what is not in it is looked through.
ALTER TABLE audit_events ADD COLUMN trace_id TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE audit_events ADD COLUMN token_scopes TEXT COLLATE "C" NOT NULL DEFAULT ''; -- with spaces between
TRUNCATE audit_terms, audit_blocks;

-- +goose Down
ALTER TABLE audit_events DROP COLUMN token_scopes;
ALTER TABLE audit_events DROP COLUMN proved_at;
ALTER TABLE audit_events DROP COLUMN trace_id;
