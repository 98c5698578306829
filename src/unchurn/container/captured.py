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
from unchurn.container.watching import metrics, publish_watch, to_watch
from unchurn.errors import DataError, counted
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.pipeline import INFERENCE, WATCHING, run
from unchurn.pipeline.identity import code_sha256
from unchurn.project import Project, Quality
from unchurn.runner import Run
from unchurn.serve.captured import CapturedCustomers
from unchurn.serve.typing_rows import Typing
from unchurn.tables import Table, open_table
from unchurn.tables.parquet import write_parquet

_ALARMS = ("Level", "Changed")
"""Metrics on which alarms ring, whoever was watched; the others are told apart from a scoring's."""


def run_captured(folders: Folders, work: Path, run_id: str, as_of: str) -> None:
    """Hold the customers of the requests in ``captured`` against training: ``watch`` and ``watched``.

    The champion scores them anew. `as_of` and ``earlier`` are as in `run_monitor`, of watches of requests.
    [quality] is about tables, and is not asked. Raises `DataError` where no customer can be read.
    """
    project = Project.load(folders.given("project"))
    bundle = champion_bundle(folders.given("champion"), work / "model")
    captured = CapturedCustomers(_typing(Model.load(bundle), project))
    table = _table(captured, folders.given("captured"), project, work)
    before = f"{CAPTURED.removeprefix(WATCHES)}*/watch.json"
    given = to_watch(folders, project, run_id, as_of, before)
    given |= {Table: table, TableDay: TableDay(), Watching: _no_delivery(given[Watching])}
    asked = replace(project, quality=Quality(), score=replace(project.score, reasons="none"))
    where = Run(work / "runs" / "job", asked, code_sha256(), given, {Model: bundle}, Log())
    run(INFERENCE + WATCHING, where)
    unread = captured.unread.counts.total()
    publish_watch(folders, where, lambda watch: captured_metrics(watch, unread))


def captured_metrics(watch: Mapping[str, Any], unread: int) -> list[dict[str, Any]]:
    """Return what CloudWatch keeps of a watch of requests: `watching.metrics`, and how many were not read."""
    named = [
        each if each["MetricName"] in _ALARMS else {**each, "MetricName": f"Captured{each['MetricName']}"}
        for each in metrics(watch)
    ]  # fmt: skip
    return [*named, {"MetricName": "CapturedUnread", "Value": unread}]


def _no_delivery(asked: Watching) -> Watching:
    """Forget which tables came before: callers may ask about the same customers again, as no delivery should."""
    return replace(asked, earlier=tuple(replace(each, table="") for each in asked.earlier))


def _typing(model: Model, project: Project) -> Typing:
    return Typing.of(model, Encoder.from_plain(model.encoder), project.decision.clv)


def _table(captured: CapturedCustomers, folder: Path, project: Project, work: Path) -> Table:
    """Keep the customers as a table; what its reader says of it comes after what was not read."""
    path = work / "captured.parquet"
    files = [each for each in folder.rglob("*") if each.is_file()]
    rows = write_parquet(captured.read(files), path, captured.schema, staged=True)
    found = captured.findings()
    if not rows:
        raise DataError(
            f"Of {counted(captured.requests, 'captured request')} no customer could be read. "
            + " ".join(each.words for each in found),
            "See whether the endpoint serves the champion, and what its callers send.",
        )
    table = open_table(str(path), project.data, work)
    return replace(table, location="what the endpoint captured", notes=[*found, *table.notes])
