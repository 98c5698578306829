"""From who left to what came true of each scoring, on one machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn.artefacts import dump_json
from unchurn.disk import replacing
from unchurn.errors import ConfigError, DataError, UnchurnError, counted, listing
from unchurn.modelling.watching.levels import LEAST_ROWS
from unchurn.modelling.watching.matured import (
    COMPLETE,
    DelayCurve,
    Window,
    completeness,
    delay_curve,
)
from unchurn.modelling.watching.realised import judge
from unchurn.pipeline.cohorts import Cohort, cohort_of, ids_of
from unchurn.pipeline.day import require_day
from unchurn.pipeline.promises import Promised, promised
from unchurn.pipeline.runs import RunLine, Runs, list_runs, scores_of
from unchurn.pipeline.told_outcomes import Known, known_outcomes, take_in
from unchurn.progress import Progress, Silent
from unchurn.project import Project
from unchurn.registry import ModelStore
from unchurn.registry.sqlite import utc_now
from unchurn.report.realised import cohort_words, summary_words
from unchurn.report.realised_page import render_realised
from unchurn.tables.leaving import DAYS, ToldLeaving, read_leaving

MATURED, IMMATURE, CANNOT_TELL = "matured", "immature", "cannot tell"
_NOBODY_LIKE = 0.05
"""Share of customers whom nobody left alone stands for, above which a scoring is not judged."""
_SHARE = 0.1
"""Share whose lift counts where the list says of nobody whether to contact them."""
FILES = ("outcomes.json", "outcomes.html")


@dataclass(frozen=True)
class Realised:
    """What came true, and the folder where it was written; None where none was asked for."""

    found: dict[str, Any]
    folder: Path | None = None

    @property
    def level(self) -> str:
        """That of the newest scoring that could be judged: ``steady``, ``look`` or ``act``; "" of none."""
        return str(self.found["level"])

    def document(self) -> dict[str, Any]:
        """The versioned document that ``unchurn outcomes --json`` prints."""
        page = None if self.folder is None else str(self.folder / "outcomes.html")
        return {"schema_version": 1, **self.found, "page": page}


def realised(
    project: Project,
    data: str = "",
    out: str | Path | None = None,
    *,
    as_of: str = "",
    scoring: str = "",
    progress: Progress | None = None,
    store: ModelStore | None = None,
) -> Realised:
    """Take in the file `data` of who left, where one is given, and judge every scoring by what is known.

    `as_of` is the day of asking, today by default: what was told later is not known yet. `scoring` is the
    run that answers of yes and no are about, where there are several lists. Writes outcomes.json and
    outcomes.html into the folder `out`. Raises `ConfigError` where nothing has been scored, `DataError`
    for a file that cannot be used, and then nothing is taken in.
    """
    require_day(as_of, "--as-of")
    progress = progress or Silent()
    today = as_of or str(utc_now().astimezone().date())
    runs = list_runs(project, store)
    lines = _lists(runs)
    if not lines:
        raise ConfigError(
            "There is no scoring whose outcomes could be judged.", "Run `unchurn score` first."
        )
    models = _Models(project, store)
    notes = list(runs.damaged.values())
    if data:
        notes += _taken_in(project, data, today, _asked(runs, lines, scoring), models, progress)
    found = []
    with progress.task("Judging scorings", len(lines)) as task:
        for line in lines:
            found.append(_judged(project, line, today, models.of(line)))
            task.advance()
    newest = next((each for each in found if each["state"] == MATURED), None)
    made = {
        "as_of": today,
        "level": newest["level"] if newest else "",
        "words": summary_words(newest, len(found)),
        "notes": notes,
        "currency": project.decision.currency,
        "scorings": found,
    }
    return Realised(made, None if out is None else _written(made, Path(out)))


class _Models:
    """What models promised, read once each."""

    def __init__(self, project: Project, store: ModelStore | None) -> None:
        self._project, self._store = project, store
        self._known: dict[tuple[int | None, str], Promised] = {}

    def of(self, line: RunLine) -> Promised:
        """Return what the model of a scoring promised."""
        key = line.model_version, line.model_run_id
        if key not in self._known:
            self._known[key] = promised(self._project, line, self._store)
        return self._known[key]


def _lists(runs: Runs) -> list[RunLine]:
    """Return one scoring a list: the same customers scored by the same model again are the same one."""
    found: dict[str, RunLine] = {}
    for line in runs.scorings():
        found.setdefault(line.list_id, line)
    return list(found.values())


def _asked(runs: Runs, lines: Sequence[RunLine], scoring: str) -> RunLine | None:
    """Return the list that answers are about; None where several could be meant."""
    if scoring:
        named = runs.find(scoring).list_id
        return next(each for each in lines if each.list_id == named)
    return lines[0] if len(lines) == 1 else None


def _taken_in(
    project: Project,
    data: str,
    today: str,
    asked: RunLine | None,
    models: _Models,
    progress: Progress,
) -> list[str]:
    lines = _lists(list_runs(project))
    key = _key(project, asked or lines[0])
    own = (project.churn.target,) if project.churn.target else ()
    told = read_leaving(data, key, own, project.data)
    if told.kind == DAYS:
        outside = _outside(project, told, lines)
        notes = _strangers(outside, "in no scoring so far", "kept for those to come")
        return [*notes, *take_in(project, told, today, "", "", progress)]
    if asked is None:
        named = listing((f"{each.run} ({each.as_of or 'no day'})" for each in lines), 6)
        raise ConfigError(
            f"{data} answers yes or no, and there are {len(lines)} lists that it could be about.",
            f"Name one with --scoring: {named}.",
        )
    window = models.of(asked).window(project, asked)
    if window is not None and today <= asked.as_of:
        raise DataError(
            f"Outcomes of {today} are from before anything could come of the scoring {asked.run} of "
            f"{asked.as_of}.",
            "Give the day on which they were known with --as-of, or another scoring with --scoring.",
        )
    outside = _outside(project, told, [asked])
    inside = pc.invert(pc.is_in(told.rows["customer"], pa.array(outside, pa.string())))
    own_rows = replace(told, rows=told.rows.filter(inside))
    settled = str(window.settled) if window else ""
    notes = _strangers(outside, "not in that scoring", "passed over")
    return [*notes, *take_in(project, own_rows, today, asked.list_id, settled, progress)]


def _key(project: Project, line: RunLine) -> str:
    key = str(pq.read_schema(scores_of(project, line)).names[0])
    if key == "row_number":
        raise ConfigError(
            "The customers that were scored have no id, so that nothing can be said of them later.",
            "Name a column with [churn] id in churn.toml, train and score again.",
        )
    return key


def _outside(project: Project, told: ToldLeaving, lines: Sequence[RunLine]) -> list[str]:
    """Return ids of a file that no list has, sorted. Raises `DataError` where none of them is in one."""
    left = told.rows["customer"].combine_chunks()
    for line in lines:
        left = left.filter(pc.invert(pc.is_in(left, ids_of(project, line))))
    outside = sorted(left.to_pylist())
    if len(outside) == told.rows.num_rows:
        who = f"the scoring {lines[0].run}" if len(lines) == 1 else "any scoring"
        raise DataError(
            f"Nobody of these {counted(len(outside), 'customer')} is in {who}: {listing(outside, 3)}.",
            "Look whether the ids are written as in the scored table, and which scorings there are: "
            "unchurn runs list",
        )
    return outside


def _strangers(outside: Sequence[str], where: str, what: str) -> list[str]:
    if not outside:
        return []
    who = counted(len(outside), "customer is", "customers are")
    return [f"{who} {where}: {listing(outside, 3)}; {what}."]


def _judged(project: Project, line: RunLine, today: str, model: Promised) -> dict[str, Any]:
    """Judge one list as of a day, or say why that cannot be done yet."""
    window = model.window(project, line)
    known = known_outcomes(project, today, line.list_id)
    cohort = cohort_of(project, line, window, known)
    found: dict[str, Any] = {
        "run": line.run,
        "as_of": line.as_of,
        "model_version": line.model_version,
        "model_run_id": line.model_run_id,
        "customers": line.customers,
        "window": window and {name: str(each) for name, each in vars(window).items()},
        "completeness": _complete(window, known, cohort),
        **cohort.to_plain(),
        "level": "",
        "judged": None,
    }
    state, why = _state(line, window, known, cohort, today, found["completeness"])
    if state == MATURED:
        share = cohort.contact_share() or _SHARE
        made = judge(cohort.judged(), model.at(share), share)
        found |= {"level": made["level"], "judged": {**made, "share": share}}
    found |= {"state": state, "why": why}
    return {**found, "words": cohort_words(found, project.decision.currency)}


def _complete(window: Window | None, known: Known, cohort: Cohort) -> float | None:
    """Return the share of who left, or of answers, that is known; None where that cannot be told."""
    if known.answers.num_rows and not known.days_told:
        return float(np.mean(cohort.left >= 0))
    curve = _curve(known)
    if window is None or curve is None:
        return None
    return completeness(window, date.fromisoformat(known.days_told[-1]), curve)


def _curve(known: Known) -> DelayCurve | None:
    """Learn how late leaving becomes known; None of one file, or of too few who left."""
    if len(set(known.days_told)) < 2:
        return None
    left = known.days["left_on"].cast(pa.int32()).to_numpy().astype(np.int64)
    told = np.array(known.days["known_on"].to_pylist(), dtype="datetime64[D]").astype(np.int64)
    first, last = (_day_number(known.days_told[at]) for at in (0, -1))
    return delay_curve(left, told, first, last)


def _day_number(day: str) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def _state(
    line: RunLine,
    window: Window | None,
    known: Known,
    cohort: Cohort,
    today: str,
    complete: float | None,
) -> tuple[str, str]:
    """Say whether a list can be judged, and why not."""
    if window is not None and today < str(window.settled):
        return IMMATURE, f"it can be judged from {window.settled} on"
    if window is None and known.days_told and not known.answers.num_rows:
        return CANNOT_TELL, "it is not known of which day it is: watch it with --as-of"
    if not known.answers.num_rows and not known.days_told:
        return IMMATURE, "nothing has been told of its customers"
    last = known.days_told[-1] if known.days_told else ""
    if window is not None and not known.answers.num_rows and last < str(window.settled):
        return (
            IMMATURE,
            f"what is known is of {last}, and it can be judged from {window.settled} on",
        )
    if complete is not None and complete < COMPLETE:
        return IMMATURE, f"about {complete:.0%} of its outcomes are known, and more are coming in"
    return _too_little(line, cohort)


def _too_little(line: RunLine, cohort: Cohort) -> tuple[str, str]:
    rows = cohort.judged()
    if len(rows.labels) < LEAST_ROWS:
        return CANNOT_TELL, f"{counted(len(rows.labels), 'customer')} can be judged, too few"
    if cohort.nobody_like > _NOBODY_LIKE * line.customers:
        who = counted(cohort.nobody_like, "customer was", "customers were")
        return CANNOT_TELL, f"{who} contacted, and nobody like them was left alone"
    expected = float((rows.probabilities * rows.weights).sum())
    if not rows.labels.any() and expected >= 1:
        return (
            CANNOT_TELL,
            f"nobody is known to have left, and {expected:,.0f} were expected: is the file whole?",
        )
    if rows.labels.all():
        return CANNOT_TELL, "everybody is said to have left: give those who stayed, too"
    return MATURED, ""


def _written(made: Mapping[str, Any], folder: Path) -> Path:
    """Write what came true into a folder. Raises `UnchurnError` where the disk does not take it."""
    bodies = (dump_json({"version": 1, **made}), render_realised(made).encode())
    try:
        for name, body in zip(FILES, bodies, strict=True):
            with replacing(folder / name) as stream:
                stream.write(body)
    except OSError as error:
        raise UnchurnError(
            f"The outcomes could not be written to {folder}: {error.strerror or error}.",
            "Free some space or choose another place for them.",
        ) from error
    return folder
