"""Parts of a table: headers in other letters are the same columns, a header alone is no customer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.tables import Table, open_table

ROWS = [{"id": f"C{n}", "plan": "pro", "calls": n} for n in range(15)]
OTHERS = {"id": " ID ", "plan": "Plan", "calls": "CALLS"}


def part(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write one part of a table by its suffix."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".jsonl":
        path.write_text("\n".join(map(json.dumps, rows)))
    else:
        lines = [",".join(map(str, row.values())) for row in rows]
        path.write_text("\n".join([",".join(rows[0]), *lines]))


def read(folder: Path) -> tuple[Table, list[dict[str, Any]]]:
    table = open_table(str(folder), Data(), folder)
    return table, [row for b in table.batches(pytest.fail) for row in b.to_pylist()]


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_other_letters_and_blanks_are_the_same_columns(tmp_path: Path, kind: str) -> None:
    """In whatever order they stand; the names are the first part's, and it is said."""
    others = [{OTHERS[k]: v for k, v in reversed(row.items())} for row in ROWS]
    for row in others:
        row[" ID "] = row[" ID "].replace("C", "D")
    part(tmp_path / f"a.{kind}", ROWS)
    part(tmp_path / f"b.{kind}", others)
    table, rows = read(tmp_path)
    assert table.columns == ("id", "plan", "calls")
    assert [row["id"] for row in rows] == [f"{letter}{n}" for letter in "CD" for n in range(15)]
    assert {row["plan"] for row in rows} == {"pro"}
    (told,) = table.notes
    assert (told.code, told.count) == ("headers-alike", 3)
    assert "b." in told.words


def test_what_could_be_either_is_refused(tmp_path: Path) -> None:
    """Two columns that differ in letters only stay two, and another column is another."""
    part(tmp_path / "a.csv", [{"id": 1, "ID": 2}] * 3)
    part(tmp_path / "b.csv", [{"id": 3, "Id": 4}] * 4)
    with pytest.raises(DataError, match=r"(?s)lacks 'ID' and adds 'Id'.*same columns"):
        read(tmp_path)
    part(tmp_path / "b.csv", [{"id": 3, "fee": 4}] * 4)
    with pytest.raises(DataError, match=r"lacks 'ID' and adds 'fee'"):
        read(tmp_path)


@pytest.mark.parametrize("empty", ["a", "z"])
def test_a_part_with_a_header_alone_is_read_as_no_rows(tmp_path: Path, empty: str) -> None:
    """Whichever it is; a table of such parts only is refused, and so is a part without a byte."""
    part(tmp_path / "m.csv", ROWS)
    (tmp_path / f"{empty}.csv").write_text("id,plan,calls\n")
    table, rows = read(tmp_path)
    assert (len(rows), [each.code for each in table.notes]) == (15, ["no-rows"])
    (tmp_path / "m.csv").write_text("id,plan,calls\n")
    with pytest.raises(DataError, match="has a header and no rows"):
        read(tmp_path)
    (tmp_path / "m.csv").write_text("")
    with pytest.raises(DataError, match="no bytes"):
        read(tmp_path)


@pytest.mark.parametrize("only", ["C99,pro,3\n", "a note on this folder\n", "id,plan,fee\n"])
def test_a_single_line_that_is_no_header_of_the_table_is_refused(tmp_path: Path, only: str) -> None:
    """It may be a customer without a header above."""
    part(tmp_path / "m.csv", ROWS)
    (tmp_path / "z.csv").write_text(only)
    with pytest.raises(DataError, match=r"(?s)z\.csv has a header and no rows.*take it out"):
        read(tmp_path)
