"""Numbers that a format stores as such, among cells of text whose decimal mark is a comma."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unchurn.artefacts import Column
from unchurn.progress import Silent
from unchurn.project import Data
from unchurn.tables import open_table
from unchurn.tables.arrivals import Arrivals
from unchurn.tables.cells import STORED_MARK, as_id, as_text, stored
from unchurn.tables.numbers import Decimal, read_bare
from unchurn.tables.stated import UNSTATED
from unchurn.tables.summary import survey
from unchurn.tables.table import pass_over
from unchurn.tables.typing import Tally, type_batch
from workbooks import workbook

Cells = Sequence[str | float | None]
Write = Callable[[Path, Cells], str]


def json_lines(folder: Path, cells: Cells) -> str:
    lines = [json.dumps({"id": f"C{n}", "fee": cell}) for n, cell in enumerate(cells)]
    (folder / "t.jsonl").write_text("\n".join(lines))
    return "t.jsonl"


def document(folder: Path, cells: Cells) -> str:
    rows = [{"id": f"C{n}", "fee": cell} for n, cell in enumerate(cells)]
    (folder / "t.json").write_text(json.dumps(rows))
    return "t.json"


def sheet(folder: Path, cells: Cells) -> str:
    rows = [("id", "fee"), *((f"C{n}", cell) for n, cell in enumerate(cells))]
    (folder / "t.xlsx").write_bytes(workbook(A=rows))
    return "t.xlsx"


EVERY = pytest.mark.parametrize("write", [json_lines, document, sheet])


def typed(folder: Path, location: str, column: Column) -> tuple[list[float | None], Arrivals]:
    """Read a list's column as a model does; return its numbers and what was counted."""
    arrivals = Arrivals([column], {"fee": (0.0, 100.0)})
    found: list[float | None] = []
    for batch in open_table(location, Data(), folder).batches(pass_over, ["fee"]):
        numbers = type_batch(batch, [column], (), arrivals.tally)
        arrivals.look(batch, numbers)
        found += numbers.column("fee").to_pylist()
    return found, arrivals


@EVERY
def test_a_stored_number_is_itself_whatever_the_mark_of_text(tmp_path: Path, write: Write) -> None:
    """9.5 and 9.091 are no thousands, and beside them text has its decimal comma."""
    for mark, text in ((",", "9,5"), (".", "9.5")):
        column = Column("fee", "number", decimal=mark, forms=("bare", "short"))  # type: ignore[arg-type]
        location = write(tmp_path, [9.5, 9.091, text, 12, -0.061, 1234.5, None])
        numbers, arrivals = typed(tmp_path, location, column)
        assert numbers == [9.5, 9.091, 9.5, 12.0, -0.061, 1234.5, None]
        assert not arrivals.doubts() and not arrivals.tally.unreadable


@EVERY
def test_text_is_read_as_text(tmp_path: Path, write: Write) -> None:
    """A point in a cell of text still parts thousands where a comma is the decimal mark."""
    column = Column("fee", "number", decimal=",")
    numbers, _ = typed(tmp_path, write(tmp_path, ["9.091", 9.091]), column)
    assert numbers == [9091.0, 9.091]


@EVERY
def test_an_example_is_shown_with_a_point(tmp_path: Path, write: Write) -> None:
    """What is said of a stored number shows it as people write it."""
    column = Column("fee", "number", decimal=",", truth=("0", "1"))
    _, arrivals = typed(tmp_path, write(tmp_path, [1, 0, 250.5]), column)
    (found,) = arrivals.findings()
    assert found.code == "misread-truth" and "'250.5'" in found.words


@EVERY
def test_training_takes_no_stored_number_for_thousands(tmp_path: Path, write: Write) -> None:
    """Text with a decimal comma settles the mark, and the numbers beside it stay what they are."""
    cells = [f"{n},5" for n in range(60)] + [1.234, 9.091, 7.5]
    table = open_table(write(tmp_path, cells), Data(), tmp_path)
    looked = survey(table, Data(), UNSTATED, Silent())
    fee = next(each for each in looked.columns if each.column.name == "fee")
    assert (fee.column.kind, fee.column.decimal, fee.unreadable) == ("number", ",", 0)
    assert (fee.minimum, fee.maximum) == ("0.5", "59.5")
    batch = next(iter(table.batches(pass_over)))
    assert type_batch(batch, [fee.column]).column("fee").to_pylist()[-3:] == [1.234, 9.091, 7.5]


@EVERY
def test_three_digits_of_stored_numbers_ask_no_question(tmp_path: Path, write: Write) -> None:
    """1.234 and 5.678 could be thousands as text; stored as numbers they are not."""
    table = open_table(write(tmp_path, [1.234, 5.678, 2.111]), Data(), tmp_path)
    looked = survey(table, Data(), UNSTATED, Silent())
    assert not [each for each in looked.findings if each.code.startswith("decimal")]
    assert looked.columns[1].maximum == "5.678"


def test_a_folder_of_numbers_and_text(tmp_path: Path) -> None:
    """Where one file stores text and another numbers, each keeps its own meaning."""
    for name, cells in (("a", pa.array(["9,5"])), ("b", pa.array([9.091]))):
        pq.write_table(pa.table({"id": [name], "fee": cells}), tmp_path / f"{name}.parquet")
    numbers, _ = typed(tmp_path, "*.parquet", Column("fee", "number", decimal=","))
    assert numbers == [9.5, 9.091]


def test_ids_categories_and_missing_codes_have_a_point(read: Callable[..., object]) -> None:
    """What is no number to the model is spelled as the file has it."""
    cells = pa.array([stored("7.10"), "a⎖b"])
    assert as_id(cells).to_pylist() == ["7.10", "a⎖b"]
    batch = pa.record_batch({"x": cells})
    assert type_batch(batch, [Column("x", "category")]).column(0).to_pylist() == ["7.10", "a⎖b"]
    tally = Tally()
    number = type_batch(
        pa.record_batch({"x": [stored("-1.5"), "2"]}), [Column("x", "number")], ["-1.5"], tally
    )
    assert number.column(0).to_pylist() == [None, 2.0]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_float_comes_back(numbers: list[float]) -> None:
    """Under either mark a stored number is the float it was, to the bit."""
    cells = pa.array([stored(repr(each)) for each in numbers])
    for mark in (".", ","):
        batch = pa.record_batch({"x": cells})
        column = Column("x", "number", decimal=mark)  # type: ignore[arg-type]
        read = type_batch(batch, [column]).column(0).to_pylist()
        assert read == numbers
    assert as_text(cells).to_pylist() == [repr(each) for each in numbers]
    assert not np.any([STORED_MARK in each for each in as_text(cells).to_pylist()])


@pytest.mark.parametrize("decimal", [".", ","])
def test_the_mark_in_a_cell_of_another_shape_is_a_sign_like_others(decimal: Decimal) -> None:
    """It is no number, alone or amid others, and is told apart from one that is stored."""
    cells = pa.array(["\u2396", "a\u2396", "1\u23962\u23963", "\u23965", "12\u23965", None])
    found = read_bare(cells, decimal)
    assert found.readable.tolist() == [False, False, False, False, True, False]
    assert found.values[4] == 12.5
