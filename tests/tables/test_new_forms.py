"""Cells that arrive written as training's never were: said with a count and an example."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrived_cells import arrived, codes, trained
from unchurn.artefacts import Column
from unchurn.tables.new_forms import NewForms
from unchurn.tables.typing import type_batch


def written(value: float, mark: str = ".") -> str:
    return f"{value:.2f}".replace(".", mark)


AMOUNTS = [100 + 37.25 * number for number in range(300)]
POINTS, COMMAS = ([written(each, mark) for each in AMOUNTS] for mark in ".,")
WHOLE = [str(100 + 37 * number) for number in range(300)]


@pytest.mark.parametrize(("cells", "cell"), [(COMMAS, "9.091"), (POINTS, "9,091")])
def test_a_mark_before_three_digits_is_doubted_where_training_had_none(
    tmp_path: Path, cells: list[str], cell: str
) -> None:
    """9.091 is read as 9,091 by the schema; no other cell of the list says that it is."""
    columns = trained(tmp_path, fee=cells)
    for sent in ([cell, "700"], [cell], ["", cell, f"€{cell}"]):
        (said,) = arrived(columns, fee=sent).doubts()
        assert (said.code, said.grave) == ("misread-thousands", True)
        assert repr(cell) in said.words
        assert "9091" in said.words
    assert arrived(columns, fee=["700", "900"]).doubts() == []
    assert arrived(columns, fee=cells).doubts() == []


def test_thousands_are_parted_where_the_list_shows_it(tmp_path: Path) -> None:
    """A decimal of training's in the same list says which mark is which."""
    columns = trained(tmp_path, fee=COMMAS, share=[f"0,{n:03}" for n in range(300)])
    assert arrived(columns, fee=["9.091,5", "9.091"], share=["0,5", ""]).doubts() == []
    (said,) = arrived(columns, fee=["9.091", "120"], share=["0,5", "0,7"]).doubts()
    assert not said.grave
    (said,) = arrived(columns, fee=["9.091", "120.5"], share=["0,5", "0,7"]).doubts()
    assert said.grave


def test_one_cell_from_elsewhere_is_said_beside_many_that_show_the_mark(tmp_path: Path) -> None:
    """What shows the decimal does not show that thousands are parted."""
    columns = trained(tmp_path, fee=COMMAS)
    (said,) = arrived(columns, fee=["9.091", *["3,33", "120,5"] * 30]).doubts()
    assert (said.code, said.grave, said.count) == ("misread-thousands", False, 1)


def test_whole_numbers_with_thousands_parted_are_a_warning_at_most(tmp_path: Path) -> None:
    """A column of whole numbers stays one when it is read so."""
    columns = trained(tmp_path, calls=WHOLE, fee=COMMAS)
    (said,) = arrived(columns, calls=["9.091"], fee=["7"]).doubts()
    assert not said.grave
    assert arrived(columns, calls=["9.091"], fee=["7,5"]).doubts() == []


def test_a_file_that_parts_thousands_does_so_in_every_column(tmp_path: Path) -> None:
    """Small numbers had no thousands to part; large ones would have shown it."""
    parted = [
        f"{each:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".") for each in AMOUNTS
    ]
    small = [written(each / 100, ",") for each in AMOUNTS]
    columns = trained(tmp_path, fee=parted, small=small, large=COMMAS)
    assert [column.forms for column in columns] == [
        ("bare", "grouped", "short"),
        ("bare", "grouped", "short"),
        ("bare", "short"),
    ]
    assert codes(arrived(columns, fee=["9.091"], small=["9.091"], large=["7"]).doubts()) == []
    found = arrived(columns, fee=["9.091"], small=["9.091"], large=["9.091"]).doubts()
    assert [each.column for each in found] == ["large"]


def test_an_earlier_schema_says_nothing_of_forms() -> None:
    """What is not known is not new."""
    plain = Column("fee", "number", decimal=",").to_plain()
    del plain["forms"], plain["either"]
    column = Column.from_plain(plain)
    found = arrived([column], fee=["9.091", "12%", "5k", "(5)", "€7"])
    assert found.doubts() == list(found.findings()) == []
    dates = Column("since", "date", date_order="dmy")
    assert arrived([dates], since=[f"{day:02}/02/2024" for day in range(1, 12)]).doubts() == []


@pytest.mark.parametrize(
    ("cell", "code", "value"),
    [
        ("45%", "percent", "45"),
        ("€45", "money", "45"),
        ("45 EUR", "money", "45"),
        ("5k", "unit", "5000"),
        ("(5)", "brackets", "-5"),
        ("61-", "behind", "-61"),
        ("61 -", "behind", "-61"),
        (">45", "about", "45"),
    ],
)
def test_what_is_new_around_a_number_is_said(
    tmp_path: Path, cell: str, code: str, value: str
) -> None:
    """One such cell among bare numbers suffices; the number is read as it always is."""
    columns = trained(tmp_path, fee=POINTS)
    (said,) = arrived(columns, fee=["50.5", cell, "70"]).findings()
    assert (said.code, said.severity, said.count) == (f"written-{code}", "warning", 1)
    assert said.words.startswith("1 cell of 'fee' carries")
    assert f"{cell!r}" in said.words
    assert f"read as {value}" in said.words


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("−61", -61.0),
        ("69 510", 69510.0),
        ("69\u00a0510", 69510.0),
        ("69\u202f510", 69510.0),
        ("69'510", 69510.0),
        ("1 234 567.5", 1234567.5),
        ("1234567", 1234567.0),
    ],
)
@pytest.mark.parametrize("parted", [False, True])
def test_what_can_be_meant_in_one_way_is_read_so(
    tmp_path: Path, cell: str, value: float, parted: bool
) -> None:
    """A minus of another make, blanks between thousands, none where training had commas."""
    columns = trained(tmp_path, fee=[f"{each:,.2f}" for each in AMOUNTS] if parted else POINTS)
    found = arrived(columns, fee=[cell, "70.5"])
    assert [*found.findings(), *found.doubts()] == []
    typed = type_batch(pa.record_batch({"fee": [cell]}), columns)
    assert typed["fee"].to_pylist() == [value]


@pytest.mark.parametrize(
    ("cells", "cell"), [(POINTS, "9.091"), (COMMAS, "9,091"), (WHOLE, "9,091"), (WHOLE, "$9,091")]
)
def test_three_digits_behind_a_decimal_are_doubted_where_training_had_two(
    tmp_path: Path, cells: list[str], cell: str
) -> None:
    """The other way round: 9.091 may be nine thousand of a file that parts them with points."""
    columns = trained(tmp_path, fee=cells)
    (said,) = arrived(columns, fee=[cell, "700", ""]).doubts()
    assert (said.code, said.grave, said.count) == ("misread-decimals", True, 1)
    assert repr(cell) in said.words
    assert "write 9091" in said.words
    (said,) = arrived(columns, fee=[cell, *cells]).doubts() if cells is not WHOLE else (said,)
    assert said.grave == (cells is WHOLE)
    assert (
        arrived(columns, fee=["0" + cell[1:] if cell[0] == "9" else "700", *cells]).doubts() == []
    )


def test_three_digits_are_nothing_new_where_training_had_them(tmp_path: Path) -> None:
    """Nor where it is not known, as in bundles of earlier versions."""
    columns = trained(tmp_path, fee=[f"{each / 1000:.3f}" for each in AMOUNTS])
    assert arrived(columns, fee=["9.091"]).doubts() == []
    columns = trained(tmp_path, fee=[repr(each / 7) for each in AMOUNTS])
    assert arrived(columns, fee=["9.091"]).doubts() == []
    columns = [replace(each, forms=("bare",)) for each in columns]
    assert arrived(columns, fee=["9.091"]).doubts() == []


@pytest.mark.parametrize(
    ("form", "what"), [("${}", "a currency"), ("{}%", "a %"), ("{} GB", "a unit")]
)
def test_a_bare_number_is_said_where_all_of_training_carried_something(
    tmp_path: Path, form: str, what: str
) -> None:
    """Zeros are often bare, and numbers of a file that has its own kinds always."""
    columns = trained(tmp_path, fee=[form.format(each) for each in POINTS])
    assert list(arrived(columns, fee=[form.format("12.5"), "0"]).findings()) == []
    assert list(arrived(columns, fee=[12.5, 3.0]).findings()) == []
    for cells in (["12.5", "7"], [form.format("3"), "12.5", "8", ""]):
        (said,) = arrived(columns, fee=cells).findings()
        assert codes([said]) == [("written-bare", 2)]
        assert what in said.words


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> list[Column]:
    """A column of whole numbers, and one of amounts in several forms."""
    folder = tmp_path_factory.mktemp("mixed")
    return trained(folder, n=[*WHOLE, "1", "2"], fee=["5 %", "$3", *POINTS])


@given(
    st.lists(
        st.sampled_from([*POINTS, *(f"${each}" for each in POINTS), "", "n/a", "5 %"]), min_size=1
    )
)
def test_what_training_had_is_never_new(mixed: list[Column], cells: list[str]) -> None:
    """Whatever was written in training may arrive, in any mixture."""
    found = arrived(mixed, n=["1"] * len(cells), fee=cells)
    assert found.doubts() == []
    assert [each for each in found.findings() if each.code.startswith("written")] == []


def test_a_column_of_nothing_says_nothing() -> None:
    """A batch of a Parquet file may have no text in it at all."""
    forms = NewForms()
    nowhere = pa.array([None, None], pa.int32())
    forms.numbers(pa.array([], pa.string()), Column("fee", "number", forms=("bare",)), nowhere)
    assert not forms.cells


@pytest.mark.parametrize(("cell", "mark"), [("3.674k", "."), ("3,674 M", ",")])
def test_three_digits_before_a_k_are_decimals(tmp_path: Path, cell: str, mark: str) -> None:
    """Nobody parts the thousands of thousands; that it carries a unit is said, and enough."""
    columns = trained(tmp_path, visits=[written(each, mark) for each in AMOUNTS])
    list_of_one = arrived(columns, visits=[cell, "700"])
    assert list_of_one.doubts() == []
    assert codes(list_of_one.findings()) == [("written-unit", 1)]
    (said,) = arrived(columns, visits=[cell.rstrip(" kM"), "700"]).doubts()
    assert said.code == "misread-decimals"
