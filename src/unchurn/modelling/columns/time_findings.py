"""Dates as features: later than the row's own snapshot, and days that no later list has."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Finding, Schema
from unchurn.errors import listing


def after_snapshot(table: pa.Table, schema: Schema, train: npt.NDArray[np.int64]) -> list[Finding]:
    """Warn of date features that lie after the snapshot in some of the rows `train`.

    A date in the future may be known in advance (the end of a contract), so it is reported
    and not dropped.
    """
    if schema.snapshot is None:
        return []
    rows = pa.array(train)
    snapshots = table[schema.snapshot].take(rows)
    found = []
    for column in schema.with_role("feature"):
        if column.kind != "date":
            continue
        later = pc.greater(table[column.name].take(rows), snapshots)
        count = int(pc.sum(later).as_py() or 0)
        if count:
            words = (
                f"{column.name!r} is later than the snapshot in {count:,} training rows: if it was "
                "filled in afterwards, put it in [columns] drop."
            )
            found.append(Finding("leak-time", "warning", words, column.name, count))
    return found


def absolute_dates(schema: Schema) -> list[Finding]:
    """Note the date features: a model reads the day itself, and lists of later days leave its range."""
    names = [column.name for column in schema.with_role("feature") if column.kind == "date"]
    if not names:
        return []
    words = (
        f"{listing(names, 4)}: dates are read as the days they are, and today's will lie beyond those "
        "that training saw. What moves on with time, such as a last login, is better written as the days "
        "since; unchurn init --history makes such columns from raw tables."
    )
    return [Finding("absolute-dates", "note", words, names[0], len(names))]
