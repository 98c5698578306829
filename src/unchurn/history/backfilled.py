"""Attributes that were dated back: what they would seem to say, and what was known in truth.

A row that arrived later than the day from which it claims to be true is a trap: read by its own
date, it tells of what came after. We read by arrival; here is what the other way would have cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.artefacts import Finding
from unchurn.history.queries import as_of_statement
from unchurn.history.room import Room
from unchurn.history.staging import Staged

ROWS = 200_000
"""About how many customer-days are compared."""
_WORTH_SAYING = 0.02
_FEW = 50
Labels = npt.NDArray[np.int64]


def backfilled(
    room: Room, staged: Mapping[str, Staged], last: int, eligible: int
) -> Iterator[Finding]:
    """Say of each table of attributes which columns were dated back, and what that would pretend.

    Looks at customers of the table `chosen` until day `last`, of whose `eligible` rows at most
    about `ROWS` are compared.
    """
    for name, each in staged.items():
        late = each.reading.counted.late
        if not late:
            continue
        where = f"[history.{name}]"
        words = (
            f"{where}: {late:,} rows arrived after the day they tell of, up to "
            f"{each.reading.counted.longest:,} days; each counts from its arrival."
        )
        yield Finding("late-rows", "note", words, count=late)
        if name.startswith("attributes."):
            yield from _compared(room, each, last, max(1, eligible // ROWS), where)


def _compared(room: Room, staged: Staged, last: int, step: int, where: str) -> Iterator[Finding]:
    room.hold("days", f"SELECT * FROM chosen WHERE day <= {last} AND code % {step} = 0")
    dated = f"(SELECT seq, code, day AS known FROM {staged.table})"
    for place, column in enumerate(staged.reading.roles.attributes):
        told = [
            alone(_values(room, staged, source, place), _labels(room))
            for source in (dated, staged.table)
        ]
        if told[0] - told[1] > _WORTH_SAYING:
            words = (
                f"{column.name!r} of {where} was dated back: read by its own dates it would have a "
                f"ROC-AUC of {told[0]:.3f} alone, by when it arrived it has {told[1]:.3f}. It counts "
                "from its arrival."
            )
            yield Finding("backfilled", "warning", words, column.name)


def _values(room: Room, staged: Staged, source: str, place: int) -> pa.Array:
    found = room.table(
        f"SELECT d.code, d.day, r.a{place} AS value FROM days AS d LEFT JOIN "
        f"({as_of_statement(source, 'days')}) AS s ON s.code = d.code AND s.day = d.day "
        f"LEFT JOIN {staged.table} AS r ON r.seq = s.seq ORDER BY d.code, d.day"
    )
    return found["value"].combine_chunks()


def _labels(room: Room) -> Labels:
    found: Labels = room.table("SELECT label FROM days ORDER BY code, day")["label"].to_numpy()
    return found


def alone(values: pa.Array, labels: Labels) -> float:
    """Return the ROC-AUC of one column by itself, 0.5 where there is nothing to tell.

    Few values are ordered by their share of leavers, many numbers by themselves (either way).
    """
    encoded = values.dictionary_encode("encode")
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    size = len(encoded.dictionary)
    left = np.bincount(codes, weights=labels, minlength=size)
    rows = np.bincount(codes, minlength=size)
    if size <= _FEW or pa.types.is_string(values.type):
        order = np.argsort(left / np.maximum(rows, 1), kind="stable")
    else:
        known = _numbers(encoded.dictionary).to_numpy(zero_copy_only=False)
        order = np.argsort(known, kind="stable")
    leavers, stayers = left[order], (rows - left)[order]
    pairs = float(leavers.sum() * stayers.sum())
    if not pairs:
        return 0.5
    below = np.cumsum(stayers) - stayers / 2
    found = float((leavers * below).sum()) / pairs
    return max(found, 1 - found)


def _numbers(values: pa.Array) -> pa.Array:
    """Return numbers as they are, and moments as microseconds."""
    whole = values.cast(pa.int64()) if pa.types.is_timestamp(values.type) else values
    return whole.cast(pa.float64(), safe=False)


def notice_alone(noticed: int, noticed_left: int, others: int, others_left: int) -> float:
    """Return the ROC-AUC that having given notice would have alone."""
    left, stayed = noticed_left + others_left, noticed - noticed_left + others - others_left
    if not left or not stayed:
        return 0.5
    return 0.5 + 0.5 * (noticed_left / left - (noticed - noticed_left) / stayed)
