"""The parts of a cycle, each by the function of its own verb: watch, list, contacts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from unchurn.artefacts import Model, Schema, Snapshots
from unchurn.campaigns import Entry, Ledger, OtherCampaignError
from unchurn.errors import ConfigError, DataError, NobodyLeftError
from unchurn.modelling.scoring.profit import is_given
from unchurn.modelling.watching.cause import broken_reasons
from unchurn.pipeline.campaign_files import page_path
from unchurn.pipeline.chosen_model import ChosenModel
from unchurn.pipeline.cycle_folder import CONTACT, LIST, WATCH, CycleFolder
from unchurn.pipeline.identity import place_of
from unchurn.pipeline.monitoring import monitor
from unchurn.pipeline.scoring import score
from unchurn.pipeline.targeting import target
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.registry import ModelStore
from unchurn.tables.in_memory import Given

Plain = dict[str, Any]
_OF_CAMPAIGNS = ("contacted", "control", "value", "most_cost", "currency", "words", "control_words")
_OF_SOMEBODY_ELSE = (
    "This cycle did not draw it. Where nobody of it was contacted, cancel it and run this again, and the cycle draws "
    "its own: unchurn campaign cancel {name}; else set [cycle] target = false for this month."
)
"""What to do about a campaign that has the name of a cycle's, which nobody chooses."""


@dataclass(frozen=True)
class Books:
    """What a cycle reads and writes beside its folder: versions, and campaigns."""

    store: ModelStore
    ledger: Ledger


@dataclass(frozen=True)
class Month:
    """One month's customers and who scores them. A history's customers need no `table`."""

    project: Project
    table: Given | None
    place: CycleFolder
    champion: ChosenModel
    books: Books
    progress: Progress
    fresh: bool = False

    def watched(self) -> tuple[Plain | None, list[str]]:
        """Watch the month; return the watch, and for which reasons the table is refused.

        There is no watch of a table that cannot be read as customers of the model.
        """
        own = self.project.cycle.constraints
        try:
            seen = monitor(
                self.project,
                self.table,
                self.place.path / WATCH,
                as_of=self.place.as_of,
                constraints=self.project.folder / own if own else None,
                version=self.champion.version,
                progress=self.progress,
                fresh=self.fresh,
                store=self.books.store,
                listed=True,
            ).made.watch
        except DataError as error:
            return None, [error.message]
        return dict(seen), broken_reasons(seen)

    def listed(self) -> tuple[Plain, str]:
        """Write the list of what was watched; return what it holds, and until which day a history is complete ("")."""
        made = score(
            self.project,
            self.table,
            self.place.path / LIST,
            as_of=self.place.as_of,
            version=self.champion.version,
            progress=self.progress,
            store=self.books.store,
        )
        told = {
            "customers": made.counts["rows_out"],
            "rejected": made.counts["rejected"],
            "model_version": made.run.model_version,
            "model_run_id": made.run.model_run_id,
        }
        if self.table is not None:
            return told, ""
        observed = place_of(self.project, made.run.run_id, Snapshots)
        return told, str(Snapshots.load(observed).contract["observed_until"])

    def contacted(self) -> tuple[Plain | None, str]:
        """Draw the campaign, or say why there is none: no costs, no names, nobody worth contacting."""
        if not self.project.cycle.target:
            return None, "No campaign was asked for: [cycle] target is false."
        if not is_given(self.project.decision):
            return None, "None were chosen, for [decision] says nothing of what contacts cost."
        if not Schema.from_plain(Model.load(self.champion.bundle).schema).id:
            return None, "None were chosen, for the model knows no column that names customers."
        name, _ = campaign_of(self.books.ledger, self.place.as_of)
        try:
            made = target(
                self.project,
                name,
                self.table,
                self.place.path / CONTACT,
                starts=self.place.as_of,
                as_of=self.place.as_of,
                version=self.champion.version,
                progress=self.progress,
                store=self.books.store,
                ledger=self.books.ledger,
            )
        except NobodyLeftError as error:
            return None, error.message
        except OtherCampaignError as error:
            raise ConfigError(error.message, _OF_SOMEBODY_ELSE.format(name=name)) from error
        found = made.document()
        return {"campaign": name, **{each: found[each] for each in _OF_CAMPAIGNS}}, ""

    def files(self, listed: Plain | None, contact: Plain | None, watched: bool) -> dict[str, str]:
        """Name the files that a cycle has, by what they are, as they lie in its folder."""
        found = {"summary": "cycle.html"}
        if watched:
            found["watch"] = f"{WATCH}/watch.html"
        if listed:
            found["list"] = LIST
        if listed and listed["rejected"]:
            found["rejects"] = f"{LIST}.rejects.csv"
        if contact:
            found |= {"contact": CONTACT, "page": page_path(self.place.path / CONTACT).name}
        return found


def campaign_of(ledger: Ledger, as_of: str) -> tuple[str, Entry | None]:
    """Return the name of a day's campaign, and the campaign where it was drawn already.

    Where one was cancelled, the next has another name.
    """
    for number in count(1):
        name = f"cycle-{as_of}" if number == 1 else f"cycle-{as_of}-{number}"
        entry = ledger.find(name)
        if entry is None or entry.cancelled is None:
            return name, entry
    raise AssertionError("there is always a next number")
