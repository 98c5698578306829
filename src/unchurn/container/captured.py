"""The processing job over what the endpoint was asked: some hours of requests, watched as a month is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from unchurn.artefacts import Model, TableDay, Watching
from unchurn.aws.layout import CAPTURED, WATCHES
from unchurn.container.champion import champion_bundle
from unchurn.container.folders import Folders
from unchurn.container.log import Log
from unchurn.container.watching import metrics, publish_metrics, publish_watch, to_watch
from unchurn.errors import DataError, counted
from unchurn.modelling.drift.arrivals import Trained
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.pipeline.identity import code_sha256
from unchurn.pipeline.monitoring import WATCHING
from unchurn.pipeline.scoring import INFERENCE
from unchurn.project import Engine, Project, Quality
from unchurn.runner import Run, run_steps
from unchurn.serve.captured import CapturedCustomers
from unchurn.serve.typing_rows import Typing
from unchurn.tables import Table, open_table
from unchurn.tables.parquet import write_parquet

_ALARMS = ("Level",)
"""Metrics on which alarms ring, whoever was watched; the others are told apart from a scoring's. `Changed` is
one of these: callers choose whom they ask about, and a training must not start because they chose otherwise."""


def run_captured(folders: Folders, work: Path, run_id: str, as_of: str) -> None:
    """Hold the customers of the requests in ``captured`` against training: ``watch`` and ``watched``.

    The champion scores them anew. `as_of` and ``earlier`` are as in `run_monitor`, of watches of requests.
    [quality] is about tables, and is not asked. Where a few requests are all there is, and none can be read, only
    they are counted. Raises `DataError` where they are more.
    """
    project = Project.load(folders.given("project"))
    bundle = champion_bundle(folders.given("champion"), work / "model")
    captured, path = _reader(Model.load(bundle), project), work / "captured.parquet"
    files = [each for each in folders.given("captured").rglob("*") if each.is_file()]
    rows = write_parquet(captured.read(files), path, captured.schema, staged=True)
    unread = captured.unread.counts.total()
    if not rows:
        _refuse_many(captured, project)
        publish_metrics(folders, [_unread(unread)])
        return
    before = f"{CAPTURED.removeprefix(WATCHES)}*/watch.json"
    given = to_watch(folders, project, run_id, as_of, before)
    given |= {Table: _table(captured, path, project, work), TableDay: TableDay()}
    given[Watching] = replace(given[Watching], delivered=False)
    asked = replace(project, quality=Quality(), score=replace(project.score, reasons="none"))
    asked = replace(asked, engine=Engine())  # a processing job has no Spark
    where = Run(work / "runs" / "job", asked, code_sha256(), given, {Model: bundle}, Log())
    run_steps(INFERENCE + WATCHING, where)
    publish_watch(folders, where, lambda watch: captured_metrics(watch, unread))


def captured_metrics(watch: Mapping[str, Any], unread: int) -> list[dict[str, Any]]:
    """Return what CloudWatch keeps of a watch of requests: `watching.metrics`, and how many were not read."""
    named = [
        each if each["MetricName"] in _ALARMS else {**each, "MetricName": f"Captured{each['MetricName']}"}
        for each in metrics(watch)
    ]  # fmt: skip
    return [*named, _unread(unread)]


def _unread(count: int) -> dict[str, Any]:
    return {"MetricName": "CapturedUnread", "Value": count}


def _reader(model: Model, project: Project) -> CapturedCustomers:
    typing = Typing.of(model, Encoder.from_plain(model.encoder), project.decision.clv)
    return CapturedCustomers(typing, Trained.of(model.profile, model.encoder).ranges)


def _refuse_many(captured: CapturedCustomers, project: Project) -> None:
    """Raise `DataError` unless what could not be read is a few requests; it goes into logs, and quotes no caller."""
    if captured.lost_many(project.data.max_rejected):
        raise DataError(
            f"Of {counted(captured.requests, 'captured request')} no customer could be read: "
            f"{captured.unread.words()}.",
            "See whether the endpoint serves the champion, and what its callers send: it lies under capture/.",
        )


def _table(captured: CapturedCustomers, path: Path, project: Project, work: Path) -> Table:
    """Open the customers as a table, with what is doubted and said of how they were written."""
    table = open_table(str(path), project.data, work)
    notes, doubts = [*captured.findings(), *table.notes], captured.doubts(project.data.max_rejected)
    return replace(table, location="what the endpoint captured", notes=notes, doubts=tuple(doubts))
