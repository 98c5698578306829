"""What a ledger of campaigns holds and does, whatever it is stored in.

Campaigns and their members are written together and never change; to cancel one adds a line, and so
does what is told of its customers. A campaign is written against what was seen of the others: where
another one came in between, `write` says so, for its control group has to be left alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from unchurn.campaigns.entries import Asked, Entry, Member, Written
from unchurn.campaigns.outcomes import Delivered, Facts, Told, lasting_of, own_of
from unchurn.errors import ConfigError, RegistryError, counted, listing
from unchurn.registry import current_user
from unchurn.registry.rows import row_checksum
from unchurn.registry.sqlite import utc_now

CONTACTED = ("contacted", "accepted")
"""Facts that say of a customer that a campaign has begun."""
Seen = tuple[int, int]
"""How many campaigns and cancellations there were."""


class OtherCampaignError(ConfigError):
    """The name is another campaign's."""


class Ledger(ABC):
    """The campaigns of a project. The clock (aware datetimes) and the user are given.

    Every method raises `RegistryError` where what is stored is damaged or cannot be read.
    """

    restore = "Put the ledger back from a backup: who is left alone stands in it."
    """What to do about damage."""

    def __init__(
        self,
        clock: Callable[[], datetime] = utc_now,
        who: Callable[[], str] = current_user,
    ) -> None:
        self._clock = clock
        self._who = who

    @abstractmethod
    def entries(self) -> tuple[Entry, ...]:
        """Return every campaign, oldest first."""

    def find(self, name: str) -> Entry | None:
        """Return the campaign of a name, or None."""
        return next((each for each in self.entries() if each.name == name), None)

    def get(self, name: str) -> Entry:
        """Return the campaign of a name. Raises `ConfigError` where there is none."""
        found = self.find(name)
        if found is None:
            known = listing(each.name for each in self.entries())
            raise ConfigError(
                f"There is no campaign {name!r}.", f"Campaigns: {known or 'none yet'}."
            )
        return found

    def members(self, entry: Entry) -> list[Member]:
        """Return everybody in a campaign, by id. Raises `RegistryError` where that has changed."""
        rows = self._members(entry)
        if members_sha256(rows) != entry.members_sha256:
            raise RegistryError(
                f"The ledger of campaigns is damaged: the members of {entry.name!r} are not as they "
                "were written.",
                self.restore,
            )
        return rows

    def left_alone(self, asked: Asked) -> tuple[dict[str, str], dict[str, str], Seen]:
        """Return whom a campaign may not draw, ids and why: controls of others, then whom others contact.

        They were contacted not long ago, or are to be while its own controls must be left alone. The
        last value is what was seen of the ledger, for `write`.
        """
        controls: dict[str, str] = {}
        cooling: dict[str, str] = {}
        entries = self.entries()
        for entry in entries:
            keeps = entry.keeps_from(asked)
            cools = entry.cools_off(asked) or entry.calls_within(asked)
            for member in self.members(entry) if keeps or cools else ():
                if member.arm == "control" and keeps:
                    controls.setdefault(member.customer, f"{entry.name}, until {entry.ends}")
                elif member.arm == "contact" and cools:
                    cooling.setdefault(member.customer, f"{entry.name}, of {entry.starts}")
        return controls, cooling, seen_of(entries)

    @abstractmethod
    def write(
        self, name: str, asked: Asked, request_sha256: str, campaign_sha256: str,
        summary: dict[str, Any], members: Iterable[Member], seen: Seen,
    ) -> Written:  # fmt: skip
        """Write a campaign, once. The same request by the same name is the campaign there is.

        Raises `OtherCampaignError` where the name is another campaign's.
        """

    def cancel(self, name: str, reason: str) -> bool:
        """Cancel a campaign: its people are free for others. Tell whether it stood until now.

        Raises `ConfigError` where somebody is known to have been contacted for it.
        """
        return self._cancel(self.get(name), reason)

    @abstractmethod
    def told(self, entry: Entry) -> Told:
        """Return everything that is known of what became of a campaign's customers."""

    def deliver(
        self,
        entry: Entry,
        members: set[str],
        facts: Facts,
        at: str,
        revenue: Mapping[str, float] = MappingProxyType({}),
        *,
        over: bool = True,
    ) -> Delivered:
        """Add facts and amounts by id to a campaign, all or none; what is known already is passed over.

        So is what may still change, while it is not `over`. Raises `DataError` where nobody is of the
        campaign, or facts contradict earlier ones.
        """
        own, strangers = own_of(entry, members, Told(facts, revenue))
        lasting = own if over else lasting_of(own)
        new = self._add(entry, lasting, at)
        return Delivered(new, len(lasting) - new, strangers, len(own) - len(lasting))

    def today(self) -> date:
        """Return the day that a campaign begins on unless another is named, where this machine is."""
        return self._clock().astimezone().date()

    @abstractmethod
    def _cancel(self, entry: Entry, reason: str) -> bool:
        """Store that a campaign is cancelled, unless `refuse_reached` refuses it; see `cancel`."""

    @abstractmethod
    def _members(self, entry: Entry) -> list[Member]:
        """Return the members as they are stored, by id."""

    @abstractmethod
    def _add(self, entry: Entry, told: Told, at: str) -> int:
        """Store what is new of `told`, all or none, and count it; see `deliver`."""

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="milliseconds")


def refuse_reached(entry: Entry, told: Told) -> None:
    """Raise `ConfigError` where somebody is known to have been contacted for a campaign to be cancelled."""
    reached = {who for (who, what), yes in told.facts.items() if yes and what in CONTACTED}
    if reached:
        raise ConfigError(
            f"{counted(len(reached), 'customer was', 'customers were')} contacted for the campaign {entry.name!r}: "
            "it cannot be cancelled, for others would contact them again, and its control group too.",
            f"Let it run until {entry.ends}; what it changed says: unchurn campaign outcomes {entry.name}",
        )


def settled(
    entries: tuple[Entry, ...], name: str, request_sha256: str, seen: Seen
) -> Written | None:
    """Say what a `write` comes to where nothing has to be written for it; None where it has.

    Raises `OtherCampaignError` where the name is another campaign's.
    """
    known = next((each for each in entries if each.name == name), None)
    if known is not None:
        require_same(known, request_sha256)
        return Written(known)
    return Written(None) if seen_of(entries) != seen else None


def require_same(known: Entry, request_sha256: str) -> None:
    """Raise `OtherCampaignError` where a campaign was cancelled, or was asked for otherwise."""
    if known.cancelled is not None:
        raise OtherCampaignError(
            f"The campaign {known.name!r} was cancelled on {known.cancelled['at'][:10]}.",
            "Give the new one another --name.",
        )
    if known.request_sha256 != request_sha256:
        raise OtherCampaignError(
            f"There is a campaign {known.name!r} already, of {known.starts}, of other customers, "
            "another model or other settings; a campaign never changes.",
            f"Give this one another --name; to see that one: unchurn campaign show {known.name}",
        )


def members_sha256(rows: list[Member]) -> str:
    """Hash the members of a campaign, in the order of their ids."""
    return row_checksum(*(list(row) for row in rows))


def seen_of(entries: tuple[Entry, ...]) -> Seen:
    """Return what is seen of a ledger, to be held against what it is when a campaign is written."""
    return len(entries), sum(each.cancelled is not None for each in entries)
