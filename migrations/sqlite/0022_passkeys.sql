-- +goose Up
-- The public halves of key pairs that people's devices hold.
CREATE TABLE passkeys (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES people (id),
    credential_id TEXT NOT NULL UNIQUE, -- as the device names it, base64url
    name          TEXT NOT NULL,
    public_key    TEXT NOT NULL, -- COSE (RFC 9052 §7), base64url
    sign_count    BIGINT NOT NULL, -- of its last use: a copy of the device falls behind
    synced        BOOLEAN NOT NULL, -- whether the device may hand it to others of the same person
    transports    TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT
);
CREATE INDEX passkeys_by_person ON passkeys (person_id);

-- What a device has been asked to sign, until it is answered or too old.
CREATE TABLE passkey_challenges (
    holder     TEXT NOT NULL, -- the login session, or the hash of a browser's cookie
    purpose    TEXT NOT NULL,
    person_id  TEXT NOT NULL, -- whose passkey must answer; empty: anybody's
    challenge  TEXT NOT NULL,
    ip         TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (holder, purpose)
);
CREATE INDEX passkey_challenges_by_age ON passkey_challenges (expires_at);
CREATE INDEX passkey_challenges_by_address ON passkey_challenges (ip);

-- +goose Down
DROP TABLE passkey_challenges;
DROP TABLE passkeys;
