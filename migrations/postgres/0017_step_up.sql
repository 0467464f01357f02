-- +goose Up
-- When and how the person of a session last proved who he is; NULL: by signing in with a password.
ALTER TABLE login_sessions ADD COLUMN proved_at BIGINT;
ALTER TABLE login_sessions ADD COLUMN proved_by TEXT COLLATE "C" NOT NULL DEFAULT 'password';
-- The same, as it was when the visit began; NULL on visits from before this version.
ALTER TABLE impersonations ADD COLUMN step_up_at BIGINT;
ALTER TABLE impersonations ADD COLUMN step_up_method TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE TABLE second_factors (
    person_id    TEXT COLLATE "C" PRIMARY KEY REFERENCES people (id),
    secret       TEXT   NOT NULL, -- sealed under a key that is not in the database
    created_at   BIGINT NOT NULL,
    confirmed_at BIGINT,          -- NULL: begun, and asked for nowhere yet
    last_step    BIGINT NOT NULL DEFAULT 0 -- of the newest code that was used: none works twice
);

CREATE TABLE recovery_codes (
    person_id  TEXT COLLATE "C" NOT NULL REFERENCES people (id),
    code_hash  TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT,
    PRIMARY KEY (person_id, code_hash)
);

-- +goose Down
DROP TABLE recovery_codes;
DROP TABLE second_factors;
ALTER TABLE impersonations DROP COLUMN step_up_method;
ALTER TABLE impersonations DROP COLUMN step_up_at;
ALTER TABLE login_sessions DROP COLUMN proved_by;
ALTER TABLE login_sessions DROP COLUMN proved_at;
