"""Scores → a body: CSV, JSON or JSON Lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np
import pyarrow as pa

from unchurn.artefacts import Finding
from unchurn.modelling.scoring.profit import is_given
from unchurn.modelling.scoring.score_rows import Scorer
from unchurn.serve.request_options import Format
from unchurn.serve.scoring import Scored
from unchurn.tables.text_rows import csv_header, csv_rows, json_rows


def write_answer(scored: Scored, wanted: Format, scorer: Scorer, lenient: bool) -> bytes:
    """Write one row for each customer, in the order sent.

    `lenient` answers have columns ``error`` and ``field``, null where there is none. JSON
    names the model once; the other formats in every row.
    """
    rows = _with_errors(scored) if lenient else scored.rows
    if wanted == "csv":
        return header(tuple(rows.schema.names)) + csv_rows(rows, 1)
    if wanted == "jsonlines":
        return json_rows(rows)
    if "model_version" in rows.schema.names:
        rows = rows.drop_columns(["model_version"])
    lines = json_rows(rows).rstrip(b"\n").replace(b"\n", b",")
    return b'{"predictions":[' + lines + b"]," + ending(scorer, scored.notes) + b"}"


@lru_cache
def header(names: tuple[str, ...]) -> bytes:
    """Write the first line of a CSV answer; there are few."""
    return csv_header(names, 1)


def ending(scorer: Scorer, notes: Sequence[Finding]) -> bytes:
    """Write what follows the predictions of a JSON answer: who says so, and in which currency.

    A model that is behind an endpoint before it has a version is named by the run that made it.
    """
    run, currency = scorer.run, scorer.decision.currency
    unnumbered = run.model_version is None and run.model_run_id
    said = {
        "model_version": run.model_version,
        **({"model_run_id": run.model_run_id} if unnumbered else {}),
        **({"currency": currency} if currency and is_given(scorer.decision) else {}),
        **({"notes": [note.words for note in notes]} if notes else {}),
    }
    return msgspec.json.encode(said)[1:-1]


def short_notes(notes: Sequence[Finding]) -> bytes:
    """Write notes for a header, where the body has no place for them: codes and counts."""
    return b", ".join(f"{note.code}={note.count or 1}".encode("ascii") for note in notes)


def _with_errors(scored: Scored) -> pa.RecordBatch:
    place = {number: at for at, number in enumerate(scored.numbers)}
    every = sorted({*scored.numbers, *scored.faults})
    at = np.array([place.get(number, -1) for number in every], dtype=np.int64)
    rows = scored.rows.take(pa.array(at, mask=at < 0))
    found = [scored.faults.get(number) for number in every]
    rows = rows.append_column("error", pa.array([f and f.words for f in found], pa.string()))
    return rows.append_column("field", pa.array([f and f.field for f in found], pa.string()))
