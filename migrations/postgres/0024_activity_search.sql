-- +goose Up
-- By what events are found: for each 8192 of them (a block of their numbers) and each term, which ones have it. Jobs
-- write it behind the record; what is not in it yet is looked through.
CREATE TABLE audit_terms (
    block BIGINT NOT NULL,
    term  TEXT COLLATE "C" NOT NULL,
    hits  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (block, term)
);

CREATE TABLE audit_blocks (
    block    BIGINT PRIMARY KEY,
    events   BIGINT NOT NULL CHECK (events > 0),
    upto     BIGINT NOT NULL, -- the greatest number that is in it
    first_at BIGINT NOT NULL,
    last_at  BIGINT NOT NULL
);

CREATE INDEX audit_events_by_request ON audit_events (request_id, seq) WHERE request_id <> '';
DROP INDEX audit_events_by_subject;
DROP INDEX audit_events_by_action;

-- +goose Down
CREATE INDEX audit_events_by_action ON audit_events (action, seq);
CREATE INDEX audit_events_by_subject ON audit_events (subject_id, seq);
DROP INDEX audit_events_by_request;
DROP TABLE audit_blocks;
DROP TABLE audit_terms;
