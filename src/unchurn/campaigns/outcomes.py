"""What became of a campaign's customers: facts that are added to the ledger, and never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from unchurn.campaigns.entries import Entry
from unchurn.campaigns.ledger import FILE, LEDGER
from unchurn.errors import DataError, listing
from unchurn.registry.connection import reading, writing
from unchurn.registry.migrate import transaction

Facts = Mapping[tuple[str, str], bool]
"""By customer and fact (``contacted``, ``accepted``, ``churned``): yes or no."""


@dataclass(frozen=True)
class Delivered:
    """What a delivery was: facts that are new, that were known, and ids of nobody in the campaign."""

    new: int
    known: int
    strangers: tuple[str, ...]


def known_outcomes(root: Path, entry: Entry) -> dict[tuple[str, str], bool]:
    """Return every fact of a campaign. Raises `RegistryError` where the ledger cannot be read."""
    with reading(root / FILE, LEDGER) as db:
        return {} if db is None else _facts(db, entry)


def known_revenue(root: Path, entry: Entry) -> dict[str, float]:
    """Return what customers of a campaign are known to have brought in, in currency, by id.

    Raises `RegistryError` where the ledger cannot be read.
    """
    with reading(root / FILE, LEDGER) as db:
        return {} if db is None else _revenue(db, entry)


def deliver(
    root: Path,
    entry: Entry,
    members: set[str],
    facts: Facts,
    at: str,
    revenue: Mapping[str, float] = MappingProxyType({}),
) -> Delivered:
    """Add facts and amounts by id to a campaign, all or none; what is known already is passed over.

    Raises `DataError` where nobody is of the campaign, or facts contradict earlier ones.
    """
    told = {*(name for name, _ in facts), *revenue}
    strangers = sorted(told - members)
    if not told & members:
        raise DataError(
            f"Nobody of these {len(strangers):,} customers is in the campaign {entry.name!r}: "
            f"{listing(strangers, 3)}.",
            "Look whether these are the outcomes of another campaign: unchurn campaign list",
        )
    own = {each: value for each, value in facts.items() if each[0] in members}
    amounts = {name: value for name, value in revenue.items() if name in members}
    with writing(root / FILE, LEDGER) as db, transaction(db):
        known, paid = _facts(db, entry), _revenue(db, entry)
        against = [f"{n} ({w})" for (n, w), v in own.items() if known.get((n, w), v) != v]
        against += [f"{name} (revenue)" for name, v in amounts.items() if paid.get(name, v) != v]
        _refuse(sorted(against))
        fresh = {each: value for each, value in own.items() if each not in known}
        more = {name: value for name, value in amounts.items() if name not in paid}
        db.executemany(
            "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?)",
            ((entry.number, *each, int(value), at) for each, value in fresh.items()),
        )
        db.executemany(
            "INSERT INTO revenues VALUES (?, ?, ?, ?)",
            ((entry.number, name, value, at) for name, value in more.items()),
        )
    new = len(fresh) + len(more)
    return Delivered(new, len(own) + len(amounts) - new, tuple(strangers))


def _refuse(against: list[str]) -> None:
    if against:
        raise DataError(
            f"{len(against):,} outcomes contradict earlier ones: {listing(against, 3)}. Nothing was "
            "taken in.",
            "What was delivered before stays; correct the file, or leave these customers out.",
        )


def _facts(db: sqlite3.Connection, entry: Entry) -> dict[tuple[str, str], bool]:
    asked = "SELECT customer, what, value FROM outcomes WHERE campaign = ?"
    rows = db.execute(asked, (entry.number,))
    return {(customer, what): bool(value) for customer, what, value in rows}


def _revenue(db: sqlite3.Connection, entry: Entry) -> dict[str, float]:
    asked = "SELECT customer, amount FROM revenues WHERE campaign = ?"
    return dict(db.execute(asked, (entry.number,)).fetchall())
