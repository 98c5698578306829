-- What became of a campaign's customers, one line a fact; delivered again, a fact stays as it is.
CREATE TABLE outcomes (
    campaign INTEGER NOT NULL,
    customer TEXT NOT NULL,
    what     TEXT NOT NULL CHECK (what IN ('contacted', 'accepted', 'churned')),
    value    INTEGER NOT NULL CHECK (value IN (0, 1)),
    at       TEXT NOT NULL,
    PRIMARY KEY (campaign, customer, what),
    FOREIGN KEY (campaign, customer) REFERENCES members (campaign, customer)
) WITHOUT ROWID;

CREATE TRIGGER outcomes_are_not_changed BEFORE UPDATE ON outcomes BEGIN
    SELECT RAISE(ABORT, 'an outcome is never changed');
END;

CREATE TRIGGER outcomes_are_not_deleted BEFORE DELETE ON outcomes BEGIN
    SELECT RAISE(ABORT, 'an outcome is never deleted');
END;
