"""How dates are written beside their order: without a day, in a time zone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.numbers import Mask, matches

NO_DAY, ZONE = "no-day", "zone"
_LONGEST = 32
"""Bytes of a month's name and a year."""
_ONE_NUMBER = r"^[^0-9]*[0-9]{2,6}[^0-9]*$"
_TWO_NUMBERS = r"^[0-9]{1,4}(?:[^0-9:\pL]{1,3}|年|m)[0-9]{1,4}[^0-9]?$"
_PART_OF_A_YEAR = r"^(?i:[0-9]{4}[-/ ]*[qtw]|[0-9][. ]*[qt]|[qtw]|kw|cw)[a-z ]*[0-9]"
_WITHOUT_DAY = f"{_ONE_NUMBER}|{_TWO_NUMBERS}|{_PART_OF_A_YEAR}"
_CLOCK = r"[0-9]:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)? ?(?i:[ap]m)? ?"
_ZONED = (
    rf"{_CLOCK}(?:(?:UTC|GMT)?[+-][0-9]{{1,2}}(?::?[0-9]{{2}})?|[A-Z]{{3,5}}|[A-Z][a-z]+/\w+)"
    r"(?:\[[^\]]*\]| ?\([^)]*\))?$"
)
_UTC = r"(?:UTC|GMT|[+-]00(?::?00)?)(?:\[UTC\]| ?\(UTC\))?$"


def written(cells: pa.Array, read: Mask) -> Iterator[tuple[str, Mask]]:
    """Yield in which ways dates are written, and which cells are: text of `read` moments."""
    short = pc.less_equal(pc.binary_length(cells), _LONGEST)
    short = pc.fill_null(short, False).to_numpy(zero_copy_only=False)
    yield NO_DAY, _found(cells, read & short, _WITHOUT_DAY)
    zoned = _found(cells, read, _ZONED)
    yield ZONE, zoned & ~_found(cells, zoned, _UTC)


def _found(cells: pa.Array, worth: Mask, pattern: str) -> Mask:
    found = np.zeros(len(cells), np.bool_)
    places = np.flatnonzero(worth)
    if len(places):
        found[places] = matches(cells.take(pa.array(places)), pattern)
    return found
