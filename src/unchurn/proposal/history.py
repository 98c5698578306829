"""Tables of a history → a churn.toml that observes them, with reasons."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.errors import ConfigError, UnchurnError
from unchurn.progress import Progress
from unchurn.project import FILE, Data
from unchurn.project.write import Setting
from unchurn.proposal.history_roles import Guess, Look, guess, shared_customer
from unchurn.tables import open_table
from unchurn.tables.hidden_files import is_hidden
from unchurn.tables.stated import UNSTATED
from unchurn.tables.summary import survey

SILENCE = 90
"""Days of silence after which a customer counts as gone, where there are no periods."""


@dataclass(frozen=True)
class TableGuess:
    """A table: where it is, its section of churn.toml behind ``history.``, what it seems to be."""

    path: Path
    section: str
    guess: Guess


@dataclass(frozen=True)
class HistoryProposal:
    """What tables seem to be; `left_out` says why of those that are none."""

    tables: tuple[TableGuess, ...]
    left_out: dict[str, str]

    @property
    def event(self) -> str:
        """What leaving is."""
        periods = any(each.section == "subscriptions" for each in self.tables)
        return "subscription-ends" if periods else "inactivity"

    def settings(self, locate: Any) -> list[Setting]:
        """List what goes into churn.toml; `locate` names a path as churn.toml should."""
        made = [Setting("churn", "event", self.event, (_EVENT[self.event],))]
        if self.event == "inactivity":
            made.append(Setting("churn", "inactive_days", SILENCE))
            words = "At least inactive_days: whoever was active yesterday cannot leave sooner."
            made.append(Setting("churn", "horizon_days", SILENCE, (words,)))
        for each in self.tables:
            section = f"history.{each.section}"
            reason = f"{each.path.name}: {each.guess.reason}."
            made.append(Setting(section, "data", locate(each.path), (reason,)))
            made += [Setting(section, name, value) for name, value in each.guess.keys.items()]
        return made

    def document(self, config: str) -> dict[str, Any]:
        """The versioned document that ``unchurn init --history --json`` prints."""
        return {
            "schema_version": 1,
            "config": config,
            "event": self.event,
            "tables": [
                {
                    "table": str(each.path),
                    "section": f"history.{each.section}",
                    "keys": {
                        k: list(v) if isinstance(v, tuple) else v
                        for k, v in each.guess.keys.items()
                    },
                    "reason": each.guess.reason,
                }
                for each in self.tables
            ],
            "left_out": self.left_out,
        }


_EVENT = {
    "subscription-ends": "There is a table of periods: who leaves is whose last period ends.",
    "inactivity": "There is no table of periods: who leaves is who falls silent.",
}


def propose_history(places: Sequence[str], progress: Progress) -> HistoryProposal:
    """Look at tables, or at every table of a folder, and say what each is.

    Raises `ConfigError` where none is of use, or several seem to hold the periods.
    """
    found: list[TableGuess] = []
    left_out: dict[str, str] = {}
    seen = {path: _seen(path, progress) for path in _paths(places)}
    shared = shared_customer([each for each in seen.values() if isinstance(each, Look)])
    for path, look in seen.items():
        made = guess(look, shared) if isinstance(look, Look) else look
        if isinstance(made, str):
            left_out[str(path)] = made
        else:
            found.append(TableGuess(path, _section(path, made.role, found), made))
    _check(found, left_out)
    return HistoryProposal(tuple(found), left_out)


def _section(path: Path, role: str, others: Sequence[TableGuess]) -> str:
    """Name a table's section after its file, with the suffix, then a number, where the name is taken."""
    if role == "subscriptions":
        return role
    taken = {each.section.split(".")[-1] for each in others}
    numbered = (f"{path.name}_{number}" for number in itertools.count(2))
    names = itertools.chain((path.name.split(".")[0], path.name), numbered)
    nouns = (re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "t" for name in names)
    return f"{role}.{next(noun for noun in nouns if noun not in taken)}"


def _paths(places: Sequence[str]) -> list[Path]:
    paths: list[Path] = []
    for place in map(Path, places):
        if place.is_dir():
            inside = sorted(place.iterdir())
            paths += [e for e in inside if not is_hidden(e.name) and e.name != FILE]
        elif place.exists():
            paths.append(place)
        else:
            raise ConfigError(f"There is no {place}.", "Name tables, or a folder that holds them.")
    return paths


def _seen(path: Path, progress: Progress) -> Look | str:
    try:
        table = open_table(str(path), Data(), Path.cwd())
        seen = survey(table, Data(), UNSTATED, progress)
    except UnchurnError as error:
        return error.message
    return Look(seen.columns, seen.read - seen.rejected)


def _check(found: Sequence[TableGuess], left_out: dict[str, str]) -> None:
    periods = [each.path.name for each in found if each.section == "subscriptions"]
    if len(periods) > 1:
        raise ConfigError(
            f"Several tables have a start and an end: {', '.join(periods)}.",
            "Name the table of subscriptions and the others, each with --history, without the rest.",
        )
    useful = [each for each in found if not each.section.startswith("attributes")]
    if not useful:
        why = "; ".join(f"{Path(path).name}: {words}" for path, words in left_out.items())
        raise ConfigError(
            f"No table holds periods or events. {why or 'There is no other table.'}",
            "Name more tables with --history, or write [history] into churn.toml by hand.",
        )
