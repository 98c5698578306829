"""The processing jobs of scoring: intake before the batch transform, collect after it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from unchurn.artefacts import Batch, Model, Scores, Snapshots, TableDay
from unchurn.container.champion import champion_bundle
from unchurn.container.folders import Folders, add_lineage, hand_over
from unchurn.container.lines import write_lines
from unchurn.container.log import Log
from unchurn.pipeline.collect import collect
from unchurn.pipeline.identity import code_sha256
from unchurn.pipeline.observing import answering, table_of
from unchurn.project import Project
from unchurn.runner import Run, run_step
from unchurn.steps.intake import intake
from unchurn.tables import Table, open_table
from unchurn.tables.answers import Answers
from unchurn.tables.hidden_files import is_hidden
from unchurn.tables.output import rejects_path, write_scores

TABLE = "table_sha256"
"""Key of a Batch's lineage: the fingerprint of the table that it is of."""
_ROWS = 16_384


def run_intake(folders: Folders, work: Path) -> None:
    """Turn ``customers`` into ``batch`` by the champion's schema, and into ``lines`` to send.

    They are a table, or the Snapshots of a history on one day.
    """
    project = Project.load(folders.given("project"))
    model = champion_bundle(folders.given("champion"), work / "model")
    table, day = arrived(project, folders.given("customers"), work)
    lineage = {TABLE: table.fingerprint()}
    given: dict[type, Any] = {Table: table, TableDay: day}
    asked = answering(project)
    where = Run(work / "runs" / "job", asked, code_sha256(), given, {Model: model}, Log())
    run_step(intake, where)
    batch = where.place(Batch)
    with pq.ParquetFile(batch / "customers.parquet", pre_buffer=False) as customers:
        write_lines(customers.iter_batches(_ROWS), folders.made("lines"))
    add_lineage(batch, **lineage)
    hand_over(batch, folders.made("batch"))


def run_collect(folders: Folders, work: Path) -> None:
    """Turn what the batch transform answered into ``scores``, and into the list in ``result``."""
    project = Project.load(folders.given("project"))
    model = champion_bundle(folders.given("champion"), work / "model")
    places = {Model: model, Batch: folders.given("batch")}
    answers: dict[type, Any] = {Answers: Answers(folders.given("transformed"))}
    where = Run(work / "runs" / "job", project, code_sha256(), answers, places, Log())
    run_step(collect, where)
    _publish(Scores.load(where.place(Scores)), work / "result", project.score.neutral_ids)
    hand_over(where.place(Scores), folders.made("scores"))
    hand_over(work / "result", folders.made("result"))


def arrived(project: Project, customers: Path, work: Path) -> tuple[Table, TableDay]:
    """Open the table of the customers, or what was observed of them; say of which day it is, if known."""
    if project.asks_history:
        made = Snapshots.load(customers)
        return table_of(made), TableDay(made.contract["as_of"])
    return open_table(str(_table_file(customers)), project.data, work), TableDay()


def _table_file(folder: Path) -> Path:
    """Name the file where there is one alone, so that messages are about it."""
    inside = [path for path in folder.iterdir() if not is_hidden(path.name)]
    # a lone folder may be named after a column: it stays below the table's own
    return inside[0] if len(inside) == 1 and inside[0].is_file() else folder


def _publish(made: Scores, folder: Path, neutral_ids: bool) -> None:
    folder.mkdir()
    listed = folder / "scores.csv"
    rejected = write_scores(made.scores, made.rejects, listed, neutral_ids)
    rejects = folder / "rejects.csv"
    if rejected:
        rejects_path(listed).rename(rejects)
    else:
        shutil.copyfile(made.rejects, rejects)
    shutil.copyfile(made.scores, folder / "scores.parquet")
    shutil.copyfile(made.scores.parent / "counts.json", folder / "counts.json")
