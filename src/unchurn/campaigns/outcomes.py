"""What became of a campaign's customers: facts that are added to the ledger, and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
        if db is None:
            return {}
        rows = db.execute(
            "SELECT customer, what, value FROM outcomes WHERE campaign = ?", (entry.number,)
        )
        return {(customer, what): bool(value) for customer, what, value in rows}


def deliver(root: Path, entry: Entry, members: set[str], facts: Facts, at: str) -> Delivered:
    """Add facts to a campaign, all or none; what is known already is passed over.

    Raises `DataError` where nobody is of the campaign, or facts contradict earlier ones.
    """
    strangers = sorted({name for name, _ in facts} - members)
    own = {each: value for each, value in facts.items() if each[0] in members}
    if not own:
        raise DataError(
            f"Nobody of these {len(strangers):,} customers is in the campaign {entry.name!r}: "
            f"{listing(strangers, 3)}.",
            "Look whether these are the outcomes of another campaign: unchurn campaign list",
        )
    with writing(root / FILE, LEDGER) as db, transaction(db):
        rows = db.execute(
            "SELECT customer, what, value FROM outcomes WHERE campaign = ?", (entry.number,)
        )
        known = {(customer, what): bool(value) for customer, what, value in rows}
        against = sorted(each for each, value in own.items() if known.get(each, value) != value)
        if against:
            told = (f"{name} ({what})" for name, what in against)
            raise DataError(
                f"{len(against):,} outcomes contradict earlier ones: {listing(told, 3)}. Nothing was "
                "taken in.",
                "What was delivered before stays; correct the file, or leave these customers out.",
            )
        fresh = {each: value for each, value in own.items() if each not in known}
        db.executemany(
            "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?)",
            ((entry.number, *each, int(value), at) for each, value in fresh.items()),
        )
    return Delivered(len(fresh), len(own) - len(fresh), tuple(strangers))
