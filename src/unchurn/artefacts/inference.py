"""The artefacts of scoring."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from unchurn.artefacts.folder import Artefact, Json, file

ROW = "__row__"
"""Row number in the source table, from 1, header not counted: int64."""


@dataclass(frozen=True)
class Batch(Artefact):
    """Customers to score, typed by the model's schema; no label, no split, no row lost.

    `customers`: `ROW`, the id (string, exactly as read, where the model has one), the
    model's feature columns by name, and columns that [decision] and slices name; in input
    order.
    `rows`: {"read": n, "kept": n, "rejected": {reason: n}}; read = kept + sum of rejected. Of
    text files also "lines": {"total": n, kind: n}; total = sum of kinds (see `tables.ledger`).
    `rejects`: rejects.csv with columns row_number, line, reason, text.
    `notes`: list of `Finding.to_plain()`: how the file was read, extra columns, unreadable cells,
    what differs from the training rows, rules that are broken; the first has the code ``untrusted``
    where that is grave.
    `quality`: of every rule of [quality] what `tables.quality.verdicts.verdict` returns; None without rules.
    """

    customers: Path = file("customers.parquet")
    rejects: Path = file("rejects.csv")
    rows: Json = file("rows.json")
    notes: Json = file("notes.json")
    quality: Json = file("quality.json", optional=True)


@dataclass(frozen=True)
class Scores(Artefact):
    """One row per customer of the Batch, in its order.

    `scores`: the id under its own name (or ``row_number``), probability float64, decile
    int8 (1 = riskiest), band string, expected_value float64 and decision string (null
    without costs), reason_1..3 string, model_version int64 (null when unregistered),
    snapshot_date (where known), run_id string.
    `counts`: {"rows_in": n, "rows_out": n, "rejected": n, "reasons": n, "reasons_words": s,
    "contact": {"customers": n, "value": x, "currency": s, "unknown": n, "rule": s} (None without
    costs), "notes": [`Finding.to_plain()`]}, "as_of" where the day that they are of was named, and "model_run_id", the training run of a model without a version; the first note has the code ``untrusted`` where the list should
    not be trusted.
    """

    scores: Path = file("scores.parquet")
    rejects: Path = file("rejects.csv")
    counts: Json = file("counts.json")
