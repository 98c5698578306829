"""The tables of a history: opened, each with its role, and checked against the question."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from unchurn.artefacts import dump_json
from unchurn.errors import ConfigError, UnchurnError, listing
from unchurn.history.question import Question
from unchurn.project import Attributes, Data, Events, History, Subscriptions
from unchurn.project.history import Section
from unchurn.tables import Table, open_table

_NEEDED: dict[type, str] = {Subscriptions: "start", Events: "time"}
"""Which time a row of a table cannot do without; a row of attributes without one is a constant."""


@dataclass(frozen=True)
class Source:
    """One table: `name` as its section is called behind ``history.``, and what the section says."""

    name: str
    section: Section
    table: Table

    @property
    def noun(self) -> str:
        """The table's own name, as features use it: ``events.orders`` is orders."""
        return self.name.split(".", 1)[-1]


@dataclass(frozen=True)
class Sources:
    """Every table of a history; `missing` are spellings of a missing cell besides the usual."""

    tables: tuple[Source, ...]
    missing: tuple[str, ...] = ()

    @property
    def subscriptions(self) -> Source | None:
        """The table of periods, where there is one."""
        return next((s for s in self.tables if isinstance(s.section, Subscriptions)), None)

    @property
    def events(self) -> tuple[Source, ...]:
        """The event tables, by name."""
        return tuple(s for s in self.tables if isinstance(s.section, Events))

    @property
    def attributes(self) -> tuple[Source, ...]:
        """The attribute tables, by name."""
        return tuple(s for s in self.tables if isinstance(s.section, Attributes))

    def activity(self, question: Question) -> tuple[Source, ...]:
        """The event tables whose rows are signs of life."""
        return tuple(s for s in self.events if not question.activity or s.noun in question.activity)

    def fingerprint(self) -> str:
        """Sha256 of the names and the bytes of every table, and of how its missing cells are spelled."""
        parts = [(each.name, each.table.fingerprint()) for each in self.tables]
        return hashlib.sha256(dump_json([parts, self.missing])).hexdigest()


def open_sources(history: History, question: Question, data: Data, folder: Path) -> Sources:
    """Open every table that [history] names, relative to `folder`.

    Raises `ConfigError` where the question needs a table that is not named, or two tables would
    give features one name, and what opening a table raises, with its section's name.
    """
    tables = [
        Source(name, section, _opened(name, section, folder))
        for name, section in named_tables(history, question).items()
    ]
    return Sources(tuple(tables), data.missing)


def named_tables(history: History, question: Question) -> dict[str, Section]:
    """Return the sections of the tables that [history] names; open none. Raises `ConfigError`."""
    found = history.tables
    _check(list(found.items()), question)
    for name, section in found.items():
        if not section.data:
            raise ConfigError(f"[history.{name}] names no table.", "Set its data, or remove it.")
        _check_keys(name, section)
    return found


def _check_keys(name: str, section: Section) -> None:
    """Raise `ConfigError` where a section says of no column who a row is about, or when it was."""
    for key in ("customer", _NEEDED.get(type(section), "customer")):
        if not getattr(section, key):
            raise ConfigError(
                f"[history.{name}] {key} is empty, and each row needs one.",
                f'Name the column of {section.data} that holds it, as in {key} = "{key}", or leave '
                f"{key} out where the column is called {key!r}.",
            )


def _opened(name: str, section: Section, folder: Path) -> Table:
    if "://" in section.data:
        raise ConfigError(
            f"[history.{name}] names {section.data!r}, and only the command line brings tables here.",
            "Use `unchurn`, or copy the table here and name its file or folder.",
        )
    try:
        return open_table(section.data, Data(), folder)
    except UnchurnError as error:
        raise type(error)(f"[history.{name}]: {error.message}", error.hint) from error


def _check(named: list[tuple[str, Section]], question: Question) -> None:
    nouns = [name.split(".", 1)[-1] for name, _ in named]
    twice = sorted({noun for noun in nouns if nouns.count(noun) > 1})
    if twice:
        raise ConfigError(
            f"Two tables of [history] are called {listing(twice)}.",
            "Features are named after their tables: give each a name of its own.",
        )
    kinds = [type(section) for _, section in named]
    if question.event == "subscription-ends" and Subscriptions not in kinds:
        raise ConfigError(
            "[churn] event is 'subscription-ends', and there is no table of subscriptions.",
            "Name it with data in [history.subscriptions].",
        )
    events = [name.split(".", 1)[1] for name, each in named if isinstance(each, Events)]
    if question.event == "inactivity" and not events:
        raise ConfigError(
            "[churn] event is 'inactivity', and there is no table of events.",
            "Name one, as in [history.events.orders] with data = 'orders.csv'.",
        )
    subscriptions = next((e for _, e in named if isinstance(e, Subscriptions)), Subscriptions())
    if question.every == "renewal" and not subscriptions.fixed_terms:
        raise ConfigError(
            "[churn] every is 'renewal', and ends of periods are not known in advance.",
            "Set fixed_terms = true in [history.subscriptions] if they are, or take another every.",
        )
    unknown = sorted(set(question.activity) - set(events))
    if unknown:
        raise ConfigError(
            f"[churn] activity names {listing(unknown)}, which is no table of events.",
            f"[history.events] has {listing(events) or 'none'}.",
        )
