"""Clean → Prepared: who is held out, and which columns a model may use.

Everything learnt here is learnt on training rows: leaks, the encoder, the drift profile, the
columns that move together. Only what needs no label (identity, constant columns) looks at all
rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from unchurn.artefacts import LABEL, Clean, ColumnSummary, Prepared, Schema, Workspace
from unchurn.errors import ConfigError, DataError
from unchurn.modelling.columns.leak_verdicts import NOT_IN_SCORE_TABLE
from unchurn.modelling.columns.protected import protected_findings, protected_traits
from unchurn.modelling.columns.related import related_findings
from unchurn.modelling.columns.rows_findings import balance_findings
from unchurn.modelling.columns.selection import by_strength, by_summary, quality_findings
from unchurn.modelling.columns.time_findings import absolute_dates, after_snapshot
from unchurn.modelling.columns.value_column import check_value, value_findings
from unchurn.modelling.drift.profile import profile
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.modelling.encoding.folding import Spellings
from unchurn.modelling.scoring.score_rows import score_columns
from unchurn.modelling.splitting.prepared_rows import (
    side_batches,
    side_schema,
    training_features,
    training_strength,
)
from unchurn.modelling.splitting.train_test_split import Parts, part_rows
from unchurn.progress import Progress
from unchurn.project import Churn, Columns, Decision, Evaluate, Features, Split
from unchurn.tables.matching import match_columns
from unchurn.tables.parquet import write_parquet
from unchurn.tables.spelling import spelled


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
    `ConfigError` when a column that churn.toml names is not there, holds no numbers where it
    says what a customer is worth, or is an id named like a column of the scores.
    """
    schema = Schema.from_plain(clean.schema)
    score_columns(schema, ())  # an id that no list could hold is told now, not by the first list
    summaries = [ColumnSummary.from_plain(plain) for plain in clean.summary]
    allow = _named("[columns] allow", columns.allow, schema)
    kept_too = _kept_too(evaluate, decision, schema)
    value = _value_column(decision, schema, summaries)
    with progress.task("preparing: columns and split", 3) as task:
        useful = by_summary(schema, summaries, allow)
        table = _read(clean.customers, useful.schema, kept_too)
        parts = part_rows(table, useful.schema, split, churn.lead_days + churn.horizon_days)
        spellings = _spellings(table, useful.schema, parts)
        table = spellings.applied(table)
        task.advance()
        chosen = by_strength(useful.schema, training_strength(table, parts), allow)
        learnt = _learn(table, chosen.schema, parts, features)
        task.advance()
        leaks = {each.column or "" for each in chosen.findings if each.severity == "blocked"}
        sides = _write(workspace, table, chosen.schema, (kept_too | leaks, kept_too), parts)
        task.advance()
    findings = [
        *useful.findings,
        *chosen.findings,
        *after_snapshot(table, chosen.schema, parts.train),
        *absolute_dates(chosen.schema),
        *quality_findings(chosen.schema, summaries),
        *protected_findings(_traits(columns, chosen.schema)),
        *spellings.findings,
        *(value_findings(table, value) if value else ()),
        *related_findings(learnt.profile["related"]),
        *parts.findings,
        *balance_findings(parts.labels),
    ]
    return Prepared(
        *sides,
        schema=chosen.schema.to_plain(),
        encoder=learnt.encoder,
        profile=learnt.profile,
        rows=parts.counts(clean.rows),
        findings=_still_hold(clean, chosen.schema) + [each.to_plain() for each in findings],
        contract=clean.contract,
        plan=clean.plan,
        aside=_write_aside(workspace / "aside.parquet", table, chosen.schema, parts),
    )


def _still_hold(clean: Clean, schema: Schema) -> list[dict[str, Any]]:
    """Return Clean's findings that still matter: nobody misses a column that no model reads."""
    used = {*schema.features, schema.id, schema.snapshot}
    return [
        each
        for each in clean.findings
        if each["code"] != NOT_IN_SCORE_TABLE or each["column"] in used
    ]


def _traits(columns: Columns, schema: Schema) -> dict[str, str]:
    """Find the protected traits that a model may learn from."""
    return protected_traits(schema.features, spelled(columns, schema.features).protected)


@dataclass(frozen=True)
class _Learnt:
    encoder: dict[str, Any]
    profile: dict[str, Any]


def _spellings(table: pa.Table, schema: Schema, parts: Parts) -> Spellings:
    """Find what training rows write in several ways; where it is joined, nobody sees two values."""
    columns = [each for each in schema.with_role("feature") if each.kind in ("category", "text")]
    return Spellings.of(training_features(table, [each.name for each in columns], parts), columns)


def _learn(table: pa.Table, schema: Schema, parts: Parts, options: Features) -> _Learnt:
    """Fit the encoder and the drift profile on training rows."""
    columns = schema.with_role("feature")
    if not columns:
        why = "; ".join(f"{c.name}: {c.reason}" for c in schema.with_role("dropped")[:8])
        raise DataError(
            f"No column is left to learn from. Dropped: {why or 'none'}.",
            "Use a table with more columns, or name some in [columns] allow.",
        )
    train = training_features(table, schema.features, parts)
    churned = int(parts.labels[parts.train].sum())
    encoder = Encoder.fit(train, columns, options).to_plain()
    return _Learnt(encoder, profile(train, columns, churned))


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


def _value_column(
    decision: Decision, schema: Schema, summaries: Sequence[ColumnSummary]
) -> ColumnSummary | None:
    """Find the column that says what customers are worth, and judge it; None where none does."""
    value = (decision.clv,) if isinstance(decision.clv, str) else ()
    known = {each.column.name: each for each in summaries}
    for name in _named("[decision] clv", value, schema):
        check_value(schema.named(name), known.get(name))
        return known.get(name)
    return None


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


def _order(schema: Schema, kept_too: set[str]) -> list[str]:
    first = [name for name in (schema.id, schema.snapshot) if name]
    rest = sorted(set(schema.features) | kept_too - set(first))
    return [*first, *(name for name in rest if name not in first)]


def _write(
    workspace: Path,
    table: pa.Table,
    schema: Schema,
    beside: tuple[set[str], set[str]],
    parts: Parts,
) -> tuple[Path, Path]:
    """Write train.parquet and test.parquet, with the columns that each holds beside features.

    Leaks are in the first alone: what is judged on held-out rows must not find them there.
    """
    paths = workspace / "train.parquet", workspace / "test.parquet"
    for path, rows, too in zip(paths, (parts.train, parts.test), beside, strict=True):
        columns = _order(schema, too)
        batches = side_batches(table, columns, parts, rows, held_out=rows is parts.test)
        write_parquet(batches, path, side_schema(table, columns, parts))
    return paths


def _write_aside(path: Path, table: pa.Table, schema: Schema, parts: Parts) -> Path | None:
    """Write the rows on neither side of a time split; None without any. Their weights are the refit's."""
    if not len(parts.aside):
        return None
    columns, plain = _order(schema, set()), replace(parts, phases=None, weights=None)
    batches = side_batches(table, columns, plain, parts.aside, held_out=True)
    write_parquet(batches, path, side_schema(table, columns, plain))
    return path
