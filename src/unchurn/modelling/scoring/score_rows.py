"""One record batch of customers → one record batch of scores; no row looks at another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import ROW, Schema, ScoringRun
from unchurn.errors import ConfigError
from unchurn.modelling.encoding.encoder import Matrix
from unchurn.modelling.scoring.cutpoints import BANDS, F64, band_codes, decile
from unchurn.modelling.scoring.decisions import decide
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.reasons import REASONS
from unchurn.project import Decision

ROW_NUMBER = "row_number"
REASON_NAMES = tuple(f"reason_{number}" for number in range(1, REASONS + 1))


@dataclass(frozen=True)
class Scorer:
    """A live model with all that turns its probabilities into an answer.

    `stored` are the model's cut-point quantiles, `bands` the shares of [score] bands.
    """

    live: LiveModel
    schema: Schema
    stored: F64
    decision: Decision
    bands: Sequence[float]
    run: ScoringRun

    @property
    def key(self) -> str:
        """Name of the first output column: the id's own, or ``row_number``."""
        return self.schema.id or ROW_NUMBER

    def reads(self, found: Sequence[str]) -> list[str]:
        """Columns to read, of those `found` in the batch, for `score`."""
        wanted = {self.schema.id or ROW, self.schema.snapshot, self.decision.clv}
        wanted |= set(self.live.encoder.features)
        return [name for name in found if name in wanted]

    def columns(self, found: pa.Schema) -> pa.Schema:
        """Schema of the output for a batch of schema `found`. Raises as `score_columns`."""
        return score_columns(self.schema, found.names)

    def score(
        self, customers: pa.RecordBatch, matrix: Matrix, columns: pa.Schema
    ) -> pa.RecordBatch:
        """Score customers, whose encoded rows are `matrix`, into `columns`; reasons are null."""
        return self.answered(customers, self.live.probability(self.live.margin(matrix)), columns)

    def answered(
        self, customers: pa.RecordBatch, probability: F64, columns: pa.Schema
    ) -> pa.RecordBatch:
        """Put customers of this `probability` (rows,) into `columns`; reasons are null."""
        rows = customers.num_rows
        value, decided = decide(probability, customers, self.decision)
        made = {
            self.key: customers.column(self.schema.id or ROW),
            "probability": pa.array(probability),
            "decile": pa.array(decile(probability, self.stored)),
            "band": self._bands.take(pa.array(band_codes(probability, self.stored, self.bands))),
            "expected_value": value,
            "decision": decided,
            **dict.fromkeys(REASON_NAMES, pa.nulls(rows, pa.string())),
            "model_version": pa.array(np.full(rows, self.run.model_version or 0), pa.int64()),
            "run_id": pa.repeat(self.run.run_id, rows),
        }
        if self.run.model_version is None:
            made["model_version"] = pa.nulls(rows, pa.int64())
        snapshot = self._snapshot(customers.schema.names)
        if snapshot:
            made["snapshot_date"] = pc.cast(customers.column(snapshot), pa.date32(), safe=False)
        return pa.record_batch([made[name] for name in columns.names], schema=columns)

    @cached_property
    def _bands(self) -> pa.Array:
        return pa.array(BANDS, pa.string())

    def _snapshot(self, found: Sequence[str]) -> str | None:
        return self.schema.snapshot if self.schema.snapshot in found else None


def score_columns(schema: Schema, found: Sequence[str]) -> pa.Schema:
    """Schema of the scores of customers whose columns are `found`, by a model of `schema`.

    Raises `ConfigError` when the id column is named like one of the score's own.
    """
    own = [
        ("probability", pa.float64()),
        ("decile", pa.int8()),
        ("band", pa.string()),
        ("expected_value", pa.float64()),
        ("decision", pa.string()),
        *((name, pa.string()) for name in REASON_NAMES),
        ("model_version", pa.int64()),
        *([("snapshot_date", pa.date32())] if schema.snapshot in found else []),
        ("run_id", pa.string()),
    ]
    key = schema.id or ROW_NUMBER
    if key in dict(own):
        raise ConfigError(
            f"The id column is named {key!r}, which is also a column of the scores.",
            "Rename the column in the table and in [churn] id, and train again.",
        )
    return pa.schema([(key, pa.string() if schema.id else pa.int64()), *own])


def with_reasons(scored: pa.RecordBatch, reasons: Sequence[pa.Array]) -> pa.RecordBatch:
    """Put `reasons`, one string array (rows,) for each of `REASON_NAMES`, into scored rows."""
    columns = {name: scored.column(name) for name in scored.schema.names}
    columns.update(zip(REASON_NAMES, reasons, strict=True))
    return pa.record_batch(list(columns.values()), schema=scored.schema)


def placed(
    reasons: Sequence[pa.Array], positions: np.ndarray, start: int, rows: int
) -> list[pa.Array]:
    """Spread `reasons` of the rows at `positions` (ascending) over rows `start` … + `rows`."""
    first, last = np.searchsorted(positions, [start, start + rows])
    source = np.full(rows, -1, dtype=np.int64)
    source[positions[first:last] - start] = np.arange(first, last)
    places = pa.array(source, mask=source < 0)
    return [column.take(places) for column in reasons]
