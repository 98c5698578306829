"""What months are measured against: training's columns and scores as knots and counts, ``baseline.json``.

Keys: ``version``, ``rows``, ``columns`` ({name: what `number_baseline` or `category_baseline` makes}),
``score`` (the same of out-of-fold probabilities), ``weights`` ({name: its share of the score}) and, where
training has them, ``slices`` (what `watched_slices.slice_baseline` returns, of each column).
The number of knots falls with the number of columns, so that the file stays below 1 MB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.modelling.columns.leakage import as_floats
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.watching.chance import null_moments
from unchurn.modelling.watching.sketch import Sketch, empty_sketch, finite

VERSION = 1
MOST_KNOTS, FEWEST_KNOTS = 201, 21
MOST_VALUES = 100
MOST_COLUMNS = 800
_NUMBERS = 18_000
"""Knots and counts of all columns together."""
_TAIL = 0.005
"""Share of rows at either end that is drawn in to the outermost knots: one odd row rings nothing."""
F64 = npt.NDArray[np.float64]


def knots_for(columns: int) -> int:
    """Return how many knots each of so many columns may have."""
    return max(FEWEST_KNOTS, min(MOST_KNOTS, _NUMBERS // (2 * max(1, columns))))


def number_baseline(cells: F64, most: int, kind: str = "number") -> dict[str, Any]:
    """Return the baseline of numbers, or of dates in microseconds since 1970; `cells` (rows,).

    Keys: kind, rows, missing, low and high (the ends), ``knots`` (values that occur, ascending),
    ``counts`` (rows up to each knot and beyond the one before, (knots + 1,)), ``sd`` of the rows drawn in
    to the knots, ``chance`` (shape and mean square of the distance, see `null_moments`), ``whole`` (the
    share of whole numbers).
    """
    present = np.sort(finite(cells))
    base = {"kind": kind, "rows": len(cells), "missing": len(cells) - len(present)}
    if not len(present):
        return {**base, "knots": [], "counts": []}
    knots = _knots(present, most)
    counts = np.bincount(np.searchsorted(knots, present, side="left"), minlength=len(knots) + 1)
    shares = np.cumsum(counts[:-1]) / len(present)
    drawn_in = np.clip(present, knots[0], knots[-1])
    shape, square = null_moments(shares, widths(knots))
    return {
        **base,
        "low": float(present[0]),
        "high": float(present[-1]),
        "knots": [float(each) for each in knots],
        "counts": counts.tolist(),
        "sd": rounded(float(np.std(drawn_in))),
        "chance": [rounded(shape), rounded(square)],
        "whole": rounded(float(np.mean(present == np.floor(present)))),
    }


def rounded(value: float) -> float:
    """Keep what every machine agrees on, whatever order it adds in."""
    return float(f"{value:.9g}")


def widths(knots: F64) -> F64:
    """Return how far it is from each knot to the next; 0 of the last, (knots,)."""
    return np.append(np.diff(knots), 0.0)


def _knots(present: F64, most: int) -> F64:
    values = np.unique(present) if len(present) < 1 << 22 else None
    if values is not None and len(values) <= most:
        inner = values[np.searchsorted(present, values, side="left") <= len(present) * (1 - _TAIL)]
        return inner if len(inner) > 1 else values
    for tail in (_TAIL, 0.0):
        shares = np.linspace(tail, 1 - tail, most)
        found = np.unique(present[((len(present) - 1) * shares).astype(np.int64)])
        if len(found) > 1:
            break
    return found


def category_baseline(cells: pa.Array, part: EncodedColumn) -> dict[str, Any]:
    """Return the baseline of a category by the codes of its encoder.

    Keys: kind, rows, missing, ``codes`` (the commonest, ascending) with their ``counts``, ``known``
    (rows of the other values that the model tells apart), ``unseen`` (rows of values that it does not)
    and ``once`` (values that one row has: about as many rows of the next sample are new).
    """
    codes, absent, _ = part.coded(cells)
    counted = np.bincount(codes[~absent], minlength=len(part.values) + 1)
    kept = np.sort(np.argsort(-counted[1:], kind="stable")[:MOST_VALUES] + 1)
    rows = counted[kept]
    values = pc.value_counts(cells.drop_null()).field("counts")
    return {
        "kind": part.kind,
        "rows": len(cells),
        "missing": int(absent.sum()),
        "codes": kept.tolist(),
        "counts": rows.tolist(),
        "known": int(counted[1:].sum() - rows.sum()),
        "unseen": int(counted[0]),
        "once": int(pc.sum(pc.equal(values, 1)).as_py() or 0),
    }


def baseline(
    rows: int,
    cells: Callable[[str], pa.Array],
    parts: Sequence[EncodedColumn],
    probabilities: F64,
    weights: Mapping[str, float],
) -> tuple[dict[str, Any], dict[str, Sketch]]:
    """Return ``baseline.json`` of training rows, in any order, and each column counted as a month's will be.

    `probabilities` are out of fold. `cells` gives a column by name, once, so that one is in memory at a
    time. Of more than `MOST_COLUMNS` columns, those that weigh most in the score are kept.
    """
    ordered = sorted(parts, key=lambda part: (-weights.get(part.name, 0.0), part.name))
    kept = sorted(ordered[:MOST_COLUMNS], key=lambda part: part.name)
    most = knots_for(len(kept) + 1)
    columns: dict[str, dict[str, Any]] = {}
    sketches: dict[str, Sketch] = {}
    for part in kept:
        found = cells(part.name)
        columns[part.name] = _column(found, part, most)
        sketches[part.name] = empty_sketch(columns[part.name], part)
        sketches[part.name].add(found)
    made = {
        "version": VERSION,
        "rows": rows,
        "columns": columns,
        "score": number_baseline(probabilities[np.isfinite(probabilities)], most, "score"),
        "weights": {part.name: weights[part.name] for part in kept if part.name in weights},
    }
    return made, sketches


def _column(cells: pa.Array, part: EncodedColumn, most: int) -> dict[str, Any]:
    if part.is_category:
        return category_baseline(cells, part)
    return number_baseline(as_floats(pa.chunked_array([cells])), most, part.kind)


def column_weights(contributions: F64, names: Sequence[str]) -> dict[str, float]:
    """Return each column's share of the score: its mean absolute contribution over all of them.

    `contributions` is (rows, names), in log odds.
    """
    mean = np.abs(contributions).mean(axis=0)
    total = float(mean.sum())
    if not total:
        return {}
    return {name: rounded(float(each) / total) for name, each in zip(names, mean, strict=True)}
