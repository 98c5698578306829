"""Yes and no, however they are written."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest

from unchurn.artefacts import Column
from unchurn.tables.cells import missing_spellings
from unchurn.tables.evidence import Evidence
from unchurn.tables.findings import other_spelling
from unchurn.tables.kinds import decide
from unchurn.tables.truth import joined
from unchurn.tables.typing import Tally, type_cells

MISSING = missing_spellings()
WAYS = {
    "parquet or json": pa.array(["true", "false"]),
    "pandas": pa.array(["True", "False"]),
    "capitals": pa.array(["TRUE", "FALSE"]),
    "padded": pa.array([" yes ", "no"]),
    "letters": pa.array(["T", "F"]),
    "crm": pa.array(["Y", "N"]),
    "digits": pa.array(["1", "0"]),
    "switch": pa.array(["on", "off"]),
    "fullwidth": pa.array(["ＹＥＳ", "ＮＯ"]),
    "whole": pa.array([1, 0]),
    "float": pa.array([1.0, 0.0]),
    "float text": pa.array(["1.0", "0.0"]),
}


def seen(cells: pa.Array, forced: str | None = None) -> tuple[Column, Evidence]:
    evidence = Evidence(MISSING)
    evidence.add(cells)
    return decide("x", evidence, forced), evidence


def typed(cells: pa.Array, column: Column) -> list[object]:
    found: list[object] = type_cells(cells, column, MISSING, Tally()).to_pylist()
    return found


@pytest.mark.parametrize(("then", "now"), list(itertools.product(WAYS, WAYS)))
def test_any_writing_is_read_as_any_other(then: str, now: str) -> None:
    """Whichever training saw, whichever arrives: yes is its yes, no its no."""
    column, _ = seen(WAYS[then])
    assert len(column.truth) == 2
    assert typed(WAYS[now], column) == typed(WAYS[then], column)


@pytest.mark.parametrize(
    "cells",
    [["M", "F"], ["F", "N", "T"], ["Y", "N", "U"], ["0", "1", "2"], ["yes", "yes"], ["N", "T"]],
)
def test_codes_and_numbers_are_no_truth(cells: list[str]) -> None:
    """Letters and digits are a yes or no only where nothing else is there, and of one pair."""
    assert seen(pa.array(cells))[0].truth == ()


def test_whole_words_are_read_beside_other_values() -> None:
    """Yes, No and No internet service: True is Yes, but T and 1 may be values of their own."""
    column, _ = seen(pa.array(["Yes", "No", "No internet service"]))
    cells = pa.array(["TRUE", "false", "T", "1", "No internet service"])
    assert typed(cells, column) == ["Yes", "No", "T", "1", "No internet service"]


def test_a_number_column_of_0_and_1_keeps_its_kind() -> None:
    """true in it is 1; other words are unreadable; sentinels do not matter."""
    column, _ = seen(pa.array(["0", "1", "-999", None]))
    assert (column.kind, column.truth) == ("number", ("0", "1"))
    tally = Tally()
    cells = type_cells(pa.array(["true", "No", "maybe", "1"]), column, MISSING, tally)
    assert cells.to_pylist() == [1.0, 0.0, None, 1.0]
    assert tally.unreadable["x"] == 1


def test_forced_to_a_number() -> None:
    """[columns] types = number reads True and False as 1 and 0."""
    column, _ = seen(pa.array(["True", "False", "True"]), "number")
    assert typed(pa.array(["True", "False"]), column) == [1.0, 0.0]


def test_what_training_mixed_is_told() -> None:
    """Mixed spellings are one value, and the finding has the rows of each."""
    column, evidence = seen(pa.array(["yes"] * 5 + ["no"] * 4 + ["Y"] * 2 + ["1"]))
    (found,) = joined(column, evidence)
    assert (found.kept, found.others) == ("yes", (("Y", 2), ("1", 1)))
    assert typed(pa.array(["Y", "1", "N"]), column) == ["yes", "yes", "no"]


def test_other_spellings_are_counted() -> None:
    """Cells written otherwise are counted with an example; native booleans never are."""
    column, _ = seen(pa.array(["Yes", "No"]))
    tally = Tally()
    type_cells(pa.array(["true", "Yes", "T", "T"]), column, MISSING, tally)
    words = other_spelling("x", tally.otherwise["x"], *tally.example["x"]).words
    assert words == (
        "2 cells of 'x' are written otherwise than in training ('T' for 'Yes'); read as that."
    )


def test_a_cell_means_the_same_whatever_its_neighbours() -> None:
    """One cell's meaning depends on the cell and the schema alone."""
    column, _ = seen(pa.array(["Yes", "No"]))
    cells = ["true", "F", "maybe", None, "1", " NO "]
    together = typed(pa.array(cells), column)
    assert together == [typed(pa.array([each], pa.string()), column)[0] for each in cells]
    assert np.array(together[:2]).tolist() == ["Yes", "No"]
