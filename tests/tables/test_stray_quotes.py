"""No quote swallows a row: stray ones, open ones, escaped ones, and cells of several lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from unchurn.artefacts import ROW, Finding
from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import Table, open_table

Read = Callable[..., tuple[list[dict[str, Any]], list[tuple[int, str, str]]]]
HEADER = "id,tenure,plan,churn"


def opened(folder: Path, text: str, **data: Any) -> tuple[Table, list[tuple[Any, ...]], list[Any]]:
    """Write and read a table: itself, its rows' cells, its rejects."""
    (folder / "t.csv").write_bytes(text.encode())
    table = open_table("t.csv", Data(**data), folder)
    rejected: list[Any] = []
    batches = table.batches(lambda *row: rejected.append(row))
    rows = [
        tuple(cell for name, cell in row.items() if name != ROW)
        for batch in batches
        for row in batch.to_pylist()
    ]
    return table, rows, rejected


def told(table: Table) -> dict[str, Finding]:
    """Findings of the pass by code."""
    return {finding.code: finding for finding in table.told}


def lines_of(rows: int) -> list[str]:
    """Rows of a quote-free table."""
    return [f"C{n},{n % 70},Plus,{'Yes' if n % 4 else 'No'}" for n in range(rows)]


@pytest.mark.parametrize("rows", [300, 40_000])
@pytest.mark.parametrize("places", [[9], [9, 11], [9, -1]])
def test_a_stray_quote_costs_no_row(tmp_path: Path, rows: int, places: list[int]) -> None:
    """Every row is read, the quote as part of its cell, and its lines are named."""
    lines = lines_of(rows)
    for place in places:
        lines[place] = '"' + lines[place]
    table, found, rejected = opened(tmp_path, "\n".join([HEADER, *lines]) + "\n")
    assert [row[0].strip('"') for row in found] == [f"C{n}" for n in range(rows)]
    assert not rejected
    assert told(table)["stray-quote"].lines == tuple(place % rows + 2 for place in places)
    assert table.lines["total"] == table.lines["records"] + 1 == rows + 1


def test_a_quote_that_is_never_closed_costs_its_own_line(read: Read) -> None:
    """Where the line does not fit without the quote either, it alone is rejected."""
    rows, rejected = read(b'a,b,c\n1,2,3\n4,"5\n6,7,8\n')
    assert [row[ROW] for row in rows] == [1, 3]
    assert [row for row, _, _ in rejected] == [2]
    assert "opened and never closed" in rejected[0][1]


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ('C,5" pipe,Plus,No', '5" pipe'),
        ('C,"say "hi" now",Plus,No', 'say "hi" now'),
        ('C,"5,Plus,No', '"5'),
        ('C,5",Plus,No', '5"'),
        ('C, "5, 6" ,Plus,No', "5, 6"),
        ('C,"said \\"too dear\\", will go",Plus,No', 'said "too dear", will go'),
        ('C,="007",Plus,No', '="007"'),
        ('C,"5""6",Plus,No', '5"6'),
        ('C,"C:\\dir\\",Plus,No', "C:\\dir\\"),
    ],
)
def test_quotes_that_do_not_add_up_are_read_as_meant(tmp_path: Path, line: str, cell: str) -> None:
    """One odd line among others is read as its writer meant it; the others stay as they are."""
    text = "\n".join([HEADER, *lines_of(30), line, *lines_of(5)])
    _, rows, rejected = opened(tmp_path, text)
    assert (rows[30], len(rows)) == (("C", cell, "Plus", "No"), 36)
    assert not rejected


def test_spreadsheet_text_and_quotes_in_cells_are_told_apart(tmp_path: Path) -> None:
    """="007" is ordinary; a quote inside a cell is noted, with its line."""
    table, _, _ = opened(tmp_path, 'a,b\n="007",x\n5" pipe,y\n')
    assert {code: found.lines for code, found in told(table).items()} == {"inner-quote": (3,)}


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_cells_of_several_lines_are_one_cell_among_stray_quotes(tmp_path: Path, ends: str) -> None:
    """A proper cell over lines is kept whole although another line has a quote of its own."""
    lines = lines_of(30)
    lines[4] = '"' + lines[4]
    lines[20] = 'C20,1,"a note\nof three, lines\nin all",No'
    table, rows, rejected = opened(tmp_path, ends.join([HEADER, *lines]) + ends)
    assert (len(rows), rows[20][2]) == (30, "a note\nof three, lines\nin all")
    assert not rejected
    assert (table.lines["continuation"], table.lines["total"]) == (2, 33)


def test_backslashes_before_quotes_are_found_or_set(tmp_path: Path) -> None:
    r"""A file that writes \" is found out; [data] escape says it; \N stays \N."""
    rows = [f'C{n},"said \\"too dear\\", {n}",\\N,"a\\\\b"' for n in range(50)]
    text = "\n".join(["a,b,c,d", *rows])
    for escape in ("", "backslash"):
        _, found, rejected = opened(tmp_path, text, escape=escape)
        assert found[7] == ("C7", 'said "too dear", 7', "\\N", "a\\b")
        assert (len(found), rejected) == (50, [])
    with pytest.raises(DataError, match="as many cells"):
        opened(tmp_path, text, escape="double")


def test_too_many_unreadable_rows_name_reasons_lines_and_cause(tmp_path: Path) -> None:
    """Beyond [data] max_rejected a table is refused by whoever looks at all of it."""
    from unchurn.progress import Silent
    from unchurn.tables.stated import UNSTATED
    from unchurn.tables.summary import survey

    lines = [line if n % 3 else f"{line},x" for n, line in enumerate(lines_of(60))]
    table, rows, rejected = opened(tmp_path, "\n".join([HEADER, *lines]))
    assert (len(rows), len(rejected)) == (40, 20)
    with pytest.raises(DataError, match=r"20 × 5 cells instead of 4 \(first on line 2\)") as error:
        survey(table, Data(), UNSTATED, Silent())
    assert "must be quoted" in str(error.value)
    found = survey(table, Data(max_rejected=0.5), UNSTATED, Silent())
    assert "many-rejected" in {finding.code for finding in found.findings}


cell = st.one_of(
    st.integers(0, 999).map(str),
    st.sampled_from(["Plus", "", "too dear, will go", 'said "no"', '5" pipe', "two\nlines"]),
)


@settings(
    max_examples=120,
)
@given(
    st.lists(st.tuples(cell, cell, st.sampled_from(["Yes", "No"])), min_size=8, max_size=25),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(['"', "\n", "\r", "delimiter"]),
    st.floats(0, 1),
)
def test_damage_costs_or_changes_only_rows_that_are_named(
    tmp_path: Path,
    table: list[tuple[str, str, str]],
    mark: str,
    quoting: Any,
    damage: str,
    where: float,
) -> None:
    """A character put anywhere: all other rows are equal, and every line is accounted for."""
    rows = [(f"C{number}", *row) for number, row in enumerate(table)]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=mark, quoting=quoting, lineterminator="\n")
    writer.writerows([("id", "a", "b", "churn"), *rows])
    text = stream.getvalue()
    assume(opened(tmp_path, text)[1] == rows)
    place = int(text.index("\n") + 1 + where * (len(text) - text.index("\n") - 1))
    char = mark if damage == "delimiter" else damage
    inside = text.count('"', 0, place) % 2
    assume(not (inside and char == mark))  # a delimiter in a quoted cell is but another text
    broken, found, rejected = opened(tmp_path, text[:place] + char + text[place:])
    changed = [row for row in found if row not in rows]
    lost = [row for row in rows if row not in found]
    assert len(changed) <= 1
    assert len(lost) <= 2
    named = {line for finding in told(broken).values() for line in finding.lines}
    named |= {line for *_, line in rejected}
    if changed or lost:
        line = text.count("\n", 0, place) + 1
        assert any(abs(line - each) <= 3 for each in named)
    lines = dict(broken.lines)
    assert lines.pop("total") == sum(lines.values()) == broken.sources[0].scan.lines  # type: ignore[attr-defined]


def test_a_second_pass_trusts_only_the_file_that_the_first_one_saw(tmp_path: Path) -> None:
    """Quotes in order are looked at once; written anew, though as long, they are looked at again."""
    body = [f'"c{n:04d}",{n},"Pro","no"' for n in range(500)]
    table, rows, _ = opened(tmp_path, "\n".join([HEADER, *body]))
    assert [batch.num_rows for batch in table.batches(lambda *row: None)] == [500]
    body[9] = body[9].replace('"Pro",', '"Pro"x')  # closes, and goes on
    (tmp_path / "t.csv").write_text("\n".join([HEADER, *body]))
    rejected: list[Any] = []
    again = [
        row
        for batch in table.batches(lambda *row: rejected.append(row))
        for row in batch.to_pylist()
    ]
    assert len(again) + len(rejected) == len(rows)
    assert [row[0] for row in rejected] == [10]


def test_a_second_pass_finds_the_same_stray_quotes(tmp_path: Path) -> None:
    """What was not in order is mended in every pass."""
    table, rows, _ = opened(tmp_path, "\n".join([HEADER, '"a,1,Pro,no', *lines_of(40)]))
    again = [
        tuple(cell for name, cell in row.items() if name != ROW)
        for batch in table.batches(lambda *row: None)
        for row in batch.to_pylist()
    ]
    assert again == rows
    assert "stray-quote" in told(table)
