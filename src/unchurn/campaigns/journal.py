"""A ledger of campaigns as events in order, wherever these are and whichever way they are reached."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import time
import zlib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from unchurn.artefacts import dump_json
from unchurn.campaigns.campaign_events import Event, campaigns_of
from unchurn.campaigns.entries import Asked, Entry, Member, Written
from unchurn.campaigns.ledger import Ledger, Seen, refuse_reached, settled
from unchurn.campaigns.outcomes import Told, new_of
from unchurn.errors import RegistryError
from unchurn.registry import current_user
from unchurn.registry.sqlite import utc_now

_ATTEMPTS = 40
"""How often a change is tried when others are faster."""
_LONGEST_WAIT = 0.5
Found = TypeVar("Found")


class Journal(Protocol):
    """Where the events are, and what is kept beside them."""

    def events(self) -> list[Event]:
        """Return every event, oldest first. Raises `RegistryError` where they are damaged."""

    def append(self, text: str, before: list[Event]) -> bool:
        """Add an event after those of `before`; tell whether nobody else's came there first."""

    def keep(self, sha256: str, content: bytes) -> None:
        """Keep bytes by the hash of what they hold; the same again changes nothing."""

    def kept(self, sha256: str) -> bytes:
        """Return what is kept by a hash. Raises `RegistryError` where it is not there."""


class JournalLedger(Ledger):
    """A `Ledger` over a journal: each change is one event, and what it names is kept before it."""

    restore = (
        "Restore the registry's table to a point in time before it was changed by hand, and what lies "
        "below data/ledger/ (the bucket keeps earlier versions)."
    )

    def __init__(
        self,
        journal: Journal,
        clock: Callable[[], datetime] = utc_now,
        who: Callable[[], str] = current_user,
    ) -> None:
        super().__init__(clock, who)
        self._journal = journal

    def entries(self) -> tuple[Entry, ...]:
        """Return every campaign, oldest first."""
        return _entries(self._journal.events())

    def write(
        self, name: str, asked: Asked, request_sha256: str, campaign_sha256: str,
        summary: dict[str, Any], members: Iterable[Member], seen: Seen,
    ) -> Written:  # fmt: skip
        """Write a campaign, once; see `Ledger.write`."""
        rows = [list(row) for row in sorted(members)]
        event = {
            "kind": "campaign", "name": name, "request_sha256": request_sha256,
            "campaign_sha256": campaign_sha256, "members_sha256": self._keep(rows),
            "starts": str(asked.starts), "ends": str(asked.ends), "summary": summary,
        }  # fmt: skip

        def attempt(events: list[Event]) -> Written | None:
            entries = _entries(events)
            if (done := settled(entries, name, request_sha256, seen)) is not None:
                return done
            if not self._append(event, events):
                return None
            return Written(next(each for each in self.entries() if each.name == name), True)

        return self._persist(attempt)

    def _cancel(self, entry: Entry, reason: str) -> bool:
        event = {"kind": "cancellation", "campaign": entry.number, "reason": reason}

        def attempt(events: list[Event]) -> bool | None:
            if _entries(events)[entry.number - 1].cancelled is not None:
                return False
            refuse_reached(entry, self._told(events, entry))
            return True if self._append(event, events) else None

        return self._persist(attempt)

    def told(self, entry: Entry) -> Told:
        """Return what is known of a campaign's customers; see `Ledger.told`."""
        return self._told(self._journal.events(), entry)

    def _add(self, entry: Entry, told: Told, at: str) -> int:
        def attempt(events: list[Event]) -> int | None:
            new = new_of(told, self._told(events, entry))
            if not len(new):
                return 0
            facts = sorted([*key, value] for key, value in new.facts.items())
            kept = self._keep([facts, sorted(new.revenue.items())])
            event = {"kind": "outcomes", "campaign": entry.number, "told_sha256": kept}
            return len(new) if self._append(event, events, at) else None

        return self._persist(attempt)

    def _told(self, events: list[Event], entry: Entry) -> Told:
        facts: dict[tuple[str, str], bool] = {}
        revenue: dict[str, float] = {}
        for sha256 in campaigns_of(events)[entry.number]["told"]:
            more, paid = self._kept(sha256)
            facts |= {(customer, what): value for customer, what, value in more}
            revenue |= dict(paid)
        return Told(facts, revenue)

    def _members(self, entry: Entry) -> list[Member]:
        return [Member(*row) for row in self._kept(entry.members_sha256)]

    def _append(self, event: dict[str, Any], before: list[Event], at: str = "") -> bool:
        told = {**event, "at": at or self._now(), "by": self._who()}
        return self._journal.append(dump_json(told).decode(), before)

    def _persist(self, attempt: Callable[[list[Event]], Found | None]) -> Found:
        """Try a change until nobody's event comes between; None means that one did."""
        for number in range(_ATTEMPTS):
            done = attempt(self._journal.events())
            if done is not None:
                return done
            longest = min(_LONGEST_WAIT, 0.01 * 2**number)
            time.sleep(random.uniform(0, longest))  # noqa: S311 (it only spreads the waiters)
        raise RegistryError(
            f"The ledger of campaigns was changed by others at each of {_ATTEMPTS} attempts.",
            "Run the same command again.",
        )

    def _keep(self, rows: list[Any]) -> str:
        """Keep rows, and return the hash of their text, which is that of `members_sha256`."""
        plain = json.dumps(rows).encode()
        sha256 = hashlib.sha256(plain).hexdigest()
        self._journal.keep(sha256, gzip.compress(plain, mtime=0))
        return sha256

    def _kept(self, sha256: str) -> Any:
        """Return rows that were kept. Raises `RegistryError` where they are not as they were."""
        try:
            plain = gzip.decompress(self._journal.kept(sha256))
        except (OSError, EOFError, zlib.error):
            plain = b""
        if hashlib.sha256(plain).hexdigest() != sha256:
            raise RegistryError(
                f"The ledger of campaigns is damaged: what is kept by {sha256[:16]}… is not as it "
                "was written.",
                self.restore,
            )
        return json.loads(plain)


def _entries(events: list[Event]) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            number, plain["name"], plain["request_sha256"], plain["campaign_sha256"],
            plain["members_sha256"], date.fromisoformat(plain["starts"]),
            date.fromisoformat(plain["ends"]), plain["summary"], plain["at"], plain["by"],
            plain["cancelled"],
        )
        for number, plain in campaigns_of(events).items()
    )  # fmt: skip
