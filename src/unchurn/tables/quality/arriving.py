"""Columns that rules name beyond those that scoring reads, found in a table that arrives."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from unchurn.artefacts import Column, Schema
from unchurn.errors import listing
from unchurn.project import QualityRule
from unchurn.tables.arrivals import Plan
from unchurn.tables.headerless import LinedUp
from unchurn.tables.quality.own_rules import columns_of, meant
from unchurn.tables.typing import type_batch


@dataclass(frozen=True)
class Besides:
    """More columns of a table, with its header for each; `absent`: why a rule's column is not there."""

    columns: tuple[Column, ...] = ()
    headers: tuple[str, ...] = ()
    absent: dict[str, str] = field(default_factory=dict)

    def beside(
        self, typed: pa.RecordBatch, read: pa.RecordBatch, missing: Sequence[str]
    ) -> pa.RecordBatch:
        """Put these columns, typed, beside those of a batch that was `read` with them last."""
        if not self.columns:
            return typed
        places = range(read.num_columns - len(self.columns), read.num_columns)
        names = [each.name for each in self.columns]
        more = type_batch(read.select(places).rename_columns(names), self.columns, missing)
        both = pa.schema([*typed.schema, *more.schema])
        return pa.RecordBatch.from_arrays([*typed.columns, *more.columns], schema=both)


def besides(rules: Sequence[QualityRule], schema: Schema, plan: Plan, lined: LinedUp) -> Besides:
    """Find what rules need of a table beyond `plan`; kinds are those of the model's `schema`."""
    planned = [each.name for each in plan.columns]
    trained = {each.name: each for each in schema.columns}
    own = lined.own
    columns, headers, absent = [], [], {}
    names = list(dict.fromkeys([*planned, *trained]))
    for name in columns_of(rules):
        found = meant(name, names)
        if found in planned:
            continue
        column = trained.get(found)
        header = own.get(meant(column.name, lined.names)) if column else None
        if column is None:
            absent[name] = _lacks(name, list(trained))
        elif column.role == "target":
            absent[name] = f"{name!r} is the label, which a table to score does not have"
        elif header is None:
            absent[name] = f"the table has no column {name!r}"
        elif column not in columns and header not in plan.headers:
            columns.append(column)
            headers.append(header)
    return Besides(tuple(columns), tuple(headers), absent)


def _lacks(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    more = f"close is {near[0]!r}" if near else f"it knows {listing(known, 12)}"
    return (
        f"the model was trained on a table without a column {name!r}, and cannot tell how to read it "
        f"({more})"
    )
