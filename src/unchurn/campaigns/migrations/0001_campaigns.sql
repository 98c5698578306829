-- Campaigns and who is in them, written once. Times are UTC, ISO 8601; days are local days.
CREATE TABLE campaigns (
    number          INTEGER PRIMARY KEY CHECK (number > 0),
    name            TEXT NOT NULL UNIQUE,
    request_sha256  TEXT NOT NULL,
    campaign_sha256 TEXT NOT NULL,
    members_sha256  TEXT NOT NULL,
    starts          TEXT NOT NULL,
    ends            TEXT NOT NULL CHECK (ends > starts),
    summary         TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    created_by      TEXT NOT NULL,
    checksum        TEXT NOT NULL
);

-- Everybody contacted or left alone; members_sha256 of the campaign is over these rows.
CREATE TABLE members (
    campaign       INTEGER NOT NULL REFERENCES campaigns (number),
    customer       TEXT NOT NULL,
    arm            TEXT NOT NULL CHECK (arm IN ('contact', 'control')),
    stratum        INTEGER NOT NULL,
    offer          TEXT NOT NULL,
    probability    REAL NOT NULL,
    expected_value REAL NOT NULL,
    PRIMARY KEY (campaign, customer)
) WITHOUT ROWID;

CREATE TABLE cancellations (
    campaign INTEGER PRIMARY KEY REFERENCES campaigns (number),
    at       TEXT NOT NULL,
    by       TEXT NOT NULL,
    reason   TEXT NOT NULL,
    checksum TEXT NOT NULL
);

CREATE TRIGGER campaigns_are_not_changed BEFORE UPDATE ON campaigns BEGIN
    SELECT RAISE(ABORT, 'a campaign is never changed');
END;

CREATE TRIGGER campaigns_are_not_deleted BEFORE DELETE ON campaigns BEGIN
    SELECT RAISE(ABORT, 'a campaign is never deleted');
END;

-- INSERT OR REPLACE deletes without firing the trigger above.
CREATE TRIGGER campaigns_are_not_replaced BEFORE INSERT ON campaigns
WHEN EXISTS (SELECT 1 FROM campaigns WHERE number = NEW.number OR name = NEW.name) BEGIN
    SELECT RAISE(ABORT, 'a campaign is never replaced');
END;

CREATE TRIGGER members_are_not_changed BEFORE UPDATE ON members BEGIN
    SELECT RAISE(ABORT, 'a member is never changed');
END;

CREATE TRIGGER members_are_not_deleted BEFORE DELETE ON members BEGIN
    SELECT RAISE(ABORT, 'a member is never deleted');
END;

CREATE TRIGGER members_are_not_replaced BEFORE INSERT ON members
WHEN EXISTS (SELECT 1 FROM members WHERE campaign = NEW.campaign AND customer = NEW.customer) BEGIN
    SELECT RAISE(ABORT, 'a member is never replaced');
END;

CREATE TRIGGER cancellations_are_not_changed BEFORE UPDATE ON cancellations BEGIN
    SELECT RAISE(ABORT, 'a cancellation is never changed');
END;

CREATE TRIGGER cancellations_are_not_deleted BEFORE DELETE ON cancellations BEGIN
    SELECT RAISE(ABORT, 'a cancellation is never deleted');
END;
