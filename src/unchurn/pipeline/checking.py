"""Rules of [quality] held against the training table, and those that it suggests."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from unchurn.artefacts import Clean, Column, ColumnSummary, Prepared, Schema
from unchurn.errors import ArtefactError, ConfigError, DataError
from unchurn.progress import Progress
from unchurn.project import Data, QualityRule
from unchurn.tables import Table
from unchurn.tables.matching import find_columns
from unchurn.tables.quality.own_rules import OwnRules, columns_of
from unchurn.tables.quality.suggested import SURE, Suggestion, suggested
from unchurn.tables.table import pass_over
from unchurn.tables.typing import type_batch

Plain = dict[str, Any]


class RulesChecked(NamedTuple):
    """What came of each rule of [quality] on the training table, and rules that it suggests.

    `suggestions` hold of it, and are none that [quality] has.
    """

    verdicts: list[Plain]
    suggestions: list[Suggestion]


def check_rules(
    table: Table,
    rules: Sequence[QualityRule],
    data: Data,
    made: tuple[Clean, Prepared],
    suggest: bool,
    progress: Progress,
) -> RulesChecked:
    """Judge rules on every readable row of the training table, as its schema types them.

    Raises `ConfigError` for a rule of a column that the table lacks, or of the label.
    """
    clean, prepared = made
    schema = Schema.from_plain(prepared.schema)
    columns = [each for each in schema.columns if each.role != "target"]
    _require_columns(rules, schema, columns)
    offered = _suggested(clean, schema, rules) if suggest else []
    asked = [*rules, *(each.rule for each in offered)]
    if not asked:
        return RulesChecked([], [])
    found = _judged(table, asked, columns, data, clean.customers.parent.parent, progress)
    holding = [
        each
        for each, verdict in zip(offered, found[len(rules) :], strict=True)
        if verdict["state"] == "holds" and (verdict["judged"] >= SURE or not each.rule.column)
    ]
    return RulesChecked(found[: len(rules)], holding)


def _require_columns(
    rules: Sequence[QualityRule], schema: Schema, columns: Sequence[Column]
) -> None:
    names = columns_of(rules)
    try:
        matched = find_columns(names, [each.name for each in schema.columns])
    except DataError as error:
        raise ConfigError(
            f"[[quality.rules]] in churn.toml: {error.message}", error.hint
        ) from error
    label = [name for name, header in matched.items() if header == schema.target]
    if label:
        raise ConfigError(
            f"A [[quality.rules]] is of {label[0]!r}, the label, which a table to score does not have.",
            "Take it out; what labels may be is said in [churn] positive, negative and ignore.",
        )


def _suggested(clean: Clean, schema: Schema, rules: Sequence[QualityRule]) -> list[Suggestion]:
    summaries = [ColumnSummary.from_plain(each) for each in clean.summary]
    has = {(each.column, each.condition) for each in rules}
    found = suggested(summaries, schema.columns, schema.snapshot is not None)
    return [each for each in found if (each.rule.column, each.rule.condition) not in has]


def _judged(
    table: Table,
    rules: Sequence[QualityRule],
    columns: Sequence[Column],
    data: Data,
    folder: Path,
    progress: Progress,
) -> list[Plain]:
    try:
        with (
            tempfile.TemporaryDirectory(dir=folder, prefix=".rules-") as scratch,
            OwnRules(rules, columns, Path(scratch)) as own,
            progress.task("Holding the table against rules", table.rows) as task,
        ):
            for batch in table.batches(pass_over):
                own.look(type_batch(batch, columns, data.missing))
                task.advance(batch.num_rows)
            return own.verdicts()
    except OSError as error:
        raise ArtefactError(
            f"Rules could not be judged in {folder}: {error.strerror or error}.",
            "Free some space or choose another place with [artefacts] root in churn.toml.",
        ) from error
