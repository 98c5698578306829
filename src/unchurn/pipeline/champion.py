"""The champion as a live model, for people who work in Python."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import ROW, Batch, Model, Schema, ScoringRun, TableDay, Workspace
from unchurn.modelling.judging.importance import kept_apart
from unchurn.modelling.scoring.cutpoints import quantiles
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.phrasing import Phrasing
from unchurn.modelling.scoring.reasons import business_contributions
from unchurn.modelling.scoring.score_rows import REASON_NAMES, Scorer
from unchurn.modelling.scoring.sentences import reason_columns
from unchurn.pipeline.answers import Answer, table_html
from unchurn.pipeline.chosen_model import ChosenModel, choose_model
from unchurn.progress import Silent
from unchurn.project import Engine, Project, Quality
from unchurn.registry import ModelStore
from unchurn.steps.intake import intake
from unchurn.steps.score import score
from unchurn.tables.in_memory import Given, open_given
from unchurn.tables.spelling import spelled, worth_spelled

_AT_A_TIME = 2_048
"""Rows explained at once: contributions are wide."""


@dataclass(frozen=True, repr=False)
class Champion:
    """A version of the project's model, loaded; nothing that it answers is kept on the disk.

    `version` is None for a model that is not registered. Tables are paths, or those of pandas,
    Polars, PyArrow, DuckDB or whatever else has ``__arrow_c_stream__``.
    """

    project: Project
    chosen: ChosenModel
    bundle: Model

    @classmethod
    def load(
        cls, project: Project, version: int | None = None, store: ModelStore | None = None
    ) -> Self:
        """Load the champion, or another `version`, every hash checked first.

        Raises `ConfigError` when there is no such model, `ArtefactError` when it is damaged.
        """
        chosen = choose_model(project, version, None, store)
        return cls(project, chosen, Model.load(chosen.bundle))

    @property
    def version(self) -> int | None:
        """The registered version."""
        return self.chosen.version

    @cached_property
    def live(self) -> LiveModel:
        """The maths: margins, probabilities and exact contributions of encoded rows."""
        model = self.bundle
        return LiveModel.load(
            model.boosters, model.model, model.encoder, self.project.train.threads
        )

    def predict(self, table: Given) -> Answer:
        """Score every customer of `table`: the rows of `unchurn.score`, to the last bit.

        Raises `DataError` when the table does not fit the model, naming the columns.
        """
        made = self.project
        with self._customers(table) as (batch, folder):
            scores = score(
                self.bundle, batch, made.columns, made.decision, made.score, made.train, Engine(),
                self._run, folder, Silent(),
            )  # fmt: skip
            rows = pq.read_table(scores.scores).drop_columns(["run_id"])
            counts = scores.counts
        about = f"Scores by version {self.version}"
        return Answer(rows, about, counts["rejected"], counts["notes"])

    def explain(self, table: Given) -> Answer:
        """Take every customer's score apart, exactly.

        Columns: the id, ``probability``, ``reason_1`` … ``reason_3`` for everybody, ``margin``
        (log-odds before calibration), ``base``, and ``contributions``, a struct of one number for
        each column of the table; they and the base add up to the margin. An id of such a name keeps
        it, and ours ends in ``_``. Raises as `predict`.
        """
        with self._customers(table) as (batch, _):
            parts = [self._explained(rows) for rows in _batches(batch.customers)]
            rejected = sum(batch.rows["rejected"].values())
            notes = batch.notes
        about = f"Explanations by version {self.version}"
        return Answer(pa.Table.from_batches(parts), about, rejected, notes)

    @property
    def _run(self) -> ScoringRun:
        return ScoringRun("", self.chosen.version, self.chosen.run_id)

    @cached_property
    def _scorer(self) -> Scorer:
        made, model = self.project, self.bundle
        schema = Schema.from_plain(model.schema)
        stored = quantiles(model.model)
        decision = worth_spelled(made.decision, schema.names)
        return Scorer(self.live, schema, stored, decision, made.score.bands, self._run)

    @cached_property
    def _phrasing(self) -> Phrasing:
        return Phrasing.of(spelled(self.project.columns, self.live.encoder.features))

    @contextmanager
    def _customers(self, table: Given) -> Iterator[tuple[Batch, Workspace]]:
        made = self.project
        with (
            open_given(table, made.data, Path.cwd()) as opened,
            tempfile.TemporaryDirectory(prefix="unchurn-scores-") as kept,
        ):
            folder = Workspace(Path(kept))
            # rules are of whole deliveries, not of the customers that a person asks about
            asked = (made.data, made.decision, Quality(), TableDay())
            yield intake(opened, self.bundle, *asked, folder, Silent()), folder

    def _explained(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        live, scorer = self.live, self._scorer
        matrix = live.encoder.transform(rows)
        shap, margin = live.contributions(matrix), live.margin(matrix)
        names, parts, base = business_contributions(shap, live.encoder)
        related = self.bundle.profile.get("related", ())
        reasons = reason_columns(rows, shap, live.encoder, related, self._phrasing)
        struct = pa.StructArray.from_arrays([pa.array(column) for column in parts.T], list(names))
        margins, base_of, each = kept_apart(("margin", "base", "contributions"), {scorer.key})
        columns: dict[str, Any] = {
            scorer.key: rows.column(scorer.schema.id or ROW),
            "probability": pa.array(live.probability(margin)),
            **dict(zip(REASON_NAMES, reasons, strict=True)),
            margins: pa.array(margin),
            base_of: pa.array(base),
            each: struct,
        }
        return pa.record_batch(list(columns.values()), names=list(columns))

    def __repr__(self) -> str:
        which = "unregistered" if self.version is None else f"version {self.version}"
        return f"<Champion {which}: {len(self.live.encoder.features)} columns, run {self.chosen.run_id}>"

    def _repr_html_(self) -> str:
        typical = self.live.encoder.typical
        rows = [[name, str(typical.get(name, ""))] for name in self.live.encoder.features]
        return table_html(repr(self), ["column", "usual value"], rows)


def load_champion(project: Project) -> Champion:
    """Load the champion: `Champion.load` without a choice."""
    return Champion.load(project)


def _batches(customers: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(customers, pre_buffer=False) as source:
        yield from source.iter_batches(_AT_A_TIME)
