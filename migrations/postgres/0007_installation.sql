-- +goose Up
-- What all processes of one installation share and none may choose twice.
CREATE TABLE installation (
    name  TEXT COLLATE "C" PRIMARY KEY,
    value TEXT NOT NULL
);

-- +goose Down
DROP TABLE installation;
