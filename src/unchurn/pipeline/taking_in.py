"""A file of who left, held against what was scored, and taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.errors import ConfigError, DataError, OtherQuestionError, counted, listing
from unchurn.pipeline.cohorts import ids_of, key_of
from unchurn.pipeline.history_outcomes import leaving_in_history
from unchurn.pipeline.promises import Models
from unchurn.pipeline.runs import RunLine, Runs
from unchurn.pipeline.told_outcomes import known_outcomes, take_in
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.tables.leaving import DAYS, ToldLeaving, own_label, read_leaving
from unchurn.tables.matching import fold


@dataclass(frozen=True)
class Landed:
    """A file of who left, the ISO day since which it is known, and the scoring whose answers it has ("" of days).

    `name` is what people know it by: where it landed.
    """

    path: str
    day: str
    scoring: str
    name: str


def take_in_file(
    project: Project,
    data: str,
    today: str,
    runs: Runs,
    scoring: str,
    models: Models,
    progress: Progress,
) -> list[str]:
    """Take in the file `data`, known on the ISO day `today`, and say what it was.

    `scoring` is the run that answers are about, "" where there is but one list. Raises `ConfigError` where it
    is not clear which, `DataError` where the file cannot be used, and takes in nothing then.
    """
    lines, asked = runs.lists(), _asked(runs, scoring)
    key = _key(project, [asked] if asked else lines)
    told = read_leaving(data, key, own_label(project.churn), project.data)
    if told.kind == DAYS:
        alike = [each for each in lines if fold(key_of(project, each)) == fold(key)]
        outside = _outside(project, told, alike)
        notes = _strangers(outside, "in no scoring so far", "kept for those to come")
        notes += _still_to_leave(told, today)
        return [*notes, *take_in(project, told, today, "", "", progress)]
    if asked is None:
        named = listing((f"{each.run} ({each.as_of or 'no day'})" for each in lines), 6)
        raise ConfigError(
            f"{data} answers yes or no, and there are {len(lines)} lists that it could be about.",
            f"Name one with --scoring: {named}.",
        )
    settled = _settled(project, asked, today, models)
    outside = _outside(project, told, [asked])
    inside = pc.invert(pc.is_in(told.rows["customer"], pa.array(outside, pa.string())))
    known = replace(told, rows=told.rows.filter(inside))
    notes = _strangers(outside, "not in that scoring", "passed over")
    return [*notes, *take_in(project, known, today, asked.list_id, settled, progress)]


def take_in_history(
    project: Project, today: str, runs: Runs, models: Models, progress: Progress
) -> list[str]:
    """Take in what the project's history tells of scorings whose window is over and nothing is known of.

    Returns what cannot be told, in words: of a day that is not over yet in the history, or of a model that was
    asked another question than churn.toml asks by now. Observing a day again takes as long as scoring it did.
    """
    untold: dict[str, list[str]] = {}
    for line in runs.lists():
        model = models.of(line)
        window = model.window(project, line)
        if window is None or model.contract is None or model.plan is None:
            continue
        settled = str(window.settled)
        known = known_outcomes(project, today, line.list_id, key_of(project, line))
        if today < settled or known.answers.num_rows or known.days_reach(window):
            continue
        day = date.fromisoformat(line.as_of)
        try:
            told = leaving_in_history(project, model.contract, model.plan, day, progress)
        except (DataError, OtherQuestionError) as error:
            untold.setdefault(error.message, []).append(line.as_of)
            continue
        take_in(project, told, settled, line.list_id, settled, progress)
    return [
        f"The history does not tell who left of {', '.join(sorted(days))}: {why}"
        for why, days in untold.items()
    ]


def _asked(runs: Runs, scoring: str) -> RunLine | None:
    """Return the list that answers are about; None where several could be meant."""
    lines = runs.lists()
    if scoring:
        named = runs.find(scoring).list_id
        return next(each for each in lines if each.list_id == named)
    return lines[0] if len(lines) == 1 else None


def _settled(project: Project, asked: RunLine, today: str, models: Models) -> str:
    """Return the day from which an answer is final, "" where it is not known."""
    window = models.of(asked).window(project, asked)
    if window is None:
        return ""
    if today <= asked.as_of:
        raise DataError(
            f"Outcomes of {today} are from before anything could come of the scoring {asked.run} of "
            f"{asked.as_of}.",
            "Give the day on which they were known with --as-of, or another scoring with --scoring.",
        )
    return str(window.settled)


def _key(project: Project, lines: Sequence[RunLine]) -> str:
    """Return the column of ids of the newest list that has one. Raises `ConfigError` where none has."""
    key = next(filter(None, (key_of(project, each) for each in lines)), "")
    if not key:
        raise ConfigError(
            "The customers that were scored have no id, so that nothing can be said of them later.",
            "Name a column with [churn] id in churn.toml, train and score again.",
        )
    return key


def _outside(project: Project, told: ToldLeaving, lines: Sequence[RunLine]) -> list[str]:
    """Return ids of a file that no list has, sorted. Raises `DataError` where none of them is in one."""
    customers = left = told.rows["customer"].combine_chunks().unique()
    for line in lines:
        left = left.filter(pc.invert(pc.is_in(left, ids_of(project, line))))
    outside = sorted(left.to_pylist())
    if len(outside) == len(customers):
        who = f"the scoring {lines[0].run}" if len(lines) == 1 else "any scoring"
        raise DataError(
            f"Nobody of these {counted(len(outside), 'customer')} is in {who}: {listing(outside, 3)}.",
            "Look whether the ids are written as in the scored table, and which scorings there are: "
            "unchurn runs list",
        )
    return outside


def _still_to_leave(told: ToldLeaving, today: str) -> list[str]:
    """Say who is to leave after the day on which that was told: a notice given, or a wrong --as-of."""
    late = told.rows.filter(pc.greater(pc.cast(told.rows["left_on"], pa.string()), today))
    if not late.num_rows:
        return []
    who = counted(late.num_rows, "customer leaves", "customers leave")
    return [
        f"{who} after {today}, the day of asking: {listing(sorted(late['customer'].to_pylist()), 3)}; kept, as "
        "notice that was given. Where it was not, name the day of the file with --as-of."
    ]


def _strangers(outside: Sequence[str], where: str, what: str) -> list[str]:
    if not outside:
        return []
    who = counted(len(outside), "customer is", "customers are")
    return [f"{who} {where}: {listing(outside, 3)}; {what}."]
