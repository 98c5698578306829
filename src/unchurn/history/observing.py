"""History and question → snapshots: read, staged, looked at, planned, filled."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.artefacts import Finding
from unchurn.errors import ConfigError, DataError
from unchurn.history import plan as planning
from unchurn.history.backfilled import backfilled
from unchurn.history.calendar import ALWAYS, day, number, snapshot_days
from unchurn.history.clock import Clock
from unchurn.history.columns import settle_roles
from unchurn.history.eligible import Conditions
from unchurn.history.filling import CUSTOMER, DAY, LEFT, Filling
from unchurn.history.findings import history_findings
from unchurn.history.looking import Counts, Look
from unchurn.history.plan import Plan, Support
from unchurn.history.question import Question, day_of
from unchurn.history.reading import Reading, read_source
from unchurn.history.room import Room, open_room
from unchurn.history.sources import Sources
from unchurn.history.staging import Staged, stage_customers, stage_source
from unchurn.progress import Progress
from unchurn.project import Engine, History

Training = Callable[[Mapping[int, int]], tuple[int, int]]
"""From rows labelled by day (numbered) to the first and the last day that is trained on."""


@dataclass(frozen=True)
class Observed:
    """What came of it: `table` is Parquet of snapshots, the rest plain data for JSON."""

    table: Path
    contract: dict[str, Any]
    plan: dict[str, Any]
    rows: dict[str, Any]
    findings: list[Finding]


@dataclass(frozen=True)
class Asking:
    """What is asked of a history: the question, the settings, and how far.

    `as_of`: one day to look at without labels, or "" for every snapshot with its label. `plan`:
    a plan to follow, or None to decide one on the days that `training` chooses.
    """

    question: Question
    history: History
    training: Training
    as_of: str = ""
    plan: Plan | None = None


def observe_history(
    sources: Sources, asking: Asking, engine: Engine, folder: Path, progress: Progress
) -> Observed:
    """Make the table of snapshots in `folder`.

    Raises `ConfigError` and `DataError` where the history cannot answer the question.
    """
    scratch = folder / "scratch"
    try:
        with open_room(engine, scratch) as room:
            return _Work(sources, asking, room, progress).done(folder / "snapshots.parquet")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


class _Work:
    """One history being observed."""

    def __init__(self, sources: Sources, asking: Asking, room: Room, progress: Progress) -> None:
        self.asking, self.question = asking, asking.question
        self.sources, self.room, self.progress = sources, room, progress
        self.clock = Clock.of(self.question.timezone)

    def done(self, path: Path) -> Observed:
        readings = self._read()
        observed, days = self._days(readings)
        end = days[-1] if self.asking.as_of else observed
        customers = stage_customers(self.room, readings, self.question, end)
        staged = self._stage(readings, end)
        counts = self._look(staged, customers, days, observed)
        plan = self.asking.plan or self._plan(staged, counts)
        made = Filling(plan, staged, labelled=not self.asking.as_of)
        made.write(self.room, path, customers, len(days), self.progress)
        rows = self._rows(staged, counts, customers, len(days))
        told = history_findings(staged, counts, rows, plan, observed, self.asking.as_of)
        if not self.asking.as_of:
            last = self.asking.training(counts.eligible)[1]
            told += backfilled(self.room, staged, last, counts.eligible.total())
        contract = self._contract(observed, days)
        return Observed(path, contract, plan.to_plain(), rows, told)

    def _read(self) -> list[Reading]:
        plan, missing = self.asking.plan, self.sources.missing
        found = []
        for place, source in enumerate(self.sources.tables):
            if plan is None:
                roles = settle_roles(source, missing, self.progress)
            elif source.name in plan.roles:
                roles = plan.roles[source.name]
            else:
                raise ConfigError(
                    f"[history.{source.name}] is not in the plan that the model was trained on.",
                    "Remove it, or train again.",
                )
            scratch = self.room.folder
            found.append(
                read_source(source, place, roles, self.clock, missing, scratch, self.progress)
            )
        lost = sorted(set(plan.roles) - {s.name for s in self.sources.tables}) if plan else []
        if lost:
            raise ConfigError(
                f"churn.toml lacks [history.{lost[0]}], which the model was trained on.",
                "Put it back, or train again.",
            )
        return found

    def _days(self, readings: Sequence[Reading]) -> tuple[int, list[int]]:
        """Return the day before which everything is observed, and the snapshots."""
        events = [each for each in readings if each.source.name.startswith("events.")]
        newest = max(each.counted.newest for each in events or readings)
        oldest = min(each.counted.oldest for each in readings if each.counted.newest > ALWAYS)
        given = self.asking.history.observed_until
        observed = number(day_of("[history] observed_until", given)) if given else newest
        if self.asking.as_of:
            return observed, [number(day_of("--as-of", self.asking.as_of))]
        if observed <= oldest:
            raise DataError(
                f"The history begins on {day(oldest)} and is complete until {day(observed)}.",
                "Set [history] observed_until to the day of the export.",
            )
        if self.question.every == "renewal":
            span = self.question.since, self.question.until
            first = number(span[0]) if span[0] else oldest
            last = min(observed, number(span[1]) - 1) if span[1] else observed
            return observed, [first, max(first, last)]
        return observed, snapshot_days(self.question, day(oldest), day(observed))

    def _stage(self, readings: Sequence[Reading], end: int) -> dict[str, Staged]:
        plan = self.asking.plan
        staged = {}
        with self.progress.task("Sorting by customer", len(readings)) as task:
            for each in readings:
                name = each.source.name
                decimals = plan.decimals[name] if plan else None
                staged[name] = stage_source(self.room, each, end, decimals)
                task.advance()
        return staged

    def _look(
        self, staged: Mapping[str, Staged], customers: int, days: Sequence[int], observed: int
    ) -> Counts:
        activity = [each.name for each in self.sources.activity(self.question)]
        look = Look(
            self.question,
            days,
            None if self.asking.as_of else observed,
            staged.get("subscriptions"),
            tuple(staged[name] for name in activity),
            Conditions.of(self.question, list(staged.values())),
        )
        counts = look.write(self.room, customers, self.progress)
        if not counts.eligible and not self.asking.as_of:
            raise DataError(
                f"Nobody can be looked at and labelled: {_reasons(counts)}.",
                "Take a shorter [churn] horizon_days, or a longer history.",
            )
        if not self.asking.as_of and counts.left.total() in (0, counts.eligible.total()):
            who = "nobody leaves" if not counts.left.total() else "everybody leaves"
            raise DataError(
                f"On every snapshot {who}: there is nothing to learn.",
                "Check [churn] event, and the columns of start and end (or of time).",
            )
        return counts

    def _plan(self, staged: Mapping[str, Staged], counts: Counts) -> Plan:
        first, last = self.asking.training(counts.eligible)
        history = self.asking.history
        section = history.subscriptions
        subscriptions = staged.get("subscriptions")
        roles = subscriptions.reading.roles if subscriptions else None
        certain = planning.state_features(roles, section.fixed_terms)
        others: dict[str, list[planning.Feature]] = {}
        support: dict[str, Support] = {}
        kinds: dict[str, tuple[str, ...]] = {}
        for name, each in staged.items():
            if not name.startswith("events."):
                certain += planning.attribute_features(name, each.reading.roles)
                continue
            found = self._support(each, first - max(history.windows), last)
            support[name] = found
            kinds[name] = planning.kept_kinds(found, history.min_customers)
            if found.customers >= history.min_customers:
                lines = planning.event_features(
                    name, each.noun, each.reading.roles, kinds[name], history.windows
                )
                others[name] = list(lines)
        features, dropped = planning.within_budget(certain, others, support, history.max_features)
        planning.check_names(features, (CUSTOMER, DAY, LEFT))
        every = {name: each.reading.roles for name, each in staged.items()}
        decimals = {name: each.decimals for name, each in staged.items()}
        return Plan(every, decimals, features, kinds, dropped)

    def _support(self, staged: Staged, first: int, last: int) -> Support:
        """Count the customers who have events from day `first` on that were known before `last`."""
        seen = f"FROM {staged.table} WHERE day >= {first} AND known < {last}"
        everybody = self.room.one(f"SELECT count(DISTINCT code) {seen}")[0]
        by_kind = self.room.table(
            f"SELECT kind, count(DISTINCT code) AS n {seen} AND kind IS NOT NULL GROUP BY kind"
        ).to_pylist()
        return Support(int(everybody), {each["kind"]: each["n"] for each in by_kind})

    def _rows(
        self, staged: Mapping[str, Staged], counts: Counts, customers: int, days: int
    ) -> dict[str, Any]:
        sources = {
            name: {
                "read": each.reading.read,
                "kept": each.rows,
                "dropped": each.dropped,
                "ambiguous_times": each.reading.counted.twice,
                "impossible_times": each.reading.counted.never,
            }
            for name, each in staged.items()
        }
        plain = {"customers": customers, "sources": sources, **counts.to_plain()}
        if self.question.every != "renewal":
            plain["snapshots"] = days
        if not self.asking.as_of:
            plain["reactivations"] = counts.spells - counts.customers
            if self.question.event == "subscription-ends":
                plain["renewals"] = counts.periods - counts.spells
        return plain

    def _contract(self, observed: int, days: Sequence[int]) -> dict[str, Any]:
        listed = [] if self.question.every == "renewal" and not self.asking.as_of else days
        return {
            "schema_version": 1,
            "question": self.question.to_plain(),
            "sha256": self.question.sha256,
            "observed_until": day(observed).isoformat(),
            "as_of": self.asking.as_of,
            "snapshots": [
                {"day": day(each).isoformat(), "from": self.clock.midnight(each).isoformat()}
                for each in listed
            ],
        }


def _reasons(counts: Counts) -> str:
    every = counts.to_plain()["excluded"]
    ranked = sorted(every.items(), key=lambda pair: (-pair[1], pair[0]))
    return "; ".join(f"{rows:,} customer-days: {reason}" for reason, rows in ranked) or "no rows"
