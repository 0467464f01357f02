-- +goose Up
ALTER TABLE roles ADD COLUMN family TEXT COLLATE "C" NOT NULL DEFAULT 'administrative'
    CHECK (family IN ('administrative', 'reporting'));
-- Whose accounts the holders of a custom role may enter: nobody's, to look, or to change. Never by a reporting one.
ALTER TABLE roles ADD COLUMN impersonate TEXT COLLATE "C" NOT NULL DEFAULT 'none'
    CHECK (impersonate IN ('none', 'look', 'change') AND (impersonate = 'none' OR family <> 'reporting'));

CREATE TABLE role_permissions (
    role       TEXT COLLATE "C" NOT NULL REFERENCES roles (name) ON DELETE CASCADE,
    permission TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (role, permission)
);

-- One row, raised with every change of a custom role; every process looks at it.
CREATE TABLE policy_version (
    id      BIGINT PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO policy_version (id, version) VALUES (1, 1);

-- +goose Down
DROP TABLE policy_version;
DROP TABLE role_permissions;
ALTER TABLE roles DROP COLUMN impersonate;
ALTER TABLE roles DROP COLUMN family;
