"""The digits of ids that all begin with the same letters: how many, with zeros before them or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Finding
from unchurn.tables.id_writing import IdWriting, Written

_LETTERS = re.compile(r"([A-Za-z]+[-_]?)[0-9]+")


@dataclass
class IdRuns:
    """Counts the digits of ids of the column `name`, ``C010001``, as long as all have one beginning."""

    name: str
    _beginning: str | None = None
    _digits: IdWriting = field(init=False)

    def __post_init__(self) -> None:
        """Begin to count."""
        self._digits = IdWriting(self.name, lettered=True)

    def look(self, ids: pa.Array, rows: pa.Array | None) -> None:
        """Take in ids with letters; one that is written otherwise leaves nothing to compare."""
        if not len(ids) or self._beginning == "":
            return
        if self._beginning is None:
            found = _LETTERS.fullmatch(ids[0].as_py())
            self._beginning = found[1] if found else ""
        digits = pc.utf8_slice_codeunits(ids, len(self._beginning))
        same = pc.and_(pc.starts_with(ids, self._beginning), pc.ascii_is_decimal(digits))
        if not self._beginning or not pc.all(same).as_py():
            self._beginning, self._digits = "", IdWriting(self.name, lettered=True)
            return
        self._digits.look(digits, rows, ids)

    def joined(self, written: Written) -> Written:
        """Say of a column's ids how the digits in them are written, too."""
        own = self._digits.written
        return replace(
            written,
            runs=own.digits,
            run_zeros=own.zeros,
            run_shortest=own.shortest,
            run_longest=own.longest,
            run_padded=own.padded,
        )

    def findings(self, trained: Written | None) -> Iterator[Finding]:
        """Yield what is unlike training's, or where these are not known, unlike the others."""
        if trained is None:
            yield from self._digits.findings(None)
        elif (before := trained.of_runs) is not None:
            yield from self._digits.findings(before)
