"""A journal as files, for a job that cannot reach the ledger: handed to it, and what it adds handed back."""

from __future__ import annotations

import json
from pathlib import Path

from unchurn.artefacts import dump_json
from unchurn.campaigns.campaign_events import Event, LedgerDamaged, checked, following, kept_name
from unchurn.campaigns.journal import JournalLedger
from unchurn.errors import RegistryError


class HandedJournal:
    """The journal of a ledger that was opened for a job, and the one event that the job adds.

    `given` holds ``ledger.json`` with the events and the day, and what events name; `made` is given
    ``entry.json`` and what that names, or why there is nothing to add. `today`: the day on which the
    ledger was opened.
    """

    def __init__(self, given: Path, made: Path) -> None:
        self._given, self._made = given, made
        told = json.loads((given / "ledger.json").read_bytes())
        self.today = str(told["today"])
        try:
            self._events = checked([Event(*each) for each in told["events"]])
        except LedgerDamaged as error:
            raise RegistryError(str(error), JournalLedger.restore) from error

    def events(self) -> list[Event]:
        """Return every event; see `Journal.events`."""
        return self._events

    def append(self, text: str, before: list[Event]) -> bool:
        """Hand an event over, to be added where the ledger is by then as it was opened."""
        entry = {"text": text, "number": len(before) + 1}
        (self._made / "entry.json").write_bytes(dump_json(entry))
        self._events = [*before, following(text, before)]
        return True

    def add_nothing(self, nobody: str = "") -> None:
        """Hand over that there is no event to add; in words, where that is for want of anybody to contact.

        Where not, its number says after which events there was nothing new.
        """
        number = len(self._events) + 1
        told = {"nobody": nobody} if nobody else {"number": number}
        (self._made / "entry.json").write_bytes(dump_json(told))

    def keep(self, sha256: str, content: bytes) -> None:
        """Hand bytes over; see `Journal.keep`."""
        folder = self._made / "kept"
        folder.mkdir(exist_ok=True)
        (folder / kept_name(sha256)).write_bytes(content)

    def kept(self, sha256: str) -> bytes:
        """Read what was handed over, or is handed back; see `Journal.kept`."""
        places = [each / "kept" / kept_name(sha256) for each in (self._made, self._given)]
        try:
            return next((each for each in places if each.is_file()), places[-1]).read_bytes()
        except OSError as error:
            raise RegistryError(
                f"The ledger of campaigns was handed over without {kept_name(sha256)}.",
                JournalLedger.restore,
            ) from error
