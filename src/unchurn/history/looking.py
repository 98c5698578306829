"""Who is looked at on which day: customers in chunks, every customer-day counted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from unchurn.history import candidates
from unchurn.history.calendar import day
from unchurn.history.eligible import Conditions
from unchurn.history.queries import part
from unchurn.history.question import Question
from unchurn.history.room import Chunk, Made, Room
from unchurn.history.staging import Staged
from unchurn.progress import Progress
from unchurn.project import Subscriptions

CHUNK = 400_000
"""Customer-days worked on at a time: enough to keep the engine busy, little enough for memory."""
CHOSEN = pa.schema(
    [
        pa.field(name, pa.int64())
        for name in (
            "code", "day", "first_start", "spell_from", "period_end", "periods", "gaps", "current",
            "label",
        )
    ]
)  # fmt: skip
"""Customers looked at, with what is known of their periods; `label` is null where none is asked."""


@dataclass
class Counts:
    """Customer-days by day and reason; eligible + excluded = customer-days.

    `spells` and `periods` as they truly were, `customers` who have any. `noticed` of whom notice
    was known and the label is, too; `noticed_left` of them.
    """

    eligible: Counter[int] = field(default_factory=Counter)
    left: Counter[int] = field(default_factory=Counter)
    excluded: dict[int, Counter[str]] = field(default_factory=dict)
    spells: int = 0
    periods: int = 0
    customers: int = 0
    noticed: int = 0
    noticed_left: int = 0

    def add(self, told: Mapping[str, Any], settled: int) -> None:
        """Take in what came of a chunk: `days` by `reason`, and spells; labels are known until `settled`."""
        self.spells += told["spells"]
        self.customers += told["customers"]
        self.periods += told["periods"]
        for each in told["days"]:
            if each["reason"] < 0:
                self.eligible[each["day"]] += each["rows"]
                self.left[each["day"]] += each["churned"]
            else:
                reason = candidates.REASONS[each["reason"]]
                self.excluded.setdefault(each["day"], Counter())[reason] += each["rows"]
                if reason == candidates.PENDING and each["day"] <= settled:
                    self.noticed += each["rows"]
                    self.noticed_left += each["churned"]

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data for ``rows.json``."""
        every: Counter[str] = Counter()
        for each in self.excluded.values():
            every.update(each)
        days = sorted({*self.eligible, *self.excluded})
        eligible = self.eligible.total()
        return {
            "customer_days": eligible + every.total(),
            "eligible": eligible,
            "left": self.left.total(),
            "excluded": dict(every),
            "days": [
                {
                    "day": day(each).isoformat(),
                    "eligible": self.eligible[each],
                    "left": self.left[each],
                    "excluded": dict(self.excluded.get(each, {})),
                }
                for each in days
            ],
        }


@dataclass(frozen=True)
class Look:
    """What decides who is looked at.

    `days`: the snapshots, numbered. `observed`: the day before which labels are known, None where
    none are asked. `subscriptions` and `activity`: tables of the room.
    """

    question: Question
    days: Sequence[int]
    observed: int | None
    subscriptions: Staged | None
    activity: tuple[Staged, ...]
    conditions: Conditions

    def write(self, room: Room, customers: int, progress: Progress) -> Counts:
        """Write those looked at as the table `chosen`, in order of customer and day."""
        counts = Counts()
        settled = 0 if self.observed is None else self.observed - self.question.settled_days

        def rows() -> Iterator[pa.RecordBatch]:
            parts = chunks(customers, len(self.days), room.at_once)
            with progress.task("Looking at customers", customers) as task:
                for told, chosen in room.each(self.chosen, parts, task.advance):
                    counts.add(told, settled)
                    yield from chosen.to_batches()

        room.keep("chosen", rows(), CHOSEN)
        return counts

    def chosen(self, room: Room, chunk: Chunk) -> Made:
        """Return the customers of a chunk who are looked at, and what is counted of all of them."""
        question = self.question
        periods, state = self._periods(room, *chunk)
        room.hold("days", self._days(periods, *chunk))
        room.hold("state", state)
        joins = self.conditions.joins("days", *chunk)
        looked = candidates.looked_at(question, "state", "days", self.conditions.where, joins)
        label = "CAST(NULL AS BIGINT) AS label"
        told = {"spells": 0, "customers": 0, "periods": 0}
        if self.observed is None:
            room.hold("based", f"SELECT *, {label} FROM ({looked}) AS l")
        else:
            room.hold("looked", looked)
            room.hold("truth", candidates.spells(question, periods))
            room.hold("based", candidates.labelled(question, "looked", "truth", self.observed))
            told = _spells(room, periods)
        counted = room.table(
            "SELECT day, CAST(reason AS BIGINT) AS reason, count(*) AS rows, CAST(coalesce(sum("
            "label), 0) AS BIGINT) AS churned FROM based GROUP BY day, reason"
        )
        listed = ", ".join(f"CAST({each} AS BIGINT) AS {each}" for each in CHOSEN.names)
        chosen = f"SELECT {listed} FROM based WHERE reason < 0 ORDER BY code, day"
        return {**told, "days": counted.to_pylist()}, room.table(chosen)

    def _periods(self, room: Room, first: int, end: int) -> tuple[str, str]:
        """Return what labels are made of, and what was known of customers, as something to select from."""
        question = self.question
        terms = self._terms(room, first, end)
        if question.event == "subscription-ends":
            assert terms is not None  # noqa: S101 - open_sources saw to it
            return "terms", terms
        tables = [part(each.table, first, end) for each in self.activity]
        named = [f"{each} AS p{n}" for n, each in enumerate(tables)]
        room.hold("periods", f"SELECT * FROM {candidates.activity_periods(question, named)} AS p")
        active = candidates.state_of_activity(question, named, "days")
        return "periods", candidates.with_periods(active, terms) if terms else active

    def _terms(self, room: Room, first: int, end: int) -> str | None:
        """Hold the periods that customers had as `terms`, and select what was known of them; None without."""
        staged = self.subscriptions
        if staged is None:
            return None
        section = staged.reading.source.section
        assert isinstance(section, Subscriptions)  # noqa: S101
        room.hold("terms", f"SELECT * FROM {part(staged.table, first, end)} AS p")
        return candidates.state_of_periods(self.question, section, "terms", "days")

    def _days(self, periods: str, first: int, end: int) -> str:
        """Select the customer-days to look at."""
        if self.question.every == "renewal":
            lead = self.question.lead_days
            return candidates.due_days(lead, periods, min(self.days), max(self.days))
        listed = ", ".join(f"({each})" for each in self.days)
        return f"""SELECT c.code, CAST(s.day AS BIGINT) AS day FROM
            {part("customers", first, end)} AS c CROSS JOIN (VALUES {listed}) AS s(day)"""


def _spells(room: Room, periods: str) -> dict[str, int]:
    spells, customers = room.one("SELECT count(*), count(DISTINCT code) FROM truth")
    rows = room.one(f"SELECT count(*) FROM {periods}")[0]
    return {"spells": int(spells), "customers": int(customers), "periods": int(rows)}


def chunks(customers: int, days: int, at_once: int) -> list[Chunk]:
    """Part customers so that each part times `days` is at most about `CHUNK`, and so many `at_once` end together."""
    size = max(1, CHUNK // max(1, days))
    turns = math.ceil(customers / (size * at_once))
    size = max(1, math.ceil(customers / max(1, turns * at_once)))
    return [(first, min(first + size, customers)) for first in range(0, customers, size)]
