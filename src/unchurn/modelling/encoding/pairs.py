"""Derived columns: a number set against another, for what trees only approach in many steps.

A tree splits on one column at a time, so that "more than half of" or "less than before" takes a
staircase of splits. A ratio, or a difference in standard deviations, is one split. Both are made
of encoded cells alone, in double precision and rounded once to float32, so that one customer and
a million come to the same bits. What is beyond the encoder's largest number is missing, as one by zero is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Self

import numpy as np
import numpy.typing as npt

from unchurn.modelling.encoding.encoded_column import LARGEST

RATIO: Final = "ratio"
DIFFERENCE: Final = "difference"


@dataclass(frozen=True)
class Pair:
    """Two number columns and what is made of them; missing where either cell is.

    ``ratio``: first / second. ``difference``: each over its `scales` (training standard
    deviations; 1 for a ratio), first minus second.
    """

    kind: Literal["ratio", "difference"]
    first: str
    second: str
    scales: tuple[float, float] = (1.0, 1.0)

    def of_columns(
        self, first: npt.NDArray[np.float32], second: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        """Make the column (rows,) of two encoded ones."""
        one, two = first.astype(np.float64), second.astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if self.kind == DIFFERENCE:
                one, two = one / self.scales[0], two / self.scales[1]
            made = one / two if self.kind == RATIO else one - two
            made[~(np.abs(made) <= LARGEST)] = np.nan
        return made.astype(np.float32)

    def of_cells(self, first: float, second: float) -> float:
        """Make one cell of two float32 ones, the same bits as `of_columns` once it is a float32."""
        if self.kind == RATIO:
            made = first / second if second else np.nan
        else:
            made = first / self.scales[0] - second / self.scales[1]
        return made if abs(made) <= LARGEST else np.nan

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data for ``encoder.json``."""
        return {**asdict(self), "scales": list(self.scales)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read back what `to_plain` made."""
        first, second = plain["scales"]
        return cls(plain["kind"], plain["first"], plain["second"], (float(first), float(second)))


def shared_out(
    contributions: npt.NDArray[np.float64],
    pairs: Sequence[Pair],
    columns: Sequence[str],
) -> npt.NDArray[np.float64]:
    """Give each derived column's contribution back to its two columns, half each.

    `contributions` is (rows, columns + pairs + 1), the base last; returns (rows, columns + 1).
    Sums are kept. The halves are a convention: what two columns do together belongs to both, and
    TreeSHAP over the derived column cannot say in which parts.
    """
    width = len(columns)
    made = np.concatenate([contributions[:, :width], contributions[:, -1:]], axis=1)
    place = {name: number for number, name in enumerate(columns)}
    for number, pair in enumerate(pairs, start=width):
        half = contributions[:, number] / 2
        made[:, place[pair.first]] += half
        made[:, place[pair.second]] += half
    return made
