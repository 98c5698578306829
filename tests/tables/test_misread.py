"""Cells far outside training's range that look misread: said with a count and an example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrived_cells import arrived, codes, ranged, trained
from unchurn.artefacts import Column, Finding
from unchurn.tables.arrivals import Arrivals
from unchurn.tables.far_numbers import Range
from unchurn.tables.misread import seems_missing
from unchurn.tables.typing import type_batch


def said(
    cells: Sequence[str] | Sequence[float], seen: Range, missing: Sequence[str] = (), **how: str
) -> list[Finding]:
    """Type one column of a list and return what is said of it."""
    column = Column("x", "number", **how)  # type: ignore[arg-type]
    arrivals = Arrivals([column], {"x": seen})
    written = pa.record_batch([pa.array(cells)], names=["x"])
    arrivals.look(written, type_batch(written, [column], missing, arrivals.tally))
    return list(arrivals.findings())


@pytest.mark.parametrize(
    ("cells", "seen", "decimal"),
    [
        (["1.234", "2,5"], (0.5, 9.9), ","),
        (["1.234", "3"], (0.5, 9.9), ","),
        (["1,234", "2.5"], (0.5, 9.9), "."),
        (["1.234", "700"], (500.0, 9900.0), "."),
        (["1,234", "700"], (500.0, 9900.0), ","),
        (["€1,234", "2.5"], (0.5, 9.9), "."),
    ],
)
def test_a_cell_that_fits_only_under_the_other_decimal_mark(
    cells: list[str], seen: Range, decimal: str
) -> None:
    """It is said in a list of two, also of cells that are read the quick way."""
    (found,) = said(cells, seen, decimal=decimal)
    assert (found.code, found.severity, found.count) == ("misread-mark", "warning", 1)
    assert repr(cells[0]) in found.words


@pytest.mark.parametrize(
    "cells", [["1.234", "9.9"], ["12345.678"], ["12"], ["1.5"], ["", "n/a"], ["0.061"]]
)
def test_nothing_is_said_where_the_other_mark_fits_no_better(cells: list[str]) -> None:
    """Cells inside the range, or outside it under both marks, are as they are."""
    assert said(cells, (0.5, 9.9)) == []


def test_percent_where_training_had_fractions() -> None:
    """A percentage is read as written, and said; fractions and ranges of percent are not."""
    found = said(["12 %", "0.5", "45%"], (0.01, 0.9))
    assert codes(found) == [("misread-percent", 2)]
    assert "'12 %', read as 12" in found[0].words
    assert said(["0.12", "12"], (0.01, 0.9)) == []
    assert said(["150 %"], (1.0, 99.0)) == []


def test_a_percentage_beyond_the_largest_fraction_is_one_too(tmp_path: Path) -> None:
    """99.5% where training ended at 0.89: its hundredth is meant, and no other part of it."""
    cells = [f"{number % 90 / 100:.2f}" for number in range(300)]
    columns = trained(tmp_path, share=cells)
    bulks = {"share": (0.04, 0.85, 0.0, 0.45, 300)}
    for sent in (["99.5%", "12%"], ["99.5%"], ["12%", "99.5"]):
        arrivals = Arrivals(columns, ranged(columns, share=cells), bulks)
        written = pa.record_batch({"share": sent})
        arrivals.look(written, type_batch(written, columns, (), arrivals.tally))
        found = [each for each in arrivals.findings() if each.code.startswith("misread")]
        assert found[0].code == "misread-percent"
        assert not [each for each in found if "thousandth" in each.words]
        assert [each.count for each in found] == ([1, 1] if "99.5" in sent else [len(sent)])


def test_a_bare_percentage_where_training_had_fractions(tmp_path: Path) -> None:
    """As text and stored as such; what may be a large ratio is none, nor is a count."""
    cells = [f"{0.1 + number * 0.002:.3f}" for number in range(300)]
    columns = trained(tmp_path, rate=cells)
    seen = ranged(columns, rate=cells)
    for sent in (["45", "0.5"], [45.0, 0.5]):
        (found,) = arrived(columns, seen, rate=sent).findings()
        assert (found.code, found.count) == ("misread-percent", 1)
        assert "read as 45" in found.words
    assert list(arrived(columns, seen, rate=["1.2", "900"]).findings()) == []
    flags = ["0", "0", "1"] * 100
    columns = trained(tmp_path, calls=[*flags, "0.0"][:300])
    columns = [replace(each, truth=()) for each in columns]
    assert list(arrived(columns, {"calls": (0.0, 1.0)}, calls=["45"]).findings()) == []


def test_a_fraction_where_all_of_training_carried_a_percent_sign(tmp_path: Path) -> None:
    """JSON's and Parquet's numbers carry none, and are said only where a hundredfold would fit."""
    cells = [f"{10 + number / 4}%" for number in range(300)]
    columns = trained(tmp_path, rate=cells)
    seen = ranged(columns, rate=cells)
    (found,) = arrived(columns, seen, rate=[0.45, 45.0]).findings()
    assert (found.code, found.count) == ("misread-share", 1)
    assert list(arrived(columns, seen, rate=[45.0, 0.05, 0.0]).findings()) == []
    assert codes(arrived(columns, seen, rate=["0.45"]).findings()) == [("written-bare", 1)]


@pytest.mark.parametrize("form", [("1", "0"), ("1.0", "0.0")])
def test_a_number_that_is_neither_yes_nor_no(tmp_path: Path, form: tuple[str, str]) -> None:
    """Codes of 1 and 2 in a column of 1 and 0: two is no yes."""
    columns = trained(tmp_path, active=[*form, form[0]] * 100)
    for sent in (["2", "1"], [2.0, 1.0], ["-1"]):
        (found,) = arrived(columns, {"active": (0.0, 1.0)}, active=sent).findings()
        assert (found.code, found.count) == ("misread-truth", 1)
    said = arrived(columns, {"active": (0.0, 1.0)}, active=["1", "true", "0"]).findings()
    assert list(said) == []


@pytest.mark.parametrize("cell", ["-1", "-999", "9999", "99999", "-99.0"])
def test_a_number_that_may_stand_for_missing(cell: str) -> None:
    """It is read as a number, and the key that makes it missing is named."""
    (found,) = said([cell, "5"], (0.0, 72.0))
    assert (found.code, found.count) == ("misread-missing", 1)
    assert "[data] missing" in found.words


def test_a_native_number_that_may_stand_for_missing() -> None:
    """Parquet's and JSON's numbers are looked at too."""
    assert codes(said([-1.0, 5.0, -1.0], (0.0, 72.0))) == [("misread-missing", 2)]


@pytest.mark.parametrize(
    ("cell", "seen"),
    [("-1", (-5.0, 5.0)), ("99", (0.0, 72.0)), ("-2", (-1.0, 9.0)), ("999", (0.0, 998.0))],
)
def test_a_number_that_is_only_beyond_the_range(cell: str, seen: Range) -> None:
    """What training might have seen as well is no code for missing."""
    assert said([cell], seen) == []


def test_what_is_already_missing_is_not_said() -> None:
    """Sentinels of training and spellings of [data] missing are no numbers."""
    assert said(["-1"], (0.0, 9.0), missing=["-1"]) == []
    column = Column("x", "number", sentinels=("-1",))
    arrivals = Arrivals([column], {"x": (0.0, 9.0)})
    written = pa.record_batch([pa.array(["-1"])], names=["x"])
    arrivals.look(written, type_batch(written, [column], (), arrivals.tally))
    assert list(arrivals.findings()) == []


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(-1e9, 1e9), st.floats(0, 1e9))
def test_nothing_inside_the_range_seems_missing(number: float, low: float, width: float) -> None:
    """Only what lies outside is ever looked at."""
    inside = min(max(number, low), low + width)
    assert not seems_missing(inside, (low, low + width))
