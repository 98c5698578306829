"""Cells that a model of the effect never learned from, read as the usual ones.

Boosters send a blank where no blank was trained, and a value that was never trained, to one side of
a split: to that of the largest, or the risky. A campaign's customers are fewer than those that the
encoder was made of, so that there are such cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from unchurn.modelling.encoding.encoder import Matrix


@dataclass(frozen=True)
class UsualCells:
    """Of each column of a matrix: what stands in for a strange cell, and the codes of a category.

    `usual` is NaN where blanks were trained or nothing else was; `codes` None for a number.
    """

    usual: tuple[float, ...]
    blanks: tuple[bool, ...]
    codes: tuple[tuple[float, ...] | None, ...]

    @classmethod
    def of(cls, matrix: Matrix, feature_types: Sequence[str]) -> Self:
        """Look at the rows to learn from."""
        usual, blanks, codes = [], [], []
        for column, kind in zip(matrix.T, feature_types, strict=True):
            known = column[~np.isnan(column)]
            values, counts = np.unique(known, return_counts=True)
            category = kind == "c"
            middle = float(np.median(known)) if len(known) else float("nan")
            usual.append(float(values[np.argmax(counts)]) if category and len(known) else middle)
            blanks.append(len(known) < len(column))
            codes.append(tuple(values.tolist()) if category else None)
        return cls(tuple(usual), tuple(blanks), tuple(codes))

    def put(self, matrix: Matrix) -> Matrix:
        """Return a matrix whose strange cells are the usual ones."""
        made = matrix.copy()
        columns = zip(made.T, self.usual, self.blanks, self.codes, strict=True)
        for column, usual, blanks, codes in columns:
            blank = np.isnan(column)
            if codes is not None:
                column[~blank & ~np.isin(column, codes)] = usual
            if not blanks:
                column[blank] = usual
        return made

    def to_plain(self) -> list[dict[str, Any]]:
        """Turn into plain data, a column each."""
        return [
            {"usual": None if np.isnan(usual) else usual, "blanks": blanks, "codes": codes and list(codes)}
            for usual, blanks, codes in zip(self.usual, self.blanks, self.codes, strict=True)
        ]  # fmt: skip

    @classmethod
    def from_plain(cls, plain: Sequence[dict[str, Any]]) -> Self:
        """Read back what `to_plain` made."""
        return cls(
            tuple(float("nan") if each["usual"] is None else each["usual"] for each in plain),
            tuple(each["blanks"] for each in plain),
            tuple(None if each["codes"] is None else tuple(each["codes"]) for each in plain),
        )
