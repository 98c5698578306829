"""What a team would have lived through: each month a model of what was known then, and its list.

For each of the last snapshots a model is trained on the snapshots whose labels were settled on that
day, and judged on a third of that day's customers, none of whom it knows, with the very steps of
`train`. A month that cannot be judged is listed with its reason. Beside the months stands the figure that a random split of rows gives: the same customers on both sides, months
apart. What it promises beyond the months is optimism. So is what traps that the history tells of
would have added, had nobody known of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn.artefacts import Model, Snapshots, verify
from unchurn.disk import copy_tree, replacing
from unchurn.errors import ArtefactError, DataError, counted
from unchurn.history import Question
from unchurn.history.filling import CUSTOMER, DAY
from unchurn.modelling.judging.custom_metrics import OwnMetrics
from unchurn.pipeline.fits_on_spark import spread_of
from unchurn.pipeline.identity import code_sha256, config_sha256, run_id
from unchurn.pipeline.lock import held
from unchurn.pipeline.months import Month, figures, summary
from unchurn.pipeline.observing import answering, snapshot
from unchurn.pipeline.readers import kept_for_readers
from unchurn.pipeline.training import TRAINING, own_metrics, publish_champion
from unchurn.pipeline.traps import Trap, traps
from unchurn.progress import Progress, Silent, Task
from unchurn.project import Data, Project
from unchurn.report import render_backtest
from unchurn.runner import Run, run_steps
from unchurn.tables import Table, open_table
from unchurn.tables.parquet import write_parquet

_DAY = np.timedelta64(1, "D")
_LATEST = 1e-6
"""A share of rows so small that the latest snapshot alone is held out."""


def backtest(
    project: Project, months: int, progress: Progress | None = None, fresh: bool = False
) -> dict[str, Any]:
    """Train and judge a model for each of the last `months` snapshots; return the document.

    What is made already is not made again. The page of it is `page_of` the project. Raises
    `DataError` where the history is too short or no month can be judged, and what the steps raise of
    anything but the rows of one month.
    """
    progress = progress or Silent()
    own = own_metrics(project, progress)
    made = snapshot(project, progress=progress, fresh=fresh)
    settled = Question.of(project.churn).settled_days
    days = _days(made, settled)[-months:]
    if not days:
        raise DataError(
            f"No snapshot lies {settled} days after another with the same history behind it.",
            "A backtest needs a longer history, or a shorter [churn] horizon_days.",
        )
    past = _Past(made, settled, own, progress)
    met = traps(project, made)
    found: list[Month] = []
    passed: list[dict[str, str]] = []
    with (
        kept_for_readers(project),
        progress.task("Months", len(days) + 1 + 2 * len(met)) as task,
    ):
        for each in days:
            task.say(str(each))
            with _passing_over(str(each), passed):
                found.append(past.month(project, each, found[-1].run if found else None))
            task.advance()
        _refuse_none(found, passed)
        random = past.random(project, np.datetime64(found[-1].day))
        task.advance()
        listed = [each.document() for each in found]
        fallen = _fallen(past, met, task, passed)
        document = {
            "schema_version": 1,
            "currency": project.decision.currency,
            **summary(listed, random.document()),
            "traps": fallen,
            "not_judged": passed,
        }
        return {**document, "report": str(_page_written(document, project))}


def page_of(project: Project) -> Path:
    """Return where the page of the last backtest lies."""
    return project.root / "backtest.html"


def _page_written(document: dict[str, Any], project: Project) -> Path:
    page = page_of(project)
    try:
        with replacing(page) as stream:
            stream.write(render_backtest(document).encode())
    except OSError as error:
        raise ArtefactError(
            f"{page} could not be written: {error.strerror or error}.",
            "Free some space, then run the same command; the months are kept.",
        ) from error
    return page


@contextmanager
def _passing_over(what: str, passed: list[dict[str, str]]) -> Iterator[None]:
    """Note what cannot be judged and why: what else is asked for goes on."""
    try:
        yield
    except DataError as error:
        # the error's own advice is for `train`: a backtest sets [split] test itself
        passed.append({"what": what, "why": error.message})


def _refuse_none(found: Sequence[Month], passed: Sequence[dict[str, str]]) -> None:
    if found:
        return
    raise DataError(
        f"None of {counted(len(passed), 'snapshot')} can be judged; the last one, {passed[-1]['what']}: "
        f"{passed[-1]['why']}",
        "Ask for more of them with --months, take a longer [churn] horizon_days so that more customers leave "
        "in it, or a longer history.",
    )


def _fallen(
    past: _Past, met: Sequence[Trap], task: Task, passed: list[dict[str, str]]
) -> list[dict[str, Any]]:
    """Judge the latest snapshots together as somebody would have who walks into each trap."""
    fallen = []
    for trap in met:
        told: dict[str, Any] = {"trap": trap.code, "words": trap.words}
        with _passing_over(trap.words, passed):
            for side, project in (("without", trap.without), ("with", trap.project)):
                task.say(f"{side} {trap.words}")
                made = snapshot(project, progress=past.progress)
                judged = replace(past, made=made).latest(project, f"{side} {trap.code}")
                told[side] = figures(judged)
                task.advance()
            fallen.append(told)
    return fallen


def _days(made: Snapshots, settled: int) -> list[np.datetime64]:
    """List the snapshots that have labels and others settled before them."""
    column = pq.read_table(made.table, columns=[DAY])[DAY].to_numpy().astype("datetime64[D]")
    days = np.unique(column)
    return [each for each in days if each - settled * _DAY >= days[0]]


@dataclass(frozen=True)
class _Past:
    """A history's snapshots, of which each run sees what was settled `settled` days before a day."""

    made: Snapshots
    settled: int
    own: OwnMetrics
    progress: Progress

    def month(self, project: Project, day: np.datetime64, before: Run | None) -> Month:
        """Judge on customers of a day, a third of them, a model of the others' snapshots settled by then.

        Whose months are trained on is not judged on: see `time_split`.
        """
        asked = answering(project)
        asked = replace(asked, split=replace(asked.split, test=_LATEST))
        return Month(str(day), _judged(self._laid_out(asked, day, str(day)), before))

    def latest(self, project: Project, name: str) -> dict[str, Any]:
        """Judge on the latest snapshots together, as `train` does: more customers than on one day."""
        where = self._laid_out(answering(project), None, name)
        return Month(name, _judged(where, None)).document()

    def random(self, project: Project, day: np.datetime64) -> Month:
        """Judge on rows held out at random, as if no customer had more than one and time stood still."""
        asked = answering(project)
        churn = replace(asked.churn, id="", snapshot_date="")
        columns = replace(asked.columns, drop=(*asked.columns.drop, CUSTOMER, DAY))
        split = replace(asked.split, test=0.2)
        naive = replace(asked, churn=churn, columns=columns, split=split)
        return Month("random", _judged(self._laid_out(naive, day, "random"), None))

    def _laid_out(self, project: Project, day: np.datetime64 | None, name: str) -> Run:
        """Write the rows that were known on a day, and the day's own, as the table of a run.

        Without a day, all of them.
        """
        code, path = code_sha256(), self.made.table
        named = run_id(verify(path.parent), config_sha256(project), str(day), name, code)
        folder = project.root / "runs" / named
        table = folder / "known.parquet"
        with held(folder, self.progress):
            write_parquet(_known(path, day, self.settled), table, pq.read_schema(path))
        given = {Table: open_table(str(table), Data(), folder), OwnMetrics: self.own}
        spread = spread_of(project, folder, self.progress)
        return Run(folder, project, code, given, progress=self.progress, spread=spread)


def _known(path: Path, day: np.datetime64 | None, settled: int) -> Iterator[pa.RecordBatch]:
    if day is None:
        with pq.ParquetFile(path, pre_buffer=False) as rows:
            yield from rows.iter_batches()
        return
    today = pa.scalar(day.astype(dt.date), pa.date32())
    last = pa.scalar((day - settled * _DAY).astype(dt.date), pa.date32())
    with pq.ParquetFile(path, pre_buffer=False) as rows:
        for batch in rows.iter_batches():
            days = batch.column(batch.schema.get_field_index(DAY))
            yield batch.filter(pc.or_(pc.less_equal(days, last), pc.equal(days, today)))


def _judged(where: Run, before: Run | None) -> Run:
    """Run the steps up to evaluate, beside the model of the month before."""
    with held(where.folder, where.progress):
        _publish_champion(where, before)
        run_steps(TRAINING[: [each.__name__ for each in TRAINING].index("evaluate") + 1], where)
    return where


def _publish_champion(where: Run, before: Run | None) -> None:
    def copied(folder: Path) -> dict[str, Any]:
        if before is None:
            return {}
        source = before.place(Model)
        copy_tree(source, folder / "bundle")
        return {"version": 0, "run_id": before.folder.name, "bundle": verify(source)}

    publish_champion(where, copied)
