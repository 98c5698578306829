"""The quarter after the demo's month: who leaves when left alone, and who leaves when called.

Both are drawn for every customer, so that the effect of a call is known one by one, as it never is
of real customers. A call keeps some of those about to leave, rather those whom no contract binds,
and reminds a few who would have stayed that they could leave.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from unchurn.demo.customers import Table
from unchurn.demo.draws import Draws, Flags, Words
from unchurn.demo.risk import probability
from unchurn.disk import replacing

_KEPT = {"Monthly": 0.45, "One year": 0.25, "Two years": 0.25, "Prepaid": 0.35}
"""Of those about to leave, the share whom a call keeps, by contract."""
_ANNOYED = {"Monthly": 0.03, "One year": 0.01, "Two years": 0.01, "Prepaid": 0.03}
"""Of those who would stay, the share whom a call makes leave."""


@dataclass(frozen=True)
class Quarter:
    """Who leaves when left alone and who when called; all are (customers,), by `phones`."""

    phones: Words
    left_alone: Flags
    called: Flags

    @classmethod
    def of(cls, table: Table, seed: int = 7) -> Self:
        """Draw the quarter of a month's customers."""
        draws = Draws((seed, 9), len(table["Phone"]))
        leaving = draws.flag(probability(table))
        kept, annoyed = (
            draws.flag(np.array([shares[each] for each in table["Contract"].tolist()]))
            for shares in (_KEPT, _ANNOYED)
        )
        return cls(table["Phone"], leaving, np.where(leaving, ~kept, annoyed))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {phone: place for place, phone in enumerate(self.phones.tolist())}

    def knows(self, phones: Iterable[str]) -> bool:
        """Tell whether all of some customers are its own."""
        return all(each in self._places for each in phones)

    def effect(self, phones: Iterable[str]) -> dict[str, Any]:
        """Count what calling all of these would change: how many it keeps, and makes leave.

        `difference` is that in shares: who leaves when called less who leaves when left alone.
        """
        rows = [self._places[each] for each in phones]
        alone, called = self.left_alone[rows], self.called[rows]
        kept, annoyed = int((alone & ~called).sum()), int((called & ~alone).sum())
        difference = (annoyed - kept) / len(rows)
        return {"customers": len(rows), "kept": kept, "annoyed": annoyed, "difference": difference}

    def write_outcomes(self, path: Path, called: Mapping[str, bool]) -> None:
        """Write who left, of customers of whom it is known whether they were called."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("Phone", "churned"))
        for phone, was in sorted(called.items()):
            place = self._places[phone]
            left = self.called[place] if was else self.left_alone[place]
            writer.writerow((phone, "yes" if left else "no"))
        with replacing(path) as stream:
            stream.write(text.getvalue().encode())
