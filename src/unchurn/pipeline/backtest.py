"""What a team would have lived through: each month a model of what was known then, and its list.

For each of the last snapshots a model is trained on the snapshots whose labels were settled on that
day, and judged on that day's customers, none of whom it knows, with the very steps of `train`. Beside
them stands the figure that a random split of rows gives: the same customers on both sides, months
apart. What it promises beyond the months is optimism.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from unchurn.artefacts import Evaluation, Model, Prepared, Snapshots, verify
from unchurn.disk import copy_tree
from unchurn.errors import DataError
from unchurn.history import Question
from unchurn.history.filling import CUSTOMER, DAY
from unchurn.modelling.judging.custom_metrics import OwnMetrics
from unchurn.pipeline import TRAINING, run
from unchurn.pipeline.identity import code_sha256, config_sha256, run_id
from unchurn.pipeline.lock import held
from unchurn.pipeline.observing import answering, snapshot
from unchurn.pipeline.readers import kept_for_readers
from unchurn.pipeline.training import own_metrics, publish_champion
from unchurn.progress import Progress, Silent
from unchurn.project import Data, Project
from unchurn.runner import Run
from unchurn.tables import Table, open_table
from unchurn.tables.parquet import write_parquet

METRICS = ("roc_auc", "average_precision", "log_loss", "lift_top_decile", "recall_at_capacity")
_DAY = np.timedelta64(1, "D")
_LATEST = 1e-6
"""A share of rows so small that the latest snapshot alone is held out."""


@dataclass(frozen=True)
class Month:
    """One snapshot: where it was judged, and on how many rows it was trained and tested."""

    day: str
    run: Run

    def document(self) -> dict[str, Any]:
        """What came of it, as plain data."""
        found = Evaluation.load(self.run.place(Evaluation)).evaluation["unchurn"]
        rows = Prepared.load(self.run.place(Prepared)).rows
        beside = found["baselines"]
        champion = (beside["champion"] or {}).get("metrics") or {}
        return {
            "day": self.day,
            "train": rows["train"],
            "test": rows["test"],
            "left": rows["test_churned"],
            "metrics": {name: found["metrics"][name] for name in METRICS},
            "constant": {name: beside["always_no"].get(name) for name in METRICS},
            "last_month": {name: _value(champion.get(name)) for name in METRICS},
            "profit_per_thousand": _per_thousand(found["profit"]),
        }


def backtest(
    project: Project, months: int, progress: Progress | None = None, fresh: bool = False
) -> dict[str, Any]:
    """Train and judge a model for each of the last `months` snapshots; return the document.

    What is made already is not made again. Raises `DataError` where the history is too short, and
    what the steps raise.
    """
    progress = progress or Silent()
    own = own_metrics(project, progress)
    made = snapshot(project, progress=progress, fresh=fresh)
    asked = answering(project)
    asked = replace(asked, split=replace(asked.split, test=_LATEST))
    settled = Question.of(project.churn).settled_days
    found: list[Month] = []
    days = _days(made, settled)[-months:]
    if not days:
        raise DataError(
            f"No snapshot lies {settled} days after another with the same history behind it.",
            "A backtest needs a longer history, or a shorter [churn] horizon_days.",
        )
    past = _Past(made, settled, own, progress)
    with kept_for_readers(project), progress.task("Months", len(days) + 1) as task:
        for each in days:
            task.say(str(each))
            found.append(past.month(asked, each, found[-1].run if found else None))
            task.advance()
        random = past.random(asked, days[-1])
        task.advance()
    return _document([each.document() for each in found], random.document())


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
        return Month(str(day), _judged(self._laid_out(project, day, str(day)), before))

    def random(self, project: Project, day: np.datetime64) -> Month:
        """Judge on rows held out at random, as if no customer had more than one and time stood still."""
        churn = replace(project.churn, id="", snapshot_date="")
        columns = replace(project.columns, drop=(*project.columns.drop, CUSTOMER, DAY))
        split = replace(project.split, test=0.2)
        naive = replace(project, churn=churn, columns=columns, split=split)
        return Month("random", _judged(self._laid_out(naive, day, "random"), None))

    def _laid_out(self, project: Project, day: np.datetime64, name: str) -> Run:
        """Write the rows that were known on a day, and the day's own, as the table of a run."""
        code, path = code_sha256(), self.made.table
        named = run_id(verify(path.parent), config_sha256(project), str(day), name, code)
        folder = project.root / "runs" / named
        table = folder / "known.parquet"
        with held(folder, self.progress):
            write_parquet(_known(path, day, self.settled), table, pq.read_schema(path))
        given = {Table: open_table(str(table), Data(), folder), OwnMetrics: self.own}
        return Run(folder, project, code, given, progress=self.progress)


def _known(path: Path, day: np.datetime64, settled: int) -> Iterator[pa.RecordBatch]:
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
        run(TRAINING[: [each.__name__ for each in TRAINING].index("evaluate") + 1], where)
    return where


def _publish_champion(where: Run, before: Run | None) -> None:
    def copied(folder: Path) -> dict[str, Any]:
        if before is None:
            return {}
        source = before.place(Model)
        copy_tree(source, folder / "bundle")
        return {"version": 0, "run_id": before.folder.name, "bundle": verify(source)}

    publish_champion(where, copied)


def _document(months: list[dict[str, Any]], random: dict[str, Any]) -> dict[str, Any]:
    """Put the months beside the random split."""
    mean = {name: _mean([each["metrics"][name] for each in months]) for name in METRICS}
    mean["profit_per_thousand"] = _mean([each["profit_per_thousand"] for each in months])
    promised = {name: _value(random["metrics"][name]) for name in METRICS}
    promised["profit_per_thousand"] = random["profit_per_thousand"]
    return {
        "schema_version": 1,
        "months": months,
        "mean": mean,
        "random": random,
        "optimism": {name: _beyond(promised[name], mean[name]) for name in promised},
    }


def _per_thousand(profit: dict[str, Any] | None) -> float | None:
    """Return what contacting those whom it pays to contact brings, for 1,000 customers."""
    if not profit or not profit["given"]:
        return None
    brought = float(profit["by_expected_value"]["profit"])
    customers = max(1, int(profit["customers"]))
    return round(1000 * brought / customers, 2)


def _beyond(promised: float | None, lived: float | None) -> float | None:
    return None if promised is None or lived is None else promised - lived


def _value(metric: Any) -> float | None:
    found = metric["value"] if isinstance(metric, dict) else metric
    return None if found is None else float(found)


def _mean(metrics: list[Any]) -> float | None:
    values = [value for each in metrics if (value := _value(each)) is not None]
    return sum(values) / len(values) if values else None
