-- What a campaign's customers brought in until its end; delivered again, an amount stays as it is.
CREATE TABLE revenues (
    campaign INTEGER NOT NULL,
    customer TEXT NOT NULL,
    amount   REAL NOT NULL CHECK (abs(amount) < 1e15),
    at       TEXT NOT NULL,
    PRIMARY KEY (campaign, customer),
    FOREIGN KEY (campaign, customer) REFERENCES members (campaign, customer)
) WITHOUT ROWID;

CREATE TRIGGER revenues_are_not_changed BEFORE UPDATE ON revenues BEGIN
    SELECT RAISE(ABORT, 'a revenue is never changed');
END;

CREATE TRIGGER revenues_are_not_deleted BEFORE DELETE ON revenues BEGIN
    SELECT RAISE(ABORT, 'a revenue is never deleted');
END;
