"""History and question → snapshots: read, staged, looked at, planned, filled."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.artefacts import Finding
from unchurn.errors import ConfigError, DataError
from unchurn.history.accounting import account
from unchurn.history.backfilled import backfilled
from unchurn.history.calendar import day, number, snapshot_days
from unchurn.history.clock import Clock
from unchurn.history.columns import settle_roles
from unchurn.history.deciding import decide_plan
from unchurn.history.eligible import Conditions
from unchurn.history.filling import Filling
from unchurn.history.findings import history_findings
from unchurn.history.looking import Counts, Look
from unchurn.history.plan import Plan
from unchurn.history.question import Question, day_of
from unchurn.history.reach import reach_findings
from unchurn.history.reading import Reading, newest_day, read_source
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
        self.asked: list[Finding] = []

    def done(self, path: Path) -> Observed:
        readings = self._read()
        observed, days = self._days(readings)
        end = days[-1] if self.asking.as_of else observed
        customers = stage_customers(self.room, readings, self.question, end)
        staged = self._stage(readings, end)
        counts = self._look(staged, customers, days, observed)
        plan = self.asking.plan
        if plan is None:
            first, last = self.asking.training(counts.eligible)
            plan = decide_plan(self.room, self.asking.history, staged, first, last)
        made = Filling(plan, staged, labelled=not self.asking.as_of)
        made.write(self.room, path, customers, len(days), self.progress)
        rows = account(self.room, self.question, staged, counts)
        rows["customers"] = customers
        if self.question.every != "renewal":
            rows["snapshots"] = len(days)
        windows = self.asking.history.windows
        told = [
            *reach_findings(staged, counts, windows, observed, self.asking.as_of),
            *history_findings(staged, counts, rows, plan),
            *self.asked,
        ]
        if not self.asking.as_of:
            last = self.asking.training(counts.eligible)[1]
            told += backfilled(self.room, staged, last, counts.eligible.total())
        contract = self._contract(observed, days)
        return Observed(path, contract, plan.to_plain(), rows, told)

    def _read(self) -> list[Reading]:
        plan, missing = self.asking.plan, self.sources.missing
        if plan is not None:
            _check_sources(plan, self.sources, self.asking.history)
        found = []
        for place, source in enumerate(self.sources.tables):
            if plan:
                roles = plan.roles[source.name]
            else:
                roles, asked = settle_roles(source, missing, self.progress)
                self.asked += asked
            scratch = self.room.folder
            found.append(
                read_source(source, place, roles, self.clock, missing, scratch, self.progress)
            )
        return found

    def _days(self, readings: Sequence[Reading]) -> tuple[int, list[int]]:
        """Return the day before which everything is observed, and the snapshots."""
        oldest = min(ends[0] for each in readings if (ends := each.counted.ends()))
        given = self.asking.history.observed_until
        newest = newest_day(readings)
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
        conditions = Conditions.of(self.question, list(staged.values()), self.room)
        self.asked += conditions.findings
        look = Look(
            self.question,
            days,
            None if self.asking.as_of else observed,
            staged.get("subscriptions"),
            tuple(staged[name] for name in activity),
            conditions,
        )
        counts = look.write(self.room, customers, self.progress)
        if not counts.eligible and not self.asking.as_of:
            raise DataError(
                f"Nobody can be looked at and labelled: {_reasons(counts)}.",
                "Take a shorter [churn] horizon_days"
                + (", lead_days shorter than a term" if self.question.every == "renewal" else "")
                + ", or a longer history.",
            )
        # by a plan that is there, labels are what became of a list: nobody leaving is an answer
        learning = self.asking.plan is None and not self.asking.as_of
        if learning and counts.left.total() in (0, counts.eligible.total()):
            who = "nobody leaves" if not counts.left.total() else "everybody leaves"
            raise DataError(
                f"On every snapshot {who}: there is nothing to learn.",
                "Check [churn] event, and the columns of start and end (or of time).",
            )
        return counts

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


def _check_sources(plan: Plan, sources: Sources, history: History) -> None:
    """Raise `ConfigError` where the tables are not those that a plan was made for."""
    here, there = {each.name for each in sources.tables}, set(plan.roles)
    if here != there:
        lost, new = sorted(there - here), sorted(here - there)
        what = f"lacks [history.{lost[0]}]" if lost else f"adds [history.{new[0]}]"
        raise ConfigError(
            f"churn.toml {what}, compared with what the model was trained on.",
            "Put it back, or train again.",
        )
    fixed = history.subscriptions.fixed_terms
    if fixed != plan.fixed_terms:
        raise ConfigError(
            f"[history.subscriptions] fixed_terms is {str(fixed).lower()}, and was "
            f"{str(plan.fixed_terms).lower()} when the model was trained.",
            "Put it back, or train again.",
        )
