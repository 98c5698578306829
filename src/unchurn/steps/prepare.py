"""Clean → Prepared: who is held out, and which columns a model may use.

Everything learnt here is learnt on training rows: leaks, the encoder, the drift profile, the
columns that move together. Only what needs no label (identity, constant columns) looks at all
rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import (
    LABEL,
    Clean,
    Column,
    ColumnSummary,
    Finding,
    Prepared,
    Schema,
    Workspace,
)
from unchurn.errors import ConfigError, DataError
from unchurn.modelling.drift_profile import profile, profile_column
from unchurn.modelling.encoder import Encoder
from unchurn.modelling.leakage import Strength, strength
from unchurn.modelling.parting import Parts, part_rows
from unchurn.modelling.prepared_rows import plain_text, side_batches, side_schema
from unchurn.modelling.related import related_columns
from unchurn.modelling.rows_findings import balance_findings
from unchurn.modelling.selection import by_strength, by_summary, quality_findings
from unchurn.modelling.time_findings import after_snapshot
from unchurn.progress import Progress
from unchurn.project import Churn, Columns, Decision, Evaluate, Features, Split
from unchurn.tables.matching import match_columns
from unchurn.tables.parquet import write_parquet


def prepare(
    clean: Clean,
    churn: Churn,
    columns: Columns,
    split: Split,
    features: Features,
    evaluate: Evaluate,
    decision: Decision,
    workspace: Workspace,
    progress: Progress,
) -> Prepared:
    """Split Clean by customer or by time, and settle every column's role.

    Raises `DataError` when no column is left to learn from or a side lacks a class, and
    `ConfigError` when a column that churn.toml names is not there.
    """
    schema = Schema.from_plain(clean.schema)
    summaries = [ColumnSummary.from_plain(plain) for plain in clean.summary]
    allow = _named("[columns] allow", columns.allow, schema)
    kept_too = _kept_too(evaluate, decision, schema)
    with progress.task("preparing: columns and split", 4) as task:
        useful = by_summary(schema, summaries, allow)
        table = _read(clean.customers, useful.schema, kept_too)
        parts = part_rows(table, useful.schema, split.test, split.folds, churn.horizon_days)
        task.advance()
        chosen = by_strength(useful.schema, _measure(table, parts), allow)
        _some_feature(chosen.schema)
        task.advance()
        train = _features_of(table, chosen.schema, parts)
        encoder = Encoder.fit(train, chosen.schema.with_role("feature"), features).to_plain()
        described = _profile(train, chosen.schema, table, parts)
        task.advance()
        order = _output_columns(chosen.schema, kept_too)
        train_path = _write(workspace / "train.parquet", table, order, parts, held_out=False)
        test_path = _write(workspace / "test.parquet", table, order, parts, held_out=True)
        task.advance()
    findings = [
        *useful.findings,
        *chosen.findings,
        *after_snapshot(table, chosen.schema, parts.train),
        *quality_findings(chosen.schema, summaries),
        *_together(described["related"]),
        *parts.findings,
        *balance_findings(_labels(table)),
    ]
    return Prepared(
        train=train_path,
        test=test_path,
        schema=chosen.schema.to_plain(),
        encoder=encoder,
        profile=described,
        rows=_rows(clean.rows, parts, _labels(table)),
        findings=[*clean.findings, *(finding.to_plain() for finding in findings)],
    )


def _named(key: str, names: Sequence[str], schema: Schema) -> set[str]:
    """Find the columns that a key of churn.toml names, however they are spelled."""
    found = [column.name for column in schema.columns]
    try:
        return set(match_columns(names, found).values())
    except DataError as error:
        raise ConfigError(f"{key}: {error.message}", error.hint) from error


def _kept_too(evaluate: Evaluate, decision: Decision, schema: Schema) -> set[str]:
    """Columns that later steps read although no model does."""
    value = (decision.clv,) if isinstance(decision.clv, str) else ()
    wanted = _named("[evaluate] slices", evaluate.slices, schema)
    wanted |= _named("[decision] clv", value, schema)
    return wanted - {schema.target or ""}


def _read(path: Path, schema: Schema, kept_too: set[str]) -> pa.Table:
    """Read what is used; without an id, also what tells rows apart. Text as dictionaries."""
    roles = {"feature", "id", "snapshot"} if schema.id else {"feature", "snapshot", "dropped"}
    wanted = {c.name for c in schema.columns if c.role in roles} | kept_too
    chosen = [c for c in schema.columns if c.name in wanted and c.role != "target"]
    text = [c.name for c in chosen if c.kind in ("category", "text")]
    if schema.id and schema.id not in text:
        text.append(schema.id)
    table = pq.read_table(path, columns=[*(c.name for c in chosen), LABEL], read_dictionary=text)
    return table.unify_dictionaries().combine_chunks()


def _labels(table: pa.Table) -> np.ndarray[Any, np.dtype[np.int8]]:
    return np.asarray(table[LABEL].to_numpy(), dtype=np.int8)


def _measure(table: pa.Table, parts: Parts) -> Any:
    rows = pa.array(parts.train)
    labels, folds = _labels(table)[parts.train], parts.folds[parts.train].astype(np.int64)

    def measure(column: Column) -> Strength:
        return strength(plain_text(table[column.name].take(rows)), labels, folds)

    return measure


def _some_feature(schema: Schema) -> None:
    if not schema.features:
        why = "; ".join(f"{c.name}: {c.reason}" for c in schema.with_role("dropped")[:8])
        raise DataError(
            f"No column is left to learn from. Dropped: {why or 'none'}.",
            "Use a table with more columns, or name some in [columns] allow.",
        )


def _features_of(table: pa.Table, schema: Schema, parts: Parts) -> pa.Table:
    rows = pa.array(parts.train)
    return pa.table({name: plain_text(table[name].take(rows)) for name in schema.features})


def _profile(train: pa.Table, schema: Schema, table: pa.Table, parts: Parts) -> dict[str, Any]:
    features = sorted(schema.with_role("feature"), key=lambda column: column.name)
    made = [(column, profile_column(train[column.name], column)) for column in features]
    churned = int(_labels(table)[parts.train].sum())
    described = profile(made, len(parts.train), churned)
    return {**described, "related": related_columns(train, features)}


def _together(groups: Sequence[Sequence[str]]) -> list[Finding]:
    return [
        Finding(
            "related-columns",
            "note",
            f"{', '.join(repr(name) for name in names)} move together: each says what the others say.",
            names[0],
            len(names),
        )
        for names in groups
    ]


def _output_columns(schema: Schema, kept_too: set[str]) -> list[str]:
    first = [name for name in (schema.id, schema.snapshot) if name]
    rest = sorted(set(schema.features) | kept_too - set(first))
    return [*first, *(name for name in rest if name not in first)]


def _write(
    path: Path, table: pa.Table, columns: Sequence[str], parts: Parts, held_out: bool
) -> Path:
    rows = parts.test if held_out else parts.train
    batches = side_batches(table, columns, parts, rows, held_out)
    write_parquet(batches, path, side_schema(table, columns))
    return path


def _rows(clean: dict[str, Any], parts: Parts, labels: Any) -> dict[str, Any]:
    return {
        "read": clean["read"],
        "kept": len(parts.train) + len(parts.test),
        "dropped": {**clean["dropped"], **parts.left_out},
        "train": len(parts.train),
        "test": len(parts.test),
        "train_churned": int(labels[parts.train].sum()),
        "test_churned": int(labels[parts.test].sum()),
    }
