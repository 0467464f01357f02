-- +goose Up
-- The mail of an event in the words of this installation. Without a row it is the one
-- that comes with the program.
CREATE TABLE notice_templates (
    event      TEXT NOT NULL,
    language   TEXT NOT NULL,
    subject    TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (event, language)
);

-- Events of which nobody gets a mail. What stands in the panel cannot be switched off.
CREATE TABLE notice_mails_off (
    event TEXT PRIMARY KEY
);

-- Accounts of the provider's own people that are told of an event, too.
CREATE TABLE notice_copies (
    event      TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (event, account_id)
);

-- How an account wants to be told; without a row in English, and of everything by mail.
CREATE TABLE notice_choices (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id),
    language   TEXT NOT NULL,
    unmailed   TEXT NOT NULL DEFAULT '' -- events, with spaces between them
);

ALTER TABLE notifications ADD COLUMN unmailed BIGINT NOT NULL DEFAULT 0 -- 1: no mail was wanted when it was made
    CHECK (unmailed IN (0, 1));
ALTER TABLE mails ADD COLUMN html TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE mails DROP COLUMN html;
ALTER TABLE notifications DROP COLUMN unmailed;
DROP TABLE notice_choices;
DROP TABLE notice_copies;
DROP TABLE notice_mails_off;
DROP TABLE notice_templates;
