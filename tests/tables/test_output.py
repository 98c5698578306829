"""The list is written whole or not at all, and opens safely in a spreadsheet."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.errors import ConfigError, UnchurnError
from unchurn.tables.output import check_suffix, rejects_path, write_scores

HEADER = "row_number,reason,text\n"
ROWS = pa.table(
    {
        "Phone": ["+44 20", "-7", "=1+1", "@x", "007", None],
        "probability": [0.1, 1 / 3, 1e-9, 0.5, -1.0, 1.0],
        "decile": pa.array([1, 2, 3, 4, 10, 10], pa.int8()),
        "band": ["=cmd|' /C calc'!A0", "+1", "-1", "@a", "\tb", "\rc"],
        "reason_1": ['a, "b"', "line\nbreak", None, "", "Tarif: été — raises", "a=b"],
    }
)


def write(folder: Path, table: pa.Table, name: str, rejects: str = HEADER) -> Path:
    pq.write_table(table, folder / "scores.parquet")
    (folder / "rejects.csv").write_text(rejects)
    write_scores(folder / "scores.parquet", folder / "rejects.csv", folder / name)
    return folder / name


def read_csv(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path: Path) -> None:
    """= + - @ tab and CR at the start of a text cell are made harmless; ids stay as they are."""
    header, *rows = read_csv(write(tmp_path, ROWS, "out.csv"))
    assert header == ROWS.schema.names
    assert [row[0] for row in rows] == ["+44 20", "-7", "=1+1", "@x", "007", ""]
    assert [row[3] for row in rows] == [
        "'=cmd|' /C calc'!A0", "'+1", "'-1", "'@a", "'\tb", "'\rc",
    ]  # fmt: skip
    assert [row[4] for row in rows] == [
        'a, "b"',
        "line\nbreak",
        "",
        "",
        "Tarif: été — raises",
        "a=b",
    ]


def test_numbers_are_never_altered(tmp_path: Path) -> None:
    """A negative number stays a number, and every float reads back to the last bit."""
    _, *rows = read_csv(write(tmp_path, ROWS, "out.csv"))
    assert [float(row[1]) for row in rows] == ROWS["probability"].to_pylist()
    assert rows[4][1].startswith("-1")
    assert [int(row[2]) for row in rows] == ROWS["decile"].to_pylist()


def test_parquet_is_never_altered(tmp_path: Path) -> None:
    """The Parquet list is the artefact's own bytes."""
    out = write(tmp_path, ROWS, "out.parquet")
    assert out.read_bytes() == (tmp_path / "scores.parquet").read_bytes()


def test_json_lines_are_never_altered(tmp_path: Path) -> None:
    """Each line is one object with the very values."""
    out = write(tmp_path, ROWS, "out.jsonl")
    assert [json.loads(line) for line in out.read_text().split("\n")[:-1]] == ROWS.to_pylist()


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
ROW = st.tuples(TEXT, TEXT, st.floats(allow_nan=False, allow_infinity=False))


def test_ids_are_made_harmless_where_that_is_asked_for(tmp_path: Path) -> None:
    """= and @ get an apostrophe; phone numbers and negative numbers are left alone."""
    write(tmp_path, ROWS, "out.csv")
    neutral = tmp_path / "neutral.csv"
    write_scores(tmp_path / "scores.parquet", tmp_path / "rejects.csv", neutral, neutral_ids=True)
    _, *rows = read_csv(neutral)
    assert [row[0] for row in rows] == ["+44 20", "-7", "'=1+1", "'@x", "007", ""]


@settings(
    max_examples=60,
)
@given(rows=st.lists(ROW, min_size=1, max_size=5))
def test_any_text_survives_the_round_trip(
    tmp_path: Path, rows: list[tuple[str, str, float]]
) -> None:
    """csv and json read back what was written, but for the apostrophes that safety adds."""
    ids, texts, numbers = (list(column) for column in zip(*rows, strict=True))
    table = pa.table({"id": ids, "text": texts, "number": numbers})
    _, *found = read_csv(write(tmp_path, table, "out.csv"))
    safe = [f"'{text}" if text[:1] in tuple("=+-@\t\r") else text for text in texts]
    assert [row[0] for row in found] == ids
    assert [row[1] for row in found] == safe
    assert [float(row[2]) for row in found] == numbers
    lines = write(tmp_path, table, "out.jsonl").read_bytes().split(b"\n")[:-1]
    assert [json.loads(line) for line in lines] == table.to_pylist()


def test_an_empty_list_still_has_its_header(tmp_path: Path) -> None:
    """No customers: a header in CSV, nothing in JSON Lines."""
    assert read_csv(write(tmp_path, ROWS.slice(0, 0), "out.csv")) == [ROWS.schema.names]
    assert write(tmp_path, ROWS.slice(0, 0), "out.jsonl").read_bytes() == b""


def test_dates_and_missing_values_are_written_plainly(tmp_path: Path) -> None:
    """A snapshot date is ISO text; null is an empty cell or null."""
    table = pa.table(
        {"id": ["a", "b"], "day": pa.array([18262, None], pa.int32()).cast(pa.date32())}
    )
    assert read_csv(write(tmp_path, table, "o.csv"))[1:] == [["a", "2020-01-01"], ["b", ""]]
    lines = write(tmp_path, table, "o.jsonl").read_text().splitlines()
    assert [json.loads(line)["day"] for line in lines] == ["2020-01-01", None]


def test_rejects_are_listed_beside_the_list_and_are_safe_too(tmp_path: Path) -> None:
    """Rejects appear only where there are some, and a stale list of them goes."""
    text = HEADER + '7,"too many cells","=1+1,""x"""\n9,binary,"two\nlines"\n'
    out = write(tmp_path, ROWS, "out.csv", text)
    assert read_csv(rejects_path(out)) == [
        ["row_number", "reason", "text"],
        ["7", "too many cells", '\'=1+1,"x"'],
        ["9", "binary", "two\nlines"],
    ]
    write(tmp_path, ROWS, "out.csv")
    assert not rejects_path(out).exists()


@pytest.mark.parametrize("name", ["out.xlsx", "out", "out.csv.gz", ".csv"])
def test_a_suffix_that_names_no_format_is_refused(tmp_path: Path, name: str) -> None:
    """The message names the choices, before anything is written."""
    with pytest.raises(ConfigError, match=r"suffix names no known format") as caught:
        check_suffix(tmp_path / name)
    assert "'.csv', '.parquet', '.jsonl'" in caught.value.hint


def test_a_folder_is_not_a_place_for_the_list(tmp_path: Path) -> None:
    """--out that names a folder is a usage error."""
    (tmp_path / "lists.csv").mkdir()
    with pytest.raises(ConfigError, match="is a folder"):
        check_suffix(tmp_path / "lists.csv")


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    """The list's folder need not exist."""
    (tmp_path / "new").mkdir()
    assert write(tmp_path, ROWS, "new/deep/out.csv").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_leaves_the_old_list_and_no_part(tmp_path: Path) -> None:
    """Writing fails with a clear message; the earlier list is untouched."""
    out = write(tmp_path, ROWS, "out.csv")
    before = out.read_bytes()
    (tmp_path / f".out.csv.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(UnchurnError, match="No space left on device") as caught:
        write(tmp_path, ROWS, "out.csv")
    assert "Nothing was left behind" in caught.value.message
    assert out.read_bytes() == before
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("full", ["out.csv", "out.csv.rejects.csv"])
def test_a_disk_that_is_full_for_one_file_leaves_neither(tmp_path: Path, full: str) -> None:
    """The list and its rejects go together: an old list is not left beside new rejects, nor new beside old."""
    scores, rejects = tmp_path / "scores.parquet", tmp_path / "given.csv"
    pq.write_table(pa.table({"id": ["a"], "probability": [0.5]}), scores)
    rejects.write_text("row_number,line,reason,text\n1,2,short,x\n")
    folder = tmp_path / "lists"
    folder.mkdir()
    for name in ("out.csv", "out.csv.rejects.csv"):
        (folder / name).write_text("old")
    (folder / f".{full}.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(UnchurnError, match="Nothing was left behind"):
        write_scores(scores, rejects, folder / "out.csv")
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "out.csv": "old",
        "out.csv.rejects.csv": "old",
    }
