"""Days and months that a spreadsheet exchanged where it could: ``2024-05-03`` beside ``13/05/2024``.

It takes the first of 05/03/2024 for a month, and leaves 13/05/2024 as text, for there is no such month.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from unchurn.artefacts import Finding
from unchurn.errors import cells_of
from unchurn.tables.evidence import Evidence
from unchurn.tables.numbers import matches

_STORED = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T].*)?$"
_EITHER = r"^[0-9]{4}-[0-9]{2}-(?:0[0-9]|1[0-2])(?:[ T].*)?$"
_TEXT = r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})(?:[ T].*)?$"
_SURE = r"^(?:(?:1[3-9]|2[0-9]|3[01])[-/.][0-9]{1,2}|[0-9]{1,2}[-/.](?:1[3-9]|2[0-9]|3[01]))[-/.]"
_FEWEST = 15
"""Cells of each way, fewer of which may be so by chance; 15 days up to the 12th come once in a million."""


def exchanged_days(name: str, evidence: Evidence) -> Iterator[Finding]:
    """Yield that all days of a column that could be months were stored, and no other was."""
    cells, rows = evidence.distinct.items()
    if evidence.distinct.beyond or not len(cells) or not pa.types.is_string(cells.type):
        return
    stored = matches(cells, _STORED)
    count = int(rows[stored].sum())
    if count < _FEWEST:
        return
    text = matches(cells, _TEXT)
    other = int(rows[text].sum())
    if other < _FEWEST or (stored & ~matches(cells, _EITHER)).any():
        return
    if (text & ~matches(cells, _SURE)).any():
        return
    shown = [cells.filter(pa.array(kind))[0].as_py() for kind in (stored, text)]
    verb = cells_of(count, name, "is", "are")
    words = (
        f"{verb} stored as {shown[0]!r} is, none with a day beyond the 12th, and all {other:,} others, such as "
        f"{shown[1]!r}, have one: a spreadsheet took day for month where it could, and exchanged them. Export "
        "the dates again as text, year first."
    )
    yield Finding("exchanged-days", "warning", words, name, count)
