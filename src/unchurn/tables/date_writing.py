"""How dates are written beside their order: without a day, in a time zone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.tables.numbers import Mask, matches

NO_DAY, NO_MONTH, ZONE, LOCAL, ZONED = "no-day", "no-month", "zone", "local", "zoned"
"""Without a day; without a month either; a zone that is not UTC; no zone at all; any zone."""
_LONGEST = 32
"""Bytes of a month's name and a year."""
_ONE_NUMBER = r"^[^0-9]*[0-9]{2,6}[^0-9]*$"
_TWO_NUMBERS = r"^[0-9]{1,4}(?:[^0-9:\pL]{1,3}|年|m)[0-9]{1,4}[^0-9]?$"
_PART_OF_A_YEAR = (
    r"^(?i:[0-9]{4}[-/ ]*(?:[qtw]|[qt]uarter)|[0-9]\.? ?(?:q|quartal|trimestre)[-/']*|[qtw]|[qt]uarter|kw|cw)"
    r" ?[0-9]"
)
_WITHOUT_DAY = f"{_ONE_NUMBER}|{_TWO_NUMBERS}|{_PART_OF_A_YEAR}"
_YEAR = r"^'?[0-9]{4}\.?$"
_CLOCK = r"[0-9]:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)? *(?:[ap]\.? ?m\.?)? *"
_AGAIN = r"(?:\[[^\]]*\]| *\([^)]*\)| [a-z]{3,5}(?: m=.*)?)?"
_OFFSET = r"(?:utc|gmt)?[+-][0-9]{1,2}(?::?[0-9]{2}){0,2}"
_ZONED = rf"(?i){_CLOCK}(?:(?:{_OFFSET}|[a-z]{{1,5}}|[a-z_]+/[a-z0-9/_+-]+){_AGAIN}|\[[^\]]+\])$"
_NO_NAME = r"(?i)[^a-z](?:uhr|hrs?|h|[ap]\.? ?m\.?)$"
_UTC = r"(?i)(?:[0-9 ]z|utc|gmt|[+-]00(?::?00)?)(?:\[(?:utc|z)\]| *\(utc\)| utc(?: m=.*)?)?$"


def written(cells: pa.Array, read: Mask) -> Iterator[tuple[str, Mask]]:
    """Yield in which ways dates are written, and which cells are: text of `read` moments."""
    short = pc.less_equal(pc.binary_length(cells), _LONGEST)
    short = pc.fill_null(short, False).to_numpy(zero_copy_only=False)
    without = _found(cells, read & short, _WITHOUT_DAY)
    yield NO_DAY, without
    yield NO_MONTH, _found(cells, without, _YEAR)
    # the most usual spelling of UTC is told the quick way
    zulu = pc.fill_null(pc.ends_with(cells, "Z"), False).to_numpy(zero_copy_only=False)
    zoned = _found(cells, read & ~zulu, _ZONED)
    zoned &= ~_found(cells, zoned, _NO_NAME)
    yield ZONED, zoned | (read & zulu)
    yield ZONE, zoned & ~_found(cells, zoned, _UTC)
    yield LOCAL, read & ~zoned & ~zulu


def _found(cells: pa.Array, worth: Mask, pattern: str) -> Mask:
    found = np.zeros(len(cells), np.bool_)
    places = np.flatnonzero(worth)
    if len(places):
        found[places] = matches(cells.take(pa.array(places)), pattern)
    return found
