"""The column that [decision] clv names: judged where it is named, before anything is trained."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column, ColumnSummary, Finding
from unchurn.errors import ConfigError, counted, listing

_KINDS = {"date": "dates", "category": "words", "text": "text"}


def check_value(column: Column, summary: ColumnSummary | None) -> None:
    """Raise `ConfigError` where `column` holds no numbers, saying what it holds, or is the label."""
    hint = "Name a column of numbers, or give one number for all: clv = 400.0; 0 turns costs off."
    if column.role == "target":
        raise ConfigError(
            f"[decision] clv names {column.name!r}, the label: it says who churned, not what "
            "a customer is worth.",
            hint,
        )
    if column.role == "id" or column.kind != "number":
        what = "ids" if column.role == "id" else _KINDS[column.kind]
        shown = [value for value, _ in summary.top[:3]] or summary.examples[:3] if summary else []
        such = f" (such as {listing(shown)})" if shown else ""
        raise ConfigError(
            f"[decision] clv names {column.name!r}, which holds {what}{such}, not numbers: "
            "what a customer is worth cannot be read from it.",
            hint,
        )
    if summary and summary.missing + summary.unreadable + summary.infinite >= summary.rows:
        raise ConfigError(
            f"[decision] clv names {column.name!r}, which has no value in any row.", hint
        )


def value_findings(customers: pa.Table, summary: ColumnSummary) -> Iterator[Finding]:
    """Yield what is wrong with single values: unreadable, blank, below zero."""
    name = summary.column.name
    values = customers[name]
    blank = values.null_count - summary.unreadable - summary.infinite
    told = [
        (summary.unreadable, "cannot be read as numbers"),
        (blank, "is blank" if blank == 1 else "are blank"),
    ]
    for cells, what in told:
        if cells > 0:
            words = (
                f"{counted(cells, 'cell')} of {name!r}, the customers' value, {what}: whether contacting "
                "those customers pays is unknown."
            )
            yield Finding("value-unknown", "warning", words, name, cells)
    if below := pc.sum(pc.less(values, 0)).as_py() or 0:
        words = (
            f"{counted(below, 'cell')} of {name!r}, the customers' value, "
            f"{'is' if below == 1 else 'are'} below zero: contacting "
            "those customers never pays."
        )
        yield Finding("value-negative", "warning", words, name, below)
