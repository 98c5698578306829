"""A month, counted in one pass over its customers and scores, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.errors import counted
from unchurn.modelling.drift.difference import is_untrusted
from unchurn.modelling.encoding.encoded_column import EncodedColumn
from unchurn.modelling.watching.attention import compare_reach, gravest_first
from unchurn.modelling.watching.chance import alphas
from unchurn.modelling.watching.comparison import compare_column, compare_scores, comparisons
from unchurn.modelling.watching.expected import in_cells
from unchurn.modelling.watching.levels import LEAST_ROWS, LEVELS, Level, highest
from unchurn.modelling.watching.sketch import CategorySketch, NumberSketch, Sketch, empty_sketch
from unchurn.modelling.watching.watched_slices import SliceSketch, slicings

F64 = npt.NDArray[np.float64]
_SHOWN = 3
_ARRIVED = "arrived-"


class Month:
    """Sketches of every column of a baseline and of the scores; memory does not grow with rows."""

    def __init__(self, baseline: dict[str, Any], parts: Mapping[str, EncodedColumn]) -> None:
        self.baseline, self.rows = baseline, 0
        columns = baseline["columns"]
        self.columns: dict[str, Sketch] = {
            name: empty_sketch(then, parts.get(name)) for name, then in columns.items()
        }
        self.score = NumberSketch.of(baseline["score"])
        cut = slicings(baseline.get("slices", ()), parts)
        self.slices = [(each, SliceSketch(len(each.names))) for each in cut]

    @property
    def reads(self) -> list[str]:
        """Names of the columns of customers that are looked at."""
        return list(dict.fromkeys([*self.columns, *(cut.part.name for cut, _ in self.slices)]))

    @property
    def categories(self) -> list[str]:
        """Those of them whose cells are looked up by value: quicker where they come as dictionaries."""
        counted = (name for name, each in self.columns.items() if isinstance(each, CategorySketch))
        cut = (cut.part.name for cut, _ in self.slices if cut.part.is_category)
        return list(dict.fromkeys([*counted, *cut]))

    def look(self, customers: pa.RecordBatch, probability: F64) -> None:
        """Take in typed customers and what they scored, (n,)."""
        sliced = {cut.part.name for cut, _ in self.slices}
        read = {}
        for name, sketch in self.columns.items():
            found = sketch.add(customers.column(name))
            if name in sliced:
                read[name] = found
        self.score.add_numbers(probability)
        self.rows += customers.num_rows
        if self.slices:
            cells = in_cells(probability)[2]
        for cut, slices in self.slices:
            name = cut.part.name
            known = name in read
            slices.add(
                cut.placed(read[name]) if known else cut.places(customers.column(name)), cells
            )

    def merge(self, other: Month) -> None:
        """Take in what another part of the table has counted."""
        for name, sketch in self.columns.items():
            sketch.merge(other.columns[name])  # type: ignore[arg-type]
        self.score.merge(other.score)
        for (_, slices), (_, theirs) in zip(self.slices, other.slices, strict=True):
            slices.merge(theirs)
        self.rows += other.rows


@dataclass(frozen=True)
class Told:
    """What a month came to: its level, in words, and why: {"level", "words"}, the gravest first."""

    level: Level
    words: str
    reasons: list[dict[str, str]]
    score: dict[str, Any]
    comparisons: int


def compared(
    month: Month, notes: Sequence[dict[str, Any]], units: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Compare every column, the gravest first; `units` is what number columns count in."""
    return sorted((_noted(each, notes) for each in _compared(month, units)), key=_order)


def reached(month: Month) -> list[dict[str, Any]]:
    """Compare the reach of every slice, the gravest first."""
    then = month.baseline
    alone = alphas(comparisons(then["columns"]))["look"]
    alpha = alone / max(1, sum(len(each["names"]) for each in then.get("slices", ())))
    pairs = zip(then.get("slices", ()), month.slices, strict=True)
    found = [each for cut, (_, sketch) in pairs for each in compare_reach(cut, sketch, alpha)]
    return gravest_first(found)


def told(
    month: Month,
    columns: list[dict[str, Any]],
    notes: Sequence[dict[str, Any]] = (),
    besides: Sequence[dict[str, str]] = (),
) -> Told:
    """Judge a month of which `columns` are compared. `notes` are plain findings of its scoring.

    `besides` are reasons from elsewhere, {"level", "words"}.
    """
    family = comparisons(month.baseline["columns"])
    score = compare_scores(month.baseline["score"], month.score, alphas(family))
    grave = [{"level": "act", "words": notes[0]["words"]}] if is_untrusted(notes) else []
    found = [*grave, *besides]
    found += [_because(each) for each in (score, *columns) if each["level"] != "steady"]
    found.sort(key=lambda each: -LEVELS.index(each["level"]))
    level = highest(each["level"] for each in found)
    return Told(level, _words(level, month, found), found, score, family)


def _compared(month: Month, units: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    then = month.baseline
    each, weights = alphas(comparisons(then["columns"])), then["weights"]
    for name, sketch in month.columns.items():
        weight = weights.get(name, 0.0) if weights else None
        base, unit = then["columns"][name], units.get(name, "")
        yield compare_column(name, base, sketch, each, weight, len(month.columns), unit)


def _because(compared: Mapping[str, Any]) -> dict[str, str]:
    return {"level": compared["level"], "words": compared["reason"]}


def _order(column: dict[str, Any]) -> tuple[int, float, str]:
    return -LEVELS.index(column["level"]), -(column["weight"] or 0.0), column["name"]


def _noted(column: dict[str, Any], notes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Say what the comparison on arrival says of a column, where it does: it names unit, sign, exchange."""
    said = [
        note["words"]
        for note in notes
        if note["column"] == column["name"] and note["code"].startswith(_ARRIVED)
    ]
    if not said:
        return column
    return {**column, "reason": " ".join(said), "level": highest([column["level"], "look"])}


def _words(level: Level, month: Month, found: Sequence[Mapping[str, str]]) -> str:
    who = counted(month.rows, "customer")
    if level == "steady":
        if month.rows < LEAST_ROWS:
            return f"{who}: too few to judge, fewer than {LEAST_ROWS}."
        beside = f"{counted(len(month.columns), 'column')} and the scores of {who}"
        return f"{beside} are as in training, but for chance and what is too small to matter."
    reasons = [each["words"] for each in found if each["level"] == level]
    rest = len(reasons) - _SHOWN
    return " ".join(reasons[:_SHOWN]) + (f" And {rest} more." if rest > 0 else "")
