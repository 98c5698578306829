"""From a history to the table that training or scoring reads, on one machine."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from unchurn.artefacts import Finding, Model, Snapshots, dump_json
from unchurn.disk import replacing
from unchurn.errors import ConfigError, OtherQuestionError, UnchurnError
from unchurn.history import Question
from unchurn.history.filling import CUSTOMER, DAY, LEFT
from unchurn.history.sources import Sources, open_sources
from unchurn.pipeline.identity import code_sha256, config_sha256, run_id
from unchurn.pipeline.lock import held
from unchurn.pipeline.readers import kept_for_readers
from unchurn.progress import Progress, Silent
from unchurn.project import Data, Project
from unchurn.runner import Run, Step, run_steps
from unchurn.steps.observe import Asked, observe
from unchurn.tables import Table, open_table
from unchurn.tables.in_memory import Given
from unchurn.tables.output import check_replaces_none, check_suffix, write_table

OBSERVING: tuple[Step, ...] = (observe,)
"""What comes before training or scoring where the customers are a history's."""


def require_history(project: Project, as_of: str) -> None:
    """Raise `ConfigError` where a day is to be observed of a project without a history."""
    if as_of and not project.asks_history:
        raise ConfigError(
            f"--as-of is {as_of}, a day of a history, and the customers of this project are a table.",
            "Leave it out, or name the tables in [history] and what leaving is in [churn] event.",
        )


def nobody_named(project: Project) -> ConfigError:
    """Return the refusal of a scoring that names neither a table nor a day."""
    if project.asks_history:
        return ConfigError(
            "The customers are a history's, and no day was named.",
            "Add --as-of 2026-11-01 (as_of).",
        )
    return ConfigError(
        "No table to score was named.", "Add --data FILE, or set [data] score in churn.toml."
    )


def open_history(project: Project) -> Sources:
    """Open the tables of [history]. Raises `ConfigError` and `DataError`, naming the section."""
    question = Question.of(project.churn)
    return open_sources(project.history, question, project.data, project.folder)


def answering(project: Project) -> Project:
    """Return the project as what follows `observe` reads it: an ordinary table with a label.

    One whose customers are no history's is that already.
    """
    if not project.asks_history:
        return project
    churn = replace(
        project.churn,
        target=LEFT,
        positive="1",
        negative=("0",),
        id=CUSTOMER,
        snapshot_date=DAY,
    )
    return replace(project, churn=churn)


def observed(where: Run, fresh: bool = False) -> Run:
    """Observe the run's history; return the run that goes on with its table.

    `where` is given `Sources` and `Asked`. Raises what the step raises.
    """
    run_steps(OBSERVING, where, fresh)
    table = table_of(Snapshots.load(where.place(Snapshots)))
    given = {**where.given, Table: table}
    return replace(where, project=answering(where.project), given=given)


def table_of(made: Snapshots) -> Table:
    """Open the table of snapshots; what was found in the history is among its notes."""
    table = open_table(made.table.name, Data(), made.table.parent)
    notes = [Finding(**{**each, "lines": tuple(each.get("lines", ()))}) for each in made.findings]
    return replace(table, notes=[*table.notes, *notes])


def asked_of(model: Model, project: Project, as_of: str) -> Asked:
    """Ask for a day what a model was trained to answer.

    Raises `ConfigError` where the model was trained on a table, or answers another question.
    """
    if model.contract is None:
        raise ConfigError(
            "The model was trained on a table, not on a history: it has no plan to observe by.",
            "Score a table with --data, or train again.",
        )
    refuse_other(model.contract, Question.of(project.churn).to_plain(), "churn.toml")
    return Asked(as_of, model.plan)


def refuse_other(contract: Mapping[str, Any], asked: Mapping[str, Any], where: str) -> None:
    """Raise `OtherQuestionError` naming what `where` asks differently from a model's contract."""
    differs = Question.from_plain(contract["question"]).differences(
        Question.from_plain(dict(asked))
    )
    if differs:
        raise OtherQuestionError(
            f"{where} asks another question than the model answers: {'; '.join(differs)}.",
            "Put it back, or train again.",
        )


def snapshot(
    project: Project,
    as_of: str = "",
    model: Model | None = None,
    progress: Progress | None = None,
    fresh: bool = False,
) -> Snapshots:
    """Observe the project's history: every snapshot, or one day by the plan of `model`.

    Without a model of a history, one day is observed by the plan that a training would make now,
    and that is said. Raises what `steps.observe` raises.
    """
    progress = progress or Silent()
    asked = Asked()
    if as_of and model is not None and model.contract is not None:
        asked = asked_of(model, project, as_of)
    elif as_of:
        progress.note(
            "No champion was trained on a history: the columns are those that a training would have today."
        )
        asked = Asked(as_of, snapshot(project, "", None, progress, fresh).plan)
    sources = open_history(project)
    name = run_id(sources.fingerprint(), config_sha256(project), as_of, asked.plan, code_sha256())
    given = {type(sources): sources, Asked: asked}
    folder = project.root / "runs" / name
    where = Run(folder, project, code_sha256(), given, progress=progress)
    with kept_for_readers(project), held(folder, progress):
        run_steps(OBSERVING, where, fresh)
        return Snapshots.load(where.place(Snapshots))


def write_snapshots(made: Snapshots, project: Project, out: Path) -> Path:
    """Write the table as .csv, .parquet or .jsonl, and beside it the contract; return its path.

    Raises `ConfigError` where `out` is a table that the project reads, or no such file.
    """
    check_suffix(out)
    for table in project.tables:
        check_replaces_none(out, table, project.folder)
    contract = _contract_of(out)
    try:
        with kept_for_readers(project):
            write_table(made.table, out)
            with replacing(contract) as stream:
                stream.write(dump_json(made.contract))
    except OSError as error:
        raise UnchurnError(
            f"{out} could not be written: {error.strerror or error}.",
            "Free some space or choose another place for the table.",
        ) from error
    return contract


def refuse_other_table(bundle: Path, table: Given) -> None:
    """Raise `ConfigError` where a table's contract, beside it, is not that of the model."""
    if not isinstance(table, (str, os.PathLike)):
        return
    location = os.fspath(table)
    beside = _contract_of(Path(location))
    contract = Model.load(bundle).contract if beside.is_file() else None
    if contract is None:
        return
    try:
        asked = json.loads(beside.read_bytes())["question"]
        refuse_other(contract, asked, location)
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{beside} is damaged: {error}.", "Write the table again with `unchurn snapshot`."
        ) from error


def _contract_of(table: Path) -> Path:
    return Path(f"{table}.contract.json")
