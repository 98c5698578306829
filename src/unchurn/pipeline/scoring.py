"""From a model and today's customers to a scored list, on one machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import Model, Scores, ScoringRun, TableDay, verify
from unchurn.errors import ConfigError, UntrustedError
from unchurn.modelling.drift.difference import is_untrusted
from unchurn.modelling.scoring.profit import is_given
from unchurn.pipeline.answers import Tabular, contact_words, rows_html
from unchurn.pipeline.chosen_model import ChosenModel, choose_model
from unchurn.pipeline.day import require_day
from unchurn.pipeline.identity import code_sha256, run_id
from unchurn.pipeline.lock import held
from unchurn.pipeline.other_question import nobody_named, refuse_other_table
from unchurn.pipeline.readers import kept_for_readers
from unchurn.progress import Progress, Silent
from unchurn.project import Project
from unchurn.project.quality import counts_days
from unchurn.registry import ModelStore
from unchurn.runner import Run, Step, run_steps
from unchurn.steps.intake import intake
from unchurn.steps.score import score as predict
from unchurn.tables import Table
from unchurn.tables.in_memory import Given, open_given
from unchurn.tables.output import check_replaces_none, check_suffix, write_scores
from unchurn.tables.scored import AS_SCORED, Arrangement

INFERENCE: tuple[Step, ...] = (intake, predict)


@dataclass(frozen=True, repr=False)
class Scoring(Tabular):
    """A finished scoring: `scores` is a Parquet file of one row per customer."""

    run: ScoringRun
    scores: Path
    rejects: Path
    counts: dict[str, Any]
    seconds: float
    out: Path | None = None
    arrangement: Arrangement = AS_SCORED

    def to_arrow(self) -> pa.Table:
        """Return the scores as a `pyarrow.Table`."""
        return pq.read_table(self.scores)

    def __repr__(self) -> str:
        counts, version = self.counts, self.run.model_version
        by = f"run {self.run.model_run_id}" if version is None else f"version {version}"
        return f"<Scoring by {by}: {counts['rows_out']:,} scored, {counts['rejected']:,} rejected>"

    def _repr_html_(self) -> str:
        with pq.ParquetFile(self.scores) as source:
            first = pa.Table.from_batches([next(source.iter_batches(10))])
        return rows_html(repr(self), first, self.counts["rows_out"])

    def document(self) -> dict[str, Any]:
        """The versioned document that ``unchurn score --json`` prints."""
        return {
            "schema_version": 1,
            "rows_in": self.counts["rows_in"],
            "rows_out": self.counts["rows_out"],
            "rejected": self.counts["rejected"],
            "out": str(self.out or self.scores),
            "rejects": f"{self.out}.rejects.csv" if self.counts["rejected"] and self.out else None,
            "model_version": self.run.model_version,
            "model_run_id": self.run.model_run_id,
            "run_id": self.run.run_id,
            "reasons": self.counts["reasons_words"],
            "contact": self.counts.get("contact"),
            "contact_words": contact_words(self.counts),
            "arrangement": self._arranged(),
            "notes": self.counts.get("notes", []),
            "lines": self.counts.get("lines"),
            "seconds": round(self.seconds, 2),
        }

    def _arranged(self) -> dict[str, Any] | None:
        """Say what the file holds where it is not everybody as scored."""
        if self.arrangement == AS_SCORED:
            return None
        rows = self.counts["rows_out"]
        listed = min(rows, self.arrangement.top or rows)
        return {"customers": listed, **asdict(self.arrangement)}


def score(
    project: Project,
    table: Given | None = None,
    out: str | Path | None = None,
    *,
    as_of: str = "",
    version: int | None = None,
    training_run: str | None = None,
    progress: Progress | None = None,
    fresh: bool = False,
    store: ModelStore | None = None,
    strict: bool = False,
    sort: str = "",
    top: int | None = None,
    digits: int | None = None,
) -> Scoring:
    """Score every customer of `table` with the champion, a version, or a training run's model.

    `table` is a path, or a table of pandas, Polars, PyArrow, DuckDB or whatever else has
    ``__arrow_c_stream__``. `as_of` is the ISO day that it is of, from which rules of [quality] count;
    without a table, the customers are those of the project's history on that day.
    `sort`, `top` and `digits` arrange the file `out` (see `Arrangement.of`), not the table that is
    returned. `store` is where versions are, by default on this machine. Writes `out` (.csv,
    .parquet or .jsonl) atomically when it is given. Raises `ConfigError` when there is no such
    model or `out` is a table that the project reads, `DataError` when the table does not fit it,
    and where `strict`, `UntrustedError` when what arrived differs so much from training that the
    list should not be trusted: `out` is then as it was.
    """
    began = time.monotonic()
    target, arrangement = planned_list(project, out, table, sort=sort, top=top, digits=digits)
    progress = progress or Silent()
    chosen = choose_model(project, version, training_run, store)
    with scored(project, table, as_of, chosen, progress, fresh) as where:
        made = Scores.load(where.place(Scores))
        if strict:
            refuse_untrusted(made.counts.get("notes", []))
        if target is not None:
            neutral = project.score.neutral_ids
            with progress.task("Writing the list"):
                write_scores(made.scores, made.rejects, target, neutral, arrangement)
    named: ScoringRun = where.given[ScoringRun]
    elapsed = time.monotonic() - began
    listed = None if out is None else Path(out)
    return Scoring(named, made.scores, made.rejects, made.counts, elapsed, listed, arrangement)


@contextmanager
def scored(
    project: Project,
    table: Given | None,
    as_of: str,
    chosen: ChosenModel,
    progress: Progress,
    fresh: bool = False,
) -> Iterator[Run]:
    """Score customers, and hold the run that has their Batch and Scores for the length of a block.

    `as_of` is the day that `table` is of; without a table, that of the history.
    """
    with ExitStack() as open_:
        if as_of and table is None:
            from unchurn.pipeline.observing import day_run  # what observes takes long to load

            where = day_run(project, chosen, as_of, progress)
        elif table is None:
            raise nobody_named(project)
        else:
            require_day(as_of, "--as-of")
            refuse_other_table(chosen.bundle, table)
            opened = open_.enter_context(open_given(table, project.data, Path.cwd()))
            where = scoring_run(project, chosen, opened, progress, as_of)
        open_.enter_context(kept_for_readers(project))
        open_.enter_context(held(where.folder, progress))
        if table is None:
            from unchurn.pipeline.observing import observed

            where = observed(where, fresh)
        run_steps(INFERENCE, where, fresh)
        yield where


def planned_list(
    project: Project,
    out: str | Path | None,
    table: Given | None,
    *,
    sort: str = "",
    top: int | None = None,
    digits: int | None = None,
) -> tuple[Path | None, Arrangement]:
    """Return where the list of `table` goes and how it is arranged, before anything is scored.

    Raises `ConfigError` for a name or an arrangement that cannot be, and where `out` would replace
    a table that is read.
    """
    found = Arrangement.of(sort, top, digits, is_given(project.decision))
    if out is None:
        if found != AS_SCORED:
            raise ConfigError(
                "sort, top and digits arrange a file, and no `out` was given.",
                "Name the file, or arrange the table that is returned.",
            )
        return None, found
    target = _place(out)
    check_suffix(target)
    _check_replaces_none(target, table, project)
    return target, found


def _place(out: str | Path) -> Path:
    """Return where a list goes, whatever folders on the way (``missing/../x``) are still to make."""
    path = Path(out)
    return path.parent.resolve() / path.name


def _check_replaces_none(out: Path, table: Given | None, project: Project) -> None:
    if isinstance(table, (str, os.PathLike)):
        check_replaces_none(out, os.fspath(table), Path.cwd())
    for tables in project.tables:
        check_replaces_none(out, tables, project.folder)


def refuse_untrusted(notes: Sequence[dict[str, Any]]) -> None:
    """Raise `UntrustedError` where notes begin by saying that a list should not be trusted."""
    if is_untrusted(notes):
        raise UntrustedError(
            notes[0]["words"],
            "Mend the table, train again on tables like this, or change the rule that is broken; "
            "without --strict the list is written all the same.",
        )


def scoring_run(
    project: Project, chosen: ChosenModel, table: Table, progress: Progress, as_of: str = ""
) -> Run:
    """Lay out the run that scores `table`; its id follows from model, table, config and code.

    Also from where the table is, for what is said of it names its files, and from the day that it is of.
    """
    day = TableDay(as_of if counts_days(project.quality) else "")
    words = {"names": project.columns.names, "actionable": project.columns.actionable}
    config = {
        "columns": words,
        "decision": asdict(project.decision),
        "score": asdict(project.score),
        "quality": asdict(project.quality),
        "day": as_of,
    }
    read = (table.location, table.fingerprint())
    name = run_id(verify(chosen.bundle), *read, config, code_sha256())
    scoring = ScoringRun(name, chosen.version, chosen.run_id, as_of)
    given = {Table: table, TableDay: day, ScoringRun: scoring}
    folder = project.root / "runs" / name
    return Run(folder, project, code_sha256(), given, {Model: chosen.bundle}, progress)
