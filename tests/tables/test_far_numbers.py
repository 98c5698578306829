"""Numbers far beyond training: a lost decimal mark, another unit, another sign, shares for percent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest

from unchurn.artefacts import Column, Finding
from unchurn.modelling.drift.numbers import bulk, ends
from unchurn.modelling.drift.profile import profile_column
from unchurn.serve.single_customer_cells import Unusual, json_number, text_number
from unchurn.tables.arrivals import Arrivals
from unchurn.tables.cells import missing_spellings
from unchurn.tables.far_numbers import Bulk, Range, seem_small
from unchurn.tables.typing import type_batch

DRAWS = np.random.default_rng(5)
SHARES = DRAWS.beta(2, 5, 1_000).round(3)
FEES = DRAWS.uniform(18, 118, 1_000).round(2)
TENURE = DRAWS.integers(0, 73, 1_000).astype(float)
PERCENT = DRAWS.integers(0, 101, 1_000).astype(float)
KILOMETRES = DRAWS.uniform(5, 300, 1_000).round(1)
WHOLE, COMMA = ("bare", "whole"), ("bare",)


def learnt(cells: Sequence[float], forms: tuple[str, ...]) -> tuple[Column, Range, Bulk]:
    """Learn a column with a decimal comma."""
    column = Column("x", "number", decimal=",", forms=forms)
    made = profile_column(pa.chunked_array([pa.array(cells)]), column)
    return column, ends(made), bulk(made)


def said(
    training: Sequence[float], forms: tuple[str, ...], cells: Sequence[object]
) -> list[Finding]:
    """Say what is odd about cells that arrive."""
    column, seen, most = learnt(training, forms)
    arrivals = Arrivals([column], {"x": seen}, {"x": most})
    written = pa.record_batch({"x": pa.array(cells)})
    arrivals.look(written, type_batch(written, [column], (), arrivals.tally))
    return [each for each in arrivals.findings() if each.severity == "warning"]


@pytest.mark.parametrize(
    ("training", "forms", "cell", "code", "meant"),
    [
        (SHARES, COMMA, "606", "misread-scale", "0,606"),
        (FEES, COMMA, "9091", "misread-scale", "90,91"),
        (FEES, COMMA, "0,65", "misread-scale", "65"),
        (TENURE, WHOLE, "1200", "misread-scale", "12"),
        (TENURE, WHOLE, "999000000", "misread-scale", "check its digits"),
        (TENURE, WHOLE, "-12", "misread-sign", "check the sign"),
        (PERCENT, WHOLE, "0,35", "misread-fraction", "35"),
        (PERCENT, WHOLE, 0.35, "misread-fraction", "35"),
        (TENURE, WHOLE, "4,8", "misread-fraction", "years for months"),
        (TENURE, WHOLE, 71.5, "misread-fraction", "an average"),
        (FEES, COMMA, 9091.0, "misread-scale", "90,91"),
    ],
)
def test_one_cell_of_another_scale_is_said_with_what_was_meant(
    training: Sequence[float], forms: tuple[str, ...], cell: object, code: str, meant: str
) -> None:
    """From the first cell on, as text and as a number that is one; the count, and the next move."""
    found = said(training, forms, [cell])
    assert [(each.code, each.count) for each in found] == [(code, 1)]
    assert meant in found[0].words


@pytest.mark.parametrize("parts", [1, 4])
def test_a_few_cells_that_are_too_small_together(parts: int) -> None:
    """Three of a thousand distances in thousands of kilometres; none is too small by itself."""
    fresh = DRAWS.uniform(5, 300, 1_000).round(1)
    cells = [str(each).replace(".", ",") for each in fresh]
    cells[3], cells[17], cells[940] = "0,0492", "0,0843", "0,1431"
    column, seen, most = learnt(KILOMETRES, COMMA)
    arrivals = Arrivals([column], {"x": seen}, {"x": most})
    for part in np.array_split(np.array(cells), parts):
        written = pa.record_batch({"x": pa.array(part.tolist())})
        arrivals.look(written, type_batch(written, [column], (), arrivals.tally))
    (found,) = arrivals.findings()
    assert (found.code, found.count) == ("misread-scale", 3)
    assert "its thousandfold would lie inside" in found.words
    assert list(arrivals.findings()) == [found]


@pytest.mark.parametrize("rows", [30, 100, 200, 700])
def test_a_short_training_table_says_little_of_its_tails(rows: int) -> None:
    """Long lists of the same customers, below its least and above its largest."""
    for sigma in (0.5, 1.0, 1.8):
        training = np.exp(DRAWS.normal(3, sigma, rows)).round(3)
        assert said(training, COMMA, np.exp(DRAWS.normal(3, sigma, 2_000)).round(3).tolist()) == []


def test_three_digits_behind_the_mark_that_training_had_are_no_other_mark() -> None:
    """A number just below training's least is one, though with the other mark it would lie inside."""
    training = DRAWS.uniform(2, 1_900, 1_000).round(3)
    assert said(training, COMMA, ["1,302"]) == []


@pytest.mark.parametrize(
    "kind", ["uniform", "normal", "exponential", "lognormal", "pareto", "counts"]
)
def test_honest_tails_are_quiet(kind: str) -> None:
    """Half of a column says nothing against the other half, however long its tail."""
    draw = {
        "uniform": lambda: DRAWS.uniform(0, 100, 2_000).round(2),
        "normal": lambda: (500 + 100 * DRAWS.standard_normal(2_000)).round(1),
        "exponential": lambda: DRAWS.exponential(20, 2_000).round(2),
        "lognormal": lambda: np.exp(DRAWS.normal(3, 1, 2_000)).round(2),
        "pareto": lambda: (DRAWS.pareto(2, 2_000) * 100 + 10).round(2),
        "counts": lambda: DRAWS.poisson(1.5, 2_000).astype(float),
    }[kind]
    forms = WHOLE if kind == "counts" else COMMA
    for _ in range(10):
        assert said(draw(), forms, draw().tolist()) == []


@pytest.mark.parametrize(
    ("training", "forms", "cell"),
    [
        (FEES, COMMA, 9091.0),
        (PERCENT, WHOLE, 0.35),
        (TENURE, WHOLE, -2.0),
        (TENURE, WHOLE, 4.8),
        (KILOMETRES, COMMA, 0.0123),
    ],
)
def test_a_quick_answer_leaves_such_a_cell_to_the_long_one(
    training: Sequence[float], forms: tuple[str, ...], cell: float
) -> None:
    """The server's short way knows no words for it."""
    column, seen, most = learnt(training, forms)
    with pytest.raises(Unusual):
        json_number(column, seen, most)(cell)
    with pytest.raises(Unusual):
        text_number(column, missing_spellings(), seen, most)(str(cell).replace(".", ","))
    assert json_number(column, seen, most)(50) == 50.0


@pytest.mark.parametrize("cell", [5e-324, 1.1e-308, 1e-300])
def test_what_is_infinitely_smaller_is_smaller(cell: float) -> None:
    """A number by which no other can be divided is told like any that is too small."""
    column, bulk = Column("x", "number", forms=("bare",)), (12.0, 90.0, 0.1, 40.0, 1000)
    assert seem_small(np.array([cell]), 100, column, (10.0, 100.0), bulk) == 1
