"""From a history to the table that training or scoring reads, on one machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from unchurn.artefacts import Finding, Model, ScoringRun, Snapshots, TableDay, dump_json, verify
from unchurn.disk import replacing
from unchurn.errors import ConfigError, UnchurnError
from unchurn.history import Question
from unchurn.history.filling import CUSTOMER, DAY, LEFT
from unchurn.history.sources import Sources, open_sources
from unchurn.pipeline.identity import code_sha256, config_sha256, run_id
from unchurn.pipeline.lock import held
from unchurn.pipeline.other_question import contract_of, refuse_other
from unchurn.pipeline.readers import kept_for_readers
from unchurn.progress import Progress, Silent
from unchurn.project import Data, Project, shaping
from unchurn.runner import Run, Step, run_steps
from unchurn.steps.observe import Asked, observe
from unchurn.tables import Table, open_table
from unchurn.tables.output import check_replaces_none, check_suffix, write_table

if TYPE_CHECKING:
    from unchurn.pipeline.chosen_model import ChosenModel

OBSERVING: tuple[Step, ...] = (observe,)
"""What comes before training or scoring where the customers are a history's."""


def require_history(project: Project, as_of: str) -> None:
    """Raise `ConfigError` where a day is to be observed of a project without a history."""
    if as_of and not project.asks_history:
        raise ConfigError(
            f"--as-of is {as_of}, a day of a history, and the customers of this project are a table.",
            "Leave it out, or name the tables in [history] and what leaving is in [churn] event.",
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


def day_run(project: Project, chosen: ChosenModel, as_of: str, progress: Progress) -> Run:
    """Lay out the run that scores the customers of the project's history on a day.

    Raises `ConfigError` where the model answers another question.
    """
    asked = asked_of(Model.load(chosen.bundle), project, as_of)
    sources = open_history(project)
    sections = (project.churn, project.history, project.decision, project.score, project.quality)
    words = {"names": project.columns.names, "actionable": project.columns.actionable}
    config = [words, *(shaping(each) for each in sections)]
    name = run_id(verify(chosen.bundle), sources.fingerprint(), config, as_of, code_sha256())
    given = {Sources: sources, Asked: asked, TableDay: TableDay(as_of)}
    given |= {ScoringRun: ScoringRun(name, chosen.version, chosen.run_id, as_of)}
    folder = project.root / "runs" / name
    return Run(folder, project, code_sha256(), given, {Model: chosen.bundle}, progress)


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
    contract = contract_of(out)
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
