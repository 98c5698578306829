"""What Python is handed: tables for whichever library, and a few words for a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import import_module
from typing import Any

import pyarrow as pa

from unchurn.errors import ConfigError
from unchurn.report import wording

_SHOWN = 10
"""Rows of a table that a notebook shows."""


class Tabular:
    """Something that is a table: it streams as Arrow, and turns into a frame of any library."""

    def to_arrow(self) -> pa.Table:
        """Return the rows as a `pyarrow.Table`."""
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """Return the rows as a pandas DataFrame. Raises `ConfigError` where pandas is missing."""
        _require("pandas", "to_pandas")
        return self.to_arrow().to_pandas()

    def to_polars(self) -> Any:
        """Return the rows as a Polars DataFrame. Raises `ConfigError` where Polars is missing."""
        return _require("polars", "to_polars").from_arrow(self.to_arrow())

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)


@dataclass(frozen=True, repr=False)
class Answer(Tabular):
    """Rows in memory with what there is to say about them.

    `rejected` counts customers who could not be read, and `notes` are as in a scoring's document.
    """

    table: pa.Table
    about: str
    rejected: int = 0
    notes: Sequence[Mapping[str, Any]] = field(default=())

    def to_arrow(self) -> pa.Table:
        """Return the rows as a `pyarrow.Table`."""
        return self.table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __repr__(self) -> str:
        left = f", {self.rejected:,} rejected" if self.rejected else ""
        return f"<{self.about}: {len(self):,} customers{left}>"

    def _repr_html_(self) -> str:
        return rows_html(repr(self), self.table.slice(0, _SHOWN), len(self))


def rows_html(caption: str, first: pa.Table, rows: int) -> str:
    """Render the `first` of so many `rows` as an HTML table."""
    below = f"<p>{first.num_rows:,} of {rows:,} rows</p>" if rows > first.num_rows else ""
    cells = [[_cell(value) for value in row.values()] for row in first.to_pylist()]
    return table_html(caption, first.schema.names, cells) + below


def table_html(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Render a table; whatever stands in it is text, never markup."""
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(each)}</td>' for each in row)}</tr>" for row in rows
    )
    caption = escape(caption.strip("<>"))
    return f"<table><caption>{caption}</caption><tr>{head}</tr>{body}</table>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else str(value)


def _require(library: str, method: str) -> Any:
    try:
        return import_module(library)
    except ImportError as error:
        raise ConfigError(
            f"{method}() needs {library}, which is not installed.",
            f"Install it: pip install {library}. Without it, to_arrow() has the same rows.",
        ) from error


def contact_words(counts: Mapping[str, Any]) -> str:
    """Say in one sentence how many a list says to contact, and what they are worth.

    `counts` are `Scores.counts`. Without costs, the sentence says which key would give them.
    """
    contact = counts.get("contact")
    if contact is None:
        return (
            "Whom to contact is not said, for [decision] clv is not given: set it, contact_cost, "
            "incentive_cost and accept_rate in churn.toml."
        )
    everybody = wording.counted(counts["rows_out"], "customer")
    unknown = contact["unknown"]
    aside = f" ({unknown:,} could not be judged: their own value is unknown)" if unknown else ""
    if not contact["customers"]:
        return (
            f"Contact none of {everybody}{aside}: at the costs in [decision], nobody is worth it."
        )
    money = wording.money(contact["value"], contact["currency"])
    return (
        f"Contact {contact['customers']:,} of {everybody}{aside}: expected to bring in {money} more "
        "than contacting them costs."
    )
