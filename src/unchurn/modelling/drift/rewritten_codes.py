"""Codes that arrive without the zeros that they had in training: 3 or 3.0 for 003, 1.1 for 1.10."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Finding
from unchurn.errors import cells_of

_FIGURES = r"^[0-9]{1,18}([.][0-9]{1,18})?$"


def bare(code: str) -> str:
    """Take off the zeros that a spreadsheet or a number takes off: ``003.0`` → ``3``; "" of no number."""
    if not re.fullmatch(_FIGURES, code):
        return ""
    whole, _, part = code.partition(".")
    part = part.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{part}" if part else "")


@dataclass
class RewrittenCodes:
    """Counts by column of unseen cells that are one known value but for zeros."""

    known: Mapping[str, Mapping[str, str]]
    cells: Counter[str] = field(default_factory=Counter)
    example: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Sequence[str]]) -> RewrittenCodes:
        """Take the values that training knows, by column; those that zeros alone part are none."""
        return cls({name: each for name, known in values.items() if (each := _alone(known))})

    def look(self, name: str, unseen: pa.Array) -> None:
        """Take in cells of a column that are none of training's values."""
        if (known := self.known.get(name)) is None:
            return
        texts = pc.utf8_trim_whitespace(pc.cast(unseen, pa.string()))
        texts = texts.filter(pc.match_substring_regex(texts, _FIGURES))
        for each in pc.value_counts(texts).to_pylist():
            if meant := known.get(bare(each["values"])):
                self.cells[name] += each["counts"]
                self.example.setdefault(name, (each["values"], meant))

    def findings(self) -> Iterator[Finding]:
        """Yield what to write instead, by column."""
        for name, cells in sorted(self.cells.items()):
            written, meant = self.example[name]
            words = (
                f"{cells_of(cells, name)} a value of training's but for zeros, such as {written!r} for "
                f"{meant!r}: read as unseen. Write them as in training; a spreadsheet, or a column read "
                "as numbers, has changed them."
            )
            yield Finding("rewritten-codes", "warning", words, name, cells)


def _alone(values: Sequence[str]) -> dict[str, str]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for value in values:
        if without := bare(value):
            found[without].append(value)
    return {without: same[0] for without, same in found.items() if len(same) == 1}
