"""What became of a campaign's customers: facts that are added to the ledger, and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from unchurn.campaigns.entries import Entry
from unchurn.errors import CustomersError, listing

Facts = Mapping[tuple[str, str], bool]
"""By customer and fact (``contacted``, ``accepted``, ``churned``): yes or no."""


@dataclass(frozen=True)
class Told:
    """Facts of customers, and what they brought in, in currency, by id."""

    facts: Facts = field(default_factory=lambda: MappingProxyType({}))
    revenue: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        return len(self.facts) + len(self.revenue)


@dataclass(frozen=True)
class Delivered:
    """What a delivery was: facts that are new, that were known, and ids of nobody in the campaign.

    `open`: how many were passed over because they may still change.
    """

    new: int
    known: int
    strangers: tuple[str, ...]
    open: int = 0


def own_of(entry: Entry, members: set[str], told: Told) -> tuple[Told, tuple[str, ...]]:
    """Part what is told of a campaign's members from ids that are nobody's in it.

    Raises `DataError` where nobody is of the campaign.
    """
    ids = {*(name for name, _ in told.facts), *told.revenue}
    strangers = sorted(ids - members)
    if not ids & members:
        whole = f"Nobody of these {len(strangers):,} customers is in the campaign {entry.name!r}"
        raise CustomersError(
            f"{whole}: {listing(strangers, 3)}.",
            "Look whether these are the outcomes of another campaign: unchurn campaign list",
            f"{whole}.",
        )
    facts = {each: value for each, value in told.facts.items() if each[0] in members}
    revenue = {name: value for name, value in told.revenue.items() if name in members}
    return Told(facts, revenue), tuple(strangers)


def lasting_of(told: Told) -> Told:
    """Return what stays true of who is told of while a campaign runs: a yes, for a no may become one, and revenue grows."""
    return Told({each: True for each, value in told.facts.items() if value})


def new_of(told: Told, known: Told) -> Told:
    """Return what is told beyond what is known. Raises `DataError` where they contradict each other."""
    against = [f"{n} ({w})" for (n, w), v in told.facts.items() if known.facts.get((n, w), v) != v]
    against += [
        f"{name} (revenue)" for name, v in told.revenue.items() if known.revenue.get(name, v) != v
    ]
    if against:
        whole = f"{len(against):,} outcomes contradict earlier ones"
        raise CustomersError(
            f"{whole}: {listing(sorted(against), 3)}. Nothing was taken in.",
            "What was delivered before stays; correct the file, or leave these customers out.",
            f"{whole}. Nothing was taken in.",
        )
    return Told(
        {each: value for each, value in told.facts.items() if each not in known.facts},
        {name: value for name, value in told.revenue.items() if name not in known.revenue},
    )
