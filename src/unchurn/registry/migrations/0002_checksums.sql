-- A checksum over each row, compared whenever it is read: SQLite itself does not notice a bit that
-- changed inside a cell. An alias is a row of its own besides, so that a move that is no longer
-- there is noticed too. row_checksum is a function of unchurn, see registry/rows.py.
DROP TRIGGER versions_are_not_changed;

DROP TRIGGER moves_are_not_changed;

ALTER TABLE versions ADD COLUMN checksum TEXT NOT NULL DEFAULT '';

ALTER TABLE moves ADD COLUMN checksum TEXT NOT NULL DEFAULT '';

UPDATE versions SET checksum = row_checksum(
    version, run_id, bundle, bundle_sha256, data_sha256, config_sha256, code_sha256,
    environment, metrics, verdict, lineage, created_at, created_by);

UPDATE moves SET checksum = row_checksum(
    number, alias, action, previous, version, at, by, reason);

CREATE TRIGGER versions_are_not_changed BEFORE UPDATE ON versions BEGIN
    SELECT RAISE(ABORT, 'a version is never changed');
END;

CREATE TRIGGER moves_are_not_changed BEFORE UPDATE ON moves BEGIN
    SELECT RAISE(ABORT, 'the audit is never changed');
END;

DROP VIEW aliases;

CREATE TABLE aliases (
    alias    TEXT NOT NULL UNIQUE CHECK (alias IN ('champion', 'challenger')),
    version  INTEGER REFERENCES versions (version),
    number   INTEGER NOT NULL REFERENCES moves (number),
    checksum TEXT NOT NULL
);

INSERT INTO aliases (alias, version, number, checksum)
    SELECT alias, version, number, row_checksum(alias, version, number) FROM moves
    WHERE number IN (SELECT max(number) FROM moves GROUP BY alias);
