-- Versions are written once. JSON columns hold canonical text; times are UTC, ISO 8601.
CREATE TABLE versions (
    version       INTEGER PRIMARY KEY CHECK (version > 0),
    run_id        TEXT NOT NULL UNIQUE,
    bundle        TEXT NOT NULL,
    bundle_sha256 TEXT NOT NULL,
    data_sha256   TEXT NOT NULL,
    config_sha256 TEXT NOT NULL,
    code_sha256   TEXT NOT NULL,
    environment   TEXT NOT NULL,
    metrics       TEXT NOT NULL,
    verdict       TEXT NOT NULL,
    lineage       TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    created_by    TEXT NOT NULL
);

-- The audit. An alias is nothing but its last move, so the two can never disagree.
CREATE TABLE moves (
    number   INTEGER PRIMARY KEY CHECK (number > 0),
    alias    TEXT NOT NULL CHECK (alias IN ('champion', 'challenger')),
    action   TEXT NOT NULL CHECK (action IN ('register', 'promote', 'rollback')),
    previous INTEGER REFERENCES versions (version),
    version  INTEGER REFERENCES versions (version),
    at       TEXT NOT NULL,
    by       TEXT NOT NULL,
    reason   TEXT NOT NULL
);

CREATE VIEW aliases AS
    SELECT alias, version, number FROM moves
    WHERE number IN (SELECT max(number) FROM moves GROUP BY alias);

CREATE TRIGGER versions_are_not_changed BEFORE UPDATE ON versions BEGIN
    SELECT RAISE(ABORT, 'a version is never changed');
END;

CREATE TRIGGER versions_are_not_deleted BEFORE DELETE ON versions BEGIN
    SELECT RAISE(ABORT, 'a version is never deleted');
END;

-- INSERT OR REPLACE deletes without firing the trigger above.
CREATE TRIGGER versions_are_not_replaced BEFORE INSERT ON versions
WHEN EXISTS (SELECT 1 FROM versions WHERE version = NEW.version OR run_id = NEW.run_id) BEGIN
    SELECT RAISE(ABORT, 'a version is never replaced');
END;

CREATE TRIGGER moves_are_not_changed BEFORE UPDATE ON moves BEGIN
    SELECT RAISE(ABORT, 'the audit is never changed');
END;

CREATE TRIGGER moves_are_not_deleted BEFORE DELETE ON moves BEGIN
    SELECT RAISE(ABORT, 'the audit is never deleted');
END;

CREATE TRIGGER moves_are_not_replaced BEFORE INSERT ON moves
WHEN EXISTS (SELECT 1 FROM moves WHERE number = NEW.number) BEGIN
    SELECT RAISE(ABORT, 'the audit is never replaced');
END;
