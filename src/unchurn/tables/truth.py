"""Yes and no: which columns hold just these, and every way in which people write them.

Parquet keeps booleans, pandas writes ``True`` into CSV, a CRM ``Y`` and a database ``1``. What
training wrote is fixed in `Column.truth`; every other spelling of the same is read as that one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from unchurn.artefacts import Column
from unchurn.tables.cells import as_text
from unchurn.tables.date_range import Counts
from unchurn.tables.evidence import Evidence
from unchurn.tables.measures import read_numbers
from unchurn.tables.numbers import Mask

WORDS = "words"
"""Third of a `Column.truth` whose column holds other values too: only whole words are read."""
NATIVE = ("false", "true")
"""What booleans of Parquet and JSON become; they were never written, so never otherwise."""
_WHOLE = (("no", "yes"), ("false", "true"))
_LETTERS = (("n", "y"), ("f", "t"))
_PAIRS = (*_WHOLE, ("off", "on"), *_LETTERS, ("0", "1"))
_MANY = 1_000
"""A column with more values than this is no question of yes and no."""
_DIGIT = r"^\+?([01])[.,]0*$"
Sides = npt.NDArray[np.int8]


def with_truth(column: Column, evidence: Evidence) -> Column:
    """Give a column the spellings of no and yes that its cells have, where it holds such."""
    if column.kind not in ("number", "category"):
        return column
    values, rows = _found(evidence)
    if not len(values):
        return column
    number = column.kind == "number"
    return replace(column, truth=_of_numbers(values, column) if number else _of_words(values, rows))


def folded(values: pa.Array) -> pa.Array:
    """Reduce spellings to lower case without padding; ``1.0`` is ``1``, fullwidth is plain."""
    plain = pc.utf8_normalize(values, "NFKC")
    return pc.replace_substring_regex(pc.utf8_lower(pc.utf8_trim_whitespace(plain)), _DIGIT, r"\1")


def sides(values: pa.Array, words: bool = False) -> Sides:
    """Tell what cells say: 1 yes, 0 no, -1 neither; with `words` only whole words say it."""
    pairs = _WHOLE if words else _PAIRS
    plain = folded(values)
    made = np.full(len(values), -1, dtype=np.int8)
    for side in (0, 1):
        known = pa.array([pair[side] for pair in pairs], pa.string())
        said = pc.is_in(plain, value_set=known, skip_nulls=True)
        made[said.to_numpy(zero_copy_only=False)] = side
    return made


def sides_of_answers(cells: pa.Array) -> Sides:
    """Tell what answers say, as `sides` does; a full stop may end them, as in ``True.``."""
    return sides(pc.utf8_rtrim(cells, "."))


@dataclass(frozen=True)
class Read:
    """Cells as training wrote them; `otherwise` tells which were written in another way."""

    values: pa.Array
    otherwise: Mask


def as_trained(values: pa.Array, column: Column) -> Read:
    """Write every yes and no as `column.truth` does; other cells stay as they are."""
    side = sides(values, WORDS in column.truth[2:])
    kept = pa.array(column.truth[:2], pa.string())
    said = kept.take(pa.array(side, pa.int8(), mask=side < 0))
    same = pc.equal(values, said)
    if column.kind == "number":
        same = pc.equal(folded(values), said)
    native = pc.is_in(values, value_set=pa.array(NATIVE))
    otherwise = (side >= 0) & ~_mask(pc.or_(same, native))
    return Read(pc.coalesce(said, values), otherwise)


@dataclass(frozen=True)
class Joined:
    """Spellings of one side that training mixed: the one kept, the others, each with its rows."""

    kept: str
    others: tuple[tuple[str, int], ...]


def joined(column: Column, evidence: Evidence) -> Iterator[Joined]:
    """Yield the sides that the column's cells write in several ways, as `Column.truth` joins them."""
    values, rows = _found(evidence)
    side = sides(values, WORDS in column.truth[2:])
    if column.kind == "number":
        # 1 and 1.0 are numbers as they stand
        digits = pc.is_in(folded(values), value_set=pa.array(["0", "1"]))
        side = np.where(_mask(digits), np.int8(-1), side)
    for place, kept in enumerate(column.truth[:2]):
        chosen = side == place
        pairs = zip(values.filter(pa.array(chosen)).to_pylist(), rows[chosen].tolist(), strict=True)
        others = sorted(((v, n) for v, n in pairs if v != kept), key=lambda each: (-each[1], each))
        if others:
            yield Joined(kept, tuple(others))


def _found(evidence: Evidence) -> tuple[pa.Array, Counts]:
    """Return the distinct present cells as trimmed text; nothing where there are many."""
    values, rows = evidence.distinct.items()
    if len(values) > _MANY:
        return pa.array([], pa.string()), np.zeros(0, dtype=np.int64)
    return pc.utf8_trim_whitespace(as_text(values)), rows


def _of_numbers(values: pa.Array, column: Column) -> tuple[str, ...]:
    """Find a number column that has no numbers but 0 and 1, whatever stands for missing in it."""
    numbers = read_numbers(values, column.decimal, column.unit)
    lost = np.isin(numbers.values, [float(each) for each in column.sentinels])
    side = sides(values)
    if (numbers.readable & ~lost & (side < 0)).any() or not {0, 1} <= set(side.tolist()):
        return ()
    return ("0", "1")


def _of_words(values: pa.Array, rows: Counts) -> tuple[str, ...]:
    """Find a category that is a yes or no, or that has whole words of both among its values.

    Letters and digits alone are codes unless nothing else is there, and unless they are of one
    pair: F and T may be false and true, but F, N and T are not.
    """
    side, known = sides(values), set(folded(values).to_pylist())
    letters = sum(bool(known & set(pair)) for pair in _LETTERS)
    whole = any(known >= set(pair) for pair in _PAIRS)
    if (side >= 0).all() and whole and letters < len(_LETTERS):
        return _commonest(values, rows, side)
    side = sides(values, words=True)
    return (*_commonest(values, rows, side), WORDS) if {0, 1} <= set(side.tolist()) else ()


def _commonest(values: pa.Array, rows: Counts, side: Sides) -> tuple[str, ...]:
    """Return the spelling of no and of yes that most rows have, ties by spelling."""
    ranked = sorted(zip((-rows).tolist(), values.to_pylist(), side.tolist(), strict=True))
    return tuple(next(value for _, value, each in ranked if each == place) for place in (0, 1))


def _mask(flags: pa.Array) -> Mask:
    found: Mask = pc.fill_null(flags, False).to_numpy(zero_copy_only=False)
    return found
